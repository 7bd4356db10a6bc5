"""Would more threads help, would processes, would a free-threaded Python, and at most by how much? Pure.

Bounds, no predictions: they follow from the shares that were measured, as if the change itself cost nothing and
nothing else got in the way. Each says from which share it follows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from grandstand.session.words import percent, times
from grandstand.vocabulary import states
from grandstand.watch.program import Process, Program

LEAST_S = 0.5
"""Less than this was seen of: nothing is said."""
_NO, _LITTLE = 1.1, 1.5
_IDLE = 0.02
"""Cores' worth of computing below which a program hardly computes."""


@dataclass(frozen=True)
class Bound:
    """``at_most``: times today's throughput; infinite where nothing that was seen sets a limit."""

    at_most: float
    why: str

    @property
    def helps(self) -> str:
        """``no``, ``little`` or ``maybe``: an upper bound can rule it out, and never promise it."""
        return "no" if self.at_most < _NO else "little" if self.at_most < _LITTLE else "maybe"

    @property
    def words(self) -> str:
        """'would not help (at most 1.02×)'."""
        if math.isinf(self.at_most):
            return "may help"
        verb = {"no": "would not help", "little": "would help a little at best", "maybe": "may help"}[self.helps]
        return f"{verb} (at most {times(self.at_most)})"


@dataclass(frozen=True)
class Estimate:
    """Of one process, the one that does the most. Shares are of all its threads' time; ``cores``: of the machine."""

    pid: int
    cores: float
    computing: float
    """Cores' worth."""
    held: float
    """The share of time in which its GIL was held."""
    more_threads: Bound
    processes: Bound
    free_threaded: Bound


def estimate(program: Program, cores: float) -> tuple[Estimate | None, str]:
    """The estimate, or why there is none. ``cores``: how many cores' time there is to have."""
    process = busiest(program)
    if process is None:
        return None, "No Python was seen whose GIL can be read."
    if process.gil == "none":
        return None, "This Python runs without a GIL."
    gil = process.main_gil
    if gil is None or gil.seen_s < LEAST_S:
        return None, f"Its GIL was seen for less than {LEAST_S:g} s."
    seen = process.cpu_seconds / gil.seen_s
    computing = max(seen, process.cores)  # threads that live for some milliseconds are hardly seen
    if computing < _IDLE:
        return None, f"It hardly computed ({percent(computing)} of a core), so nothing would make it faster."
    used = sum(other.cpu_seconds for other in program.everything if other is not process)
    used += program.earlier.states[states.COMPUTING.number] / 1e9
    others = used / max(program.seconds, 1e-9)
    room = max(computing, cores - others) / computing
    held = gil.share_held
    return (
        Estimate(
            process.pid,
            cores,
            computing,
            held,
            _more_threads(held, room),
            _processes(room, computing),
            _free_threaded(process, gil.seen_s, room),
        ),
        "",
    )


def busiest(program: Program) -> Process | None:
    """Of the Python processes the one whose threads computed and waited for the GIL most."""

    def wanted(process: Process) -> int:
        numbers = (states.COMPUTING.number, states.GIL.number)
        summed = process.sum_up().states
        return sum(summed[number] for number in numbers)

    with_gil = [process for process in program.everything if process.gil]
    return max(with_gil, key=wanted, default=None)


def _more_threads(held: float, room: float) -> Bound:
    by_gil = 1 / held if held > 0 else math.inf
    if by_gil <= room:
        return Bound(
            max(1.0, by_gil),
            f"the GIL was held {percent(held)} of the time already, and only one thread at a time can hold it",
        )
    return Bound(room, f"the cores allow {times(room)} of what it computes now; its GIL was held {percent(held)}")


def _processes(room: float, computing: float) -> Bound:
    return Bound(
        room,
        f"it uses the time of {computing:.2g} cores, and there is {times(room)} of that to have; the work would have "
        "to be split, and what that costs is not in it",
    )


def _free_threaded(process: Process, seconds: float, room: float) -> Bound:
    """The same threads without waiting for the GIL: each would do in its computing and other waiting what it does
    now, in so much less time."""
    wanted = computed = 0.0
    waited = whole = 0
    accounts = [(thread.until - thread.since - thread.unseen, thread.states) for thread in process.everyone]
    accounts.append((process.earlier.length - process.earlier.unseen, process.earlier.states))  # as if it were one
    for length, spent in accounts:
        gil = spent[states.GIL.number]
        if length <= 0 or not spent[states.COMPUTING.number]:
            continue
        waited, whole = waited + gil, whole + length
        rest = max(length - gil, length // 1000, 1)
        computing = spent[states.COMPUTING.number] / 1e9 / seconds
        computed += computing
        wanted += computing * length / rest
    if not whole or not waited:
        return Bound(1.0, "none of its threads waited for the GIL")
    share = waited / whole
    by_threads = max(1.0, wanted / computed)
    if by_threads <= room:
        return Bound(by_threads, f"the threads that compute waited for the GIL {percent(share)} of their time")
    return Bound(
        max(1.0, room),
        f"the threads that compute waited for the GIL {percent(share)} of their time, and the cores allow no more "
        f"than {times(room)}",
    )
