"""The gate: how many workers in the window's own process may want the GIL at once. Any thread; Qt-free.

Whoever wants the GIL waits for every other thread that wants it too. With 64 of them each must get it once
before it can even see that the window is about to draw, and that takes longer than a frame. So a few are inside and
take turns with the GIL as ever; the others wait at the gate, each asleep on a lock of its own, in need of
nothing. Whose turn is over lets the next one in. How many are inside follows from what they do there (crowd.py).

Workers come here between two steps only, so what they wait for inside a step, a lock say, is never held up.

Nothing here is locked: deques and sets whose methods are one piece of C. What two threads can get wrong at once is one
worker more or less inside, or one that nobody lets in until the next look.
"""

from __future__ import annotations

import threading
from collections import deque
from operator import sub
from typing import Protocol

from grandstand.engine import messages as m
from grandstand.engine.clocks import now_ns
from grandstand.engine.meter import Meter
from grandstand.hosts.crowd import Crowd, Spent

TURN_NS = 5_000_000
_SCRAP_NS = 500_000
"""A turn that has less than this left is over."""
_LOOK_NS = 50_000_000
"""Without frame slots nobody waits, but looks again after this long whether they are on."""
_JUDGE_NS = 33_000_000
_CHECK_S, _STUCK_NS = 2.0, 1_000_000_000
"""Who waits looks this often whether anybody is left to let it in: seldom, since a thread that wakes up wants the
interpreter. Where nobody has been let in for so long, those inside may be waiting for one who is not.
"""


class Times(Protocol):
    """What the gate asks of the clock of frames."""

    @property
    def enabled(self) -> bool: ...

    @property
    def closes_ns(self) -> int:
        """From when on workers rest for the window's next frame."""
        ...

    def closed_for(self, t_ns: int) -> int:
        """For how many ns from then on, at most, the GIL is the window's; 0: it is not."""
        ...

    def came(self, t_ns: int) -> None:
        """A worker that was computing has come to the gate."""
        ...


class Ticket:
    """One worker's place. It calls ``pace`` after each step and ``leave`` when it ends."""

    __slots__ = ("_gate", "before", "inside", "left_ns", "let_in_ns", "lock", "turn_ends", "until")

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.lock = threading.Lock()
        self.lock.acquire()  # released by whoever lets this worker go on
        self.inside = False
        self.until = self.turn_ends = self.let_in_ns = 0
        self.left_ns = TURN_NS
        self.before = (0, 0, 0, 0)
        """Its account when it was let in, see Meter.spent."""

    def pace(self, t_ns: int, meter: Meter) -> int:
        """Returns at once within a turn; else waits, idle, until this worker may go on. Returns the time after it."""
        return t_ns if t_ns < self.until else self._gate.halt(self, t_ns, meter)

    def leave(self) -> None:
        self._gate.leave(self)


class Gate:
    """``crowd`` knows how many may be inside."""

    def __init__(self, times: Times) -> None:
        self.crowd = Crowd()
        self._times = times
        self._waiting: deque[Ticket] = deque()
        self._resting: deque[Ticket] = deque()
        """Those inside that pause because the window draws."""
        self._inside: set[Ticket] = set()
        self._held_until = 0
        self._judged_ns = 0
        self._moved_ns = now_ns()

    # -- a worker's thread ------------------------------------------------------------------------------------

    def halt(self, ticket: Ticket, t: int, meter: Meter) -> int:
        """The end of a turn, or of the time between two frames, or a worker's first step is done."""
        if not self._times.enabled:
            ticket.until = t + _LOOK_NS
            return t
        if self._may_go_on(ticket, t):
            return t
        long = (len(self._waiting) + 1) * TURN_NS > self.crowd.most * meter.flush_ns
        if long:
            meter.flush_due = 0  # what it has done is told before it waits, not after
        meter.enter(m.IDLE)
        spent = meter.spent()
        if ticket.inside:
            here = Spent(*map(sub, spent, ticket.before))
            self.crowd.tell(here, meter.tells_apart)
            if 2 * (here.computing + here.core + here.interpreter) > here.wall:  # it did not merely wake up by now
                self._times.came(t)
        self._wait(ticket)
        if long:
            meter.flush_due = max(meter.flush_due, ticket.turn_ends + meter.flush_ns)
        ticket.before = (ticket.let_in_ns, *spent[1:])
        return meter.let_in(ticket.let_in_ns)

    def leave(self, ticket: Ticket) -> None:
        """It has ended."""
        self._give_up(ticket)
        self.fill(now_ns())

    def _may_go_on(self, ticket: Ticket, t: int) -> bool:
        if not ticket.inside or self._closed_for(t):
            return False
        if t >= ticket.turn_ends:
            if self._waiting or len(self._inside) > self.crowd.most:
                return False
            ticket.turn_ends = t + TURN_NS
        ticket.until = min(ticket.turn_ends, self._times.closes_ns)
        return True

    def _wait(self, ticket: Ticket) -> None:
        t = now_ns()
        ticket.left_ns = ticket.turn_ends - t
        if ticket.inside and ticket.left_ns > _SCRAP_NS:
            self._resting.append(ticket)
        else:
            self._give_up(ticket)
            self._waiting.append(ticket)
        self.open(t)  # it may have become possible since this worker looked
        while not ticket.lock.acquire(timeout=self._patience(ticket, t)):
            t = now_ns()
            self.open(t)

    def _patience(self, ticket: Ticket, t: int) -> float:
        """Seconds. When a window that draws for long has had its share somebody must look: those inside, or if there
        is none the last who was.
        """
        closed = self._closed_for(t) if ticket.inside or not self._inside else 0
        return min(_CHECK_S, closed / 1e9 + 0.001) if closed else _CHECK_S

    # -- any thread -------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Other work begins: as few as can be inside, to begin with."""
        self.crowd.reset()
        self._moved_ns = now_ns()

    def hold(self, until_ns: int) -> None:
        """Nobody goes on before then who comes to the gate, and all do after the step that they are at; 0: go on."""
        self._held_until = until_ns
        self._moved_ns = max(until_ns, now_ns())
        if until_ns:
            for ticket in tuple(self._inside):
                ticket.until = 0
        else:
            self.open(now_ns())

    def open(self, t: int) -> None:
        """Those who rested go on, if the window does not draw, and others are let in."""
        if self._closed_for(t):
            return
        for _ in range(len(self._resting)):
            try:
                ticket = self._resting.popleft()
            except IndexError:
                break
            self._go(ticket, t)
        self.fill(t)

    def fill(self, t: int) -> None:
        """Lets in who has waited longest, as long as there is room."""
        if self._closed_for(t):
            return
        if t - self._judged_ns > _JUDGE_NS:
            self._judged_ns = t
            self.crowd.judge(len(self._waiting) + len(self._inside) - self.crowd.most)
        if self._waiting and t - self._moved_ns > _STUCK_NS:
            self.crowd.most += 1
        while len(self._inside) < self.crowd.most or not self._times.enabled:
            try:
                ticket = self._waiting.popleft()
            except IndexError:
                return
            ticket.left_ns = TURN_NS
            ticket.inside = True
            self._inside.add(ticket)
            self._go(ticket, t)

    # -- inside -----------------------------------------------------------------------------------------------

    def _closed_for(self, t: int) -> int:
        return max(self._times.closed_for(t), self._held_until - t, 0)

    def _go(self, ticket: Ticket, t: int) -> None:
        self._moved_ns = ticket.let_in_ns = t
        ticket.turn_ends = t + ticket.left_ns
        ticket.until = min(ticket.turn_ends, self._times.closes_ns)
        ticket.lock.release()

    def _give_up(self, ticket: Ticket) -> None:
        ticket.inside = False
        self._inside.discard(ticket)
