"""Free-threaded Pythons whose GIL comes on again, and modules that refuse sub-interpreters: the true cause is told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from grandstand.engine import messages as m
from grandstand.engine import runners, wire

from tests.hosts.foreign import Foreign, find
from tests.modes.conftest import light_main, nothing_left, semaphores, warm  # noqa: F401

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="tried on Linux")
WITNESS = "tests.hosts.witness_for_tests:Imports"
OLD_FASHIONED = """
#include <Python.h>
static struct PyModuleDef made = {PyModuleDef_HEAD_INIT, "old_fashioned", 0, -1, 0};
PyMODINIT_FUNC PyInit_old_fashioned(void) { return PyModule_Create(&made); }
"""


def old_fashioned(python: str, folder: Path) -> None:
    """A module of C that declares nothing; skips the test where it cannot be built."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    ask = "import sysconfig; print(sysconfig.get_path('include'))"
    include = subprocess.run([python, "-I", "-c", ask], capture_output=True, text=True).stdout.strip()
    if compiler is None or not (Path(include) / "Python.h").exists():
        pytest.skip("there is no compiler, or no Python.h, to build a module with")
    (folder / "it.c").write_text(OLD_FASHIONED)
    line = [compiler, "-shared", "-fPIC", f"-I{include}", "it.c", "-o", "old_fashioned.so"]
    subprocess.run(line, cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("shape", [runners.THREADS, runners.TASKS])
def test_a_gil_that_comes_on_again_is_told_with_the_module(shape: str, tmp_path: Path) -> None:
    python = find("3.14t")
    old_fashioned(python, tmp_path)
    environment = {"module": "old_fashioned", "folder": str(tmp_path)}
    with Foreign(python, shape, WITNESS, 2, environment, size=100_000, batch=60) as run:
        run.until(lambda: run.of(m.Trouble))
        (trouble,) = run.of(m.Trouble)
        assert trouble.kind == m.INSTEAD
        assert "turned its GIL on again: the import of 'old_fashioned'" in trouble.text
        before = run.units(1)
        run.until(lambda: run.units(1) > before)
        run.stop()
        assert [said.gil for said in run.of(wire.Introduction)] == [False, True]
        if shape == runners.THREADS:
            assert all(p.states_ns[m.GIL] > 0 for p in run.progress().values())


def test_a_gil_that_was_told_to_stay_off_stays_off(tmp_path: Path) -> None:
    python = find("3.14t")
    old_fashioned(python, tmp_path)
    environment = {"module": "old_fashioned", "folder": str(tmp_path)}
    with Foreign(python, runners.THREADS, WITNESS, 2, environment, gil="0", size=100_000, batch=60) as run:
        run.until(lambda: all(p.steps > 40 for p in run.progress().values()) and len(run.progress()) == 2)
        run.stop()
        assert run.of(m.Trouble) == []
        assert [said.gil for said in run.of(wire.Introduction)] == [False]


@pytest.mark.parametrize("version", ["3.14", "3.14t"])
def test_a_module_that_refuses_sub_interpreters_is_named(version: str, tmp_path: Path) -> None:
    python = find(version)
    old_fashioned(python, tmp_path)
    environment = {"module": "old_fashioned", "folder": str(tmp_path)}
    with Foreign(python, runners.INTERPRETERS, WITNESS, 2, environment, size=100_000, batch=60) as run:
        run.until_done()
        for goodbye in run.goodbyes().values():
            assert "module old_fashioned does not support loading in subinterpreters" in goodbye.error
            assert "__import__" in goodbye.traceback
        assert run.of(m.Trouble) == []


def test_a_sub_interpreter_that_cannot_be_ended_goes_with_its_process() -> None:
    with Foreign(find("3.14"), runners.INTERPRETERS, "HangsInC", 2, who=1) as run:
        run.until_misbehaving(1)
        run.stop()
        assert set(run.rungs()) <= {"terminate", "kill"}


def test_each_has_an_interpreter_and_a_thread_in_one_process() -> None:
    with Foreign(find("3.14"), runners.INTERPRETERS, "primes", 3) as run:
        run.until_working(3)
        hellos = run.hellos().values()
        assert len({hello.pid for hello in hellos}) == 1
        assert len({hello.thread for hello in hellos}) == 3
        run.stop()
        assert all(p.states_ns[m.GIL] == 0 for p in run.progress().values())
