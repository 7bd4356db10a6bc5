"""Two locks taken in opposite order by two threads: how often that ends well, and what a deadlock looks like.

The locks are watched: each knows its owner and who waits for it, so that a ring of waiting can be found.
"""

import io
import sys
import threading
import time
import traceback
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from grandstand.engine.experiment import Lanes

TRANSFERS = 1_500
"""Of each thread in an attempt: some tens of milliseconds, in which the GIL changes hands a few times."""
PATIENCE_S = 10.0
HOLD_S = 0.12
HOLDS = 6
ALONE = 5


class Wait(NamedTuple):
    """One wait of one thread for one lock; a new one each time, so that two looks can be compared by identity."""

    lock: "WatchedLock"
    since_ns: int


class Watch:
    """Who waits for what, by thread identifier."""

    def __init__(self) -> None:
        self.waits: Dict[int, Wait] = {}

    def ring(self) -> List[Tuple[int, "WatchedLock"]]:
        """A ring of (thread, the lock it waits for), each lock held by the next thread; empty when there is none.

        The waits are read, then the owners, then the waits again. A ring whose waits are the same both times is
        real: all of its threads waited all the while in between, so none of them can have let go of its lock.
        """
        before = self.waits.copy()
        owners = {thread: wait.lock.owner for thread, wait in before.items()}
        after = self.waits.copy()
        for start in before:
            path: List[int] = []
            thread: Optional[int] = start
            while thread is not None and thread in before and before[thread] is after.get(thread):
                if thread in path:
                    return [(one, before[one].lock) for one in path[path.index(thread) :]]
                path.append(thread)
                thread = owners[thread]
        return []


class WatchedLock:
    """A lock that knows its owner (a thread identifier, or None) and tells ``watch`` who waits for it."""

    def __init__(self, name: str, watch: Watch) -> None:
        self.name = name
        self.owner: Optional[int] = None
        self._lock = threading.Lock()
        self._watch = watch

    def acquire(self) -> None:
        if not self._lock.acquire(False):
            me = threading.get_ident()
            self._watch.waits[me] = Wait(self, time.perf_counter_ns())
            try:
                self._lock.acquire()
            finally:
                del self._watch.waits[me]  # before it is the owner: nobody may seem to wait for what it holds itself
        self.owner = threading.get_ident()

    def release(self) -> None:
        self.owner = None
        self._lock.release()

    def __enter__(self) -> "WatchedLock":
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Account:
    """A balance, and the lock that whoever changes it must hold."""

    def __init__(self, name: str, watch: Watch) -> None:
        self.lock = WatchedLock("the lock of account " + name, watch)
        self.balance = 0


def transfer(source: Account, target: Account, pause: float = 0.0) -> None:
    """Takes both locks; for the way back they are taken in the opposite order."""
    with source.lock:
        source.balance -= 1
        if pause:
            time.sleep(pause)
        with target.lock:
            target.balance += 1


def transfers(source: Account, target: Account, count: int, done: List[int], worker: int, pause: float) -> None:
    """One thread's part of an attempt."""
    for _ in range(count):
        transfer(source, target, pause)
        sum(range(800))  # a program also does other things
        done[worker] += 1


class Attempt:
    """Two threads, one transferring from A to B and one from B to A. ``done``: the transfers of each that ended."""

    def __init__(self, count: int, pause: float = 0.0) -> None:
        self.watch = Watch()
        self.done = [0, 0]
        self.began_ns = time.perf_counter_ns()
        a, b = Account("A", self.watch), Account("B", self.watch)
        self.threads = [
            threading.Thread(target=transfers, args=(s, t, count, self.done, i, pause), daemon=True, name=name)
            for i, (s, t, name) in enumerate(((a, b, "A to B"), (b, a, "B to A")))
        ]
        for thread in self.threads:
            thread.start()

    def outcome(self, patience: float = PATIENCE_S) -> List[Tuple[int, WatchedLock]]:
        """Waits for the end; returns the ring when it is a deadlock, else nothing. Raises TimeoutError."""
        until = time.monotonic() + patience
        while any(thread.is_alive() for thread in self.threads):
            ring = self.watch.ring()
            if ring:
                return ring
            if time.monotonic() > until:
                raise TimeoutError("neither an end nor a ring within {:g} s".format(patience))
            self.threads[0].join(0.004)
        return []


def describe(ring: List[Tuple[int, WatchedLock]]) -> List[Dict[str, str]]:
    """Each thread of a ring: ``name``, ``holds``, ``waits_for``, ``held_by`` and its ``stack`` as text."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    frames = sys._current_frames()
    holders = []
    for at, (thread, lock) in enumerate(ring):
        stack = traceback.extract_stack(frames[thread]) if thread in frames else []
        ours = [line for line in stack if line.filename == __file__]
        text = "\n".join("line {}, in {}\n    {}".format(f.lineno, f.name, f.line) for f in ours)
        holders.append({
            "name": names.get(thread, str(thread)), "holds": ring[at - 1][1].name, "waits_for": lock.name,
            "held_by": names.get(lock.owner, str(lock.owner)), "stack": text,
        })  # fmt: skip
    return holders


def one_by_one(attempts: int, count: int) -> int:
    """The same transfers made by one thread, in turn: how many of ``attempts`` ended with all transfers made."""
    well = 0
    for _ in range(attempts):
        watch = Watch()
        a, b = Account("A", watch), Account("B", watch)
        done = [0, 0]
        for _ in range(count):
            transfers(a, b, 1, done, 0, 0.0)
            transfers(b, a, 1, done, 1, 0.0)
        well += done == [count, count] and a.balance == b.balance == 0
    return well


def opposite_order(tell: Any, attempts: int) -> Dict[str, Any]:
    """What became of ``attempts`` attempts.

    Returns ``transfers`` of an attempt; ``deadlocks`` (for each, the transfers that ended before it); ``raised`` and
    ``printed`` (exceptions and characters of output that came of them); ``cpu`` (cores that the process used while a
    deadlock stood still, for the first few); ``ring`` (``describe`` of the first) and ``slices`` (two lanes of the
    last that was left alone), ``staged`` when there was none without a pause; ``alone``: see ``one_by_one``.
    """
    lanes = Lanes(tell, ["A to B", "B to A"])
    raised: List[str] = []
    output = io.StringIO()
    threading.excepthook = lambda args: raised.append(args.exc_type.__name__)
    out, err, sys.stdout, sys.stderr = sys.stdout, sys.stderr, output, output
    deadlocks: List[int] = []
    cpu: List[float] = []
    ring: List[Dict[str, str]] = []
    slices: List[List[Any]] = []
    try:
        for number in range(attempts):
            attempt = Attempt(TRANSFERS)
            stuck = attempt.outcome()
            if stuck:
                deadlocks.append(sum(attempt.done))
                ring = ring or describe(stuck)
                if len(cpu) < HOLDS:
                    cpu.append(_stand_still())
                    slices = _slices(attempt)
            _show(lanes, attempt, bool(stuck))
            tell(
                progress=0.9 * (number + 1) / attempts,
                words="attempt {} of {}, {} deadlocks".format(number + 1, attempts, len(deadlocks)),
            )
    finally:
        sys.stdout, sys.stderr = out, err
    staged = not ring
    if staged:
        attempt = Attempt(1, pause=0.05)
        ring = describe(attempt.outcome())
        time.sleep(HOLD_S)
        slices = _slices(attempt)
    return {
        "alone": one_by_one(ALONE, TRANSFERS), "deadlocks": deadlocks, "raised": len(raised),
        "printed": len(output.getvalue()), "transfers": 2 * TRANSFERS, "cpu": cpu,
        "ring": ring, "staged": staged, "slices": slices,
    }  # fmt: skip


def _stand_still() -> float:
    """Leaves the deadlock alone for a while; returns the cores that this process used meanwhile."""
    start, used = time.perf_counter(), time.process_time()
    time.sleep(HOLD_S)
    return (time.process_time() - used) / (time.perf_counter() - start)


def _slices(attempt: Attempt) -> List[List[Any]]:
    """For each thread: at work from the beginning until its last wait began, then waiting for the lock until now."""
    now = time.perf_counter_ns()
    rows: List[List[Any]] = []
    for thread in attempt.threads:
        wait = attempt.watch.waits.get(thread.ident or 0)
        since = wait.since_ns if wait else now
        rows.append([["modes.threads", attempt.began_ns, since, ""]])
        if wait:
            rows[-1].append(["lock", since, now, "waits for " + wait.lock.name])
    return rows


def _show(lanes: Lanes, attempt: Attempt, stuck: bool) -> None:
    for lane, row in enumerate(_slices(attempt)):
        for state, start, end, text in row:
            lanes.between(lane, state, start, end, text if stuck else "")
