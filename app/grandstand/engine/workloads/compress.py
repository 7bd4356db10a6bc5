"""Compress data: zlib, C code that releases the GIL while it works."""

import zlib
from typing import Any, Dict

from grandstand.engine.workloads._bytes import text_bytes
from grandstand.engine.workloads.base import Parameter, Workload


class CompressData(Workload):
    key = "compress"
    title = "Compress data"
    unit = "MB"
    expect = "zlib is C code that releases the GIL while it works: here threads do use every core."
    parameters = (
        Parameter("block_kb", "Block size", "kB", 1, 1_024, 1, 32, "log",
             "Small blocks ask for the GIL more often."),
        Parameter("level", "Compression level", "", 1, 9, 1, 1, "linear", "1 is fast, 9 is thorough."),
    )  # fmt: skip
    produced = 0

    def configure(self, parameters: Dict[str, float]) -> None:
        self._level = int(parameters["level"])
        self._block = text_bytes(int(parameters["block_kb"]) * 1000, self.worker)
        self._megabytes = len(self._block) / 1e6

    def step(self, meter: Any) -> float:
        packed = zlib.compress(self._block, self._level)
        self.produced += len(packed)
        return self._megabytes


WORKLOAD = CompressData
