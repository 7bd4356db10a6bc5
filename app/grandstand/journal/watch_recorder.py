"""Records what an observer says of a watched program. ``hear`` only remembers; a thread writes.

The observer speaks twenty times a second of everything. Its totals are cumulative, so those of one transaction become
one row: the slices one after the other, and the last totals.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from grandstand.engine import observed as o
from grandstand.engine.clocks import now_ns
from grandstand.engine.messages import STATE_COUNT
from grandstand.journal.observed import KINDS, rows_of
from grandstand.journal.schema import MOST_TEXT
from grandstand.journal.scribe import HAPPENING, Begun, Scribe
from grandstand.observe.machine import Machine

_TOTALS = (o.ThreadsSeen, o.GilSeen)
_LATEST = (o.ProcessUsed, o.Looking)
_APART_NS = 200_000_000
"""So much of what is told may become one row; a replay is no finer than that, but for its slices."""
_MOST_TITLE = 160


class WatchRecorder(Scribe):
    """Of one program. Without a process that was seen there is no file."""

    def __init__(self, path: Path, begun: Begun, most_bytes: int = 0) -> None:
        super().__init__(path, begun, most_bytes)
        self._held: dict[tuple[Any, ...], tuple[int, Any]] = {}
        self._held_ns = 0

    @classmethod
    def start(cls, path: Path, title: str, machine: Machine, window: bool, most_bytes: int = 0) -> WatchRecorder:
        """Begins. Never raises: see ``problem``."""
        begun = Begun(title[:_MOST_TITLE], machine, window, machine.cores, 0, now_ns, watched=True)
        recorder = cls(path, begun, most_bytes)
        recorder.begin()
        return recorder

    def hear(self, events: Iterable[Any]) -> None:
        """What the observer has said, in order."""
        batch = [event for event in events if type(event) in KINDS]
        size = HAPPENING * len(batch) + sum(_weight(event) for event in batch)
        if self.crowded(size):
            kept = [event for event in batch if not isinstance(event, _TOTALS)]
            self.dropped += len(batch) - len(kept)
            batch, size = kept, HAPPENING * len(kept)
        if batch:
            self.remember("seen", size, now_ns(), batch)

    # -- the writing thread -----------------------------------------------------------------------------------

    def one(self, what: str, at_ns: int, rest: Any) -> None:
        for event in rest:
            self._take(at_ns, event)

    def _take(self, at_ns: int, event: Any) -> None:
        if self._held and at_ns - self._held_ns > _APART_NS:
            self.settle()
        if isinstance(event, _LATEST):
            self._hold(at_ns, (type(event), getattr(event, "pid", 0)), event)
        elif isinstance(event, _TOTALS):
            key = (type(event), event.pid, getattr(event, "gil", 0))
            before = self._held.get(key)
            if before is not None and len(before[1].slices) + len(event.slices) > MOST_TEXT:
                self.settle()
                before = None
            if before is not None:
                event = _joined(before[1], event)
            self._hold(at_ns, key, event)
        else:
            self.settle()  # it comes after what was said before
            self.anything = self.anything or isinstance(event, o.ProcessSeen)
            self._put(at_ns, event)

    def _hold(self, at_ns: int, key: tuple[Any, ...], event: Any) -> None:
        if not self._held:
            self._held_ns = at_ns
        self._held[key] = (at_ns, event)

    def settle(self) -> None:
        held, self._held = self._held, {}
        for at_ns, event in held.values():
            self._put(at_ns, event)

    def _put(self, at_ns: int, event: Any) -> None:
        for row in rows_of(self.seq + 1, at_ns, event):
            self.seq = row[0]
            self.writer.add("observed", row)


def _joined(before: Any, after: Any) -> Any:
    """One event that says what both say."""
    slices = before.slices + after.slices
    if isinstance(after, o.GilSeen):
        return after._replace(slices=slices)
    return after._replace(slices=slices, rows=_rows(before.rows, after.rows))


def _rows(before: bytes, after: bytes) -> bytes:
    """The later totals, and those of threads that only the earlier ones have: they have ended meanwhile."""
    wide = 8 * (o.ROW_HEAD + STATE_COUNT)
    later = {after[i : i + 8] for i in range(0, len(after), wide)}
    gone = [before[i : i + wide] for i in range(0, len(before), wide) if before[i : i + 8] not in later]
    return b"".join([*gone, after])


def _weight(event: Any) -> int:
    return sum(len(value) for value in event if isinstance(value, bytes)) if isinstance(event, _TOTALS) else 0
