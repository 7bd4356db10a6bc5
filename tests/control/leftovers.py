"""What a test may not leave behind: child processes and threads of this process."""

from __future__ import annotations

import sys
import threading
import time
from multiprocessing import forkserver, resource_tracker
from pathlib import Path

import psutil

_TASKS = Path("/proc/self/task")


def _helpers() -> set[int]:
    """multiprocessing's own two, which live as long as the test process does."""
    found = (
        getattr(forkserver._forkserver, "_forkserver_pid", None),
        getattr(resource_tracker._resource_tracker, "_pid", None),
    )
    return {pid for pid in found if pid}


def children() -> set[int]:
    """Every descendant of this process but multiprocessing's helpers."""
    return {child.pid for child in psutil.Process().children(recursive=True)} - _helpers()


def threads() -> dict[int, str]:
    """The system's threads of this process with their names; elsewhere than on Linux Python's own alone."""
    if not sys.platform.startswith("linux"):
        return {t.native_id or 0: t.name for t in threading.enumerate()}
    found = {}
    for task in _TASKS.iterdir():
        try:
            found[int(task.name)] = (task / "comm").read_text().strip()
        except OSError:
            continue
    return found


def gone(pids: set[int]) -> bool:
    """Whether none of these processes runs any more; what nobody has collected yet counts as gone."""
    for pid in pids:
        try:
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            continue
    return True


def wait_until_gone(pids: set[int], seconds: float) -> float:
    """Waits until these processes have ended; returns how long that took. Raises AssertionError after ``seconds``."""
    began = time.monotonic()
    while not gone(pids):
        assert time.monotonic() - began < seconds, f"still there after {seconds} s: {pids}"
        time.sleep(0.02)
    return time.monotonic() - began


class Leftovers:
    """Remembers what there is; ``check`` gives what came since some time to go, and raises if it stays."""

    def __init__(self, shared_threads: tuple[str, ...] = ()) -> None:
        self._children = children()
        self._threads = threads()
        self._shared = shared_threads

    def found(self) -> list[str]:
        new = [f"process {pid}" for pid in children() - self._children]
        for number, name in threads().items():
            if number not in self._threads and not name.startswith(self._shared or ("\0",)):
                new.append(f"thread {name}")
        return new

    def check(self, seconds: float = 5.0) -> None:
        until = time.monotonic() + seconds
        while found := self.found():
            assert time.monotonic() < until, f"left behind: {', '.join(found)}"
            time.sleep(0.02)
