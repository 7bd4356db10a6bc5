"""The threads and GILs of a watched program as rows of a picture, a group for each process. Any one thread; no Qt.

A row is a lane of one store. Kinds in it are states and, for a GIL, FREE, OTHER (a thread that has no row) and
FIRST + the color of the thread that holds it.
"""

from __future__ import annotations

import copy
import itertools
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grandstand.engine import observed as o
from grandstand.engine.clocks import now_ns
from grandstand.engine.messages import STATE_COUNT
from grandstand.plain import one_line
from grandstand.session.lanes import Ints, LaneStore
from grandstand.watch.program import MOST_NAME
from grandstand.watch.quality import Quality

MOST = 256
"""Rows at a time. Of more threads the rest is counted in the figures, and said."""
GILS = 32
"""Rows beside them, for GILs alone: who starts hundreds of threads wants to see what keeps them waiting."""
MOST_ENDED = 12
"""Of a process that runs: as many threads that have ended are listed. A server may have a thread for each request."""
COLORS = 16
FREE, OTHER, FIRST = STATE_COUNT, STATE_COUNT + 1, STATE_COUNT + 2
KINDS = FIRST + COLORS
KEPT_NS = 60_000_000_000
"""How long the row of a thread that has ended stays: as long as the picture can show it."""
_LOOK_NS = 1_000_000_000
"""A look at many threads takes a while, and its message has the time of its beginning."""


@dataclass
class Row:
    """``thread`` is 0 for a GIL, and ``gil`` then its number. ``color``: of a thread, as its GIL's band shows it.

    ``quality``: of a GIL, how well it was seen.
    """

    number: int
    pid: int
    thread: int = 0
    gil: int = 0
    color: int = 0
    ended_ns: int = 0
    name: str = ""
    quality: Quality = field(default_factory=Quality)


@dataclass
class Group:
    """One process. ``more``: threads for which there was no row, ``more_gils``: GILs; ``gone``: how many threads have
    ended. ``names``: of threads that have no row, or none yet."""

    pid: int
    since: int
    gils: dict[int, Row] = field(default_factory=dict)
    threads: dict[int, Row] = field(default_factory=dict)
    ended: list[Row] = field(default_factory=list)
    more: set[int] = field(default_factory=set)
    more_gils: set[int] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)
    arrivals: int = 0
    gone: int = 0
    ended_ns: int = 0

    @property
    def rows(self) -> list[Row]:
        """GILs first, then threads as they came, then the last ones that have ended, the last one first.

        Of a process that has ended, all threads that were there to its end stand as they did.
        """
        to_the_end = [row for row in self.ended if row.ended_ns == self.ended_ns]
        before = (row for row in reversed(self.ended) if row.ended_ns != self.ended_ns)
        return [
            *(self.gils[number] for number in sorted(self.gils)),
            *sorted((*self.threads.values(), *to_the_end), key=lambda row: row.color),
            *itertools.islice(before, MOST_ENDED),
        ]


_CHANGING = ("groups", "torn", "owners", "_open", "_free", "_retired")


class Rows:
    """``apply`` events as they come. ``version`` counts up when the rows are others than before.

    ``torn``: messages whose slices could not be true; they are left out of the picture.
    """

    def __init__(self, clock: Callable[[], int] = now_ns) -> None:
        self.clock = clock
        self.lanes = LaneStore(MOST + GILS, KINDS)
        self.markers: tuple[Any, ...] = ()
        self.groups: list[Group] = []
        self.version = 0
        self.torn = 0
        self._open: dict[int, Group] = {}
        self._free = list(range(MOST + GILS - 1, -1, -1))
        self._retired: deque[tuple[Group, Row]] = deque()
        self.owners = [0] * (MOST + GILS)
        """By number: how many rows have had that lane. Who draws one can see that it belongs to somebody else now."""

    def snapshot(self) -> dict[str, Any]:
        """Which rows there are now, to come back to; not their slices, which are too many."""
        return copy.deepcopy({name: getattr(self, name) for name in _CHANGING})

    def restore(self, snapshot: dict[str, Any]) -> None:
        """As it was then; the lanes are empty until something is told again."""
        version = self.version
        for name, value in copy.deepcopy(snapshot).items():
            setattr(self, name, value)
        self.version = version + 1
        self.lanes.reset()

    def apply(self, events: Iterable[Any]) -> None:
        for event in events:
            take = _TAKE.get(type(event))
            if take is not None:
                take(self, event)

    def _group(self, pid: int, t_ns: int) -> Group:
        group = self._open.get(pid)
        if group is None:
            group = self._open[pid] = Group(pid, t_ns)
            self.groups.append(group)
            self.version += 1
        return group

    def _thread(self, event: o.ThreadSeen) -> None:
        group = self._group(event.pid, event.t_ns)
        row, name = group.threads.get(event.thread), one_line(event.name, most=MOST_NAME)
        if row is not None:
            row.name = name
        else:
            group.names[event.thread] = name

    def _threads(self, event: o.ThreadsSeen) -> None:
        group = self._group(event.pid, event.t_ns)
        width = o.ROW_HEAD + STATE_COUNT
        heads = np.frombuffer(event.rows[: len(event.rows) // (8 * width) * 8 * width], np.int64).reshape(-1, width)
        fresh = [thread for thread in heads[:, 0].tolist() if thread not in group.threads]
        for thread in sorted(fresh, key=lambda thread: (thread != event.pid, thread)):  # the main thread comes first
            self._come(group, thread, event.t_ns)
        slices = np.frombuffer(event.slices[: len(event.slices) // 32 * 32], np.int64).reshape(-1, 4)
        slices = slices[np.argsort(slices[:, 0], kind="stable")]
        if not self._plausible(slices[:, 1:], slices[:, 0], event.t_ns):
            return
        threads = slices[:, 0]
        starts = [0, *(np.flatnonzero(threads[1:] != threads[:-1]) + 1).tolist(), len(slices)]
        for start, end in itertools.pairwise(starts):
            row = group.threads.get(int(threads[start])) if end > start else None
            if row is not None:
                self.lanes.put(row.number, slices[start:end, 1:])

    def _plausible(self, slices: Ints, threads: Ints | None, t_ns: int) -> bool:
        """Of all threads at once (None: one): each one's slices follow each other, and none is of the future."""
        if not len(slices):
            return True
        kinds, begins, ends = slices[:, 0], slices[:, 1], slices[:, 2]
        overlap = begins[1:] < ends[:-1]
        if threads is not None:
            overlap &= threads[1:] == threads[:-1]
        fine = (
            kinds.min() >= 0
            and kinds.max() < KINDS
            and not (ends < begins).any()
            and not overlap.any()
            and ends.max() <= t_ns + _LOOK_NS
        )
        self.torn += not fine
        return bool(fine)

    def _gil(self, event: o.GilSeen) -> None:
        group = self._group(event.pid, event.t_ns)
        row = group.gils.get(event.gil)
        if row is None:
            number = self._take_number(event.t_ns)
            if number is None:
                group.more_gils.add(event.gil)
                return
            group.more_gils.discard(event.gil)
            row = group.gils[event.gil] = Row(number, event.pid, gil=event.gil)
            self.version += 1
        row.quality.hear(event)
        if not row.quality.good:  # it would be guesswork
            self.lanes.close_lane(row.number)
            return
        held = np.frombuffer(event.slices[: len(event.slices) // 24 * 24], np.int64).reshape(-1, 3).copy()
        owners = group.threads
        held[:, 0] = [
            FREE if thread == 0 else OTHER if (owner := owners.get(thread)) is None else FIRST + owner.color % COLORS
            for thread in held[:, 0].tolist()
        ]
        if self._plausible(held, None, event.t_ns):
            self.lanes.put(row.number, held)

    def _come(self, group: Group, thread: int, t_ns: int) -> None:
        number = self._take_number(t_ns, GILS)
        if number is None:
            group.more.add(thread)
            return
        group.more.discard(thread)
        group.threads[thread] = Row(number, group.pid, thread, color=group.arrivals, name=group.names.pop(thread, ""))
        group.arrivals += 1
        self.version += 1

    def _take_number(self, t_ns: int, spare: int = 0) -> int | None:
        """A lane that nobody has: of those that have ended, the one that ended first when there is no other.

        ``spare``: so many are left for others.
        """
        while self._retired and (self._retired[0][1].ended_ns < t_ns - KEPT_NS or len(self._free) <= spare):
            group, row = self._retired.popleft()
            if row.thread:
                group.ended.remove(row)
            else:
                group.gils.pop(row.gil, None)
            if group.ended_ns and not group.rows:
                self.groups.remove(group)
            self.lanes.clear(row.number)
            self.owners[row.number] += 1
            self._free.append(row.number)
            self.version += 1
        return self._free.pop() if len(self._free) > spare else None

    def _thread_gone(self, event: o.ThreadGone) -> None:
        group = self._open.get(event.pid)
        if group is not None:
            group.more.discard(event.thread)
            group.names.pop(event.thread, None)
            group.gone += 1
            self._end(group, group.threads.pop(event.thread, None), event.t_ns)

    def _end(self, group: Group, row: Row | None, t_ns: int) -> None:
        if row is None:
            return
        row.ended_ns = t_ns
        if row.thread:
            group.ended.append(row)
        self.lanes.close_lane(row.number)
        self._retired.append((group, row))

    def _process_gone(self, event: o.ProcessGone) -> None:
        group = self._open.pop(event.pid, None)
        if group is None:
            return
        group.ended_ns = event.t_ns
        group.more.clear()
        group.more_gils.clear()
        group.names.clear()
        for thread in list(group.threads):
            self._end(group, group.threads.pop(thread), event.t_ns)
        for gil in group.gils.values():
            self._end(group, gil, event.t_ns)
        if not group.rows:
            self.groups.remove(group)
        self.version += 1


_TAKE: dict[type, Any] = {
    o.ThreadSeen: Rows._thread, o.ThreadsSeen: Rows._threads, o.GilSeen: Rows._gil, o.ThreadGone: Rows._thread_gone,
    o.ProcessGone: Rows._process_gone,
}  # fmt: skip
