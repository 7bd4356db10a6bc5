"""Who held which GIL over the last minute, as an observer saw it from outside. Model thread.

Each GIL with workers has a band. In it, kinds stand where a lane has states: FREE, OTHER (a thread that is no worker:
the one that writes messages, the window's own) and FIRST + lane. Where no slice is, nobody looked.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grandstand.engine.observed import GilSeen, Looking, ProcessSeen
from grandstand.session.lanes import LaneStore
from grandstand.session.witnesses import Witnesses

FREE, OTHER, FIRST = 0, 1, 2
BANDS = 16
"""As many as can be told apart on a screen; of more GILs the rest is counted only."""
WINDOW_NS = 2_000_000_000
"""What the figures are of: the last two seconds."""
LEAST_LOOKS, MOST_UNSEEN = 150.0, 0.25
"""Fewer looks a second, or a larger share that was not seen, and no picture is drawn: it would be guesswork."""
_USES_TOO_LITTLE = 0.02
SHARED = "These workers share a thread, which has the GIL whenever one of them computes."
NO_GIL = "These workers run under a free-threaded Python: each runs whenever a core is free."
HARDLY = "Workers that run little Python code rarely hold it."
LaneOf = Callable[[int, int], int | None]
"""(pid, thread) -> the lane of the worker that runs in it."""


@dataclass
class Band:
    """One GIL: its place, and its totals (ns by thread) at several times of the last seconds.

    ``lanes``: of threads that are workers, or were: what one held while it was does not become another's when it ends.
    """

    pid: int
    gil: int
    row: int
    seen: deque[tuple[GilSeen, dict[int, int]]] = field(default_factory=deque)
    first: tuple[GilSeen, dict[int, int]] | None = None
    lanes: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class GilFigures:
    """Of one GIL over the last seconds. ``shares``: of the time seen, by lane; ``others``: threads that are no worker.

    ``hand_overs``: a second, as the interpreter counts them. ``looks`` a second; ``unseen``: share of the time;
    ``seconds`` that these are of.
    """

    row: int
    shares: dict[int, float]
    others: float
    free: float
    hand_overs: float
    looks: float
    unseen: float
    seconds: float

    @property
    def good(self) -> bool:
        """Whether it is enough for a picture."""
        return self.looks >= LEAST_LOOKS and self.unseen <= MOST_UNSEEN


_CHANGING = ("bands", "trouble", "none", "too_many", "observer_share", "witnesses", "_looking")


class Gils:
    """The bands. ``trouble``: why nothing can be seen, in words; ``none``: the workers' Python has no GIL."""

    def __init__(self, lanes: int) -> None:
        self.kinds = FIRST + lanes
        self.store = LaneStore(BANDS, self.kinds)
        self.bands: dict[tuple[int, int], Band] = {}
        self.trouble = ("", "")
        self.none = False
        self.too_many = 0
        self.observer_share = 0.0
        self.witnesses = Witnesses()
        self._looking: Looking | None = None

    def begin(self) -> None:
        """Other workers: their GILs take the rows anew. What was seen stays in the picture."""
        for band in self.bands.values():
            self.store.close_lane(band.row)
        self.bands.clear()
        self.witnesses.begin()
        self.trouble, self.none, self.too_many = ("", ""), False, 0

    def snapshot(self) -> dict[str, Any]:
        """What is known now, but for the slices, which are too many: to come back to, as often as one likes."""
        return copy.deepcopy({name: getattr(self, name) for name in _CHANGING})

    def restore(self, snapshot: dict[str, Any]) -> None:
        """As it was then; the bands are empty until something is told again."""
        for name, value in copy.deepcopy(snapshot).items():
            setattr(self, name, value)
        self.store.reset()

    def observed_anew(self) -> None:
        """Another observer: it counts from zero, so nothing of the one before can be set against it."""
        for band in self.bands.values():
            band.seen.clear()
            band.first = None
        self.witnesses.begin()
        self._looking = None
        self.observer_share = 0.0

    def looked(self, event: Looking) -> None:
        before, self._looking = self._looking, event
        self.witnesses.looks_hz = event.threads_hz
        if before is not None and event.t_ns - before.t_ns > 0 and event.cpu_ns >= before.cpu_ns:
            self.observer_share = (event.cpu_ns - before.cpu_ns) / (event.t_ns - before.t_ns)

    def described(self, event: ProcessSeen) -> None:
        """What is known of the Python of a process with workers."""
        self.none = event.gil == "none"
        if not event.gil and event.why:
            self.trouble = (event.why, event.remedy)
        elif event.gil:
            self.trouble = ("", "")

    def take(self, event: GilSeen, lane_of: LaneOf) -> bool:
        """Who held a GIL since the last time. False, and nothing is taken, when that cannot be true."""
        if len(event.slices) % 24 or len(event.holders) % 16:
            return False
        held = {int(thread): int(ns) for thread, ns in np.frombuffer(event.holders, np.int64).reshape(-1, 2)}
        rows = np.frombuffer(event.slices, np.int64).reshape(-1, 3).copy()
        seen = {int(thread) for thread in np.unique(rows[:, 0])} - {0}
        lanes = {thread: lane_of(event.pid, thread) for thread in seen | held.keys()}
        workers = {thread: lane for thread, lane in lanes.items() if lane is not None}
        band = self._band(event, held, workers)
        if band is None:
            return True
        band.lanes.update(workers)
        for thread in seen:
            lane = band.lanes.get(thread)
            rows[rows[:, 0] == thread, 0] = -OTHER if lane is None else -(FIRST + lane)
        rows[:, 0] *= -1  # below zero, so that a kind is not taken for a thread of that number
        if not self.store.add(band.row, rows.tobytes(), event.t_ns, -1):
            return False
        if band.seen and event.samples < band.seen[-1][0].samples:  # it was found anew
            band.seen.clear()
            band.first = None
        if band.seen:  # of threads that ended a while ago nothing more is told
            before = band.seen[-1][1]
            held |= {thread: before[thread] for thread in band.lanes if thread in before and thread not in held}
        band.seen.append((event._replace(slices=b"", holders=b""), held))
        band.first = band.first or band.seen[0]
        while len(band.seen) > 2 and band.seen[1][0].t_ns <= event.t_ns - WINDOW_NS:
            band.seen.popleft()
        return True

    def _band(self, event: GilSeen, held: dict[int, int], workers: dict[int, int]) -> Band | None:
        """Its band; None as long as no worker has used it."""
        key = (event.pid, event.gil)
        band = self.bands.get(key)
        if band is not None:
            return band
        theirs = sum(held.get(thread, 0) for thread in workers)
        # A thread passes through the main interpreter's GIL on its way to one of its own.
        if not workers or theirs < _USES_TOO_LITTLE * max(1, event.held_ns + event.free_ns):
            return None
        taken = {band.row for band in self.bands.values()}
        free = [row for row in range(BANDS) if row not in taken]
        if not free:
            self.too_many = max(self.too_many, len(self.bands) + 1)
            return None
        first = min(workers.values())
        band = self.bands[key] = Band(event.pid, event.gil, first if first in free else free[0])
        return band

    def figures(self, whole: bool = False) -> list[GilFigures]:
        """Of each GIL of which there is something to say, from the first row on.

        Of the last seconds, or of the ``whole`` time since it was found.
        """
        figures_of = []
        for band in sorted(self.bands.values(), key=lambda band: band.row):
            if len(band.seen) < 2 or band.first is None:
                continue
            (a, held_a), (b, held_b) = band.first if whole else band.seen[0], band.seen[-1]
            seen = (b.held_ns - a.held_ns) + (b.free_ns - a.free_ns)
            unseen = b.unseen_ns - a.unseen_ns
            seconds = (b.t_ns - a.t_ns) / 1e9
            if seen <= 0 or seconds <= 0:
                continue
            of_lanes: dict[int, int] = {}
            for thread, ns in held_b.items():
                lane = band.lanes.get(thread)
                if lane is not None:
                    of_lanes[lane] = of_lanes.get(lane, 0) + max(0, ns - held_a.get(thread, 0))  # a number used again
            others = max(0, b.held_ns - a.held_ns - sum(of_lanes.values()))
            figures_of.append(
                GilFigures(
                    band.row,
                    {lane: ns / seen for lane, ns in sorted(of_lanes.items())},
                    others / seen,
                    (b.free_ns - a.free_ns) / seen,
                    (b.switches - a.switches) / seconds,
                    (b.samples - a.samples) / seconds,
                    unseen / (seen + unseen),
                    seconds,
                )
            )
        return figures_of
