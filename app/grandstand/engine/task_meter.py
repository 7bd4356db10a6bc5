"""The meter of a task: it adds what happens between two of its turns. Runs in the loop's thread.

Between two turns a task first waits for I/O and then, from when it could go on, for the event loop:

* after ``asleep()`` it could go on when the time was over, if the loop was busy then; if it slept, once that woke up;
* after another await, when the loop found the news (see loop_clock). What comes while the loop is busy is seen only
  then: until the loop looks, the task still counts as waiting for I/O;
* after a zero sleep, at once.

The loop's own work between two turns is done to wake the second: its CPU time is that task's computing. So the tasks'
computing adds up to the thread's CPU time. So is what the loop then waited for a core.
"""

from typing import Any, Callable, List, Optional, Tuple

from grandstand.engine import messages as m
from grandstand.engine.clocks import cpu_ns, now_ns
from grandstand.engine.loop_clock import LoopClock
from grandstand.engine.meter import _SHORT_NS, Meter
from grandstand.engine.stops import LEAST_NS, Stops


class TaskMeter(Meter):
    """``turns``: of the loop that its task belongs to."""

    def __init__(
        self,
        turns: LoopClock,
        worker: int,
        emit: Callable[[m.Progress], None],
        flush_ns: int,
        printed: Optional[Callable[[], int]],
        stops: Optional[Stops],
    ) -> None:
        super().__init__(worker, emit, flush_ns, printed, stops, shared=False)
        self._turns = turns
        self._inside = m.COMPUTING  # the state that a turn ended in: it goes on in it
        self._due = 0  # when a sleep was over
        self._at_once = True  # whether it was ready as soon as its turn was over
        self._over = False

    # -- what a workload uses ---------------------------------------------------------------------------------

    async def asleep(self, seconds: float) -> None:
        """``asyncio.sleep`` whose end is known, so that what comes on top is told apart."""
        loop = self._turns.loop
        over = loop.create_future()
        timer = loop.call_later(seconds, self._wake, over, now_ns() + int(seconds * 1e9))
        try:
            await over
        finally:
            timer.cancel()

    def _wake(self, over: Any, until: int) -> None:
        turns = self._turns
        self._due = until if turns.entered > until else max(until, turns.left)
        if not over.done():
            over.set_result(None)

    # -- what its runner uses ---------------------------------------------------------------------------------

    def prepare(self) -> None:
        """It has the loop's clocks: ten thousand tasks could not each open theirs."""
        self._clock = self._turns.clock
        self._wait_state = m.WAITING
        self._prepared = True

    def turn_begins(self) -> None:
        """The loop lets the task go on."""
        self.turn += 1
        if not self._mark:  # its account has not begun
            return
        t, turns = now_ns(), self._turns
        first = self._mark
        for_it = cpu_ns() - turns.cpu
        silent = t - turns.ended - for_it
        start = max(first, t - for_it)
        core = 0
        if silent > _SHORT_NS:  # the loop slept, or had no core
            delay = self._clock.run_delay_ns()
            if delay is not None:
                core = max(0, min(delay - turns.delay, start - max(first, min(turns.ended, start))))
                turns.delay = delay
                self._clock.switches_since_last_call()
            if silent >= LEAST_NS:
                self._stopped(turns.ended, t, silent)
        away = start - core
        ready = first if self._at_once else min(max(first, self._due or turns.before), away)
        self._due = 0
        self._was_away(first, ready, away)
        self._states[m.CORE] += core
        self._push(m.CORE, away, start)
        self._mark, self._cpu, self._delay = start, turns.cpu, turns.delay
        self._state = self._inside
        self.bracketed = True

    def turn_ends(self, waits_for: Any) -> None:
        """The task gives its turn back, until ``waits_for`` is there (None: it could go on at once)."""
        turns = self._turns
        if not self._mark or self._over:
            turns.ended, turns.cpu = now_ns(), cpu_ns()
            return
        t = now_ns()
        self._close(t)
        self._inside = self._state
        self._at_once = waits_for is None
        self._state = m.LOOP if self._at_once else m.IO
        if t >= self.flush_due:
            self.flush()
        turns.ended, turns.cpu, turns.delay = self._mark, self._cpu, self._delay

    def end(self) -> int:
        """Closes the account and sends the rest; of a worker that never began there is neither."""
        self._over = True
        return self.flush() if self._mark else now_ns()

    # -- inside -----------------------------------------------------------------------------------------------

    def _was_away(self, first: int, ready: int, until: int) -> None:
        """Between two turns: it waited for I/O until it was ``ready``, then for the loop; but for a stop."""
        pieces: List[Tuple[int, int, int]] = [(m.IO, first, ready), (m.LOOP, ready, until)]
        if until - first >= LEAST_NS and self._stops.any_since(first):
            since, stopped = self._stopped(first, until, until - first)
            since = min(since, until - stopped)
            again = since + stopped
            outside = [(s, a, min(b, since)) for s, a, b in pieces] + [(s, max(a, again), b) for s, a, b in pieces]
            pieces = sorted([*outside, (m.SUSPENDED, since, again)], key=lambda piece: piece[1])
        for state, a, b in pieces:
            if b > a:
                self._states[state] += b - a
                self._push(state, a, b)
