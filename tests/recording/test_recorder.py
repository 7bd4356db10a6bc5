"""While it is recorded: what goes wrong is said, the session goes on, nothing that was there is lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.engine.clocks import now_ns
from app.recording.reader import Recording
from app.recording.recorder import Recorder
from bench.recording import _RECORDING
from tests.recording.made import MACHINE, Story

ROOT = Path(__file__).resolve().parents[2]


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
    assert story.session.log is None
    recorder.close()


def test_notes_are_kept(tmp_path: Path):
    story, recorder = begun(tmp_path / "x.grandstand")
    story.run("threads", 2, 0.5)
    recorder.note("look here")
    recorder.close()
    recording = Recording.open(tmp_path / "x.grandstand")
    assert [text for _, text in recording.notes] == ["look here"]
    recording.close()


def test_closing_twice_and_without_a_word(tmp_path: Path):
    story, recorder = begun(tmp_path / "x.grandstand")
    recorder.close()
    recorder.close()
    assert story.session.log is None
    recording = Recording.open(tmp_path / "x.grandstand")
    assert recording.runs == ()
    recording.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize(("mode", "after"), [("threads", 0.9), ("processes", 0.35)])
def test_killed_at_any_moment_the_file_opens_and_lacks_at_most_a_second(mode: str, after: float, tmp_path: Path):
    path, script = tmp_path / "x.grandstand", tmp_path / "recording.py"
    script.write_text(_RECORDING)
    child = subprocess.Popen(
        [sys.executable, str(script), str(path), mode, "2"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(after)
    killed = now_ns()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    recording = Recording.open(path)
    last = recording.rows("SELECT max(at_ns) FROM progress")[0][0] or recording.start_ns
    recording.close()
    assert 0 <= (killed - last) / 1e9 <= 1.0
