"""What can be seen of a program where its memory cannot be read (macOS, Windows): CPU time by thread, through psutil.

It says the same events as the observer, without a GIL and without what threads wait for: what is no CPU time is
``waiting``. In the app's own process; the thread that uses it.
"""

from __future__ import annotations

import os
import sys
import time
from array import array
from collections.abc import Iterator
from typing import Any

import psutil

from grandstand.engine import observed
from grandstand.engine.clocks import now_ns
from grandstand.engine.messages import COMPUTING, STATE_COUNT, WAITING

PERIOD_S = 0.2
_SYSTEMS = {"darwin": "macOS", "win32": "Windows"}


def why(platform: str = sys.platform) -> tuple[str, str]:
    """Why nothing more can be seen here, and what would mend it."""
    system = _SYSTEMS.get(platform, "this system")
    return (
        f"{system} does not let one program read another's memory and waits the way Linux does, so there is only CPU "
        "time by thread",
        "Watch it on Linux, for instance in a container or a virtual machine.",
    )


class CpuOnly:
    """Use ``look`` some times a second; ``over`` when nothing is left of the program."""

    def __init__(self, pid: int) -> None:
        """Raises psutil.Error when there is no such process."""
        self._root = psutil.Process(pid)
        self._threads: dict[tuple[int, int], tuple[int, float]] = {}
        self._processes: dict[int, psutil.Process] = {}
        self.over = False
        self._cpu: dict[int, float] = {}
        self._began = now_ns()

    def begin(self) -> Iterator[Any]:
        yield observed.Watching(os.getpid(), self._root.pid, self._began, time.time_ns())

    def look(self) -> Iterator[Any]:
        """Events since the last look."""
        processes: dict[int, psutil.Process] = {}
        try:
            if self._root.is_running() and self._root.status() != psutil.STATUS_ZOMBIE:
                processes[self._root.pid] = self._root
            processes.update({child.pid: child for child in self._root.children(recursive=True)})
        except psutil.Error:
            pass
        now = now_ns()
        for pid in self._processes.keys() - processes.keys():
            yield observed.ProcessGone(pid, now, int(self._cpu.pop(pid, 0.0) * 1e9))
        new = processes.keys() - self._processes.keys()
        self._processes = processes
        self.over = not processes
        for pid, process in processes.items():
            try:
                if pid in new:
                    yield self._seen(process, now)
                yield from self._rows(process, now)
            except psutil.Error:
                continue

    def _seen(self, process: psutil.Process, now: int) -> observed.ProcessSeen:
        parent = process.ppid() if process.pid != self._root.pid else 0
        reason, remedy = why()
        return observed.ProcessSeen(
            process.pid, parent, now, tuple(process.cmdline()), "", False, "", "", reason, remedy
        )

    def _rows(self, process: psutil.Process, now: int) -> Iterator[Any]:
        times = process.cpu_times()
        self._cpu[process.pid] = times.user + times.system
        yield observed.ProcessUsed(process.pid, now, int(self._cpu[process.pid] * 1e9))
        try:
            threads = [(one.id, one.user_time + one.system_time) for one in process.threads()]
        except psutil.AccessDenied:  # macOS, without root: the process as a whole
            threads = [(process.pid, times.user + times.system)]
        rows = array("q")
        for tid, cpu in threads:
            since, first = self._threads.setdefault((process.pid, tid), (now, cpu))
            states = [0] * STATE_COUNT
            states[COMPUTING] = min(now - since, int((cpu - first) * 1e9))
            states[WAITING] = now - since - states[COMPUTING]
            rows.extend((tid, since, now, int(cpu * 1e9), 0, WAITING, *states))
        yield observed.ThreadsSeen(process.pid, now, rows.tobytes(), b"")
