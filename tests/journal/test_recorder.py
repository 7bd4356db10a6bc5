"""While it is recorded: what goes wrong is said, the session goes on, nothing that was there is lost."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from grandstand.engine import messages as m
from grandstand.engine.samples import CoresSample
from grandstand.journal import library
from grandstand.journal import scribe as scribe_module
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording
from grandstand.journal.recorder import Recorder
from grandstand.session.run import Setting

from tests.journal.made import MACHINE, Story
from tests.places import ROOT, with_tests


def begun(path: Path) -> tuple[Story, Recorder]:
    story = Story()
    return story, Recorder.start(story.session, path, "x", MACHINE, window=False)


def given_up(recorder: Recorder) -> str:
    until = time.monotonic() + 5
    while not recorder.problem and time.monotonic() < until:
        time.sleep(0.02)
    return recorder.problem


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path):
    path = tmp_path / "x.grandstand"
    path.write_text("mine")
    story, recorder = begun(path)
    assert "is there already" in given_up(recorder)
    story.run("threads", 2, 0.5)
    assert story.session.runs[-1].state.value == "finished", "the session does not mind"
    recorder.close()
    assert path.read_text() == "mine"


def test_a_folder_that_cannot_be_made(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    _, recorder = begun(tmp_path / "file" / "x.grandstand")
    assert "Choose another" in given_up(recorder)
    recorder.close()


def test_a_file_that_is_deleted_meanwhile(tmp_path: Path):
    path = tmp_path / "x.grandstand"
    story, recorder = begun(path)
    story.run("threads", 2, 0.5)
    until = time.monotonic() + 5
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.5)
    path.unlink()
    story.run("threads", 2, 0.5)
    assert "deleted or moved" in given_up(recorder)
    recorder.close()
    assert story.session.log is None
    assert not path.exists()


def test_notes_are_kept(tmp_path: Path):
    story, recorder = begun(tmp_path / "x.grandstand")
    story.run("threads", 2, 0.5)
    recorder.note("look here")
    recorder.close()
    recording = Recording.open(tmp_path / "x.grandstand")
    assert [text for _, text in recording.notes] == ["look here"]
    recording.close()


def test_a_session_without_a_run_leaves_no_file(tmp_path: Path):
    story, recorder = begun(tmp_path / "x.grandstand")
    story.session.apply([(0, CoresSample(story.t, (1.0, 1.0), (1.0, 1.0), (2.0, 2.0), 1.0, 1.0))], story.t)
    recorder.close()
    recorder.close()
    assert story.session.log is None
    assert not recorder.problem
    assert list(tmp_path.iterdir()) == []


def test_another_title(tmp_path: Path):
    story, recorder = begun(tmp_path / "x.grandstand")
    story.run("threads", 1, 0.1)
    recorder.rename("Talk \udc80 of today")
    recorder.close()
    assert facts(tmp_path / "x.grandstand", "title") == "Talk ? of today"


def test_while_another_program_has_it_locked_nothing_is_lost(tmp_path: Path):
    path = tmp_path / "x.grandstand"
    story, recorder = begun(path)
    story.run("threads", 1, 0.1)
    wait_for(lambda: facts(path, "(SELECT count(*) FROM runs)") == 1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    story.run("threads", 2, 0.5)
    wait_for(lambda: "has x.grandstand locked" in recorder.warning)
    assert not recorder.problem
    other.execute("ROLLBACK")
    wait_for(lambda: not recorder.warning)
    other.close()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")  # and once more, while it ends
    story.run("processes", 2, 0.5)
    timer = threading.Timer(0.5, other.execute, ("ROLLBACK",))
    timer.start()
    recorder.close()
    timer.join()
    other.close()
    assert not recorder.problem
    library.finish(path)
    recording = Recording.open(path)
    assert [run.setting.workers for run in recording.runs] == [1, 2, 2]
    assert all(run.state is not None for run in recording.runs)
    recording.close()


def test_what_a_slow_disk_cannot_take_is_dropped_and_counted_but_never_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scribe_module, "MOST_WAITING", 20_000)
    path = tmp_path / "x.grandstand"
    story, recorder = begun(path)
    story.run("threads", 1, 0.1)
    wait_for(lambda: facts(path, "(SELECT count(*) FROM runs)") == 1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # a disk that does not take anything
    story.run("threads", 2, 20.0)
    story.run("processes", 3, 0.5)
    assert recorder.dropped > 600
    assert recorder.warning
    other.close()
    recorder.close()
    assert not recorder.problem
    assert facts(path, "dropped") == recorder.dropped
    assert facts(path, "(SELECT sum(data) FROM markers WHERE kind = 'dropped')") == recorder.dropped
    player = Player(Recording.open(path))
    player.seek(player.end_ns)
    assert player.work(5.0)
    assert [(run.state, len(run.workers)) for run in player.session.runs] == [
        (run.state, len(run.workers)) for run in story.session.runs
    ]
    player.close()


@pytest.mark.parametrize("units", [float("nan"), float("inf"), 10**400, None], ids=["nan", "inf", "huge", "none"])
def test_a_worker_that_lies_does_not_end_the_recording(units: Any, tmp_path: Path):
    story, recorder = begun(tmp_path / "x.grandstand")
    story.session.begin_run(99, Setting("primes", "threads", 1, ()), story.t, "x")
    story.session.apply([(99, m.Hello(700, 0, story.t, 1, 1, 0))], story.t)
    lie = m.Progress(700, story.t, units, 1, (0,) * m.STATE_COUNT, 0, 0, b"", 0)
    story.session.apply([(99, lie), (99, m.Goodbye(700, story.t, "stopped", units, "", ""))], story.t)
    story.session.apply([(0, CoresSample(story.t, (float("nan"),), (1.0,), (2.0,), 1.0, 1.0))], story.t)
    story.run("threads", 2, 0.5)
    recorder.close()
    assert not recorder.problem
    player = Player(Recording.open(tmp_path / "x.grandstand"))
    player.seek(player.end_ns)
    assert player.work(5.0)
    assert len(player.session.runs) == 2
    assert player.session.rejected == story.session.rejected == 1
    player.close()


def test_a_file_at_its_limit_says_so_and_opens(tmp_path: Path):
    path = tmp_path / "x.grandstand"
    story = Story()
    recorder = Recorder.start(story.session, path, "x", MACHINE, window=False, most_bytes=100_000)
    story.run("threads", 2, 0.5)
    wait_for(lambda: facts(path, "(SELECT count(*) FROM runs)") == 1)
    story.run("threads", 8, 20.0)
    assert "reached its limit" in given_up(recorder)
    story.run("threads", 8, 1.0)
    assert story.session.runs[-1].state.value == "finished"
    recorder.close()
    opens_with_runs(path, 1)


def test_a_disk_that_takes_no_more(tmp_path: Path):
    path = tmp_path / "x.grandstand"
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(path)],
        capture_output=True, text=True, timeout=30, cwd=ROOT, env=with_tests(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "the disk does not take any more" in done.stdout
    assert "See whether the disk is full" in done.stdout
    assert "finished" in done.stdout
    opens_with_runs(path, 1)


_FULL = """
import resource, signal, sys, time
from pathlib import Path
from tests.journal.made import MACHINE, Story
from grandstand.journal.recorder import Recorder

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
story = Story()
recorder = Recorder.start(story.session, Path(sys.argv[1]), "x", MACHINE, window=False)
story.run("threads", 2, 0.5)
time.sleep(0.8)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
until = time.monotonic() + 10
while not recorder.problem and time.monotonic() < until:
    story.run("threads", 8, 5.0)
    time.sleep(0.2)
print(recorder.problem, story.session.runs[-1].state.value)
recorder.close()
"""


_SMALL_DISK = ["unshare", "--user", "--map-root-user", "--mount"]
"""Where a system lets everybody do this: a name space in which a file system of its own can be mounted."""


def _no_small_disk() -> bool:
    try:
        tried = subprocess.run(
            [*_SMALL_DISK, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return True
    return tried.returncode != 0


@pytest.mark.skipif(_no_small_disk(), reason="no small file system can be mounted here (Linux's unshare and mount)")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """A file system of 600 kB; the file stands in it alone, so it is looked at in there."""
    script = 'mount -t tmpfs -o size=600k tmpfs "$1" && exec "$2" -c "$3" "$1/full.grandstand"'
    done = subprocess.run(
        [*_SMALL_DISK, "sh", "-c", script, "sh", str(tmp_path), sys.executable, _REALLY_FULL],
        capture_output=True, text=True, timeout=60, cwd=ROOT, env=with_tests(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "The disk is full: recording stopped. What is in full.grandstand stays; the run goes on." in done.stdout
    assert "state finished, integrity ok, runs: some" in done.stdout
    assert list(tmp_path.iterdir()) == []


_REALLY_FULL = """
import contextlib, sqlite3, sys, time
from pathlib import Path
from tests.journal.made import MACHINE, Story
from grandstand.journal.reader import Recording
from grandstand.journal.recorder import Recorder

path = Path(sys.argv[1])
story = Story()
recorder = Recorder.start(story.session, path, "x", MACHINE, window=False)
until = time.monotonic() + 20
while not recorder.problem and time.monotonic() < until:
    story.run("threads", 8, 1.0)
    time.sleep(0.4)
print(recorder.problem)
recorder.close()
recording = Recording.open(path)
runs = len(recording.runs)
recording.close()
with contextlib.closing(sqlite3.connect(path)) as db:
    sound = db.execute("PRAGMA integrity_check").fetchone()[0]
print(f"state {story.session.runs[-1].state.value}, integrity {sound}, runs: {'some' if runs else 'none'}")
"""


def opens_with_runs(path: Path, least: int) -> None:
    recording = Recording.open(path)
    assert len(recording.runs) >= least
    recording.close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def facts(path: Path, what: str) -> Any:
    """One value of the sessions row, as another program reads it."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return db.execute(f"SELECT {what} FROM sessions").fetchone()[0]
    except sqlite3.OperationalError:  # not yet
        return None


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not happened():
        assert time.monotonic() < until, "did not happen"
        time.sleep(0.02)
