"""``python main.py`` in a process of its own, as a person calls it: no display, a wide terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.control.leftovers import wait_until_gone
from tests.places import ROOT

PATIENCE = 60


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "main.py"), *arguments]


def environment(**more: str) -> dict[str, str]:
    """This one without any screen; COLUMNS keeps messages on one line."""
    bare = {k: v for k, v in os.environ.items() if "DISPLAY" not in k and not k.startswith(("QT_", "GRANDSTAND"))}
    return {**bare, "COLUMNS": "240", "PYTHONPATH": "", **more}


def grandstand(*arguments: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs it to its end."""
    return subprocess.run(
        command(*arguments), cwd=cwd or ROOT, env=environment(**env), capture_output=True, text=True, timeout=PATIENCE
    )


class Started:
    """A run that goes on until somebody ends it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.seen: set[int] = set()

    def descendants(self) -> set[int]:
        try:
            now = {child.pid for child in psutil.Process(self.process.pid).children(recursive=True)}
        except psutil.NoSuchProcess:
            now = set()
        self.seen |= now
        return now

    def until(self, happened: Callable[[], bool], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not happened():
            assert self.process.poll() is None, f"it ended with {self.process.returncode}"
            assert time.monotonic() < end, f"did not happen within {seconds} s"
            time.sleep(0.02)

    def until_processes(self, count: int) -> None:
        """Waits until it has so many descendants, helpers included, and has gone on for a moment with them."""
        self.until(lambda: len(self.descendants()) >= count)
        time.sleep(0.6)

    def nothing_is_left(self, seconds: float = 2.0) -> None:
        """Raises AssertionError when one of its descendants is still there after some seconds."""
        wait_until_gone(self.seen, seconds)


@contextmanager
def started(*arguments: str, cwd: Path | None = None, **env: str) -> Iterator[Started]:
    """Starts it in a process group of its own; whatever a test leaves of it is killed."""
    process = subprocess.Popen(
        command(*arguments), cwd=cwd or ROOT, env=environment(**env), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    run = Started(process)
    try:
        yield run
    finally:
        run.descendants()
        for pid in {process.pid, *run.seen}:
            try:
                psutil.Process(pid).kill()
            except psutil.NoSuchProcess:
                continue
        process.communicate()
