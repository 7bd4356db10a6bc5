"""The slices of every lane for the last minute, and what the picture needs of them. Model thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Container
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from grandstand.engine import messages as m

Ints = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float32]
STATES = m.STATE_COUNT
_MOST_PENDING = 5_000
"""New slices wait for the picture; where there is none (the command line), the oldest are forgotten."""


@dataclass
class Lane:
    """One lane: its last slices [n, 3] (state, start, end), up to where they reach, and what goes on after that."""

    capacity: int
    reach_ns: int = 0
    open_state: int = -1
    _rows: Ints = field(init=False)
    _n: int = 0

    def __post_init__(self) -> None:
        self._rows = np.empty((256, 3), np.int64)

    def extend(self, rows: Ints) -> None:
        """Appends slices; keeps the last ``capacity``."""
        count = len(rows)
        if self._n + count > len(self._rows):
            self._move(min(2 * self.capacity, max(2 * len(self._rows), self._n + count)) + count)
        self._rows[self._n : self._n + count] = rows
        self._n += count
        if count:
            self.reach_ns = int(rows[-1, 2])

    def resize(self, capacity: int) -> None:
        """From now on keeps so many; room that is no longer due is given back."""
        self.capacity = capacity
        if len(self._rows) > 2 * capacity:
            self._move(2 * capacity)

    def _move(self, room: int) -> None:
        keep = min(self._n, self.capacity)
        fresh = np.empty((room, 3), np.int64)
        fresh[:keep] = self._rows[self._n - keep : self._n]
        self._rows, self._n = fresh, keep

    def between(self, start_ns: int, end_ns: int) -> Ints:
        """Slices [n, 3] that overlap the stretch, as a view."""
        rows = self._rows[: self._n]
        first = int(np.searchsorted(rows[:, 2], start_ns, "right"))
        last = int(np.searchsorted(rows[:, 1], end_ns, "left"))
        return rows[first:last]


class LaneStore:
    """All lanes, and what is new in them as flat arrays: lane [n], slices [n, 3].

    Lanes with a worker share TOTAL slices, so that a few fast ones (a lock: 3,000 slices a second) fill the picture
    too when it is drawn anew; LEAST is for each. To draw 200,000 anew takes some 20 ms.
    """

    TOTAL = 200_000
    LEAST = 9_000

    def __init__(self, lanes: int, states: int = STATES) -> None:
        """``states``: how many there are to be in."""
        self._states = states
        self.lanes = [Lane(self.LEAST) for _ in range(lanes)]
        self._open: set[int] = set()
        self._pending: deque[tuple[int, Ints]] = deque(maxlen=_MOST_PENDING)

    def add(self, lane: int, packed: bytes, t_ns: int, open_state: int) -> bool:
        """Slices of one message. False (and nothing added) when they are torn, out of order or in the future."""
        target = self.lanes[lane]
        if len(packed) % 24:
            return False
        rows = np.frombuffer(packed, np.int64).reshape(-1, 3)
        if len(rows):
            states, starts, ends = rows[:, 0], rows[:, 1], rows[:, 2]
            if (
                states.min() < 0
                or states.max() >= self._states
                or (ends < starts).any()
                or (starts[1:] < ends[:-1]).any()
                or ends[-1] > t_ns
            ):
                return False
            if starts[0] < target.reach_ns:  # the lane's former worker had the last word on that time
                rows = rows[starts >= target.reach_ns]
            if len(rows):
                self._keep(lane, rows)
        target.open_state = open_state
        target.reach_ns = max(target.reach_ns, t_ns)
        return True

    def put(self, lane: int, rows: Ints) -> None:
        """Slices [n, 3] that somebody has looked through already: in order, of states that there are."""
        target = self.lanes[lane]
        if len(rows) and rows[0, 1] < target.reach_ns:
            rows = rows[rows[:, 1] >= target.reach_ns]
        if len(rows):
            self._keep(lane, rows)

    def _keep(self, lane: int, rows: Ints) -> None:
        if lane not in self._open:
            self._open.add(lane)
            self._share()
        self.lanes[lane].extend(rows)
        self._pending.append((lane, rows))

    def close_lane(self, lane: int) -> None:
        """Its worker is gone: nothing goes on after what it said last."""
        self.lanes[lane].open_state = -1
        if lane in self._open:
            self._open.discard(lane)
            self._share()

    def clear(self, lane: int) -> None:
        """Somebody else has it from now on: nothing of what was in it is kept."""
        self.close_lane(lane)
        self.lanes[lane] = Lane(self.LEAST)
        self._share()
        kept = [(number, rows) for number, rows in self._pending if number != lane]
        self._pending.clear()
        self._pending.extend(kept)

    def reset(self) -> None:
        """Nothing is in any lane any more."""
        self.lanes = [Lane(self.LEAST) for _ in self.lanes]
        self._open.clear()
        self._pending.clear()

    def _share(self) -> None:
        capacity = max(self.LEAST, self.TOTAL // max(1, len(self._open)))
        for lane in self.lanes:
            lane.resize(capacity)

    def take_new(self, among: Container[int] | None = None) -> tuple[Ints, Ints]:
        """Slices since the last call, of all lanes or ``among`` some: lane numbers [n] and slices [n, 3]."""
        pending = [part for part in self._pending if among is None or part[0] in among]
        self._pending.clear()
        if not pending:
            return np.empty(0, np.int64), np.empty((0, 3), np.int64)
        lanes = np.repeat([lane for lane, _ in pending], [len(rows) for _, rows in pending])
        return lanes.astype(np.int64), np.concatenate([rows for _, rows in pending])

    def all_since(self, t_ns: int, end_ns: int = 1 << 62) -> tuple[Ints, Ints]:
        """The same for everything kept from ``t_ns`` to ``end_ns``: to draw anew after a change of span or size.

        In order within a lane; the slices at both ends may reach beyond.
        """
        parts = [(i, lane.between(t_ns, end_ns)) for i, lane in enumerate(self.lanes)]
        lanes = np.repeat([i for i, _ in parts], [len(rows) for _, rows in parts])
        return lanes.astype(np.int64), np.concatenate([rows for _, rows in parts])


class Raster:
    """Share of each state per pixel column, accumulated as slices arrive: a frame costs what is new, not what is seen.

    ``shares`` is [lanes, columns, kinds]; the kinds are the states, unless told otherwise. Column ``c`` on the clock's
    grid (t_ns // column_ns) lives at index ``c % columns``. ``head`` is the newest column.
    """

    def __init__(self, lanes: int, columns: int, column_ns: int, kinds: int = STATES) -> None:
        self.columns = columns
        self.column_ns = column_ns
        self.shares: Shares = np.zeros((lanes, columns, kinds), np.float32)
        self.head = -1

    def add(self, lanes: Ints, slices: Ints) -> npt.NDArray[np.int64]:
        """Adds slices; returns the grid columns that changed (sorted, unique)."""
        if not len(slices):
            return np.empty(0, np.int64)
        starts, ends = slices[:, 1], slices[:, 2]
        first = starts // self.column_ns
        last = (ends - 1) // self.column_ns  # before the first for a slice without length: it is nowhere
        self.advance(int(last.max()))
        first = np.maximum(first, self.head - self.columns + 1)
        fits = last >= first
        if not fits.all():
            lanes, slices, first, last = lanes[fits], slices[fits], first[fits], last[fits]
            if not len(slices):
                return np.empty(0, np.int64)
            starts, ends = slices[:, 1], slices[:, 2]
        counts = last - first + 1
        which = np.repeat(np.arange(len(slices)), counts)
        column = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts) + first[which]
        left = column * self.column_ns
        overlap = np.minimum(ends[which], left + self.column_ns) - np.maximum(starts[which], left)
        index = (lanes[which] * self.columns + column % self.columns) * self.shares.shape[2] + slices[which, 0]
        flat = self.shares.reshape(-1)
        np.add.at(flat, index, (np.maximum(overlap, 0) / self.column_ns).astype(np.float32))
        return np.unique(column)

    def advance(self, newest: int) -> None:
        """Makes room up to grid column ``newest``."""
        if newest <= self.head:
            return
        if newest - self.head < self.columns:
            self.shares[:, np.arange(self.head + 1, newest + 1) % self.columns] = 0
        elif self.head >= 0:  # all of it; what was just made is empty
            self.shares.fill(0)
        self.head = newest
