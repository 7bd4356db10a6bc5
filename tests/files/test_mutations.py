"""Files that are changed at random: each opens or is refused in words, and what opens can be shown."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from grandstand.claims import report
from grandstand.compare import beside_document, break_even, document
from grandstand.compare.beside import beside
from grandstand.files.reading import Unreadable
from grandstand.render.comparison import break_even as map_picture
from grandstand.render.comparison import charts
from grandstand.talk.scene import Scene, Talk
from grandstand.talk.toml import TalkError, parse_talk, talk_text
from grandstand.ui.pages.claims import store

from tests.files.test_checked import MADE, TEXTS
from tests.places import SOURCES

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 0.5, -0.0, 1e308, -1e308, 5e-324, 2**53, 2**63, 2**64, -(2**63), 10**30, "", "0",
    "NaN", "a\x1b[31mb", "\ud800", "x" * 5_000, [], {}, [[]], [None], {"": None}, {"a": {"b": []}},
]  # fmt: skip
RAW = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "9" * 5_000,
    "[" * 3_000,
    '{"a":' * 3_000,
    '"\\ud800"',
    "tru",
    "'",
    "01",
]
TALK = talk_text(
    Talk(
        "A talk", (Scene("One", notes='Two lines\nof "notes".', parameters=(("size", 5e3),)), Scene("Two", claim="c"))
    )
)
MUTATIONS = 300
MOST_MB = 700
"""The largest document has 64 MB; what is worst in it takes some six times as much."""


def places(found: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in it."""
    here = list(found) if isinstance(found, dict) else list(range(len(found))) if isinstance(found, list) else []
    return [(found, key) for key in here] + [pair for key in here for pair in places(found[key])]


def by_value(text: str, chance: random.Random) -> bytes:
    """One to three values are others, or gone, or another's; or have a place that JSON has no value for."""
    data = json.loads(text)
    for _ in range(chance.randint(1, 3)):
        container, key = chance.choice(places(data))
        kind = chance.randrange(4)
        if kind == 0:
            del container[key]
        elif kind == 1:
            container[key] = "RAW"
        elif kind == 2:
            other, there = chance.choice(places(data))
            container[key] = json.loads(json.dumps(other[there]))
        else:
            container[key] = chance.choice(ODD)
        if not places(data):
            break
    return json.dumps(data).replace('"RAW"', chance.choice(RAW)).encode()


def by_byte(text: str, chance: random.Random) -> bytes:
    """A few stretches are cut, doubled, or something else."""
    data = bytearray(text.encode())
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(data)), chance.randint(1, 60)
        new = [b"", data[at : at + length] * 2, chance.randbytes(chance.randint(1, 8)), chance.choice(RAW).encode()]
        data[at : at + length] = chance.choice(new)
    return bytes(data)


def show_comparison(data: bytes) -> None:
    found = document.read(data)
    document.encode(document.document(found))
    document.csv_text(found)
    document.markdown(found)
    charts(found)
    beside_document.markdown(beside(MADE, found))


def show_map(data: bytes) -> None:
    found = break_even.read(data)
    json.dumps(break_even.document(found), allow_nan=False)
    break_even.sentence(found)
    break_even.conditions(found)
    map_picture(found)


def show_results(data: bytes) -> None:
    results, there, _ = report.read_document(data)
    json.dumps(report.document(results, there), allow_nan=False)


SHOW: dict[str, Callable[[bytes], None]] = {
    "comparison": show_comparison, "map": show_map, "results": show_results,
}  # fmt: skip


@pytest.mark.parametrize("mutate", [by_value, by_byte])
@pytest.mark.parametrize("kind", SHOW)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numpy's of figures at the end of what floats can hold
def test_a_document_opens_and_can_be_shown_or_is_refused(kind: str, mutate: Any) -> None:
    opened, said = 0, []
    for seed in range(MUTATIONS):
        data = mutate(TEXTS[kind], random.Random(f"{kind}/{seed}"))
        try:
            SHOW[kind](data)
            opened += 1
        except Unreadable as problem:
            said.append(len(str(problem)))
        except Exception as problem:
            raise AssertionError(f"seed {seed}: {type(problem).__name__}: {problem}") from problem
    assert 0 < opened < MUTATIONS
    assert 0 < min(said) <= max(said) < 500


@pytest.mark.parametrize("mutate", [by_value, by_byte])
def test_kept_results_open_or_are_set_aside_whole(mutate: Any, tmp_path: Path) -> None:
    machine = json.loads(TEXTS["results"])["machine"]
    for seed in range(MUTATIONS):
        path = tmp_path / f"{seed}.claims.json"
        data = mutate(TEXTS["results"], random.Random(seed))
        path.write_bytes(data)
        results, trouble = store.load(path, machine)
        there = path if path.exists() else next(tmp_path.glob(f"{seed}.claims.*.json"))
        assert there.read_bytes() == data, "nothing is lost"
        assert path.exists() != bool(trouble)
        assert results or trouble or not json.loads(data)["claims"]


def test_a_talk_opens_or_says_why() -> None:
    opened = 0
    for seed in range(3 * MUTATIONS):
        chance = random.Random(seed)
        text = by_byte(TALK, chance).decode("utf-8", "replace")
        with contextlib.suppress(TalkError):
            assert parse_talk(text, "talk.toml", lambda: ["c"]).scenes
            opened += 1
    assert 0 < opened < 3 * MUTATIONS


_LOAD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from grandstand.compare import document
from grandstand.files.reading import Unreadable
most = lambda: int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
before = most()
try:
    document.load(Path(sys.argv[2]))
    print("opened")
except Unreadable as problem:
    print(str(problem)[:80])
print((most() - before) // 1024)
"""
WORST = {
    "parameters": ('{"kind": "comparison", "measurements": [], "plan": {"workload": "", "setups": [{"mode": "", '
              '"workers": 1, "parameters": {', '"%x":1,', '"":1}}]}}'),
    "machine": ('{"kind": "comparison", "plan": {"setups": [], "workload": ""}, "measurements": [], "machine": {',
                '"%x":[],', '"":1}}'),
    "unknown": ('{"kind": "comparison", "x": [', "[],", "[]]}"),
    "measurements": ('{"kind": "comparison", "measurements": [', "{},", "{}]}"),
    "setups": ('{"kind": "comparison", "plan": {"setups": [', '{"mode":"","workers":1},', "{}]}}"),
    "NaN": ('{"kind": "comparison", "x": [', "NaN,", "NaN]}"),
}  # fmt: skip
"""By what it is made of: the beginning, what comes over and over, the end."""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("what", WORST)
def test_a_document_takes_no_more_memory_than_it_may(what: str, tmp_path: Path) -> None:
    """As large as one may be, and made of nothing but what is small in a file and large in memory."""
    path = tmp_path / "worst.json"
    begin, unit, end = WORST[what]
    with path.open("w", encoding="utf-8") as file:
        size, number = file.write(begin), 0
        while size < document.MOST_BYTES - 100_000:
            size += file.write("".join(unit % i if "%" in unit else unit for i in range(number, number + 1000)))
            number += 1000
        file.write(end)
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(SOURCES), str(path)], capture_output=True, text=True, check=True, timeout=100
    )
    path.unlink()
    said, grown = done.stdout.splitlines()
    assert said != "opened"
    assert int(grown) < MOST_MB, said
