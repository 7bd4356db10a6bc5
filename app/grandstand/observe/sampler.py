"""Samples cores and the CPU quota five times a second, memory once a second.

Runs on the pump's thread, between its turns.
"""

from __future__ import annotations

import os
from typing import NamedTuple

import psutil

from grandstand.engine.clocks import now_ns
from grandstand.engine.samples import CoresSample, MemorySample, QuotaSample
from grandstand.observe import quota
from grandstand.observe.machine import cores

CORES_EVERY = 0.2
MEMORY_EVERY = 1.0


class _Last(NamedTuple):
    t_ns: int
    busy: tuple[float, ...]
    total: tuple[float, ...]


class Sampler:
    """``watch`` may be called from any thread; everything else belongs to the pump's."""

    def __init__(self) -> None:
        self._pids: frozenset[int] = frozenset()
        self._processes: dict[int, psutil.Process] = {}
        self._cpu: dict[int, float] = {}
        self._me = psutil.Process()
        self._my_cpu = 0.0
        self._last: _Last | None = None
        self._had_quota = False
        self._cores_at = self._memory_at = 0.0

    def watch(self, pids: frozenset[int]) -> None:
        """The worker processes whose CPU and memory are ours."""
        self._pids = pids - {os.getpid()}  # workers in this process: its CPU is counted anyway

    def __call__(self, now: float) -> list[CoresSample | MemorySample | QuotaSample]:
        """What is due at ``now`` (time.monotonic)."""
        found: list[CoresSample | MemorySample | QuotaSample] = []
        if now >= self._cores_at:
            self._cores_at = now + CORES_EVERY
            sample = self._cores()
            if sample is not None:
                found.append(sample)
            found += self._quota()
        if now >= self._memory_at and self._pids:
            self._memory_at = now + MEMORY_EVERY
            found.append(self._memory())
        return found

    def _cores(self) -> CoresSample | None:
        times = psutil.cpu_times(percpu=True)
        t = now_ns()
        # guest time is contained in user time already (psutil documents this for Linux)
        total = tuple(sum(c) - getattr(c, "guest", 0.0) - getattr(c, "guest_nice", 0.0) for c in times)
        busy = tuple(s - c.idle - getattr(c, "iowait", 0.0) for s, c in zip(total, times, strict=True))
        last, self._last = self._last, _Last(t, busy, total)
        ours = self._ours_since_last()
        mine = sum(self._me.cpu_times()[:2])
        window, self._my_cpu = mine - self._my_cpu, mine
        if last is None or len(last.busy) != len(busy):
            return None
        percent = tuple(
            min(100.0, max(0.0, 100 * (b - b0) / (s - s0))) if s > s0 else 0.0
            for b, b0, s, s0 in zip(busy, last.busy, total, last.total, strict=True)
        )
        wall = (t - last.t_ns) / 1e9
        # A process seen for the first time brings CPU from before this sample: no more than there is to have.
        share = min(100 * (ours + window) / wall, 100.0 * len(busy))
        return CoresSample(t, percent, busy, total, share, 100 * window / wall)

    def _quota(self) -> list[QuotaSample]:
        """Nothing where there is no quota that gives less than the cores; once more when it has just gone."""
        limit = quota.renew()
        if limit is None or limit.cores >= cores():
            had, self._had_quota = self._had_quota, False
            return [QuotaSample(now_ns(), 0.0, 0, 0, 0.0)] if had else []
        self._had_quota = True
        said = quota.throttling(limit)
        return [QuotaSample(now_ns(), limit.cores, *(said or (0, 0, 0.0)))]

    def _ours_since_last(self) -> float:
        """CPU seconds that the watched processes used since the last call; a new one counts from its start."""
        used = 0.0
        pids = self._pids
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

    def _memory(self) -> MemorySample:
        sizes: dict[int, int] = {}
        kind = "USS"
        for pid, process in list(self._processes.items()):
            try:
                sizes[pid] = process.memory_full_info().uss
            except psutil.AccessDenied:
                try:
                    sizes[pid] = process.memory_info().rss
                    kind = "RSS"
                except psutil.Error:
                    continue
            except psutil.Error:
                continue
        return MemorySample(now_ns(), kind, sizes)
