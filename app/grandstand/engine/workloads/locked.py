"""Share a lock: sha256 of blocks, a share of each step while holding the one lock of all workers in this process."""

import hashlib
import threading
from typing import Any, Dict

from grandstand.engine.workloads._bytes import text_bytes
from grandstand.engine.workloads.base import Parameter, Workload

LOCK = threading.Lock()
"""The module's: the workers of one process share it, and each process has one of its own."""


class ShareLock(Workload):
    key = "lock"
    title = "Share a lock"
    unit = "MB"
    expect = (
        "sha256 releases the GIL, so threads could use every core; whoever needs the lock waits for it all "
        "the same. Each process has a lock of its own: there nobody waits."
    )
    parameters = (
        Parameter("held", "Lock held", "%", 0, 100, 5, 50, "linear",
             "Share of each step that is done while holding the lock; at 0 nobody takes it."),
        Parameter("block_kb", "Block size", "kB", 1, 4_096, 1, 128, "log",
             "What a step hashes. Pieces of 2 kB and less do not release the GIL."),
    )  # fmt: skip
    _last = b""

    def configure(self, parameters: Dict[str, float]) -> None:
        block = memoryview(text_bytes(int(parameters["block_kb"]) * 1000, self.worker))
        border = len(block) * int(parameters["held"]) // 100
        self._with, self._without = block[:border], block[border:]
        self._megabytes = len(block) / 1e6

    def step(self, meter: Any) -> float:
        if self._with:
            with meter.lock(LOCK):
                self._last = hashlib.sha256(self._with).digest()
        if self._without:
            self._last = hashlib.sha256(self._without).digest()
        return self._megabytes


WORKLOAD = ShareLock
