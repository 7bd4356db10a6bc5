"""How a call spends its time, and how much of it needs the GIL. In a child of its own, which nothing else disturbs.

The GIL's share is read from outside where that works (holder.py). Besides, a second thread counts meanwhile, in pure
Python, so the GIL is always wanted. For as long as the counter did not have it, the function had it, or kept it from
being had:

    share = (wall − counter's) / (wall alone − run delay alone)

1: as pure Python, which takes turns with the counter, or C code that never gives the GIL away; 0: all of it runs or
waits without. A counter that has lost its core keeps the GIL, one that has lost the GIL sleeps, and the system counts
such sleeps (voluntary switches). Run delay is the scheduler's figure of waits for a core; on a busy machine what of it
falls to the function while it has the GIL still raises a share between 0 and 1.
"""

import itertools
import os
import sys
import threading
import time
from typing import Any, Dict, List

from grandstand.engine.own.examine.holder import taken_share
from grandstand.engine.own.subject import Subject
from grandstand.engine.schedstat import Schedstat

_ROUNDS = 3
_OUTSIDE_S = 0.4
_GAP_S = 30e-6
"""Between two looks at the clock, some 6 µs apart: a longer gap is looked into."""


def measure(tell: Any, described: Dict[str, Any], seconds: float, call_seconds: float) -> Dict[str, Any]:
    """``seconds``: about how long each of the stretches is to last. Times are of all calls of a stretch."""
    subject = Subject(described, tell)
    calls = max(1, min(100_000, int(seconds / max(call_seconds, 1e-7))))
    _many(subject, min(calls, 50), 0)
    delay = _Delay()
    alone = [_account(subject, calls, turn, delay) for turn in range(_ROUNDS)]
    middle = sorted(alone, key=lambda one: one["wall"])[len(alone) // 2]
    answer: Dict[str, Any] = {"calls": calls, **middle, "gil_enabled": _gil(), "run_delay_known": delay.known}
    if answer["gil_enabled"]:
        answer["outside"] = taken_share(lambda: _for_at_least(subject, calls, seconds))
        answer.update(_beside_counter(subject, calls, delay))
    return answer


class _Delay:
    """Seconds that a thread has waited for a core so far: of the thread that has made it."""

    def __init__(self) -> None:
        self._file = Schedstat("/proc/thread-self/schedstat")

    @property
    def known(self) -> bool:
        return self._file.open

    def __call__(self) -> float:
        fields = self._file.read()
        return fields[0] / 1e9 if fields is not None else 0.0


def _account(subject: Subject, calls: int, turn: int, delay: _Delay) -> Dict[str, float]:
    children = _children_cpu()
    process, thread, waited, wall = time.process_time(), time.thread_time(), delay(), time.perf_counter()
    _many(subject, calls, turn * calls)
    wall, waited = time.perf_counter() - wall, delay() - waited
    thread, process = time.thread_time() - thread, time.process_time() - process
    return {
        "wall": wall, "run_delay": waited, "thread_cpu": thread, "process_cpu": process,
        "children_cpu": _children_cpu() - children,
    }  # fmt: skip


def _many(subject: Subject, calls: int, start: int) -> None:
    tried = subject.tried
    for number in range(start, start + calls):
        tried(number)


def _for_at_least(subject: Subject, calls: int, seconds: float) -> None:
    until = time.perf_counter() + max(_OUTSIDE_S, seconds)
    start = 0
    while time.perf_counter() < until:
        _many(subject, max(1, calls // 10), start)
        start += calls


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _gil() -> bool:
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


class _Counter:
    """Counts as fast as it can, in a thread of its own, and knows for how long it had the GIL.

    ``read`` has it tell (seconds with the GIL, count) between two counts: asked from outside, that would need the GIL.
    """

    def __init__(self) -> None:
        self._on = True
        self._ask = threading.Event()
        self._told = threading.Event()
        self._mark = (0.0, 0)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        slept, clock, asked = _sleeps(), time.perf_counter, self._ask.is_set
        held, count = 0.0, 0
        switches, last = slept(), clock()
        while self._on:
            for _ in range(200):
                count += 1
            now = clock()
            gap = now - last
            last = now
            if gap < _GAP_S:
                held += gap
            else:
                before, switches = switches, slept()
                if switches == before:  # the core was lost, the GIL was not
                    held += gap
            if asked():
                self._mark = (held, count)
                self._ask.clear()
                self._told.set()

    def read(self) -> "tuple[float, int]":
        self._told.clear()
        self._ask.set()
        self._told.wait()
        return self._mark

    def end(self) -> None:
        self._on = False
        self._thread.join()


def _sleeps() -> Any:
    """How often the calling thread has gone to sleep so far; where no system tells, each gap counts as a sleep."""
    try:
        import resource

        who = resource.RUSAGE_THREAD
    except (ImportError, AttributeError):
        return itertools.count().__next__
    return lambda: resource.getrusage(who).ru_nvcsw


def _beside_counter(subject: Subject, calls: int, delay: _Delay) -> Dict[str, Any]:
    """Rounds of: the calls alone, the calls beside the counter."""
    shares: List[float] = []
    slower: List[float] = []
    counted, busy = 0, 0.0
    for turn in range(_ROUNDS):
        waited, alone = delay(), time.perf_counter()
        _many(subject, calls, turn * calls)
        alone, waited = time.perf_counter() - alone, delay() - waited
        busy += waited / alone / _ROUNDS
        counter = _Counter()
        try:
            held, count = counter.read()
            wall = time.perf_counter()
            _many(subject, calls, turn * calls)
            wall = time.perf_counter() - wall
            after = counter.read()
        finally:
            counter.end()
        counted += after[1] - count
        shares.append(max(0.0, min(1.0, (wall - (after[0] - held)) / max(alone - waited, 1e-9))))
        slower.append(wall / alone)
    shares.sort()
    slower.sort()
    middle = len(shares) // 2
    return {"gil_share": shares[middle], "slower": slower[middle], "gil_shares": shares, "counted": counted,
            "busy": busy}  # fmt: skip
