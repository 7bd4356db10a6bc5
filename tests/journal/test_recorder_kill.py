"""Killed at any moment, the app leaves a recording that opens, and that lacks at most its last second."""

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from grandstand.journal.reader import Recording

from bench.recording import killed
from tests.places import with_tests


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_killed_at_any_moment_the_file_opens_and_lacks_little(tmp_path: Path):
    """Four at once: their disk and their cores are busy, too. After half a second the mode is being switched."""
    chance = random.Random(5)
    moments = [0.0, 0.7, chance.uniform(0.1, 0.7), chance.uniform(0.7, 1.2)]
    with ThreadPoolExecutor(len(moments)) as pool:
        found = list(pool.map(lambda i: killed(tmp_path / f"{i}.grandstand", moments[i]), range(len(moments))))
    assert [left.integrity for left in found] == ["ok"] * len(moments)
    # `bench recording` holds them to a second, with nothing beside it.
    assert all(0.0 <= left.missing_s <= 2.0 for left in found), [left.missing_s for left in found]
    assert found[-1].runs >= 1


def test_killed_at_the_very_beginning_it_is_a_recording_already(tmp_path: Path) -> None:
    """The file is there, and nothing has happened to it yet."""
    path = tmp_path / "begun.grandstand"
    program = (
        "import os, sqlite3, sys\n"
        "from pathlib import Path\n"
        "connect = sqlite3.connect\n"
        "def opened(name, *rest, **more):\n"
        "    if name != ':memory:':\n"
        "        os.kill(os.getpid(), 9)\n"
        "    return connect(name, *rest, **more)\n"
        "sqlite3.connect = opened\n"
        "from tests.journal.made import MACHINE\n"
        "from grandstand.journal.recorder import Recorder\n"
        "from grandstand.session.session import Session\n"
        "Recorder.start(Session(2), Path(sys.argv[1]), 'title', MACHINE, False).wait_until_open(30)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], env=with_tests(), timeout=60)
    assert done.returncode == -9
    recording = Recording.open(path)
    assert recording.title == "title"
    assert not recording.runs
    recording.close()
