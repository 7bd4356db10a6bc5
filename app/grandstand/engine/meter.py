"""The meter of one worker: steps -> time account and slices. Runs in the worker's own thread.

The account is a chain of segments without gaps: whatever the worker does, the time since the last mark is given to
states whose sum is that time, so an account always adds up to the wall time.

* computing: the thread's CPU time is ``computing``; of the rest, what the scheduler calls run delay was ``waiting
  for a core``; what then remains was ``waiting for the GIL`` if the thread blocked, else the machine's (a hypervisor
  gave the core to somebody else) and counts as waiting for a core. Where no other worker shares the GIL, what remains
  is just ``waiting``: for something that nobody bracketed.
* within ``io()`` and ``lock()``: CPU is computing, run delay is waiting for a core, the rest is the wait itself.
  Getting the GIL back after the call is part of that rest: from inside, the two look the same.
* ``sleep()`` knows how long it asked for, so what came on top is told apart as above.
* within ``serializing()``: all of it is serializing, less the run delay. The meter's own sending never waits for
  the other side, so there only CPU time is serializing and the rest is told apart like computing's.
* a worker that waits at a gate is idle until the instant at which it is let in; what it then waits for in order to go
  on is told apart as above.
* of any rest, what a witness knows to have been a stop from outside is ``suspended`` (see engine.stops).

Reading every clock after every step would cost several per cent, so a step is only stamped (0.2 µs). A step longer
than twice the usual one plus 100 µs contained a wait: then all clocks are read and the wait becomes a slice. Waits
too short for that rule enter the account at the next flush, not the picture.
"""

import sys
import time
from typing import Callable, List, NamedTuple, Optional, Tuple

from grandstand.engine import messages as m
from grandstand.engine.clocks import SchedulerClock, cpu_ns, now_ns
from grandstand.engine.stops import LEAST_NS, Stops

BRIDGE_NS = 100_000
_SHORT_NS = 20_000
_SLEEP_SLACK_NS = 500_000  # timers and wake-ups of virtual machines: below this nothing can be said


def gil_enabled() -> bool:
    """False on a free-threaded build that runs without its GIL: nobody waits for what is not there."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


class _Bracket:
    """``with meter.io():``: made once per state, so that a bracket in a hot step allocates nothing."""

    __slots__ = ("_meter", "_state")

    def __init__(self, meter: "Meter", state: int) -> None:
        self._meter = meter
        self._state = state

    def __enter__(self) -> None:
        self._meter.enter(self._state)

    def __exit__(self, *_: object) -> None:
        self._meter.leave()


class _LockBracket:
    """Waits for the lock inside the bracket, holds it outside: the body is computing again."""

    __slots__ = ("_lock", "_meter")

    def __init__(self, meter: "Meter", lock: object) -> None:
        self._meter = meter
        self._lock = lock

    def __enter__(self) -> None:
        self._meter.enter(m.LOCK)
        try:
            self._lock.acquire()  # type: ignore[attr-defined]
        finally:
            self._meter.leave()

    def __exit__(self, *_: object) -> None:
        self._lock.release()  # type: ignore[attr-defined]


class _Totals(NamedTuple):
    """A worker's totals at the instant ``t``."""

    t: int
    units: float
    steps: int
    states: Tuple[int, ...]
    cpu: int


class Meter:
    """Time account, slices and counters of one worker; see the module's text for the rules.

    ``stops``: the process's witness of stops. ``shared``: whether other workers may hold this worker's GIL.
    """

    def __init__(
        self,
        worker: int,
        emit: Callable[[m.Progress], None],
        flush_ns: int,
        printed: Optional[Callable[[], int]] = None,
        stops: Optional[Stops] = None,
        shared: bool = True,
    ) -> None:
        self.worker = worker
        self.flush_ns = flush_ns
        self.units: float = 0
        self.steps = 0
        self.turn = 0  # of a task: how often the event loop has let it go on
        self.bracketed = False  # the current step left computing at least once: the step rule does not apply to it
        self.limit_ns = 0
        self.flush_due = 0
        self._emit = emit
        self._printed = printed or (lambda: 0)
        self._stops = stops or Stops()
        self._others = shared
        self._shared = shared and gil_enabled()
        self._states = [0] * m.STATE_COUNT
        self._cpu_total = 0
        self._slices: List[int] = []
        self._bridge = BRIDGE_NS
        self._stack: List[int] = []
        self._state = m.COMPUTING
        self._usual = 0
        self._turn = int(sys.getswitchinterval() * 1e9)
        self._clock: SchedulerClock
        self._wait_state = m.GIL
        self._io = _Bracket(self, m.IO)
        self._serializing = _Bracket(self, m.SERIALIZING)
        self._mark = self._cpu = self._delay = 0
        self._sending = False
        self._woken = False
        self._prepared = False
        self._sent = self._totals()

    # -- what a workload uses ---------------------------------------------------------------------------------

    def io(self) -> _Bracket:
        """Brackets a wait for I/O."""
        return self._io

    def serializing(self) -> _Bracket:
        """Brackets pickling, sending and receiving."""
        return self._serializing

    def lock(self, lock: object) -> _LockBracket:
        """Acquires ``lock`` (anything with acquire/release) for the block; only the waiting counts as waiting."""
        return _LockBracket(self, lock)

    def sleep(self, seconds: float) -> None:
        """``time.sleep`` as I/O whose length is known: what it lasts beyond that was another wait."""
        self.enter(m.IO)
        start = self._mark
        time.sleep(seconds)
        self._close(now_ns(), asked_until=start + int(seconds * 1e9))
        self._state = self._stack.pop() if self._stack else m.COMPUTING

    # -- what the worker loop uses ----------------------------------------------------------------------------

    def prepare(self) -> None:
        """Opens the clocks, in the thread that they are to watch. It gives the GIL away a few times, so it is done
        before the race."""
        self._clock = SchedulerClock()
        self._prepared = True
        self._name_waits()

    def gil_came_on(self) -> None:
        """From now on it may wait for the GIL. Any thread."""
        if self._prepared:
            self._name_waits()

    def _name_waits(self) -> None:
        self._shared = self._others and gil_enabled()  # what the workload imported may have turned it on again
        self._wait_state = m.WAITING if not self._shared else m.GIL if self._clock.available else m.UNKNOWN

    def begin(self) -> int:
        """Starts the account, in the thread that it is of; returns its first instant."""
        if not self._prepared:
            self.prepare()
        if self._clock.available:
            self._clock.switches_since_last_call()
        self._cpu = cpu_ns()
        self._mark = now_ns()
        self._delay = self._clock.run_delay_ns() or 0  # after the mark: no wait from before it is ever counted
        self._stops.look(self._mark)
        self._sent = self._totals()
        self.flush_due = self._mark  # the first step is told of at once: it shows that this worker works
        return self._mark

    def enter(self, state: int) -> None:
        """From here on the worker is in ``state``; pairs with leave()."""
        t = now_ns()
        self._close(t)
        self._stack.append(self._state)
        self._state = state
        self.bracketed = True
        if t >= self.flush_due:  # a long wait may follow: tell the world before it, not after
            self.flush()

    def leave(self) -> None:
        """Back to the state before the matching enter()."""
        self._close(now_ns())
        self._state = self._stack.pop()

    def let_in(self, since_ns: int) -> int:
        """As leave(), for a worker that was told to go on at ``since_ns``: until then it was in its state, and what it
        waited since, for the GIL and a core, was in order to go on. Returns the present instant.
        """
        self._close(max(self._mark, since_ns))
        self._state = self._stack.pop()
        self._woken = True
        t = now_ns()
        self._close(t)
        self._woken = self.bracketed = False
        return t

    def spent(self) -> Tuple[int, int, int, int]:
        """Where the account stands: its last instant, and ns until then of computing, waiting for a core, and waiting
        for the GIL (or either, where the system does not tell).
        """
        states = self._states
        return self._mark, states[m.COMPUTING], states[m.CORE], states[self._wait_state]

    @property
    def tells_apart(self) -> bool:
        """Whether waiting for a core and waiting for the GIL are two states here."""
        return self._wait_state == m.GIL

    def usual_step(self, duration_ns: int) -> int:
        """Learns from an ordinary step; returns the length beyond which a step contained a wait."""
        self._usual += (duration_ns - self._usual) >> 4
        self.limit_ns = 2 * self._usual + 100_000
        return self.limit_ns

    def long_step(self, start: int, end: int) -> int:
        """A step longer than the limit: reads all clocks, draws the wait, returns the limit from now on."""
        before = start - self._mark  # the steps since the mark, which were all ordinary ones
        computed = max(0, self._close(end, step_start=start) - before)
        if not self._usual:
            self._usual = computed
        elif computed > self._usual:  # not only a wait: the work itself has grown
            self._usual += (computed - self._usual) >> 2
        self.limit_ns = 2 * self._usual + 100_000
        return self.limit_ns

    def flush(self) -> int:
        """Sends what there is to say; returns the instant after it. The sending itself is serializing."""
        t = now_ns()
        self._close(t)
        self._stops.look(t)
        slices = self._slices
        cut = 3 * m.SLICES_PER_MESSAGE
        so_far, totals = self._sent, self._totals()
        while len(slices) > cut:  # the first part of a busy stretch goes ahead in messages of its own
            so_far = self._between(so_far, totals, slices[cut - 1])
            self._emit(self._progress(so_far, slices[:cut]))
            slices = slices[cut:]
        self._emit(self._progress(totals, slices))
        self._slices = []
        self._bridge = BRIDGE_NS
        state, self._state = self._state, m.SERIALIZING
        self._sending = True
        t = now_ns()
        self._close(t)
        self._sending = False
        self._state = state
        self._sent = self._totals()
        self.flush_due = t + self.flush_ns
        return t

    def end(self) -> int:
        """Closes the account and sends the rest; of a worker that never began there is neither."""
        if not self._mark:
            return now_ns()
        t = self.flush()
        self._clock.close()
        return t

    # -- inside -----------------------------------------------------------------------------------------------

    def _totals(self) -> "_Totals":
        """The account as it stands at the mark."""
        return _Totals(self._mark, self.units, self.steps, tuple(self._states), self._cpu_total)

    @staticmethod
    def _between(old: "_Totals", new: "_Totals", t: int) -> "_Totals":
        """An account for an instant between two: as if all had grown evenly, and adding up to the wall time."""
        part, whole = t - old.t, new.t - old.t
        states: List[int] = []
        grown = given = 0
        for a, b in zip(old.states, new.states):  # rounded so that it adds up and nothing ever shrinks
            grown += b - a
            states.append(a + grown * part // whole - given)
            given = grown * part // whole
        return _Totals(
            t, old.units + (new.units - old.units) * part / whole, old.steps + (new.steps - old.steps) * part // whole,
            tuple(states), old.cpu + (new.cpu - old.cpu) * part // whole,
        )  # fmt: skip

    def _progress(self, at: "_Totals", slices: List[int]) -> m.Progress:
        return m.Progress(
            self.worker, at.t, at.units, at.steps, at.states, at.cpu, self._state, m.pack_slices(slices),
            self._printed(),
        )  # fmt: skip

    def _close(self, t: int, step_start: int = 0, asked_until: int = 0) -> int:
        """Gives the time since the mark to states, draws it, moves the mark to ``t``; returns the computed ns."""
        state = self._state
        wall = t - self._mark
        cpu = cpu_ns()
        used = min(cpu - self._cpu, wall)
        self._cpu_total += cpu - self._cpu if state != m.IDLE else 0
        self._cpu = cpu
        core = 0
        if wall - used > _SHORT_NS:
            delay = self._clock.run_delay_ns()
            if delay is not None:
                since = now_ns() - t
                if since > _SHORT_NS:  # it lost the core since ``t``; what of that is in ``delay`` comes after ``t``
                    since -= (self._clock.run_delay_ns() or delay) - delay
                    delay = max(self._delay, delay - max(0, since))
                core = min(delay - self._delay, wall - used)
                self._delay = delay
        rest = wall - used - core
        states = self._states
        first = self._mark
        self._mark = t
        if state == m.COMPUTING or self._sending:
            blocked = True
            stopped = 0
            if rest > _SHORT_NS and self._clock.available:
                switches = self._clock.switches_since_last_call()
                blocked = self._woken or switches > 0
                stopped = self._stopped(step_start or first, t, self._silent(rest, switches), sure=True)[1]
            elif rest > _SHORT_NS:
                stopped = self._stopped(step_start or first, t, rest)[1]
            rest -= stopped
            if not blocked:
                core += rest
                rest = 0
            states[state] += used
            states[m.CORE] += core
            states[self._wait_state] += rest
            states[m.SUSPENDED] += stopped
            if self._sending:
                self._push(m.SERIALIZING, first, first + used)
                self._push(m.SUSPENDED, first + used, first + used + stopped)
                self._push(self._wait_state, first + used + stopped, first + used + stopped + rest)
                self._push(m.CORE, t - core, t)
            else:
                self._draw_computing(first, t, step_start, stopped, rest, core)
            return used
        if state == m.IDLE:
            since, stopped = self._stopped(first, t, rest)
            since = min(since, t - stopped)
            states[m.IDLE] += wall - stopped
            states[m.SUSPENDED] += stopped
            self._push(m.IDLE, first, since)
            self._push(m.SUSPENDED, since, since + stopped)
            self._push(m.IDLE, since + stopped, t)
        elif state == m.SERIALIZING:
            stopped = self._stopped(first, t, rest)[1]
            states[m.SERIALIZING] += wall - core - stopped
            states[m.CORE] += core
            states[m.SUSPENDED] += stopped
            self._push(m.SERIALIZING, first, t - core - stopped)
            self._push(m.SUSPENDED, t - core - stopped, t - core)
            self._push(m.CORE, t - core, t)
        else:
            late = 0
            if asked_until and rest > asked_until - first + _SLEEP_SLACK_NS:
                late = rest - (asked_until - first)
            stopped = self._stopped(first, t, late if asked_until else rest)[1]
            rest -= stopped
            late = max(0, late - stopped)
            states[state] += rest - late
            states[self._wait_state] += late
            states[m.CORE] += core
            states[m.COMPUTING] += used
            states[m.SUSPENDED] += stopped
            edge = first
            for part, ns in (
                (state, rest - late), (m.SUSPENDED, stopped), (self._wait_state, late), (m.CORE, core),
                (m.COMPUTING, used),
            ):  # fmt: skip
                self._push(part, edge, edge + ns)
                edge += ns
        if self._clock.available and wall > _SHORT_NS:
            self._clock.switches_since_last_call()
        return used

    def _silent(self, rest: int, switches: int) -> int:
        """What of the rest cannot have been a wait for the GIL: who waits for that wakes up once an interval."""
        if not self._shared or not switches:
            return rest
        most = int(sys.getswitchinterval() * 1e9)
        if rest <= 4 * most * switches:  # waits for the GIL alone: how long one lasts here, on average
            self._turn += (min(most, rest // switches) - self._turn) >> 3
        return rest - switches * min(most, self._turn)

    def _stopped(self, start: int, end: int, silent: int, sure: bool = False) -> Tuple[int, int]:
        """From when, and for how long (ns), it was stopped from outside; ``sure`` as in Stops.seen."""
        return self._stops.seen(start, end, silent, sure) if silent >= LEAST_NS else (end, 0)

    def _draw_computing(self, first: int, t: int, step_start: int, stopped: int, rest: int, core: int) -> None:
        """Where in a stretch of steps the waits were: in the long step if there was one, else nowhere to be seen.

        Without steps inside (a bracketed job), the wait is drawn first: a worker that lost its turn has to wait
        before it can go on. A stop without a long step came at the end, after the last step.
        """
        wait = stopped + rest + core
        if not step_start and (self.bracketed or not self._usual):
            step_start = first
        if not step_start and stopped:
            step_start = t - wait
        if not step_start or wait < BRIDGE_NS:
            self._push(m.COMPUTING, first, t)
            return
        room = t - step_start
        if wait > room:
            stopped, rest = stopped * room // wait, rest * room // wait
            core = room - stopped - rest
        edge = step_start
        self._push(m.COMPUTING, first, edge)
        for state, ns in ((m.SUSPENDED, stopped), (self._wait_state, rest), (m.CORE, core)):
            self._push(state, edge, edge + ns)
            edge += ns
        self._push(m.COMPUTING, edge, t)

    def _push(self, state: int, start: int, end: int) -> None:
        """Appends a slice; thins them out when there are too many."""
        if end <= start:
            return
        self._append(state, start, end)
        if len(self._slices) > 12 * m.SLICES_PER_MESSAGE:
            self._thin()

    def _append(self, state: int, start: int, end: int) -> None:
        """Appends a slice, bridging gaps and blips shorter than the bridge."""
        s = self._slices
        if s:
            if s[-3] == state:
                s[-1] = end
                return
            if s[-1] - s[-2] < self._bridge and len(s) > 3 and s[-6] == state:
                del s[-3:]
                s[-1] = end
                return
        s += (state, start, end)

    def _thin(self) -> None:
        """Too many turns for one flush (thousands a second): a coarser picture, the same account."""
        self._bridge *= 2
        old, self._slices = self._slices, []
        for i in range(0, len(old), 3):
            self._append(old[i], old[i + 1], old[i + 2])
        if len(self._slices) > 9 * m.SLICES_PER_MESSAGE:
            # Many states in turn never merge: keep the newest half whole rather than spoil all of it.
            self._slices = self._slices[-(len(self._slices) // 6) * 3 :]
