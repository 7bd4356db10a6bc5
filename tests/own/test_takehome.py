"""The code to take home is run once, and gives what one call after the other gives."""

from __future__ import annotations

import ast
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from grandstand.own import takehome
from grandstand.own.doctor import Diagnosis
from grandstand.own.finding import Finding
from grandstand.own.recommend import ASYNCIO, PROCESSES, SEQUENTIAL, THREADS, Way, recommend

from tests.own.made import understood, write

SOURCE = """
import asyncio
READY = []
def setup():
    READY.append(1)
def work(item, size=1):
    assert READY or size < 10, "setup was not called"
    return item, size
async def wait(item, size=1):
    await asyncio.sleep(0.001)
    assert READY or size < 10, "setup was not called"
    return item, size
def alone(size=2):
    return size * 2
class Stepper:
    def __init__(self):
        self.n = 0
    def step(self):
        self.n += 1
        return self.n
"""
ITEMS = {
    "range(20)": list(range(20)),
    "['a', 2, None]": ["a", 2, None],
    "lines.txt": ["one", "two"],
    "rows.csv": [{"a": "1"}, {"a": "2"}],
    "list.json": [1, [2, 3]],
    "lines.jsonl": [1, {"a": 2}],
    "*.txt": ["lines.txt"],
}
WAYS = [Way(THREADS, 3, 1, ""), Way(PROCESSES, 2, 4, ""), Way(SEQUENTIAL, 1, 1, "")]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "one\ntwo\n", "lines.txt")
    write(tmp_path, "a\n1\n2\n", "rows.csv")
    write(tmp_path, "[1, [2, 3]]", "list.json")
    write(tmp_path, '1\n{"a": 2}\n', "lines.jsonl")
    return tmp_path


def run(folder: Path, program: str) -> object:
    """Its results, when it is run as a program is run."""
    compile(program, "taken_home.py", "exec")
    said = program.replace(
        '    print(f"{len(results):,} results")', "    __import__('pickle').dump(results, open('r', 'wb'))"
    )
    assert said != program
    write(folder, said, "taken_home.py")
    done = subprocess.run([sys.executable, "taken_home.py"], cwd=folder, capture_output=True, text=True, timeout=90)
    assert (done.returncode, done.stderr) == (0, "")
    return pickle.loads((folder / "r").read_bytes())


@pytest.mark.parametrize("items", ITEMS)
def test_items_are_read_as_they_were_named(items, folder):
    own = understood(folder, SOURCE, "work", items=items, kwargs=("size=3",))
    assert run(folder, takehome.program(own, WAYS[0])) == [(item, 3) for item in ITEMS[items]]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.mode)
def test_every_way_gives_the_same_results(way, folder):
    plain = understood(folder, SOURCE, "work", items="range(20)")
    program = takehome.program(plain, way)
    assert run(folder, program) == [(item, 1) for item in range(20)]
    ready = understood(folder, SOURCE, "work", items="range(5)", args=("12",), setup="setup")
    assert run(folder, takehome.program(ready, way)) == [(item, 12) for item in range(5)]


@pytest.mark.parametrize("way", [Way(ASYNCIO, 5, 1, ""), *WAYS], ids=lambda way: way.mode)
def test_async_functions(way, folder):
    own = understood(folder, SOURCE, "wait", items="range(12)", args=("12",), setup="setup")
    assert run(folder, takehome.program(own, way)) == [(item, 12) for item in range(12)]


def test_calls_without_items(folder):
    own = understood(folder, SOURCE, "alone", kwargs=("size=4",))
    assert run(folder, takehome.program(own, WAYS[0])) == [8] * 1000


def test_a_class_steps(folder):
    own = understood(folder, SOURCE, "Stepper")
    assert run(folder, takehome.program(own, WAYS[2])) == list(range(1, 1001))


def test_a_module_is_imported_by_its_name(folder):
    write(folder, SOURCE, "jobs/inner.py")
    from grandstand.own import naming

    own = naming.understand(naming.Wish("jobs.inner:work", items="range(3)", python="app"))
    assert "from jobs.inner import work" in takehome.program(own, WAYS[0])
    assert run(folder, takehome.program(own, WAYS[0])) == [(item, 1) for item in range(3)]


def test_a_file_that_cannot_be_imported_by_name_gets_the_program_at_its_end(folder):
    own = understood(folder, SOURCE, "work", "my-job.py", items="range(3)")
    program = takehome.program(own, WAYS[1])
    assert "# Put this at the end of my-job.py" in program
    assert run(folder, SOURCE + program) == [(item, 1) for item in range(3)]


@pytest.mark.parametrize("way", [Way(ASYNCIO, 5, 1, ""), *WAYS[:2]], ids=lambda way: way.mode)
@pytest.mark.parametrize("function", ["work", "wait", "alone"])
def test_variants_are_programs_too(way, function, folder):
    items = {} if function == "alone" else {"items": "range(3)", "setup": "setup"}
    own = understood(folder, SOURCE, function, **items)
    variants = takehome.variants(own, way)
    assert tuple(variants) == takehome.VARIANTS
    for text in variants.values():
        names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
        assert "one" in names
        assert "__name__" in names, "there is a main guard"
    assert takehome.variants(own, WAYS[2]) == {}


def spent(**changes: object) -> dict[str, object]:
    usual = {"wall": 1.0, "run_delay": 0.0, "thread_cpu": 1.0, "gil_enabled": True, "outside": {"share": 1.0}}
    return {**usual, **changes}


RECOMMENDED = {
    "computes with the GIL": (spent(), 0.01, (PROCESSES, 4)),
    "computes without it": (spent(outside={"share": 0.02}), 0.01, (THREADS, 4)),
    "no GIL at all": (spent(gil_enabled=False), 0.01, (THREADS, 4)),
    "waits": (spent(thread_cpu=0.1), 0.01, (THREADS, 32)),
    "nothing to do": (spent(), 1e-6, (SEQUENTIAL, 1)),
}


@pytest.mark.parametrize("case", RECOMMENDED)
def test_what_is_recommended_follows_from_the_figures(case, folder):
    sharing, call, expected = RECOMMENDED[case]
    found = Diagnosis(understood(folder, SOURCE, "work", items="range(1000)"), call_seconds=call)
    found.raw["sharing.measure"] = sharing
    way = recommend(found, 4)
    assert (way.mode, way.workers) == expected, way
    assert 1 <= way.chunk <= 1000 // 16


def test_what_cannot_be_sent_is_not_sent(folder):
    found = Diagnosis(understood(folder, SOURCE, "work", items="range(1000)"), call_seconds=0.01)
    found.raw["sharing.measure"] = spent()
    found.findings.append(Finding("pickle", "fails", ""))
    assert recommend(found, 4).mode == SEQUENTIAL
    found.stops = "it raises"
    assert recommend(found, 4) is None


def test_sub_interpreters_as_a_program(tmp_path):
    own = understood(tmp_path, "def work(n):\n    return n\n", "work", items="range(9)")
    way = Way("interpreters", 2, 1, "")
    text = takehome.program(own, way)
    compile(text, "taken.py", "exec")
    assert "InterpreterPoolExecutor(max_workers=WORKERS)" in text
    assert way.words == "2 interpreters"
