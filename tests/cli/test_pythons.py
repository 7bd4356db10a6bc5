"""``pythons``: as a table and as JSON; paths added and forgotten."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import grandstand, started
from tests.cli.test_run_on_a_terminal import on_a_terminal
from tests.pythons.fakes import environment, script


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home, which is the working folder too, with a project's environment and a file that is no Python."""
    environment(tmp_path / ".venv")
    script(tmp_path / "bin/python3", "echo sorry >&2; exit 1")
    return tmp_path


def surroundings(home: Path) -> dict[str, str]:
    return {
        "HOME": str(home), "PATH": f"{home}/bin", "PYENV_ROOT": "", "VIRTUAL_ENV": "", "XDG_CACHE_HOME": "",
        "XDG_DATA_HOME": "",
    }  # fmt: skip


def pythons(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return grandstand("pythons", *arguments, cwd=home, **surroundings(home))


def test_json(home: Path) -> None:
    done = pythons(home, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert (document["schema"], document["kind"]) == (2, "pythons")
    found = document["pythons"]
    assert (found[0]["own"], found[0]["executable"]) == (True, sys.executable)
    (project,) = [one for one in found if one["project"]]
    assert project["environment"] == str(home / ".venv")
    assert project["usable"]
    assert project["reason"] is None
    (broken,) = [one for one in found if not one["usable"]]
    assert broken["name"] == "~/bin/python3"
    assert broken["reason"] == "It ended with exit code 1: sorry"
    assert broken["version"] is None
    assert json.loads(pythons(home, "--json").stdout)["pythons"] == found


def test_the_table_says_the_same(home: Path) -> None:
    done = pythons(home)
    assert (done.returncode, done.stderr) == (0, "")
    usable, _, rest = done.stdout.partition("These cannot be used:")
    assert "Grandstand's own" in usable
    assert "project .venv" in usable
    assert "It ended with exit code 1: sorry" in rest


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of POSIX")
def test_on_a_terminal_it_shows_how_far_it_is(home: Path) -> None:
    code, out, shown = on_a_terminal("pythons", "--json", **surroundings(home))
    assert (code, json.loads(out)["kind"]) == (0, "pythons")
    assert "Asking Pythons" in shown
    assert re.search(r"\b([1-9]\d*) of \1\b", shown)


def test_adding_and_forgetting(home: Path) -> None:
    far = environment(home / "far/my env")
    done = pythons(home, "--add", "far/my env", "--json")
    assert done.returncode == 0
    assert done.stderr.startswith("Remembered: ")
    assert [one["executable"] for one in json.loads(done.stdout)["pythons"] if one["added"]] == [str(far)]
    assert [one["added"] for one in json.loads(pythons(home, "--json").stdout)["pythons"]].count(True) == 1
    done = pythons(home, "--forget", str(far), "--json")
    assert done.returncode == 0
    assert not any(one["added"] for one in json.loads(done.stdout)["pythons"])


def test_what_is_refused(home: Path) -> None:
    done = pythons(home, "--add", "bin/python3")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Cannot add: bin/python3 cannot be used. It ended with exit code 1: sorry\n"
    done = pythons(home, "--add", "nothing")
    assert done.stderr == "Cannot add: nothing cannot be used. There is no such file.\n"
    done = pythons(home, "--forget", "/x")
    assert (done.returncode, done.stderr) == (2, "Cannot forget: /x was not added. Nothing was.\n")
    (home / ".local").write_text("")
    done = pythons(home, "--add", ".venv")
    assert done.returncode == 1
    assert done.stderr.startswith("Cannot remember: Cannot write ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_while_one_hangs(home: Path, number: signal.Signals) -> None:
    script(home / "bin/python3", "sleep 1000 & sleep 1000")
    with started("pythons", cwd=home, **surroundings(home)) as run:
        run.until_processes(4)  # the one that asks, the one that hangs, and its children
        run.process.send_signal(number)
        out, _ = run.process.communicate(timeout=30)
        assert run.process.returncode == (-number if number == signal.SIGKILL else 128 + number)
        assert out == ""
        run.nothing_is_left()
