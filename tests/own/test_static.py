"""What is told of a function by reading it."""

from __future__ import annotations

import pytest
from grandstand.own import reference
from grandstand.own.static import look

from tests.own.made import write

HEAD = "import threading\nLOCK = threading.Lock()\nN = 0\nFOUND = []\nCACHE = {}\n\n"


def read(folder, body, name="work"):
    file, _ = reference.parse(str(write(folder, HEAD + body)))
    return look(file, name)


WRITES = {
    "a counter": ("def work():\n    global N\n    N += 1\n", [("N", "rebinds", False)]),
    "one with a lock": ("def work():\n    global N\n    with LOCK:\n        N += 1\n", [("N", "rebinds", True)]),
    "a list": ("def work(x):\n    FOUND.append(x)\n", [("FOUND", "adds to", False)]),
    "a cache": ("def work(x):\n    CACHE[x] = 1\n", [("CACHE", "stores in", False)]),
    "one with a lock of its own": (
        "def work(x):\n    with LOCK:\n        if x not in CACHE:\n            CACHE[x] = 1\n",
        [("CACHE", "stores in", True)],
    ),
    "a sum in a table": ("def work(x):\n    CACHE[x] += 1\n", [("CACHE", "adds to", False)]),
    "through a helper": (
        "def work(x):\n    note(x)\ndef note(x):\n    FOUND.append(x)\n", [("FOUND", "adds to", False)],
    ),
    "a local of that name": ("def work(x):\n    FOUND = []\n    FOUND.append(x)\n    N = 3\n", []),
    "an argument of that name": ("def work(CACHE):\n    CACHE[1] = 2\n", []),
    "nothing": ("def work(x):\n    return [y for y in FOUND] + [CACHE.get(x)]\n", []),
    "a method": ("class A:\n    def step(self):\n        FOUND.append(1)\n", [("FOUND", "adds to", False)]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRITES)
def test_writes_to_globals_and_locks_around_them(case, tmp_path):
    body, expected = WRITES[case]
    found = read(tmp_path, body, "A" if "class A" in body else "work")
    assert [(one.name, one.how, one.locked) for one in found.writes] == expected


def test_names_that_only_the_main_guard_defines(tmp_path):
    body = "def work():\n    return SIZE + N\nif __name__ == '__main__':\n    SIZE = 3\n    work()\n"
    found = read(tmp_path, body)
    assert found.guarded_names == ("SIZE",)
    assert found.guard == 9
    assert read(tmp_path, "SIZE = 1\n" + body).guarded_names == ()


def test_calls_at_import(tmp_path):
    assert read(tmp_path, "def work(): ...\nwork()\n").at_import == ((8, "work()"),)
    assert read(tmp_path, "def work(): ...\nif __name__ == '__main__':\n    work()\n").at_import == ()
