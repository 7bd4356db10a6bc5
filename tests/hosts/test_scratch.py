"""The app's own temporary folder: short, locked while the app lives, and swept by whoever comes after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from grandstand.hosts import scratch

from tests.places import with_tests

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fork server's folder")
PROGRAM = """
import sys, time
from grandstand.hosts import scratch
print(scratch.folder(), flush=True)
exec(sys.argv[1])
"""


class App:
    """A program with such a folder."""

    def __init__(self, then: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, then], stdout=subprocess.PIPE, text=True, env=with_tests(**environment)
        )
        assert self.process.stdout is not None
        self.folder = Path(self.process.stdout.readline().strip())

    def end(self, number: int = 0) -> None:
        if number:
            self.process.send_signal(number)
        self.process.communicate(timeout=60)


@pytest.fixture
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import tempfile

    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # a short name
        yield Path(folder)


@pytest.mark.parametrize(
    "then", ["pass", "sys.exit(3)", "raise ValueError", "import os; os.fork() or sys.exit(0)"],
    ids=["end", "exit", "error", "fork"],
)  # fmt: skip
def test_nothing_is_left_after_an_end(base: Path, then: str) -> None:
    app = App(then, TMPDIR=str(base))
    app.end()
    assert app.folder.parent == base
    assert not list(base.iterdir())


def test_a_fork_that_ends_takes_nothing_along(base: Path) -> None:
    app = App("import os; os.waitpid(os.fork() or sys.exit(0), 0); time.sleep(600)", TMPDIR=str(base))
    time.sleep(0.5)
    assert app.folder.is_dir()
    app.end(signal.SIGKILL)


def test_the_next_one_sweeps_what_a_killed_one_left_and_nothing_else(base: Path) -> None:
    killed = App("time.sleep(600)", TMPDIR=str(base))
    (killed.folder / "listener").write_text("")
    alive = App("time.sleep(600)", TMPDIR=str(base))
    killed.end(signal.SIGKILL)
    assert killed.folder.is_dir()
    others = [base / "grandstand-notes", base / "pymp-abc"]  # somebody's own
    for other in others:
        other.mkdir()
    (base / "grandstand-file").write_text("")
    another = App("pass", TMPDIR=str(base))
    another.end()
    assert not killed.folder.exists()
    assert alive.folder.is_dir()
    assert all(other.is_dir() for other in others)
    assert (base / "grandstand-file").exists()
    alive.end(signal.SIGKILL)


def test_whoever_waits_for_the_end_of_an_app_removes_its_folder(base: Path) -> None:
    app = App("time.sleep(600)", TMPDIR=str(base))
    assert not scratch.remove_if_left_alone(app.folder)
    app.process.kill()
    assert scratch.remove_if_left_alone(app.folder, 10.0)
    assert scratch.remove_if_left_alone(app.folder)  # gone already
    app.end()


@pytest.mark.parametrize("kind", ["long", "missing", "a file", "relative", "empty"])
def test_another_place_where_the_usual_one_will_not_do(base: Path, kind: str) -> None:
    long = base / ("x" * 60)
    long.mkdir()
    (base / "file").write_text("")
    named = {
        "long": str(long), "missing": str(base / "none"), "a file": str(base / "file"), "relative": "x", "empty": "",
    }[kind]  # fmt: skip
    app = App("pass", TMPDIR=named, TEMP="", TMP="", XDG_RUNTIME_DIR=str(base))
    app.end()
    assert app.folder.parent == base
    assert len(os.fsencode(app.folder)) + len("/listener-12345678") < 104


def test_it_is_for_its_owner_alone(base: Path) -> None:
    app = App("time.sleep(600)", TMPDIR=str(base))
    assert app.folder.stat().st_mode & 0o777 == 0o700
    app.end(signal.SIGKILL)


def test_a_part_of_it_lasts_as_long_as_it_is_used() -> None:
    with scratch.part("experiment") as place:
        Path(place, "file").write_text("")
        assert Path(place).parent == scratch.folder()
    assert not Path(place).exists()
    with pytest.raises(KeyError), scratch.part("experiment") as place:
        raise KeyError
    assert not Path(place).exists()
