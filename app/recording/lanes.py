"""The lanes of a recording: what goes on is told by the player, the slices come out of the file. Model thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator

import numpy as np

from app.model.lanes import STATES, Ints, LaneStore
from app.model.session import LANES
from app.recording.reader import Recording, Unreadable

_BUCKET_NS = 500_000_000
_MOST_BUCKETS = 400
Slices = tuple[Ints, Ints]


class RecordedLanes(LaneStore):
    """A LaneStore whose memory is the file. ``until`` tells the position (ns): nothing later is shown.

    While ``following``, new slices wait for ``take_new``; after a jump the picture is drawn anew from ``all_since``.
    ``incomplete``: why a picture lacks something, or ''.
    """

    def __init__(self, recording: Recording, until: Callable[[], int]) -> None:
        super().__init__(LANES)
        self.following = False
        self.incomplete = ""
        self._recording = recording
        self._until = until
        self._buckets: OrderedDict[int, tuple[Ints, Ints, Ints]] = OrderedDict()

    def _keep(self, lane: int, rows: Ints) -> None:
        self.lanes[lane].reach_ns = int(rows[-1, 2])
        if self.following:
            self._pending.append((lane, rows))

    def jumped(self) -> None:
        """The position is another one: what waited is not what comes next."""
        self._pending.clear()
        self.following = False

    def place(self) -> list[tuple[int, int]]:
        """What ``put_back`` wants."""
        return [(lane.reach_ns, lane.open_state) for lane in self.lanes]

    def put_back(self, place: list[tuple[int, int]]) -> None:
        for lane, (reach, state) in zip(self.lanes, place, strict=True):
            lane.reach_ns, lane.open_state = reach, state

    def all_since(self, t_ns: int, end_ns: int = 1 << 62) -> Slices:
        """Slices that overlap the stretch, out of what was heard of up to the position."""
        until = self._until()
        last = min(until, end_ns + self._recording.longest_ns)
        first = max(t_ns, self._recording.start_ns)
        if last < first:
            return np.empty(0, np.int64), np.empty((0, 3), np.int64)
        parts = self._parts(first // _BUCKET_NS, last // _BUCKET_NS)
        if not parts:
            return np.empty(0, np.int64), np.empty((0, 3), np.int64)
        lanes = np.concatenate([part[0] for part in parts])
        heard = np.concatenate([part[1] for part in parts])
        slices = np.concatenate([part[2] for part in parts])
        inside = (slices[:, 2] > t_ns) & (slices[:, 1] < end_ns) & (heard <= until)
        return lanes[inside], slices[inside]

    def _parts(self, first: int, last: int) -> list[tuple[Ints, Ints, Ints]]:
        """Buckets of half a second by when they were heard of; stretches that are not there yet in one query each."""
        last = min(last, first + _MOST_BUCKETS - 1)
        missing = [i for i in range(first, last + 1) if i not in self._buckets]
        self.incomplete = ""
        start = 0
        for i in range(1, len(missing) + 1):
            if i == len(missing) or missing[i] != missing[i - 1] + 1:
                try:
                    self._read(missing[start], missing[i - 1])
                except Unreadable as problem:
                    self.incomplete = str(problem)
                start = i
        found = []
        for i in range(first, last + 1):
            part = self._buckets.get(i)
            if part is not None:
                self._buckets.move_to_end(i)
                if len(part[0]):
                    found.append(part)
        while len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return found

    def _read(self, first: int, last: int) -> None:
        rows = self._recording.slices(first * _BUCKET_NS, (last + 1) * _BUCKET_NS)
        chunks: dict[int, list[tuple[int, int, int, int, bytes]]] = {i: [] for i in range(first, last + 1)}
        for row in rows:
            if (bucket := row[3] // _BUCKET_NS) in chunks:  # a damaged index may lead elsewhere
                chunks[bucket].append(row)
        for i, found in chunks.items():
            self._buckets[i] = _decoded(found)


def stretches(recording: Recording) -> Iterator[Slices]:
    """Everything that the lanes of a recording show, some seconds at a time: lanes [n] and slices [n, 3]."""
    at = recording.start_ns
    while at <= recording.end_ns:
        lanes, _, slices = _decoded(recording.slices(at, at + 10 * _BUCKET_NS))
        if len(lanes):
            yield lanes, slices
        at += 10 * _BUCKET_NS


def _decoded(chunks: list[tuple[int, int, int, int, bytes]]) -> tuple[Ints, Ints, Ints]:
    """Lanes [n], when each was heard of [n], slices [n, 3]; torn or impossible chunks and what overlaps left out."""
    kept, lanes, heard, reaches = [], [], [], []
    reach: dict[int, int] = {}
    for lane, _, t_ns, at_ns, data in chunks:
        if len(data) % 24 or not data:
            continue
        rows = np.frombuffer(data, "<i8").reshape(-1, 3)
        kept.append(rows)
        lanes.append(lane)
        heard.append(at_ns)
        reaches.append(reach.get(lane, -(1 << 62)))
        reach[lane] = max(t_ns, reach.get(lane, t_ns))
    if not kept:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 3), np.int64)
    counts = [len(rows) for rows in kept]
    slices = np.concatenate(kept).astype(np.int64, copy=False)
    states, starts, ends = slices[:, 0], slices[:, 1], slices[:, 2]
    at = np.repeat(heard, counts)
    good = (states >= 0) & (states < STATES) & (ends >= starts) & (ends <= at + 50_000_000) & (starts >= 0)
    good &= starts >= np.repeat(reaches, counts)
    return np.repeat(lanes, counts)[good].astype(np.int64), at[good].astype(np.int64), slices[good]
