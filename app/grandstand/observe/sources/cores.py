"""Use of the cores: everybody's, the workers', the app's own. Pump's thread.

Source: psutil (Linux: /proc/stat, /proc/PID/stat).
"""

from __future__ import annotations

from typing import NamedTuple

import psutil

from grandstand.engine.clocks import now_ns
from grandstand.engine.samples import CoresSample
from grandstand.observe.sources.source import Source
from grandstand.vocabulary.channels import CORES


class _Last(NamedTuple):
    t_ns: int
    busy: tuple[float, ...]
    total: tuple[float, ...]


class CoresLook:
    """Each core since the look before; nothing at the first."""

    def __init__(self) -> None:
        self._processes: dict[int, psutil.Process] = {}
        self._cpu: dict[int, float] = {}
        self._me = psutil.Process()
        self._my_cpu = 0.0
        self._last: _Last | None = None

    def __call__(self, pids: frozenset[int]) -> list[CoresSample]:
        times = psutil.cpu_times(percpu=True)
        t = now_ns()
        # guest time is contained in user time already (psutil documents this for Linux)
        total = tuple(sum(c) - getattr(c, "guest", 0.0) - getattr(c, "guest_nice", 0.0) for c in times)
        busy = tuple(s - c.idle - getattr(c, "iowait", 0.0) for s, c in zip(total, times, strict=True))
        last, self._last = self._last, _Last(t, busy, total)
        ours = self._ours_since_last(pids)
        mine = sum(self._me.cpu_times()[:2])
        window, self._my_cpu = mine - self._my_cpu, mine
        if last is None or len(last.busy) != len(busy):
            return []
        percent = tuple(
            min(100.0, max(0.0, 100 * (b - b0) / (s - s0))) if s > s0 else 0.0
            for b, b0, s, s0 in zip(busy, last.busy, total, last.total, strict=True)
        )
        wall = (t - last.t_ns) / 1e9
        # A process seen for the first time brings CPU from before this sample: no more than there is to have.
        share = min(100 * (ours + window) / wall, 100.0 * len(busy))
        return [CoresSample(t, percent, busy, total, share, 100 * window / wall)]

    def _ours_since_last(self, pids: frozenset[int]) -> float:
        """CPU seconds that the watched processes used since the last call; a new one counts from its start."""
        used = 0.0
        for gone in self._processes.keys() - pids:
            del self._processes[gone]
            self._cpu.pop(gone, None)
        for pid in pids:
            try:
                process = self._processes.get(pid)
                if process is None:
                    process = self._processes[pid] = psutil.Process(pid)
                    self._cpu[pid] = 0.0
                cpu = sum(process.cpu_times()[:2])
            except psutil.Error:
                continue
            used += cpu - self._cpu[pid]
            self._cpu[pid] = cpu
        return used


SOURCE = Source("cores", "The use of the cores", (CORES,), 0.2, CoresLook)
