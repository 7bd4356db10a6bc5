"""The Python programs of this user that run now. Its own object for each thread that looks; no Qt."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

_Key = tuple[int, float, str]
_ATTRIBUTES = ("cmdline", "cpu_times", "num_threads", "memory_info")


@dataclass(frozen=True)
class Running:
    """One process. ``cpu``: share of one core since the look before, None at the first; ``memory``: resident bytes."""

    pid: int
    command: tuple[str, ...]
    cpu: float | None
    threads: int
    memory: int
    started: float

    @property
    def title(self) -> str:
        """Its command line, without the folders before the program's name."""
        first, *rest = self.command
        return " ".join((first.rpartition("/")[2] or first, *rest))


class RunningPythons:
    """``look`` from time to time: who was there before, and what they had used, is remembered."""

    def __init__(self) -> None:
        self._is_python: dict[_Key, bool] = {}
        self._used: dict[_Key, tuple[float, float]] = {}

    def look(self) -> list[Running]:
        """Those that use most first; without this process and what it started. A few ms for a hundred processes."""
        own = self._family()
        listed: list[Running] = []
        is_python: dict[_Key, bool] = {}
        used: dict[_Key, tuple[float, float]] = {}
        for process in psutil.process_iter():
            try:
                if process.pid in own or not _ours(process):
                    continue
                head = process.as_dict(("exe", "create_time"))
                executable = head["exe"] or ""
                key = (process.pid, float(head["create_time"]), executable)  # it may become another one by exec
                known = self._is_python.get(key)
                is_python[key] = _looks_like_python(process.pid, executable) if known is None else known
                if not is_python[key]:
                    continue
                facts = process.as_dict(_ATTRIBUTES)
                if not facts["cmdline"]:  # it is about to end
                    continue
                now, cpu = time.monotonic(), facts["cpu_times"].user + facts["cpu_times"].system
                used[key] = (now, cpu)
                before = self._used.get(key)
                share = (cpu - before[1]) / (now - before[0]) if before and now > before[0] else None
                memory = facts["memory_info"].rss if facts["memory_info"] else 0
                listed.append(
                    Running(process.pid, tuple(facts["cmdline"]), share, facts["num_threads"] or 1, memory, key[1])
                )
            except (psutil.Error, OSError):
                continue  # it has ended, or is not ours to look at
        self._is_python, self._used = is_python, used
        return sorted(listed, key=lambda one: (-(one.cpu or 0.0), -one.started))

    @staticmethod
    def _family() -> set[int]:
        try:
            return {os.getpid(), *(child.pid for child in psutil.Process().children(recursive=True))}
        except psutil.Error:
            return {os.getpid()}


def _ours(process: psutil.Process) -> bool:
    if sys.platform == "win32":
        return True  # what may not be looked at says so when it is asked
    return bool(process.uids().real == os.getuid())


def _looks_like_python(pid: int, executable: str) -> bool:
    """By its program's name; on Linux also one that has Python's library in it, whatever it is called."""
    name = os.path.basename(executable).lower()
    if name.startswith(("python", "pypy")):
        return True
    if not sys.platform.startswith("linux"):
        return False
    try:
        return "libpython" in Path(f"/proc/{pid}/maps").read_text(errors="replace")
    except OSError:
        return False
