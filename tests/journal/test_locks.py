"""Who looks at a recording that is being made must not take its locks away."""

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from grandstand.journal import library
from grandstand.journal.reader import Recording
from grandstand.journal.recorder import Recorder

from tests.journal.made import MACHINE, Story

_TRY = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=0.1)
try:
    print(db.execute("PRAGMA journal_mode=DELETE").fetchone()[0])
except sqlite3.OperationalError as problem:
    print(problem)
"""


def test_looking_at_a_live_recording_leaves_its_locks(tmp_path: Path):
    path = tmp_path / "x.grandstand"
    story = Story()
    recorder = Recorder.start(story.session, path, "x", MACHINE, window=False)
    story.run("threads", 2, 0.5)
    until = time.monotonic() + 5
    while time.monotonic() < until and not (path.exists() and library.entry(path, True).runs):
        time.sleep(0.05)
    Recording.open(path).close()
    said = subprocess.run([sys.executable, "-c", _TRY, str(path)], capture_output=True, text=True, check=True).stdout
    assert "locked" in said, "another program could have put the log away under the recorder"
    story.run("processes", 2, 0.5)
    recorder.close()
    assert not recorder.problem
    recording = Recording.open(path)
    assert [run.setting.mode for run in recording.runs] == ["threads", "processes"]
    recording.close()
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
