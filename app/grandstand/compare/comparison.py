"""What a comparison has found: measurements by setup and block, and the estimates made of them. Pure; any thread."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from grandstand.compare.leg import Leg, Setup
from grandstand.compare.plan import Plan
from grandstand.compare.politeness import breathe
from grandstand.compare.statistics import LEAST, Estimate, median, paired_ratio
from grandstand.session import words
from grandstand.session.quota_use import NOTABLE as NOTABLE_HELD
from grandstand.vocabulary.states import IN_ORDER, SUSPENDED

NOTABLE_OTHERS = 0.1
NOTABLE_STOP = 0.01
"""Share of the time of a leg."""
_MOST_NAMED = 6
_FAR = 5.0
"""Outliers: further from the median than so many median absolute deviations (scaled to the normal's sigma)."""


@dataclass(frozen=True)
class Measurement:
    """One leg: ``per_second`` units (of a fixed amount of work: units over ``wall``), ``states`` in shares of 1.

    ``t``: seconds since the comparison began; ``others``: cores kept busy by other programs meanwhile;
    ``held``: share of the CPU quota's periods in which it was used up.
    """

    setup: Setup
    block: int
    t: float
    per_second: float
    wall: float | None
    start_up: float | None
    cpu_cores: float
    states: dict[str, float]
    others: float
    memory: float | None
    held: float = 0.0

    @classmethod
    def of(cls, leg: Leg, setup: Setup, block: int, t: float, work: float) -> Measurement:
        summary = leg.summary
        total = sum(summary.states.values())
        return cls(
            setup, block, t, work / leg.wall if leg.wall else summary.per_second, leg.wall, summary.start_up_seconds,
            summary.cpu_cores, {key: s / total if total else 0.0 for key, s in summary.states.items()}, leg.others,
            leg.memory, leg.held,
        )  # fmt: skip


@dataclass
class Comparison:
    """A plan and what came of it. ``failures``: why a setup gave no more measurements, by setup."""

    plan: Plan
    unit: str
    machine: dict[str, Any]
    at: str = ""
    measurements: list[Measurement] = field(default_factory=list)
    failures: dict[Setup, str] = field(default_factory=dict)
    cancelled: bool = False
    _indexed: tuple[tuple[int, int], dict[Setup, list[Measurement]]] = field(
        default=((0, -1), {}), init=False, repr=False, compare=False
    )
    _kept: dict[Hashable, tuple[tuple[int, int], Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def of(self, setup: Setup) -> list[Measurement]:
        """In the order of blocks."""
        return self._index.get(setup, [])

    @property
    def _index(self) -> dict[Setup, list[Measurement]]:
        if self._indexed[0] != (id(self.measurements), len(self.measurements)):
            index: dict[Setup, list[Measurement]] = {}
            for x in sorted(self.measurements, key=lambda x: x.block):
                index.setdefault(x.setup, []).append(x)
            if self._indexed[0][0] != id(self.measurements):
                self._kept.clear()
            self._indexed = (id(self.measurements), len(self.measurements)), index
        return self._indexed[1]

    def _once(self, key: Hashable, setup: Setup, other: Setup, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, made again only when one of the two setups has got another measurement.

        A bootstrap takes a millisecond and each figure is wanted for the table, the charts, the sentence and the
        file: with a thousand setups that is seconds.
        """
        index = self._index
        size = len(index.get(setup, ())), len(index.get(other, ()))
        kept = self._kept.get(key)
        if kept is None or kept[0] != size:
            breathe()
            kept = self._kept[key] = size, make()
        return kept[1]

    @property
    def measured(self) -> list[Setup]:
        """The setups with at least one measurement, in the plan's order."""
        index = self._index
        return [setup for setup in self.plan.setups if setup in index]

    def estimate(self, setup: Setup, of: Callable[[Measurement], float | None], unit: str = "") -> Estimate | None:
        """The median over blocks; None where there is no such figure."""
        values = [value for x in self.of(setup) if (value := of(x)) is not None]
        return median(values, unit, "blocks") if values else None

    def rate(self, setup: Setup) -> Estimate:
        """Units a second."""
        estimate: Estimate | None = self._once(
            ("rate", setup), setup, setup, lambda: self.estimate(setup, lambda x: x.per_second, f"{self.unit}/s")
        )
        assert estimate is not None, "a setup without measurements has no rate"
        return estimate

    def start_up(self, setup: Setup) -> Estimate | None:
        """Seconds from the wish to the first step; None where nobody knows."""
        estimate: Estimate | None = self._once(
            ("start-up", setup), setup, setup, lambda: self.estimate(setup, lambda x: x.start_up, "s")
        )
        return estimate

    def against(self, setup: Setup, other: Setup) -> Estimate | None:
        """Throughput over another setup's, in pairs of the same block; None without a common block."""
        estimate: Estimate | None = self._once(
            ("against", setup, other), setup, other, lambda: self._against(setup, other)
        )
        return estimate

    def _against(self, setup: Setup, other: Setup) -> Estimate | None:
        theirs = {x.block: x.per_second for x in self.of(other) if x.per_second > 0}
        pairs = [(x.per_second, theirs[x.block]) for x in self.of(setup) if x.block in theirs and x.per_second > 0]
        if not pairs:
            return None
        return paired_ratio([a for a, _ in pairs], [b for _, b in pairs], "blocks")

    def speedup(self, setup: Setup) -> Estimate | None:
        """Against the plan's baseline for this setup."""
        return self.against(setup, self.plan.baseline(setup))

    @property
    def swept(self) -> frozenset[str]:
        """The parameters that have several values in the plan."""
        return self.plan.swept

    def shares(self, setup: Setup) -> dict[str, float]:
        """The mean share of each state in the workers' time."""
        measurements = self.of(setup)
        return {s.key: math.fsum(x.states.get(s.key, 0.0) for x in measurements) / len(measurements) for s in IN_ORDER}

    def held(self, setup: Setup) -> float:
        """The mean share of the CPU quota's periods in which it was used up; 0 without a quota."""
        measurements = self.of(setup)
        return math.fsum(x.held for x in measurements) / len(measurements) if measurements else 0.0

    # -- what to mind -----------------------------------------------------------------------------------------

    def warnings(self) -> list[str]:
        """What makes these figures less than they look: too few, other load, drifting, outliers, failures."""
        lines = [f"{self.label(setup)}: {why}" for setup, why in self.failures.items()]
        n = min((len(self.of(setup)) for setup in self.measured), default=0)
        if 0 < n < LEAST:
            more = LEAST * len(self.plan.setups) * self.plan.leg_seconds
            lines.append(
                f"{n} {'block gives' if n == 1 else 'blocks give'} no interval; {LEAST} would, in about {more:.0f} s."
            )
        stopped = sum(x.states.get(SUSPENDED.key, 0.0) > NOTABLE_STOP for x in self.measurements)
        if stopped:
            legs = "1 measurement was" if stopped == 1 else f"{stopped:,} measurements were"
            lines.append(f"{legs} suspended (stopped from outside) for a while; that time is left out.")
        others = [x.others for x in self.measurements]
        limit = words.limit_of(self.machine)
        spare = float(self.machine["cores"]) - limit if limit is not None else 0.0  # of no use to us anyway
        if others and math.fsum(others) / len(others) > NOTABLE_OTHERS + spare:
            lines.append(
                f"Other programs kept {math.fsum(others) / len(others):.1f} of {self.machine.get('cores', '?')} cores "
                f"busy (up to {max(others):.1f}): the machine was not quiet."
            )
        held = [setup for setup in self.measured if self.held(setup) >= NOTABLE_HELD]
        if held:
            much = f" ({words.core_time(limit)})" if limit is not None else ""
            share = words.percent(max(self.held(setup) for setup in held))
            lines.append(
                f"The CPU quota{much} held back {len(held)} of {len(self.measured)} setups, in up to {share} of its "
                "periods."
            )
        odd = [(setup, self._once(("odd", setup), setup, setup, functools.partial(self._oddities, setup)))
               for setup in self.measured]  # fmt: skip
        for kind, many in (("drift", "drift with time"), ("far", "have a block that lies far from the others")):
            affected = [(setup, words[kind]) for setup, words in odd if kind in words]
            if len(affected) > _MOST_NAMED:
                lines.append(f"{len(affected):,} of {len(self.measured):,} setups {many}.")
            else:
                lines += [f"{self.label(setup)}: {words}" for setup, words in affected]
        return lines

    def label(self, setup: Setup) -> str:
        """'2 threads', with the swept parameters."""
        return setup.words + "".join(f", {key} {value:g}" for key, value in setup.parameters if key in self.swept)

    def _oddities(self, setup: Setup) -> dict[str, str]:
        values = [x.per_second for x in self.of(setup)]
        oddities = {}
        trend = drift(values)
        if trend is not None:
            oddities["drift"] = f"drifts: {100 * trend:+.0f} % from the first block to the last."
        far = outliers(values)
        if far:
            blocks = ", ".join(str(i + 1) for i in far)
            oddities["far"] = f"block {blocks} lies far from the others (medians are hardly affected)."
        return oddities


def drift(values: list[float]) -> float | None:
    """The change from the first to the last value, as a share, where the order surely plays a part; else None.

    Kendall's tau with p < 0.01 and Theil and Sen's slope (scipy); from eight values on.
    """
    if len(values) < 8 or min(values) <= 0:
        return None
    from scipy.stats import kendalltau, theilslopes

    order = range(len(values))
    if not kendalltau(order, values).pvalue < 0.01:
        return None
    slope = float(theilslopes([math.log(v) for v in values], order)[0])
    change = math.exp(slope * (len(values) - 1)) - 1
    return change if abs(change) > 0.02 else None


def outliers(values: list[float]) -> list[int]:
    """Indices of values that lie far from all the others; from five values on."""
    if len(values) < 5:
        return []
    from scipy.stats import median_abs_deviation

    ordered = sorted(values)
    middle = ordered[len(ordered) // 2]
    spread = float(median_abs_deviation(values, scale="normal"))
    return [i for i, v in enumerate(values) if spread > 0 and abs(v - middle) > max(_FAR * spread, 0.03 * middle)]
