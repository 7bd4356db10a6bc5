"""What the threads of a watched program did in the last two seconds, as figures. Any one thread; no Qt."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from grandstand.engine.observed import ProcessUsed
from grandstand.vocabulary import states
from grandstand.watch.program import Program

WINDOW_NS = 2_000_000_000
Totals = tuple[int, int, tuple[int, ...], int]
"""``until``, ``unseen``, time in each state, time with the GIL: all in ns since it was first seen."""

Gils = tuple[int, int, int]
"""Hand-overs, and the time in ns in which it was held and in which it was free."""


@dataclass(frozen=True)
class Activity:
    """Of one thread: shares of the time in which it was seen, by state number, and of holding a GIL."""

    shares: tuple[float, ...]
    held: float

    @property
    def computing(self) -> float:
        return self.shares[states.COMPUTING.number]


class Lately:
    """``look`` a few times a second; then ``thread`` and ``cores``."""

    def __init__(self) -> None:
        self._looks: deque[tuple[int, dict[tuple[int, int], Totals], dict[tuple[int, int], Gils]]] = deque()
        self._used: dict[int, deque[ProcessUsed]] = {}

    def snapshot(self) -> dict[str, Any]:
        """As it is now, to come back to: looks do not change."""
        return {"_looks": deque(self._looks), "_used": {pid: deque(used) for pid, used in self._used.items()}}

    def restore(self, snapshot: dict[str, Any]) -> None:
        self._looks = deque(snapshot["_looks"])
        self._used = {pid: deque(used) for pid, used in snapshot["_used"].items()}

    def look(self, program: Program) -> None:
        threads = {
            (process.pid, thread.id): (thread.until, thread.unseen, thread.states, thread.held)
            for process in program.processes.values()
            for thread in process.threads.values()
        }
        gils = {
            (process.pid, gil.number): (gil.switches, gil.held, gil.free)
            for process in program.processes.values()
            for gil in process.gils.values()
        }
        self._looks.append((program.until, threads, gils))
        while len(self._looks) > 2 and self._looks[1][0] <= program.until - WINDOW_NS:
            self._looks.popleft()
        for pid in self._used.keys() - program.processes.keys():
            del self._used[pid]

    def hear(self, events: Iterable[Any]) -> None:
        """Of what is said, what processes have used."""
        for event in events:
            if isinstance(event, ProcessUsed):
                used = self._used.setdefault(event.pid, deque())
                used.append(event)
                while len(used) > 2 and used[1].t_ns <= event.t_ns - WINDOW_NS:
                    used.popleft()

    def thread(self, pid: int, thread: int) -> Activity | None:
        """None for one that has not been seen twice, or has ended."""
        if len(self._looks) < 2:
            return None
        first, last = self._looks[0][1].get((pid, thread)), self._looks[-1][1].get((pid, thread))
        if first is None or last is None:
            return None
        seconds = (last[0] - first[0]) - (last[1] - first[1])
        if seconds <= 0:
            return None
        shares = tuple((b - a) / seconds for a, b in zip(first[2], last[2], strict=True))
        return Activity(shares, (last[3] - first[3]) / seconds)

    def cores(self, pid: int) -> float | None:
        """How many cores' time a process took; None where that is not known yet."""
        used = self._used.get(pid)
        if used is None or len(used) < 2 or used[-1].t_ns <= used[0].t_ns:
            return None
        return max(0.0, (used[-1].cpu_ns - used[0].cpu_ns) / (used[-1].t_ns - used[0].t_ns))

    def hand_overs(self, pid: int) -> float:
        """A second, of all GILs of a process, as the interpreter counts them."""
        if len(self._looks) < 2:
            return 0.0
        (since, _, before), (until, _, now) = self._looks[0], self._looks[-1]
        counted = sum(gil[0] - before[key][0] for key, gil in now.items() if key[0] == pid and key in before)
        return max(0.0, counted / ((until - since) / 1e9)) if until > since else 0.0

    def held(self, pid: int, gil: int) -> float | None:
        """The share of the time seen in which somebody held a GIL; None for one that was not seen."""
        if len(self._looks) < 2:
            return None
        first, last = self._looks[0][2].get((pid, gil)), self._looks[-1][2].get((pid, gil))
        if first is None or last is None:
            return None
        held, free = last[1] - first[1], last[2] - first[2]
        return held / (held + free) if held + free > 0 else None
