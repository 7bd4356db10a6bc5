"""Programs watched by a real observer, for tests."""

from __future__ import annotations

import glob
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from grandstand.observe.observer import Observer
from grandstand.observe.outside.process import FAILED
from grandstand.watch.program import Program

PROGRAMS = Path(__file__).parent / "programs"
PATIENCE = 60.0
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")


def pythons() -> list[str]:
    """This one, and what else is installed here of 3.8 to 3.14, one of each version."""
    found = {sys.version_info[:2]: sys.executable}
    home = os.path.expanduser("~")
    for minor in range(8, 15):
        places = [*glob.glob(f"{home}/.pyenv/versions/3.{minor}.*/bin/python3"), f"/usr/bin/python3.{minor}"]
        for place in places:
            if (3, minor) not in found and os.access(place, os.X_OK):
                found[3, minor] = place
    return list(found.values())


class Watched:
    """A program and what the observer says of it. ``follow`` until something has happened."""

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.program = Program()
        self.events: list[Any] = []

    def follow(self, until: Callable[[], bool], seconds: float = PATIENCE) -> None:
        end = time.monotonic() + seconds
        while not until():
            assert not self.observer.over, f"it ended: {self.program.troubles} {self.observer.problem}"
            assert time.monotonic() < end, f"did not happen within {seconds} s"
            self._take()

    def begin(self, process: subprocess.Popen[bytes]) -> None:
        """Lets a program begin that waits for a line: now that its Python has been found."""
        self.follow(lambda: self.process() is not None and self.process().gil == "read")
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()

    def to_the_end(self, seconds: float = PATIENCE) -> Program:
        end = time.monotonic() + seconds
        while not self.observer.over:
            assert time.monotonic() < end
            self._take()
        failed = [trouble.text for trouble in self.program.troubles if trouble.kind == FAILED]
        assert not failed, failed
        return self.program

    def _take(self) -> None:
        events = self.observer.events(0.05)
        self.events += events
        self.program.apply(events)

    def process(self) -> Any:
        """The first one, once it is known."""
        everything = self.program.everything
        return everything[0] if everything else None


@contextmanager
def watching(pid: int, stuck_after_s: float = 5.0) -> Iterator[Watched]:
    observer = Observer(pid=pid, stuck_after_s=stuck_after_s)
    try:
        yield Watched(observer)
    finally:
        observer.close()


@contextmanager
def started(*command: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program of the tests' own, which ends with them."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **options)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def known(python: str, seconds: float, *kinds: str) -> tuple[Program, list[dict[str, Any]]]:
    """programs/known.py, watched to its end: what the observer saw, and what the program itself says."""
    with started(python, str(PROGRAMS / "known.py"), str(seconds), *kinds) as process:
        with watching(process.pid) as watched:
            watched.begin(process)
            program = watched.to_the_end()
        assert process.stdout is not None
        told = json.loads(process.stdout.read())
    return program, told["threads"]
