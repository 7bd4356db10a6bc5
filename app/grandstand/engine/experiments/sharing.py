"""Two threads that change one variable, with and without a lock: how many of their updates are lost."""

import threading
import time
from typing import Any, Callable, Dict, List, Optional, Tuple

from grandstand.engine.experiment import Lanes

THREADS = 2
Update = Callable[["Variable", int, "threading.Lock"], int]


class Variable:
    """What the threads share."""

    value = 0


class Tally:
    """Counts losses without touching the variable: each thread's own count of its updates against the end value."""

    def __init__(self, variable: Variable, threads: int) -> None:
        self.made = [0] * threads
        self._variable = variable
        self._before = variable.value

    @property
    def lost(self) -> int:
        """Updates that were made and are not in the variable."""
        return sum(self.made) - (self._variable.value - self._before)


def add_one(number: int) -> int:
    return number + 1


def read_modify_write(variable: Variable, updates: int, lock: "threading.Lock") -> int:
    made = 0
    for _ in range(updates):
        variable.value = add_one(variable.value)  # read, call, write: another thread may come in between
        made += 1
    return made


def plain_plus(variable: Variable, updates: int, lock: "threading.Lock") -> int:
    made = 0
    for _ in range(updates):
        variable.value += 1
        made += 1
    return made


def with_lock(variable: Variable, updates: int, lock: "threading.Lock") -> int:
    made = 0
    for _ in range(updates):
        with lock:
            variable.value = add_one(variable.value)
        made += 1
    return made


WAYS: Dict[str, Tuple[Update, int]] = {
    "call": (read_modify_write, 300_000),
    "plus": (plain_plus, 500_000),
    "lock": (with_lock, 120_000),
}
"""Key -> the way to update, and how many updates each thread makes in a run: each run lasts about a tenth of a
second, some twenty turns of the switch interval."""


def race(update: Update, variable: Variable, updates: int, hear: Callable[[int, int, int], None]) -> Tally:
    """Two threads update ``variable`` at the same time. ``hear``: (thread, start ns, end ns) of each."""
    tally = Tally(variable, THREADS)
    lock = threading.Lock()
    gate = threading.Barrier(THREADS)

    def run(worker: int) -> None:
        gate.wait()
        start = time.perf_counter_ns()
        tally.made[worker] = update(variable, updates, lock)
        hear(worker, start, time.perf_counter_ns())

    threads = [threading.Thread(target=run, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def lost_updates(tell: Any, repeats: int) -> Dict[str, Any]:
    """Returns, by way, ``lost`` and ``made`` (updates, one number a repeat), and ``story``: what ``story_of_a_loss``
    found, or None."""
    lanes = Lanes(tell, ["thread {}".format(i + 1) for i in range(THREADS)])
    words = {"call": "no lock", "plus": "no lock, x += 1", "lock": "lock"}
    lost: Dict[str, List[int]] = {way: [] for way in WAYS}
    made: Dict[str, List[int]] = {way: [] for way in WAYS}
    for repeat in range(repeats):
        for way, (update, updates) in WAYS.items():

            def hear(worker: int, start: int, end: int, text: str = words[way]) -> None:
                lanes.between(worker, "modes.threads", start, end, text)

            tally = race(update, Variable(), updates, hear)
            lost[way].append(tally.lost)
            made[way].append(sum(tally.made))
        tell(progress=(repeat + 1) / repeats, words="repeat {} of {}".format(repeat + 1, repeats))
    lanes.flush()
    return {"lost": lost, "made": made, "story": story_of_a_loss()}


def story_of_a_loss(updates: int = 60_000, runs: int = 8) -> Optional[Dict[str, int]]:
    """One update that undid others, out of recorded runs; None when no run had one.

    ``worker`` (0 or 1) read ``read``; the other then wrote ``first`` to ``last``, in ``others`` updates; then
    ``worker`` wrote ``wrote`` over them.
    """
    for _ in range(runs):
        variable = Variable()
        logs: List[List[Tuple[int, int, int]]] = [[] for _ in range(THREADS)]
        threads = [threading.Thread(target=recorded, args=(variable, updates, log)) for log in logs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        loss = find_loss(logs)
        if loss:
            return loss
    return None


def recorded(variable: Variable, updates: int, log: List[Tuple[int, int, int]]) -> None:
    """As ``read_modify_write``, with a record of each update: (ns before the read, ns after the write, the read)."""
    for _ in range(updates):
        before = time.perf_counter_ns()
        read = variable.value
        variable.value = add_one(read)
        log.append((before, time.perf_counter_ns(), read))


def find_loss(logs: List[List[Tuple[int, int, int]]]) -> Optional[Dict[str, int]]:
    """Looks for a loss in the records of both threads."""
    for worker in range(THREADS):
        other = logs[1 - worker]
        at = 0
        for before, after, read in logs[worker]:
            while at < len(other) and other[at][0] < before:
                at += 1
            inside = at
            while inside < len(other) and other[inside][1] < after:
                inside += 1
            if inside > at and other[inside - 1][2] >= read:
                return {
                    "worker": worker, "read": read, "wrote": read + 1, "others": inside - at,
                    "first": other[at][2] + 1, "last": other[inside - 1][2] + 1,
                }  # fmt: skip
    return None
