"""Whether a GIL was looked at often enough for a picture, by the same rule as for a run's own workers. Pure."""

from __future__ import annotations

from collections import deque

from grandstand.engine.observed import GilSeen
from grandstand.session.gils import LEAST_LOOKS, MOST_UNSEEN, WINDOW_NS

_LEAST_NS = 500_000_000
"""Of less than that nothing is said yet."""


class Quality:
    """Of one GIL over the last seconds. ``looks``: a second; ``unseen``: share of the time; None: not known yet."""

    def __init__(self) -> None:
        self._told: deque[tuple[int, int, int]] = deque()

    def hear(self, event: GilSeen) -> None:
        if self._told and event.samples < self._told[-1][1]:  # it was found anew
            self._told.clear()
        self._told.append((event.t_ns, event.samples, event.unseen_ns))
        while len(self._told) > 2 and self._told[1][0] <= event.t_ns - WINDOW_NS:
            self._told.popleft()

    @property
    def looks(self) -> float | None:
        first, last = self._ends()
        return (last[1] - first[1]) / ((last[0] - first[0]) / 1e9) if last[0] - first[0] >= _LEAST_NS else None

    @property
    def unseen(self) -> float | None:
        first, last = self._ends()
        return (last[2] - first[2]) / (last[0] - first[0]) if last[0] - first[0] >= _LEAST_NS else None

    @property
    def good(self) -> bool:
        """True also where it is not known yet."""
        looks, unseen = self.looks, self.unseen
        return looks is None or unseen is None or (looks >= LEAST_LOOKS and unseen <= MOST_UNSEEN)

    def _ends(self) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        return (self._told[0], self._told[-1]) if self._told else ((0, 0, 0), (0, 0, 0))
