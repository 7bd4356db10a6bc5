"""What every bench gives back: figures with their spread, limit and verdict, as a table or as JSON. Any thread.

A figure is judged by its median (or by its largest value, where the limit is meant for every single one). The
interval is that of the median by order statistics: it assumes nothing about how the values are distributed, which
on a machine with other work to do is seldom a bell.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np


@dataclass(frozen=True)
class Figure:
    """One line of a table.

    ``values`` are what was measured, one a pair, worker or click. ``limit`` is the most that is allowed, with
    ``at_least`` the least. ``count`` is n where a value already sums up many (a 95th percentile of 900 frames).
    """

    name: str
    values: tuple[float, ...]
    unit: str = ""
    limit: float | None = None
    at_least: bool = False
    judged: Literal["median", "largest"] = "median"
    count: int = 0

    @property
    def value(self) -> float:
        """What the limit is held against; NaN without values."""
        if not self.values:
            return math.nan
        return max(self.values) if self.judged == "largest" else statistics.median(self.values)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the median lies with 95 %; None where there are too few values to say, or it is not judged."""
        return None if self.judged == "largest" else median_interval(self.values)

    @property
    def met(self) -> bool | None:
        """Whether the limit is kept; None without a limit. A figure that could not be had does not keep it."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def verdict(self) -> str:
        """'met' or 'NOT MET', with '?' where the interval holds the limit itself; '' without a limit."""
        if self.met is None or self.limit is None:
            return ""
        between = self.interval
        unsure = between is not None and between[0] < self.limit < between[1]
        return ("met" if self.met else "NOT MET") + (" ?" if unsure else "")

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unit": self.unit,
            "judged": self.judged,
            "value": self.value if self.values else None,
            "interval": self.interval,
            "low": min(self.values, default=None),
            "high": max(self.values, default=None),
            "n": self.count or len(self.values),
            "limit": self.limit,
            "at_least": self.at_least,
            "met": self.met,
            "values": [round(v, 6) for v in self.values],
        }


@dataclass
class Report:
    """A bench's result: figures, and what a reader should know about how they came about."""

    title: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, values: Iterable[float], unit: str = "", **how: Any) -> Figure:
        """Appends a figure; ``how`` as in Figure."""
        figure = Figure(name, tuple(values), unit, **how)
        self.figures.append(figure)
        return figure

    def as_dict(self) -> dict[str, Any]:
        return {"title": self.title, "figures": [f.as_dict() for f in self.figures], "notes": self.notes}

    def text(self) -> str:
        """The table, with its notes below."""
        rows: list[tuple[str, ...]] = [("", "value", "95 % interval", "range", "n", "limit", "")]
        rows += [_row(figure) for figure in self.figures]
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = [f"== {self.title}"]
        for row in rows:
            cells = [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:6], widths[1:6], strict=True))]
            lines.append("  ".join([*cells, row[6]]).rstrip())
        return "\n".join([*lines, *(f"   {line}" for note in self.notes for line in note.splitlines())])


def _row(figure: Figure) -> tuple[str, ...]:
    unit = f" {figure.unit}" if figure.unit else ""
    if not figure.values:
        return (figure.name, "none", "", "", "0", _limit(figure), figure.verdict)
    low, high = min(figure.values), max(figure.values)
    between = figure.interval
    return (
        figure.name + (" (largest)" if figure.judged == "largest" else ""),
        plain(figure.value) + unit,
        f"{plain(between[0])} – {plain(between[1])}" if between else "",
        f"{plain(low)} – {plain(high)}" if len(figure.values) > 1 else "",
        str(figure.count or len(figure.values)),
        _limit(figure),
        figure.verdict,
    )


def _limit(figure: Figure) -> str:
    if figure.limit is None:
        return ""
    return f"{'≥' if figure.at_least else '≤'} {plain(figure.limit)}"


def plain(value: float) -> str:
    """Three significant figures, without letters or powers: 0.983, 14.2, 1,234."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 1 else f"{value:.3f}"


def median_interval(values: Sequence[float], share: float = 0.95) -> tuple[float, float] | None:
    """The order statistics between which the median lies with at least ``share``; None for fewer than 6 values."""
    n = len(values)
    ordered = sorted(values)
    rank = 0  # the largest r with P(fewer than r of n below the median) still small enough on either side
    below = 0.0
    for r in range(n // 2):
        below += math.comb(n, r) / 2**n
        if 2 * below > 1 - share:
            break
        rank = r + 1
    return (ordered[rank - 1], ordered[n - rank]) if rank else None


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile (``share`` 0 to 1); NaN of nothing."""
    return float(np.quantile(values, share, method="inverted_cdf")) if values else math.nan
