"""Memory of the workers' processes. Pump's thread. Source: psutil (Linux: /proc/PID/smaps_rollup)."""

from __future__ import annotations

import psutil

from grandstand.engine.clocks import now_ns
from grandstand.engine.samples import MemorySample
from grandstand.observe.sources.source import Source
from grandstand.vocabulary.channels import MEMORY


class MemoryLook:
    """Nothing to look at while there are no workers."""

    def __init__(self) -> None:
        self._processes: dict[int, psutil.Process] = {}

    def __call__(self, pids: frozenset[int]) -> list[MemorySample] | None:
        if not pids:
            return None
        for gone in self._processes.keys() - pids:
            del self._processes[gone]
        sizes: dict[int, int] = {}
        kind = "USS"
        for pid in sorted(pids):
            try:
                process = self._processes.get(pid) or self._processes.setdefault(pid, psutil.Process(pid))
                try:
                    sizes[pid] = process.memory_full_info().uss
                except psutil.AccessDenied:
                    sizes[pid] = process.memory_info().rss
                    kind = "RSS"
            except psutil.Error:
                continue
        return [MemorySample(now_ns(), kind, sizes)]


SOURCE = Source("memory", "The memory of worker processes", (MEMORY,), 1.0, MemoryLook)
