"""The lanes of a recording: what goes on is told by the player, the slices come out of the file. Model thread."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable, Iterator

import numpy as np

from grandstand.journal.parts import EMPTY, LONG_AGO, Bucket, Part, decoded
from grandstand.journal.reader import Recording, Unreadable
from grandstand.session.lanes import Ints, LaneStore
from grandstand.session.session import LANES

BUCKET_NS = 500_000_000
_MOST_BUCKETS = 600
_MOST_SLICES = 2_000_000
"""In memory, at 48 bytes each: 96 MB."""
_AT_ONCE = 20
"""Buckets that one query reads; between two of them the clock is looked at."""
_MOST_CUTS = 200_000
_NEVER = 1 << 62
_READ_S = 0.3
_SOME = 4
_DENSE = "this stretch is too long to draw in full. Zoom in to see all of it."
_SLOW = "the disk is slow: the rest of the lanes is still being read."
Slices = tuple[Ints, Ints]


class RecordedLanes(LaneStore):
    """A LaneStore whose memory is the file. ``until`` tells the position (ns): nothing later is shown.

    While ``following``, new slices wait for ``take_new``; after a jump the picture is drawn anew from ``all_since``.
    That waits for the disk for ``patience_s`` at most; what it lacks then is read by ``read_on``, and waits for
    ``take_new``. ``incomplete``: why a picture lacks something, or ''.
    """

    def __init__(self, recording: Recording, until: Callable[[], int]) -> None:
        super().__init__(LANES)
        self.following = False
        self.incomplete = ""
        self.patience_s = 1.0
        self.taken: dict[int, int] = {}
        """What ``add`` took since the player last looked: id of the bytes -> slices that begin before it (ns) are
        not shown."""
        self._recording = recording
        self._until = until
        self._buckets: OrderedDict[int, Bucket] = OrderedDict()
        self._slices = 0
        self._cuts: dict[int, int] = {}  # seq -> ns
        self._sorted_cuts: tuple[Ints, Ints] | None = None
        self._wanted: list[int] = []
        self._alone: set[int] = set()  # buckets that hold too much to be read together with others
        self._unread: dict[int, str] = {}
        self._late: list[Bucket] = []

    # -- what the player tells ----------------------------------------------------------------------------------

    def add(self, lane: int, packed: bytes, t_ns: int, open_state: int) -> bool:
        """As everywhere; and remembers that it took them."""
        reach = self.lanes[lane].reach_ns
        took = super().add(lane, packed, t_ns, open_state)
        if took and packed:
            self.taken[id(packed)] = reach if reach > int.from_bytes(packed[8:16], "little", signed=True) else LONG_AGO
        return took

    def _keep(self, lane: int, rows: Ints) -> None:
        self.lanes[lane].reach_ns = int(rows[-1, 2])
        if self.following:
            self._pending.append((lane, rows))

    def said(self, brought: Iterable[tuple[int, bytes]]) -> None:
        """What the session was just told: (seq, packed slices). What it did not take of them, no picture shows."""
        for seq, packed in brought:
            before = self.taken.get(id(packed), _NEVER)
            if before != LONG_AGO and self._cuts.get(seq) != before and len(self._cuts) < _MOST_CUTS:
                self._cuts[seq] = before
                self._sorted_cuts = None
        self.taken.clear()

    def jumped(self) -> None:
        """The position is another one: what waited is not what comes next."""
        self._pending.clear()
        self.taken.clear()
        self._late.clear()
        self._wanted.clear()
        self._alone.clear()
        self._unread.clear()
        self.following = False

    def place(self) -> list[tuple[int, int]]:
        """What ``put_back`` wants."""
        return [(lane.reach_ns, lane.open_state) for lane in self.lanes]

    def put_back(self, place: list[tuple[int, int]]) -> None:
        for lane, (reach, state) in zip(self.lanes, place, strict=True):
            lane.reach_ns, lane.open_state = reach, state

    # -- what the charts ask ------------------------------------------------------------------------------------

    def take_new(self, among: Container[int] | None = None) -> Slices:
        lanes, slices = super().take_new(among)
        if self._late:
            late = [self._shown(part, LONG_AGO, _NEVER) for part in self._late]
            self._late.clear()
            lanes = np.concatenate([lanes, *(late_part[0] for late_part in late)])
            slices = np.concatenate([slices, *(late_part[1] for late_part in late)])
        return lanes, slices

    def all_since(self, t_ns: int, end_ns: int = 1 << 62) -> Slices:
        """Slices that overlap the stretch, out of what was heard of up to the position."""
        until = self._until()
        last = min(until, end_ns + self._recording.longest_ns) // BUCKET_NS
        first = max(t_ns, self._recording.start_ns) // BUCKET_NS
        incomplete = ""
        if last - first >= _MOST_BUCKETS:
            first = last - _MOST_BUCKETS + 1 if end_ns > until else first
            last = first + _MOST_BUCKETS - 1
            incomplete = _DENSE
        missing = [i for i in range(first, last + 1) if i not in self._buckets and i not in self._unread]
        if len(missing) > _SOME or not self._wanted:
            self._wanted, self._late = missing, []
            self._read_until(time.monotonic() + self.patience_s)
        elif missing:  # the microscope's moment does not end the reading of the lanes' minute
            for i in missing:
                self._read_some([i])
        if self._wanted:
            incomplete = _SLOW
        for i in self._unread:
            if first <= i <= last:
                incomplete = self._unread[i]
        parts, room = [], _MOST_SLICES
        for i in range(last, first - 1, -1):
            bucket = self._buckets.get(i)
            if bucket is None:
                continue
            self._buckets.move_to_end(i)
            room -= len(bucket.part.lanes)
            if room < 0:
                incomplete = _DENSE
                break
            if len(bucket.part.lanes):
                parts.append(self._shown(bucket, t_ns, end_ns))
        self._tidy()
        self.incomplete = incomplete
        if not parts:
            return EMPTY.lanes, EMPTY.slices
        parts.reverse()
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def read_on(self, until_s: float) -> bool:
        """Reads what a picture lacked, up to a moment of ``time.monotonic``; True when it lacks nothing more."""
        wanted = list(self._wanted)
        if wanted:
            self._read_until(until_s)
            done = wanted[: len(wanted) - len(self._wanted)]
            self._late += [bucket for i in done if (bucket := self._buckets.get(i)) is not None and bucket.heard_ns]
        return not self._wanted

    # -- inside -----------------------------------------------------------------------------------------------

    def _shown(self, bucket: Bucket, t_ns: int, end_ns: int) -> Slices:
        """What overlaps the stretch, was heard of up to the position, and believed."""
        part, until = bucket.part, self._until()
        cut = self._cut(part.seq) if self._cuts else None
        whole = bucket.heard_ns <= until and bucket.end_ns > t_ns and bucket.start_ns < end_ns
        if whole and cut is None:
            return part.lanes, part.slices
        good = (part.slices[:, 2] > t_ns) & (part.slices[:, 1] < end_ns) & (part.heard <= until)
        if cut is not None:
            good &= part.slices[:, 1] >= cut
        return part.lanes[good], part.slices[good]

    def _cut(self, seq: Ints) -> Ints | None:
        """For each slice the time (ns) before which it may not begin; None when that is so of none."""
        if self._sorted_cuts is None:
            known = sorted(self._cuts.items())
            self._sorted_cuts = np.array([k for k, _ in known]), np.array([v for _, v in known])
        seqs, cuts = self._sorted_cuts
        places = np.minimum(np.searchsorted(seqs, seq), len(seqs) - 1)
        there = seqs[places] == seq
        return np.where(there, cuts[places], LONG_AGO) if there.any() else None

    def _read_until(self, until_s: float) -> None:
        """Reads wanted buckets, some in a row at a time, at least one such piece."""
        while self._wanted:
            wanted, count = self._wanted, 1
            if wanted[0] not in self._alone:
                while count < min(_AT_ONCE, len(wanted)) and wanted[count] == wanted[count - 1] + 1:
                    count += 1
            piece, self._wanted = wanted[:count], wanted[count:]
            self._read_some(piece)
            if time.monotonic() > until_s:
                break

    def _read_some(self, piece: list[int]) -> None:
        """Reads neighboring buckets; where that is too much for one go, each alone, later."""
        try:
            self._read(piece[0], piece[-1])
        except Unreadable as problem:
            if len(piece) == 1:
                self._unread[piece[0]] = str(problem)
            else:
                self._alone.update(piece)
                self._wanted = piece + self._wanted

    def _read(self, first: int, last: int) -> None:
        rows = self._recording.slices(first * BUCKET_NS, (last + 1) * BUCKET_NS, _READ_S)
        part = decoded(rows, None)
        order = np.argsort(part.heard, kind="stable")  # of one file's clock: nothing moves unless it is damaged
        part = Part(*(values[order] for values in part))
        edges = np.searchsorted(part.heard, [i * BUCKET_NS for i in range(first, last + 2)]).tolist()
        for i in range(first, last + 1):
            if i in self._buckets:
                self._slices -= len(self._buckets[i].part.lanes)
            low, high = edges[i - first : i - first + 2]
            self._buckets[i] = Bucket.of(Part(*(values[low:high].copy() for values in part)))
            self._slices += high - low

    def _tidy(self) -> None:
        while len(self._buckets) > _MOST_BUCKETS or (self._slices > _MOST_SLICES and len(self._buckets) > 1):
            _, bucket = self._buckets.popitem(last=False)
            self._slices -= len(bucket.part.lanes)


def stretches(recording: Recording) -> Iterator[Slices]:
    """Everything that the lanes of a recording show, some seconds at a time: lanes [n] and slices [n, 3].

    Slices that the session did not believe are in it, if they could be. Raises Unreadable.
    """
    at, step = recording.start_ns, 10 * BUCKET_NS
    reach: dict[int, int] = {}
    while at <= recording.end_ns:
        slices = decoded(recording.slices(at, at + step), reach)
        at += step
        if len(slices.lanes):
            yield slices.lanes, slices.slices
        else:  # nothing for a while: on to where there is something
            after = recording.next_slices_ns(at)
            if after is None:
                return
            at = max(at, after)
