"""What a CPU quota did to a run: pure functions of the sampler's words. Any thread."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grandstand.engine.samples import QuotaSample

NOTABLE = 0.1
"""Share of the quota's periods: whoever was held back in fewer was hardly hindered by it."""


@dataclass(frozen=True)
class QuotaUse:
    """``cores``: the time that it gave, the least of it if it was changed. ``periods`` of the control group in the
    stretch, those in which it was used up (``held``), and the ``seconds`` in which threads were held back meanwhile,
    added up over the cores."""

    cores: float
    periods: int = 0
    held: int = 0
    seconds: float = 0.0

    @property
    def share(self) -> float:
        """Of the periods, those in which the quota was used up (0-1)."""
        return self.held / self.periods if self.periods else 0.0

    @property
    def notable(self) -> bool:
        return self.share >= NOTABLE


def grown(use: QuotaUse | None, before: QuotaSample | None, sample: QuotaSample) -> QuotaUse | None:
    """``use`` with what happened between two samples; None while there was no quota."""
    if not sample.cores:
        return use
    use = QuotaUse(sample.cores) if use is None else use
    cores = min(use.cores, sample.cores)
    if before is None or not before.cores:
        return QuotaUse(cores, use.periods, use.held, use.seconds)
    more = (sample.periods - before.periods, sample.held - before.held, sample.seconds - before.seconds)
    if min(more) < 0:  # another control group: its counts began elsewhere
        more = (0, 0, 0.0)
    return QuotaUse(cores, use.periods + more[0], use.held + min(more[:2]), use.seconds + more[2])


def held_back(before: QuotaSample | None, sample: QuotaSample) -> float:
    """Time a second in which threads were held back between two samples, added up over the cores; NaN: not known."""
    if before is None or not before.cores or sample.t_ns <= before.t_ns or sample.seconds < before.seconds:
        return math.nan
    return (sample.seconds - before.seconds) / ((sample.t_ns - before.t_ns) / 1e9)
