"""What a workload calls itself: for runs whose code is not loaded here, and must not be. Any thread."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from grandstand.engine import workloads
from grandstand.engine.workloads.base import Workload


@dataclass(frozen=True)
class About:
    """``parameters``: (key, title, unit) of each."""

    title: str
    unit: str
    parameters: tuple[tuple[str, str, str], ...] = ()

    @classmethod
    def of(cls, kind: type[Workload]) -> About:
        return cls(kind.title, kind.unit, tuple((p.key, p.title, p.unit) for p in kind.parameters))

    def told(self, key: str, value: float) -> str:
        """'size 100000', 'held 50 %'."""
        for name, title, unit in self.parameters:
            if name == key:
                return f"{title.lower()} {value:g} {unit}".strip()
        return f"{key} {value:g}"


@functools.cache
def about(key: str) -> About:
    """Of a workload that ships with the app; of others what their key tells. Loads nobody else's code."""
    if key in workloads.keys():  # noqa: SIM118
        return About.of(workloads.load(key))
    return About(key.rpartition(":")[2] or key, "units")
