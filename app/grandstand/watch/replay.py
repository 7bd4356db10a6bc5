"""Plays the recording of a watched program: tells program and rows again what was seen. Any one thread; no Qt.

Nothing here takes long: ``work`` does what it can in the time that it is given. Program, rows and figures are the same
objects for the whole life of a replay, so that whoever shows them may keep hold of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from grandstand.engine import observed as o
from grandstand.journal.reader import Recording, Unreadable
from grandstand.watch.lately import Lately
from grandstand.watch.program import Program
from grandstand.watch.rows import KEPT_NS, Rows

LAG_NS = 350_000_000
"""What was seen is written a few times a second: so far behind the position a picture is complete."""
_KEEP_EVERY_NS = 20_000_000_000
_MOST_KEPT = 60
_MOST_PROCESSES = 2_000
"""At a time. An observer watches 400: a file with more would only cost the window its frames."""
_LOOK_NS = 500_000_000
MARKS = ("stuck", "ended")
"""Kinds of events that are worth a mark on the line of time."""
_MOST_MARKS = 200
_SHOWN_NS = KEPT_NS + 1_000_000_000
Seen = tuple[int, int, Any]  # seq, at_ns, event
Kept = tuple[int, int, int, tuple[Any, ...]]


class Replay:
    """``t_ns`` is the position on the recording's clock; everything is true for ``reached_ns``.

    ``marks``: when (at_ns) something happened that is worth a mark, its kind, and the process.
    """

    def __init__(self, recording: Recording) -> None:
        """Raises Unreadable for a recording of runs."""
        if not recording.watched:
            raise Unreadable("it holds runs, and no watched program.")
        self.recording = recording
        self.start_ns, self.end_ns = recording.start_ns, recording.end_ns
        self.t_ns = self.reached_ns = self.start_ns
        self.cores = recording.machine.usable_cores
        self.marks = tuple(recording.seen_at(MARKS, _MOST_MARKS))
        self.program, self.lately = Program(), Lately()
        self.rows = Rows(lambda: self.t_ns - LAG_NS)
        self._seq = 0
        self._looked = 0
        self._problem: Unreadable | None = None
        self._events: Iterator[Seen] = iter(())
        self._next: Seen | None = None
        self._kept: list[Kept] = []
        self._keep_gap = _KEEP_EVERY_NS
        self._take_up(0)
        self._keep()

    def seek(self, t_ns: int) -> bool:
        """Asks for another position; ``work`` goes there. True when lanes begin anew on the way."""
        before, self.t_ns = self.t_ns, min(self.end_ns, max(self.start_ns, t_ns))
        if 0 <= self.t_ns - before < _SHOWN_NS and self.t_ns >= self.reached_ns:
            return False
        # Slices are not kept: what a picture shows of them is told again.
        least = max(self.start_ns, self.t_ns - _SHOWN_NS)
        near = max((kept for kept in self._kept if kept[0] <= least), key=lambda kept: kept[0])
        if self.t_ns >= self.reached_ns >= near[0]:
            return False
        self._restore(near)
        return True

    def work(self, budget_s: float) -> bool:
        """Tells what was seen up to ``t_ns``, for about so long; True when it is there.

        Raises Unreadable, also when asked again; up to the place that cannot be read, everything can be looked at.
        """
        until = time.monotonic() + budget_s
        while self._next is not None and self._next[1] <= self.t_ns:
            self._tell(self._next)
            if self.reached_ns - self._kept[-1][0] >= self._keep_gap:
                self._keep()
            if time.monotonic() > until:
                return False
        if self._problem is not None and self.t_ns > self.reached_ns:
            raise self._problem
        self.reached_ns = self.t_ns
        return True

    def to_the_end(self, go_on: Callable[[float], bool] = lambda share: True) -> bool:
        """All of it at once. ``go_on`` gets the share done and may end it: then False. Raises Unreadable."""
        self.seek(self.end_ns)
        while not self.work(0.1):
            if not go_on((self.reached_ns - self.start_ns) / max(1, self.end_ns - self.start_ns)):
                return False
        return True

    def close(self) -> None:
        """Lets go of the file."""
        self.recording.close()

    # -- inside -----------------------------------------------------------------------------------------------

    def _tell(self, seen: Seen) -> None:
        self._seq, at_ns, event = seen
        if at_ns < self.t_ns - _SHOWN_NS and isinstance(event, o.ThreadsSeen | o.GilSeen):
            event = event._replace(slices=b"")  # nobody will see them
        try:
            self.program.apply((event,))
            self.lately.hear((event,))
            self.rows.apply((event,))
        except Exception as problem:  # the file says what no observer could have said
            why = f"it contradicts itself ({type(problem).__name__}: {problem})."
            self._next, self._problem = None, Unreadable(why)
            raise self._problem from problem
        if len(self.program.processes) > _MOST_PROCESSES:
            self._next, self._problem = (
                None,
                Unreadable(f"it holds more than {_MOST_PROCESSES:,} processes at a time."),
            )
            raise self._problem
        if self.program.until - self._looked >= _LOOK_NS:
            self._looked = self.program.until
            self.lately.look(self.program)
        self.reached_ns = max(self.reached_ns, at_ns)
        self._advance()

    def _take_up(self, seq: int) -> None:
        self._seq, self._problem = seq, None
        self._events = self.recording.observed(seq)
        self._advance()

    def _advance(self) -> None:
        """Reads on; what cannot be read is the end, and said when somebody wants to go there."""
        try:
            self._next = next(self._events, None)
        except Unreadable as problem:
            self._next, self._problem = None, problem

    def _keep(self) -> None:
        """Remembers what is known now, to come back to; less often the longer the recording."""
        if any(kept[1] == self._seq for kept in self._kept):
            return
        known = (self.program.snapshot(), self.rows.snapshot(), self.lately.snapshot())
        self._kept.append((self.reached_ns, self._seq, self._looked, known))
        self._kept.sort(key=lambda kept: kept[0])
        if len(self._kept) > _MOST_KEPT:
            self._kept = self._kept[::2]
            self._keep_gap *= 2

    def _restore(self, kept: Kept) -> None:
        self.reached_ns, seq, self._looked, (program, rows, lately) = kept
        self.program.restore(program)
        self.rows.restore(rows)
        self.lately.restore(lately)
        self._take_up(seq)
