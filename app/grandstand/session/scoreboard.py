"""What each way of doing the same work achieved, against the baseline. Model thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grandstand import modes
from grandstand.session.run import Setting
from grandstand.session.summary import Summary

LONG_ENOUGH = 0.8
"""Measured seconds below which a result is not shown: too short to mean anything."""
MOST_ROWS = 12
"""Ways that are shown: the newest."""


@dataclass(frozen=True)
class Row:
    """One line. ``name``: its mode, and what of its options is not as usual. ``times`` the baseline's throughput, with
    the range of half-second windows; None without baseline.
    """

    setting: Setting
    name: str
    per_second: float
    low: float | None
    high: float | None
    times: float | None
    times_low: float | None
    times_high: float | None
    seconds: float


class Scoreboard:
    """The last good result of each (work, mode, Python, options, workers); rows for one kind of work at a time."""

    def __init__(self) -> None:
        self._best: dict[tuple[object, object, int], Summary] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Scoreboard:
        """Summaries do not change: they are shared."""
        other = Scoreboard()
        other._best = dict(self._best)
        return other

    def record(self, summary: Summary) -> None:
        """Keeps ``summary`` if it was measured long enough; a newer one replaces an older one."""
        if summary.seconds < LONG_ENOUGH or summary.per_second <= 0:
            return
        if self._best:
            newest = next(reversed(self._best.values()))
            if _limit(newest) != _limit(summary):  # under another CPU quota: the two cannot be compared
                self._best.clear()
        key = (summary.setting.work, summary.setting.way, summary.setting.workers)
        self._best.pop(key, None)
        self._best[key] = summary
        while len(self._best) > 500:
            self._best.pop(next(iter(self._best)))

    def baseline(self, work: object, python: str = "") -> Summary | None:
        """The newest result of the baseline for this work, if there is one under that Python
        (its throughput does not depend on the number of workers).
        """
        mode = modes.baseline().key
        baselines = [s for s in self._best.values() if s.setting.work == work and s.setting.mode == mode]
        same = [s for s in baselines if s.setting.python == python]
        there = same or baselines
        return there[-1] if there else None

    def apart(self, work: object) -> bool:
        """Whether results under several Pythons are compared with the baseline of each."""
        pythons = {s.setting.python for s in self._best.values() if s.setting.work == work}
        bases = (self.baseline(work, python) for python in pythons)
        return len(pythons) > 1 and {base.setting.python for base in bases if base is not None} == pythons

    def rows(self, work: object) -> list[Row]:
        """One row for each way that has a result for ``work``: the newest; in the order in which modes are offered."""
        newest: dict[object, Summary] = {}
        for s in self._best.values():
            if s.setting.work == work:
                newest.pop(s.setting.way, None)
                newest[s.setting.way] = s
        shown = list(newest.values())[-MOST_ROWS:]
        return [
            self._row(s) for s in sorted(shown, key=lambda s: (modes.described(s.setting.mode).order, s.setting.way))
        ]

    def _row(self, s: Summary) -> Row:
        mode = modes.described(s.setting.mode)
        # The baseline itself under another Python: what one thread costs there, against the app's own.
        base = self.baseline(s.setting.work, "" if mode.baseline else s.setting.python)
        ratio = base.per_second if base is not None and base.per_second > 0 else None
        variant = mode.variant(s.setting.options)
        name = " · ".join(part for part in (mode.name, s.setting.under.removeprefix(" on "), variant) if part)
        return Row(
            s.setting, name, s.per_second, s.low, s.high,
            s.per_second / ratio if ratio else None,
            s.low / ratio if ratio and s.low is not None else None,
            s.high / ratio if ratio and s.high is not None else None,
            s.seconds,
        )  # fmt: skip

    def clear(self) -> None:
        self._best.clear()


def _limit(summary: Summary) -> float | None:
    return summary.quota.cores if summary.quota is not None else None
