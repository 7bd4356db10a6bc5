"""Which Python programs of this user run."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from grandstand.observe import running
from grandstand.observe.running import RunningPythons

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="command lines as Linux has them")


def test_programs_are_listed_with_what_they_use_and_this_one_is_not() -> None:
    looking = RunningPythons()
    # Its parent is another process: what this one starts is its own.
    launcher = subprocess.Popen(
        [sys.executable, "-c", "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', "
         "'import time; print(1, flush=True)\\nwhile True: pass', 'a marked program'], start_new_session=True).pid)"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert launcher.stdout is not None
    pid = int(launcher.stdout.readline())
    try:
        launcher.wait(20)
        until = time.monotonic() + 20
        while True:
            listed = {one.pid: one for one in looking.look()}
            one = listed.get(pid)
            if (one is not None and one.cpu) or time.monotonic() > until:
                break
            time.sleep(0.1)
    finally:
        subprocess.run(["kill", "-9", str(pid)], check=False)
        launcher.stdout.close()
    assert one is not None
    assert (one.cpu or 0) > 0.05
    assert one.command[-1] == "a marked program"
    assert one.title.startswith("python")
    assert one.threads == 1
    assert one.memory > 1e6
    assert abs(one.started - time.time()) < 60


def test_what_this_process_started_is_not_listed() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        try:
            assert child.pid not in [one.pid for one in RunningPythons().look()]
        finally:
            child.kill()


def test_what_is_no_python_is_looked_into_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of hundreds of programs that are no Python, each was looked into every two seconds."""
    asked: list[str] = []
    real = running._looks_like_python
    monkeypatch.setattr(running, "_looks_like_python", lambda pid, path: asked.append(path) or real(pid, path))
    looking = RunningPythons()
    looking.look()
    first = len(asked)
    looking.look()
    assert len(asked) - first < max(3, first / 2), "but for what has started in between"
