"""Plays a recording: tells a session again what was told to the recorded one. Model thread (in the window: the GUI's).

There is one session for the whole life of a player, so that charts may keep hold of it; going back puts an earlier
state into it. Nothing here takes long: ``work`` does what it can in the time that it is given.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from grandstand.control.choice import Choice
from grandstand.control.controller import first_choice
from grandstand.engine import messages as m
from grandstand.hosts.base import Surroundings
from grandstand.journal.lanes import RecordedLanes
from grandstand.journal.reader import Recording, Unreadable
from grandstand.journal.rows import SAMPLES, figures_of, message_of, sample_of
from grandstand.journal.runs import RecordedRun
from grandstand.observe.machine import Machine
from grandstand.session.run import Run
from grandstand.session.run_state import RunState
from grandstand.session.session import KEPT_SECONDS, Session, Snapshot

_KEEP_EVERY_NS = 10_000_000_000
_MOST_KEPT = 100
_MOST_KEPT_BYTES = 100_000_000
_MOST_WORKERS = 100_000
_MOST_AT_ONCE = 20_000
"""Messages of one batch; a window that slept for an hour hears of less."""
_MOST_WORDS = 32_000_000
_CUT = 500
Happening = tuple[int, int, str, Any]  # seq, at_ns, what, the rest


class Player:
    """A Stage. ``t_ns`` is the position (on the recording's clock); the figures are true for ``reached_ns``."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.start_ns, self.end_ns = recording.start_ns, recording.end_ns
        self.t_ns = self.reached_ns = self.start_ns
        self.machine: Machine = recording.machine
        self.where = Surroundings(recording.window)
        self.replayed = True
        self.made_on = datetime.fromtimestamp(recording.began_s).date().isoformat()
        self.lanes = RecordedLanes(recording, lambda: self.t_ns)
        self.session = Session(recording.cores)
        self.session.clock = lambda: self.t_ns
        self.session.began_s = recording.began_s
        self.session.warm_up_ns = recording.warm_up_ns
        self.session.lanes = self.lanes
        for channel in recording.channels:
            self.session.channels.describe(channel)
        self._has_gils = bool(recording.seen_at(("gil",), 1))
        self._seq = 0
        self._hellos = 0
        self._words = 0
        self._problem: Unreadable | None = None
        self._happenings: Iterator[Happening] = iter(())
        self._next: Happening | None = None
        self._kept: list[tuple[int, int, Snapshot, list[tuple[int, int]]]] = []
        self._keep_gap = _KEEP_EVERY_NS
        self._take_up(0)
        self._keep()

    @property
    def choice(self) -> Choice:
        """Of the run at the position; before the first one, of that."""
        run = self.session.current
        runs = self.recording.runs
        setting = run.setting if run is not None else runs[0].setting if runs else None
        return first_choice() if setting is None else Choice.of(setting)

    @property
    def run_marks(self) -> tuple[tuple[int, str, str], ...]:
        """(t_ns, what began, mode) of each run."""
        return tuple((run.at_ns, run.text, run.setting.mode) for run in self.recording.runs)

    def seek(self, t_ns: int) -> None:
        """Asks for another position; ``work`` brings the figures there."""
        t_ns = min(self.end_ns, max(self.start_ns, t_ns))
        before, self.t_ns = self.t_ns, t_ns
        # Slices of GILs are not kept: what a picture shows of them is told again.
        until = t_ns - (KEPT_SECONDS * 10**9 if self._has_gils else 0)
        near = max((kept for kept in self._kept if kept[0] <= max(self.start_ns, until)), key=lambda kept: kept[0])
        if t_ns < self.reached_ns or near[0] > self.reached_ns:
            self._restore(near)
            self.lanes.jumped()
        elif not 0 <= t_ns - before < _KEEP_EVERY_NS:
            self.lanes.jumped()

    def work(self, budget_s: float) -> bool:
        """Tells the session what happened up to ``t_ns``, for about so long; True when it is there.

        And reads the slices that a picture lacked. Raises Unreadable, also when asked again; before the place that
        cannot be read, everything can still be looked at.
        """
        until = time.monotonic() + budget_s
        while self._due():
            self._tell_next()
            if self.reached_ns - self._kept[-1][0] >= self._keep_gap:
                self._keep()
            if time.monotonic() > until and self._due():
                return False
        if self._problem is not None and self.t_ns > self.reached_ns:
            raise self._problem
        self.reached_ns = self.t_ns
        self.lanes.following = True
        return self.lanes.read_on(until)

    def close(self) -> None:
        """Lets go of the file."""
        self.recording.close()

    # -- telling it again -------------------------------------------------------------------------------------

    def _due(self) -> bool:
        return self._next is not None and self._next[1] <= self.t_ns

    def _tell_next(self) -> None:
        """One happening, or all messages of one batch."""
        assert self._next is not None
        seq, at_ns, what, rest = self._next
        try:
            if what != "said":
                self._seq = seq
                self._advance()
                self._tell(what, at_ns, rest)
            else:
                self._say(self._batch(at_ns), at_ns)
        except Exception as problem:  # the file says what no session could have been told
            why = f"it contradicts itself ({type(problem).__name__}: {problem})."
            self._next, self._problem = None, Unreadable(why)
            raise self._problem from problem
        self.reached_ns = max(self.reached_ns, at_ns)

    def _batch(self, at_ns: int) -> list[Happening]:
        """Everything that was said in one go."""
        batch: list[Happening] = []
        while len(batch) < _MOST_AT_ONCE:
            happening = self._next
            if happening is None or happening[2] != "said" or happening[1] != at_ns:
                break
            self._seq = happening[0]
            batch.append(happening)
            self._advance()
        return batch

    def _say(self, batch: list[Happening], at_ns: int) -> None:
        """Tells a batch; slices that the session did not take are not to be seen either."""
        self.session.apply([happening[3] for happening in batch], at_ns)
        self.lanes.said(
            [
                (seq, message.slices)
                for seq, _, _, (_, message) in batch
                if type(message) is m.Progress and message.slices
            ]
        )

    def _tell(self, what: str, at_ns: int, rest: Any) -> None:
        session = self.session
        if what == "beat":
            session.beat(at_ns, rest)
            return
        run: RecordedRun = rest
        if what == "began":
            session.begin_run(run.handle, run.setting, at_ns, run.text)
            if session.current is not None:
                session.current.number = run.number
        else:
            there = self._run(run.number)
            if there is None or there.state.ended:
                return
            if what == "stopping":
                session.stop_run(there, at_ns)
            else:
                session.end_run(there, run.state or RunState.FINISHED, at_ns)

    def _run(self, number: int) -> Run | None:
        return next((run for run in reversed(self.session.runs) if run.number == number), None)

    # -- reading ----------------------------------------------------------------------------------------------

    def _take_up(self, seq: int) -> None:
        """Goes on reading behind ``seq``."""
        self._seq = seq
        self._problem = None
        self._happenings = self._merged(seq)
        self._advance()

    def _advance(self) -> None:
        """Reads the next happening; what cannot be read is the end, and said when somebody wants to go there."""
        try:
            self._next = next(self._happenings, None)
        except Unreadable as problem:
            self._next, self._problem = None, problem

    def _merged(self, after: int) -> Iterator[Happening]:
        streams = self.recording.happenings(after)
        last = 0
        parts = (
            self._run_changes(after),
            self._workers(streams["workers"]),
            self._progress(streams["progress"]),
            self._samples(streams["samples"]),
            self._markers(streams["markers"]),
            ((seq, at_ns, "said", (0, event)) for seq, at_ns, event in self.recording.observed(after)),
        )
        for seq, at_ns, what, rest in heapq.merge(*parts, key=lambda happening: happening[0]):
            last = max(last, at_ns)  # a clock that goes back would have the player wait for ever
            yield seq, last, what, rest

    def _run_changes(self, after: int) -> Iterator[Happening]:
        changes: list[Happening] = []
        for run in self.recording.runs:
            changes.append((run.seq, run.at_ns, "began", run))
            if run.stopping_seq:
                changes.append((run.stopping_seq, run.stopping_ns, "stopping", run))
            if run.ended_seq:
                changes.append((run.ended_seq, run.ended_ns, "ended", run))
        return iter(sorted((c for c in changes if after < c[0] <= self.recording.last_seq), key=lambda c: c[0]))

    def _workers(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[Happening]:
        for row in rows:
            if not all(type(value) is int for value in row):
                raise Unreadable("it is damaged: a worker without numbers.")
            self._hellos += 1
            if self._hellos > _MOST_WORKERS:
                raise Unreadable(f"it holds more than {_MOST_WORKERS:,} workers.")
            seq, at_ns, handle, worker, lane, t_ns, pid, thread, nice = row
            yield seq, at_ns, "said", (handle, m.Hello(worker, lane, t_ns, pid, thread, nice))

    @staticmethod
    def _progress(rows: Iterator[tuple[Any, ...]]) -> Iterator[Happening]:
        for row in rows:
            seq, at_ns, handle, worker, t_ns, units, steps, cpu_ns, printed, open_state = row[:10]
            states, data = row[10:-1], row[-1]
            if type(handle) is not int or type(worker) is not int or (data is not None and type(data) is not bytes):
                raise Unreadable("it is damaged: progress of an unknown worker.")
            if type(units) is not float:
                raise Unreadable("it is damaged: progress without figures.")
            # Whether the rest can be true is for the session to say, as it was when it was recorded.
            message = m.Progress(worker, t_ns, units, steps, states, cpu_ns, open_state, data or b"", printed)
            yield seq, at_ns, "said", (handle, message)

    def _samples(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[Happening]:
        for seq, at_ns, t_ns, kind, value, data in rows:
            if type(t_ns) is not int:
                raise Unreadable("it is damaged: a sample without time.")
            if kind == "heartbeat":
                if type(value) is not float or not 0 <= value < 1e9:
                    raise Unreadable("it is damaged: a heartbeat cannot be read.")
                yield seq, at_ns, "beat", value
            elif kind in ("cores", "memory", "quota") and type(data) is str:
                try:
                    sample = sample_of(kind, t_ns, data, self.recording.cores)
                except (ValueError, TypeError, RecursionError, OverflowError) as problem:
                    raise Unreadable(f"it is damaged: {problem}.") from problem
                yield seq, at_ns, "said", (0, sample)
            elif type(kind) is str and kind not in SAMPLES:
                figures = figures_of(kind, t_ns, value, data)
                if figures is not None:
                    yield seq, at_ns, "said", (0, figures)

    def _markers(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[Happening]:
        for seq, at_ns, handle, kind, data in rows:
            if kind == "note" or type(kind) is not str or type(data) is not str or type(handle) is not int:
                continue
            try:
                message = message_of(kind, data)
            except (ValueError, KeyError, TypeError, RecursionError) as problem:
                raise Unreadable(f"it is damaged: {problem}.") from problem
            self._words += len(data)
            if self._words > _MOST_WORDS and message is not None:  # what failed so often has been said often enough
                texts = {key: value[:_CUT] for key, value in message._asdict().items() if type(value) is str}
                message = message._replace(**texts)
            if message is not None:
                yield seq, at_ns, "said", (handle, message)

    # -- going back -------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        """Remembers the session as it is now, to come back to; fewer of them the longer the recording."""
        if any(kept[1] == self._seq for kept in self._kept):
            return
        self._kept.append((self.reached_ns, self._seq, self.session.snapshot(), self.lanes.place()))
        self._kept.sort(key=lambda kept: kept[0])
        if len(self._kept) > _MOST_KEPT or sum(kept[2].bytes for kept in self._kept) > _MOST_KEPT_BYTES:
            self._kept = self._kept[::2]
            self._keep_gap *= 2

    def _restore(self, kept: tuple[int, int, Snapshot, list[tuple[int, int]]]) -> None:
        at_ns, seq, state, place = kept
        self.session.restore(state)
        self.lanes.put_back(place)
        self.reached_ns = at_ns
        self._hellos = self._words = 0
        self._take_up(seq)
