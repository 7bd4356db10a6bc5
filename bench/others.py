"""How much of the machine other programs took while a bench ran: what its figures must be read with. Bench process."""

from __future__ import annotations

import ctypes
import os
import sys
import time

import psutil

_SET_CHILD_SUBREAPER = 36


class Others:
    """Made before a stretch; ``cores()`` after it."""

    def __init__(self) -> None:
        if sys.platform.startswith("linux"):
            # Helpers that outlive their parent become our children instead of init's: what they used is ours.
            ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._began = time.monotonic()
        self._busy, self._ours = _busy(), _ours()

    def cores(self) -> float:
        """Cores kept busy by other programs since then, on average (a virtual machine's stolen time included)."""
        wall = time.monotonic() - self._began
        taken = max(0.0, (_busy() - self._busy - (_ours() - self._ours)) / wall)
        _bury_orphans()
        return taken


def _busy() -> float:
    """CPU seconds of everybody since the system started."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    guest = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)  # contained in user time already
    return float(sum(times) - guest - idle)


def _ours() -> float:
    """CPU seconds of this process and all its descendants, those that are gone and were waited for included."""
    me = psutil.Process()
    used = 0.0
    for process in [me, *me.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        used += (
            times.user + times.system + getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
        )
    return used


def _bury_orphans() -> None:
    """Waits for ended children of ours that nobody else will wait for; between two benches those are orphans."""
    for child in psutil.Process().children():
        try:
            if child.status() == psutil.STATUS_ZOMBIE:
                os.waitpid(child.pid, os.WNOHANG)
        except (psutil.Error, OSError):
            continue
