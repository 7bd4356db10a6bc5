"""What a claim may need of the machine. Data; any thread."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Here:
    """What a claim may need of the machine."""

    cores: int
    platform: str
    start_methods: tuple[str, ...]
    gil: bool
    proc: bool
    """/proc with memory figures of each process."""
    quota: float | None = None
    """Seconds of CPU time a second that a CPU quota gives; None without one."""

    @property
    def usable_cores(self) -> float:
        """How many cores' time there is to have."""
        return float(self.cores) if self.quota is None else min(float(self.cores), self.quota)

    @property
    def whole_cores(self) -> int:
        """The same in whole cores, at least one."""
        return max(1, math.ceil(self.usable_cores))
