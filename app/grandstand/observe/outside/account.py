"""One thread's time, from samples: an account by state, and slices for the picture. The observer's only thread.

Three things are exact, for the kernel counts them: CPU time (computing), run delay (waiting for a core), and so also
what is left of a stretch, which was some wait. What it waited for is known where it was looked at: each look stands
for half the time to its neighbors, and the whole wait of about a second is divided as the looks in it were. CPU time
arrives up to a tick late, so a stretch may be owed time that the next one gives back.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

from grandstand.engine.messages import COMPUTING, CORE, STATE_COUNT, WAITING
from grandstand.observe.outside.waits import UNNAMED

WINDOW_NS = 1_000_000_000
LONGEST_UNNAMED_NS = 15_000_000_000
_SMALL_NS = 150_000
"""Shorter pieces are in the account, but not drawn: a thread that waits for the GIL wakes for some µs every 5 ms."""


class Account:
    """From its first look on. ``cpu_ns`` is the thread's own total, from its birth."""

    __slots__ = (
        "_address", "_at", "_cpu", "_delay", "_delayed", "_kind", "_looks", "_open", "_slices", "_unnamed", "_waited",
        "_window", "cpu_ns", "fresh", "since_ns", "states_ns", "unseen_ns",
    )  # fmt: skip

    def __init__(self) -> None:
        self.since_ns = self.cpu_ns = self.unseen_ns = 0
        self.states_ns = [0] * STATE_COUNT
        self.fresh = False
        self._at = self._cpu = self._delay = 0
        self._kind = COMPUTING
        self._looks = [0] * STATE_COUNT
        self._unnamed: dict[int, int] = {}  # looks at futexes, by address, until it is known what they are
        self._address = 0
        self._delayed = False
        self._waited = 0
        self._window = 0
        self._slices: list[int] = []
        self._open = [COMPUTING, 0, 0]

    @property
    def kind(self) -> int:
        """What it was last seen doing; computing: it ran, or was ready to."""
        return self._kind

    @property
    def at_ns(self) -> int:
        return self._at

    def begin(self, now: int, cpu: int, delay: int, kind: int, address: int = 0) -> None:
        self.since_ns = self._at = self._window = now
        self.cpu_ns = self._cpu = cpu
        self._delay, self._kind, self._address = delay, kind, address
        self._open = [_drawn(kind), now, now]
        self.fresh = True

    def look(self, now: int, cpu: int, delay: int, kind: int, late_ns: int, address: int = 0) -> None:
        """At ``now`` its totals are ``cpu`` and ``delay``, and it does ``kind`` (computing: it runs, or is ready to).

        A wait that is UNNAMED brings the address of its futex. After more than ``late_ns`` CPU time and run delay are
        known all the same; what it waited for is not.
        """
        length = now - self._at
        if length <= 0:
            return
        ran, stood = cpu - self._cpu, delay - self._delay
        before = self._kind
        if stood and not self._delayed:  # the kernel adds a whole wait at its end: the first may have begun before us
            stood = max(0, min(stood, now - self.since_ns - (cpu - self.cpu_ns) - self.states_ns[COMPUTING]))
            self._delayed = True
        if length > late_ns:
            self._late(now, length, ran, stood)
        else:
            self._see(before, self._address, length)
            self._see(kind, address, length)
            self._count(ran, stood, length - ran - stood)
            if ran < _SMALL_NS and stood < _SMALL_NS and before == kind:
                self._draw(kind if kind != COMPUTING or ran else CORE, now)
            else:
                self._divide(now, ran, stood, before, kind)
        self._at, self._cpu, self._delay, self._kind, self._address = now, cpu, delay, kind, address
        self.cpu_ns = cpu
        self.fresh = True
        if now - self._window >= WINDOW_NS:
            self.settle(now)

    def rests(self, now: int) -> None:
        """It has not run since the last look, however long ago, and waits for what it waited for then."""
        length = now - self._at
        if length <= 0:
            return
        kind = self._kind
        self._see(kind, self._address, 2 * length)
        self._waited += length
        self._draw(kind, now)
        self._at = now
        self.fresh = True
        if now - self._window >= WINDOW_NS:
            self.settle(now)

    def name_waits(self, name: Callable[[int], int]) -> None:
        """Now it is known what the futexes are: ``name`` gives the state for an address."""
        for address, looks in self._unnamed.items():
            self._looks[name(address)] += looks
        self._unnamed.clear()

    def _see(self, kind: int, address: int, looks: int) -> None:
        if kind == UNNAMED:
            self._unnamed[address] = self._unnamed.get(address, 0) + looks
        elif kind != COMPUTING:
            self._looks[kind] += looks

    def settle(self, now: int) -> None:
        """Divides what it has waited by what it was seen to wait for."""
        if self._unnamed and now - self._window < LONGEST_UNNAMED_NS:
            return
        self.name_waits(lambda address: WAITING)
        self._window = now
        seen = sum(self._looks)
        if self._waited <= 0 or not seen:
            return  # the next window knows more, or gives back what is owed
        for state, looks in enumerate(self._looks):
            if looks:
                self.states_ns[state] += self._waited * looks // seen
                self._looks[state] = 0
        self._waited = 0

    def finish(self, now: int) -> None:
        """The last word: a wait that nobody saw the kind of is waiting, for something."""
        self.name_waits(lambda address: WAITING)
        self.settle(now)
        if self._waited > 0:
            self.states_ns[WAITING] += self._waited
        elif self._waited < 0:  # CPU time that came late, or a clock that is coarse
            self.states_ns[COMPUTING] = max(0, self.states_ns[COMPUTING] + self._waited)
        self._waited = 0

    def so_far(self) -> list[int]:
        """The account as it stands, with what is not divided yet."""
        unnamed = sum(self._unnamed.values())
        seen = sum(self._looks) + unnamed
        states = list(self.states_ns)
        if self._waited <= 0:  # CPU time has come late, and this stretch owes it to the next
            states[COMPUTING] = max(0, states[COMPUTING] + self._waited)
            return states
        if not seen:
            states[WAITING] += self._waited
            return states
        for state, looks in enumerate(self._looks):
            states[state] += self._waited * looks // seen
        states[WAITING] += self._waited * unnamed // seen
        return states

    def _count(self, ran: int, stood: int, waited: int) -> None:
        self.states_ns[COMPUTING] += ran
        self.states_ns[CORE] += stood
        self._waited += waited

    def _late(self, now: int, length: int, ran: int, stood: int) -> None:
        """Only what the kernel counted is known of this stretch, and nothing of when."""
        known = min(length, ran + stood)
        self._count(ran, stood, known - ran - stood)
        self.unseen_ns += length - known
        self._close()
        self._open = [COMPUTING, now, now]

    def _divide(self, now: int, ran: int, stood: int, before: int, kind: int) -> None:
        """The order within a stretch is not known but at its ends: what it was seen doing there is put there."""
        at = self._at
        length = now - at
        waited = max(0, length - ran - stood)
        if before == COMPUTING and kind == COMPUTING:
            if waited < _SMALL_NS and stood < _SMALL_NS:
                self._draw(COMPUTING, now)
            else:  # it stood or waited somewhere in between
                ran = max(0, length - waited - stood)
                self._draw(COMPUTING, at + ran // 2)
                self._draw(CORE, at + ran // 2 + stood)
                self._draw(self._likely(), now - (ran - ran // 2))
                self._draw(COMPUTING, now)
        elif before == COMPUTING:
            self._draw(COMPUTING, at + min(ran, length))
            self._draw(CORE, at + min(ran + stood, length))
            self._draw(kind, now)
        elif kind == COMPUTING:
            self._draw(before, at + waited)
            self._draw(CORE, min(now, at + waited + stood))
            self._draw(COMPUTING, now)
        else:
            self._draw(before, at + waited // 2)
            self._draw(CORE, min(now, at + waited // 2 + stood))
            self._draw(COMPUTING, min(now, at + waited // 2 + stood + ran))
            self._draw(kind, now)

    def _likely(self) -> int:
        """What it waited for in between two looks that saw it run: what it has lately been seen to wait for."""
        most = max(self._looks)
        return self._looks.index(most) if most else WAITING

    def _draw(self, state: int, until: int) -> None:
        state, slice_ = _drawn(state), self._open
        if until <= slice_[2]:
            return
        if slice_[0] == state or until - slice_[2] < _SMALL_NS:
            slice_[2] = until
        else:
            end = slice_[2]
            self._close()
            self._open = [state, end, until]

    def _close(self) -> None:
        state, start, end = self._open
        if end > start:
            self._slices += (state, start, end)

    def take(self) -> list[int]:
        """Slices since the last call, flat (state, start, end); the open one ends for now."""
        self._close()
        state, _, end = self._open
        self._open = [state, end, end]
        taken, self._slices = self._slices, []
        return taken

    def row(self, tid: int) -> array[int]:
        """As a row of ThreadsSeen."""
        return array(
            "q", [tid, self.since_ns, self._at, self.cpu_ns, self.unseen_ns, _drawn(self._kind), *self.so_far()]
        )


def _drawn(state: int) -> int:
    return WAITING if state == UNNAMED else state
