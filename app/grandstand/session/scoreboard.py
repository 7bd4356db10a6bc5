"""What each mode achieved on the same work, against one by one. Model thread."""

from __future__ import annotations

from dataclasses import dataclass

from grandstand.session.summary import Summary

LONG_ENOUGH = 0.8
"""Measured seconds below which a result is not shown: too short to mean anything."""


@dataclass(frozen=True)
class Row:
    """One line. ``times`` the baseline's throughput, with the range of half-second windows; None without baseline."""

    mode: str
    workers: int
    per_second: float
    low: float | None
    high: float | None
    times: float | None
    times_low: float | None
    times_high: float | None
    seconds: float


class Scoreboard:
    """The last good result of each (work, mode, workers); rows for one kind of work at a time."""

    def __init__(self) -> None:
        self._best: dict[tuple[object, str, int], Summary] = {}

    def record(self, summary: Summary) -> None:
        """Keeps ``summary`` if it was measured long enough; a newer one replaces an older one."""
        if summary.seconds < LONG_ENOUGH or summary.per_second <= 0:
            return
        if self._best:
            newest = next(reversed(self._best.values()))
            if _limit(newest) != _limit(summary):  # under another CPU quota: the two cannot be compared
                self._best.clear()
        key = (summary.setting.work, summary.setting.mode, summary.setting.workers)
        self._best.pop(key, None)
        self._best[key] = summary
        while len(self._best) > 500:
            self._best.pop(next(iter(self._best)))

    def baseline(self, work: object) -> Summary | None:
        """The newest one-by-one result for this work (its throughput does not depend on the number of workers)."""
        found = [s for (w, mode, _), s in self._best.items() if w == work and mode == "sequential"]
        return found[-1] if found else None

    def newest(self, work: object, mode: str) -> Summary | None:
        """The newest result of a mode on this work."""
        found = [s for (w, kind, _), s in self._best.items() if w == work and kind == mode]
        return found[-1] if found else None

    def rows(self, work: object, modes: list[str]) -> list[Row]:
        """One row a mode that has a result for ``work``: the newest, in the order of ``modes``."""
        base = self.baseline(work)
        rows = []
        for mode in modes:
            s = self.newest(work, mode)
            if s is None:
                continue
            ratio = base.per_second if base is not None and base.per_second > 0 else None
            rows.append(
                Row(
                    mode, s.setting.workers, s.per_second, s.low, s.high,
                    s.per_second / ratio if ratio else None,
                    s.low / ratio if ratio and s.low is not None else None,
                    s.high / ratio if ratio and s.high is not None else None,
                    s.seconds,
                )
            )  # fmt: skip
        return rows

    def clear(self) -> None:
        self._best.clear()


def _limit(summary: Summary) -> float | None:
    return summary.quota.cores if summary.quota is not None else None
