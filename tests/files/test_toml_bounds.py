"""No talk may take long to read, whatever is in it; and what a talk may hold is not mistaken for that."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable

import pytest
from grandstand.files.toml_bounds import MOST_DEPTH, MOST_DOTS, MOST_PARTS, too_costly
from grandstand.talk.library import starter
from grandstand.talk.scene import LONGEST_NOTES, Scene, Talk
from grandstand.talk.toml import MOST_BYTES, TalkError, parse_talk, talk_text
from hypothesis import given, settings
from hypothesis import strategies as st

LONGEST_S = 3.0
"""The worst of these takes 0.3 s of CPU time; the machine may be busy."""


def filled(unit: Callable[[int], str]) -> str:
    """As many as a file may hold, each another."""
    pieces: list[str] = []
    size = 0
    while size < MOST_BYTES - 100:
        pieces.append(unit(len(pieces)))
        size += len(pieces[-1])
    return "".join(pieces)


DEEP = "a." * MOST_DOTS
FEW = MOST_PARTS // 2 - 10
BAD = {
    "dots": "a" + ".a" * 25_000 + " = 1",
    "a heading of dots": "[" + "a." * 400_000 + "a]",
    "dots between strings": '"a"' + ' . "b"' * 100_000 + " = 1",
    "keys": filled(lambda i: f"a{i}=1\n"),
    "dotted keys": filled(lambda i: f"{DEEP}a{i}=1\n"),
    "as many deep keys under a deep heading as there may be": f"[{DEEP}b]\n" + "".join(
        f"{DEEP}c{i}=1\n" for i in range(FEW)
    ),
    "headings": filled(lambda i: f"[{DEEP}a{i}]\n"),
    "as many headings as there may be": "".join(f"[{DEEP}a{i}]\n" for i in range(MOST_PARTS // 3 - 10)),
    "tables of one name": filled(lambda i: "[[a]]\n"),
    "an array": "a=[" + "1," * 400_000 + "]",
    "arrays in arrays": "a=" + "[" * 400_000,
    "inline tables in inline tables": "a=" + "{a=" * 300_000,
    "arrays and tables as deep as they may be": "a=" + "[{a=" * (MOST_DEPTH // 2) + "1" + "}]" * (MOST_DEPTH // 2),
    "a long inline table": "a={" + filled(lambda i: f"a{i}=1,") + "}",
    "a long string": 'a="' + "x" * 900_000 + '"',
    "a long string of lines": 'a="""' + "x\n" * 400_000 + '"""',
    "escapes": 'a="' + "\\n" * 400_000 + '"',
    "escapes, as many as there may be": 'a="' + "\\u0041" * 49_000 + '"',
    "empty strings": "a=[" + "''," * 300_000 + "]",
    "quotes": '"' * 900_000,
    "quotes of a string without an end": 'a="""' + '""x' * 300_000,
    "strings without an end": 'a="x\n' * 180_000,
    "escaped quotes without an end": '"' + '\\"' * 24_000,
    "lines": "\n" * 900_000,
    "lines of comments": "#\n" * 450_000,
    "blanks": " " * 900_000 + "=",
    "digits": "a=" + "1" * 900_000,
    "digits with underscores": "a=" + "1_" * 400_000 + "1",
    "dates": "a=[" + "1979-05-27T07:32:00Z," * (MOST_PARTS - 10) + "]",
    "unknown names": 'title="t"\n' + "".join(f"titel{i}=1\n" for i in range(FEW)),
    "unknown names in scenes": 'title="t"\n' + ("[[scene]]\n" + "".join(f"wrkload{i}=1\n" for i in range(60))) * 200,
    "unknown panels": 'title="t"\n[[scene]]\ntitle="s"\nlayout=[' + ",".join(f'"x{i}"' for i in range(2 * FEW)) + "]",
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
@pytest.mark.timeout(30)
def test_no_text_takes_long(name: str) -> None:
    began = time.process_time()
    with pytest.raises(TalkError) as caught:
        parse_talk(BAD[name][:MOST_BYTES])
    assert time.process_time() - began < LONGEST_S
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('a = """\nx\n"""\n' + "b." * 9 + "c = 1", "line 4 has a name with more than 8 dots"),
        ("# a.b.c.d.e.f.g.h.i.j.k\n\n" + "[" * 17, "line 3 has lists or tables that are nested more than 16 deep"),
        ("\n" * (MOST_PARTS + 1), "more than 30,000 names"),
        ('a = "' + "\\n" * 50_001 + '"', "backslashes"),
    ],
)
def test_the_line_is_said(text: str, words: str) -> None:
    assert words in too_costly(text)


def test_a_talk_as_large_as_one_may_be_can_be_read() -> None:
    line = "A line of notes: 1.2.3.4.5.6.7.8.9.10, [[[[[[[[[[[[[[[[[[[[[[ and \"quotes\" # = { , \\ '''\n"
    notes = (line * 200)[:4_500]
    assert len(notes) < LONGEST_NOTES
    talk = Talk(
        "Everything", tuple(Scene(f"Scene {i}", notes=notes, parameters=(("size", 5000.0),)) for i in range(190))
    )
    text = talk_text(talk)
    assert 0.8 * MOST_BYTES < len(text.encode()) < MOST_BYTES
    assert parse_talk(text) == talk


TOML = st.lists(
    st.sampled_from(['"', "'", '"""', "'''", "\\", "\n", "\r\n", *".=[]{},#a1 "]),
    max_size=60,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(TOML)
def test_small_texts_are_never_too_costly_unless_they_are(text: str) -> None:
    """Where the parser finds a document, whatever stands in its strings, the bounds agree with what is in it."""
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return

    def depth(value: object) -> int:
        parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        return 1 + max(map(depth, parts), default=0) if isinstance(value, dict | list) else 0

    if depth(found) <= MOST_DOTS:
        assert too_costly(text) == ""


def test_talks_that_ship_are_no_trouble() -> None:
    assert too_costly(talk_text(starter())) == ""
