"""Hash data: sha256, C code that releases the GIL for blocks above 2,047 bytes (CPython's hashlib)."""

import hashlib
from typing import Any, Dict

from grandstand.engine.workloads._bytes import text_bytes
from grandstand.engine.workloads.base import Parameter, Workload


class HashData(Workload):
    key = "hash"
    title = "Hash data"
    unit = "MB"
    expect = (
        "sha256 releases the GIL for blocks above 2 kB: threads scale. Make the blocks small and they stop doing so."
    )
    parameters = (
        Parameter("block_kb", "Block size", "kB", 1, 4_096, 1, 128, "log",
             "Blocks of 2 kB and less are hashed without releasing the GIL."),
    )  # fmt: skip
    _last = b""

    def configure(self, parameters: Dict[str, float]) -> None:
        self._block = text_bytes(int(parameters["block_kb"]) * 1000, self.worker)
        self._megabytes = len(self._block) / 1e6

    def step(self, meter: Any) -> float:
        self._last = hashlib.sha256(self._block).digest()
        return self._megabytes


WORKLOAD = HashData
