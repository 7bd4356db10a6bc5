"""Helper Pythons are deaf to the working folder and to what the environment wishes of Python."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from grandstand.engine import helper_python, paths

from tests.engine import helpers_for_tests as helpers
from tests.places import SOURCES

STDLIB = os.path.realpath(sysconfig.get_path("stdlib"))
METHODS = [method for method in ("spawn", "forkserver") if method in multiprocessing.get_all_start_methods()]


@pytest.fixture
def poisoned(tmp_path: Path) -> Path:
    """A folder with files that end whoever imports them."""
    folder = tmp_path / "poisoned"
    folder.mkdir()
    for name in ("queue", "random", "types", "grandstand", "json", "sitecustomize", "usercustomize", "runpy"):
        (folder / f"{name}.py").write_text(f"print('executed {name}')\nraise SystemExit('executed {name}')\n")
    return folder


def ask(folder: Path, *arguments: str, **environment: str) -> dict[str, Any]:
    done = subprocess.run(
        helper_python.command("tests.engine.helpers_for_tests:surroundings", *arguments),
        cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (3, "")
    said = json.loads(done.stdout)  # nothing else was printed
    assert isinstance(said, dict)
    return said


@pytest.mark.parametrize(
    "wish",
    [
        {}, {"PYTHONPATH": "{poisoned}"}, {"PYTHONINSPECT": "1"}, {"PYTHONSTARTUP": "{poisoned}/queue.py"},
        {"PYTHONWARNINGS": "error"}, {"PYTHONOPTIMIZE": "2"}, {"PYTHONDEVMODE": "1"}, {"PYTHONSAFEPATH": "1"},
        {"PYTHONVERBOSE": "1"}, {"PYTHONPROFILEIMPORTTIME": "1"}, {"PYTHONIOENCODING": "utf-16"},
        {"PYTHONPATH": "{poisoned}", "PYTHONNOUSERSITE": "", "PYTHONUSERBASE": "{poisoned}"},
    ],
    ids=lambda wish: " ".join(wish) or "none",
)  # fmt: skip
def test_a_helper_hears_of_nothing(poisoned: Path, wish: dict[str, str]) -> None:
    wish = {name: value.replace("{poisoned}", str(poisoned)) for name, value in wish.items()}
    found = ask(poisoned, "an argument", "é ☃", **wish)
    assert found["arguments"] == ["an argument", "é ☃"]
    assert found["files"] == [STDLIB, STDLIB, STDLIB, str(SOURCES / "grandstand")]
    assert found["flags"] == {"inspect": 0, "optimize": 0, "isolated": 1, "dev_mode": False}
    assert found["warnings"] == []
    assert found["exit"], "what people's code expects of site is missing"
    for name, value in wish.items():
        assert found["environment"][name] == value, "what it starts itself must still hear of it"


def test_bytecode_is_written_where_the_person_wants_it(
    poisoned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "compiled"))
    ask(poisoned)
    assert list((tmp_path / "compiled").rglob("helper_python*.pyc"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "not compiled"))
    ask(poisoned)
    assert not (tmp_path / "not compiled").exists()


def test_ours_comes_first_and_what_somebody_added_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added, working, script = (tmp_path / name for name in ("added", "working", "script"))
    for folder in (added, working, script):
        folder.mkdir()
    monkeypatch.chdir(working)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(added), str(SOURCES))))
    monkeypatch.setattr(sys.modules["__main__"], "__file__", str(script / "program.py"), raising=False)
    own = [path for path in sys.path if path]
    monkeypatch.setattr(sys, "path", [str(script), "", str(added), str(SOURCES), *own])
    found = paths.ordered()
    assert found[0] == str(SOURCES)
    assert found[-3:] == [str(script), str(working), str(added)]
    assert found.count(str(SOURCES)) == 1
    assert found[1:-3] == [path for path in dict.fromkeys(own) if path != str(SOURCES)]


@pytest.mark.parametrize("method", METHODS)
def test_children_and_their_helpers_too(poisoned: Path, tmp_path: Path, method: str) -> None:
    """In a program of its own, for fork server and resource tracker are started once."""
    report = tmp_path / "report"
    program = (
        "import multiprocessing, sys\n"
        "from grandstand.engine import helper_python\n"
        "from tests.engine.helpers_for_tests import in_a_child\n"
        f"context = multiprocessing.get_context({method!r})\n"
        "with helper_python.starting():\n"
        f"    process = context.Process(target=in_a_child, args=({str(report)!r},))\n"
        "    process.start()\n"
        "process.join(60)\n"
        "sys.exit(process.exitcode)\n"
    )
    code = f"import sys; sys.path[:0] = {[str(SOURCES), str(SOURCES.parent)]!r}; exec({program!r})"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=poisoned, capture_output=True, text=True, timeout=100
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads(report.read_text())["queue"] == STDLIB


def test_afterwards_multiprocessing_is_as_it_was() -> None:
    from multiprocessing import spawn, util

    def parts() -> list[Any]:
        return [spawn.get_preparation_data, spawn.get_command_line, getattr(util, "spawnv_passfds", None)]

    before = parts()
    with contextlib.suppress(KeyError), helper_python.starting(), helper_python.starting():
        assert parts() != before
        raise KeyError
    assert parts() == before


def test_flags_of_multiprocessings_own_are_replaced_and_its_arguments_kept() -> None:
    made = helper_python.deafened(
        [b"/python", "-Werror", "-X", "dev", "-c", "work(7)", "--multiprocessing-fork"], "x=1; "
    )
    assert made[0] == b"/python"
    assert made[1:3] == ["-I", "-S"]
    assert "-Werror" not in made
    assert made[-1] == "--multiprocessing-fork"
    assert made[made.index("-c") + 1].endswith("x=1; work(7)")
    frozen = ["/app", "--multiprocessing-fork", "pipe_handle=7"]
    assert helper_python.deafened(list(frozen)) == frozen


def test_helpers_are_importable() -> None:
    assert helpers.surroundings.__module__ == "tests.engine.helpers_for_tests"


def test_installed_packages_stay_behind_the_standard_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the app is one of them, its folder may hold a ``typing.py`` of somebody's."""
    monkeypatch.setattr(paths, "SOURCES", "/env/site-packages")
    monkeypatch.setattr(sys, "path", ["/env/bin", "/python/lib", "/env/site-packages"])
    assert paths.ordered() == ["/env/bin", "/python/lib", "/env/site-packages"]
    monkeypatch.setattr(sys, "path", ["/python/lib"])
    assert paths.ordered() == ["/env/site-packages", "/python/lib"]
