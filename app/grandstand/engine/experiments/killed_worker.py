"""A worker of a pool is killed at work: who is told, and who waits for ever.

``wait`` runs in worker processes.
"""

import concurrent.futures
import multiprocessing
import multiprocessing.pool
import os
import signal
import time
from typing import Any, Callable, Dict, List, Tuple

from grandstand.engine.experiment import Lanes
from grandstand.engine.experiments.process_order import RAN, cheap_context, keep_files_in

EXECUTOR, POOL = "ProcessPoolExecutor", "multiprocessing.Pool"
POOLS = (EXECUTOR, POOL)
JOB_S, KILL_AFTER_S, WAIT_S, LATER_S = 0.4, 0.1, 0.8, 0.1
"""How long the job takes, after what part of it its worker is killed, how long its result is waited for, and how long
the job takes that is handed in later."""
PATIENCE_S = 15.0
TOLD, CAME, NEVER = "told", "came", "never"
"""What came of asking for a result: an exception, the result, or nothing for as long as somebody waited."""
ATTEMPTS = 5
_TIMED_OUT = (TimeoutError, concurrent.futures.TimeoutError, multiprocessing.TimeoutError)

NOTES: Any = None
"""Shared memory, in a worker: whoever works writes its process number there."""


def take_notes(notes: Any) -> None:
    """Each worker, at its start."""
    global NOTES
    NOTES = notes


def wait(seconds: float) -> int:
    """The job."""
    NOTES[0] = os.getpid()
    time.sleep(seconds)
    return os.getpid()


def kill_worker(notes: Any) -> int:
    """Kills the worker that has the job, once it has; returns when (ns) that was. Raises TimeoutError."""
    until = time.monotonic() + PATIENCE_S
    while not notes[0]:
        if time.monotonic() > until:
            raise TimeoutError("no worker has begun the job")
        time.sleep(0.001)
    time.sleep(KILL_AFTER_S)
    os.kill(notes[0], getattr(signal, "SIGKILL", signal.SIGTERM))
    return time.perf_counter_ns()


def ask(result: Callable[..., Any], seconds: float) -> Tuple[str, Any]:
    """TOLD and the name of the exception, CAME and the result, or NEVER."""
    try:
        return CAME, result(timeout=seconds)
    except _TIMED_OUT:
        return NEVER, None
    except Exception as problem:
        return TOLD, type(problem).__name__


class Executor:
    """A ProcessPoolExecutor with one worker."""

    def __init__(self, notes: Any) -> None:
        self._pool = concurrent.futures.ProcessPoolExecutor(1, cheap_context(), take_notes, (notes,))

    def hand_in(self, seconds: float) -> Callable[..., Any]:
        """Returns what to call for the result, with ``timeout``. Raises BrokenExecutor."""
        return self._pool.submit(wait, seconds).result

    def end(self) -> None:
        self._pool.shutdown()


class Pool:
    """A multiprocessing.Pool with one worker."""

    def __init__(self, notes: Any) -> None:
        self._pool = multiprocessing.pool.Pool(1, take_notes, (notes,), context=cheap_context())

    def hand_in(self, seconds: float) -> Callable[..., Any]:
        return self._pool.apply_async(wait, (seconds,)).get

    def end(self) -> None:
        self._pool.terminate()
        self._pool.join()


def one_kill(make: Callable[[Any], Any]) -> Dict[str, Any]:
    """A job is done, and the next one's worker is killed; then the pool is given another.

    Returns what came of the three, ``undisturbed``, ``lost`` and ``later``; ``error``: the name of the exception that
    told of the kill; and in ns: ``began`` (the lost job was handed in), ``killed``, ``asked`` (that was over),
    ``over`` (so was the later one).
    """
    for _ in range(ATTEMPTS):
        notes = cheap_context().RawArray("q", 1)
        pool = make(notes)
        try:
            undisturbed, _ = ask(pool.hand_in(0.0), PATIENCE_S)
            notes[0] = 0
            began = time.perf_counter_ns()
            result = pool.hand_in(JOB_S)
            killed = kill_worker(notes)
            lost, error = ask(result, WAIT_S)
            asked = time.perf_counter_ns()
            if lost == CAME:  # the kill came too late: a machine that is busy with something else
                continue
            try:
                later, _ = ask(pool.hand_in(LATER_S), PATIENCE_S)
            except concurrent.futures.BrokenExecutor:
                later = TOLD
            over = time.perf_counter_ns()
            if lost == NEVER:  # perhaps only late? The one that was handed in after it has come meanwhile.
                lost, error = ask(result, 0.0)
        finally:
            pool.end()
        return {
            "undisturbed": undisturbed, "lost": lost, "later": later, "error": error if lost == TOLD else "",
            "began": began, "killed": killed, "asked": asked, "over": over,
        }  # fmt: skip
    raise TimeoutError("a job was always done before its worker could be killed")


def killed_at_work(tell: Any, repeats: int, place: str) -> Dict[str, List[Dict[str, Any]]]:
    """Returns for each pool what ``one_kill`` saw in each repeat."""
    keep_files_in(place)
    seen: Dict[str, List[Dict[str, Any]]] = {name: [] for name in POOLS}
    lanes = Lanes(tell, list(POOLS))
    for repeat in range(repeats):
        for lane, (name, make) in enumerate(((EXECUTOR, Executor), (POOL, Pool))):
            one = one_kill(make)
            seen[name].append(one)
            lanes.between(lane, RAN, one["began"], one["killed"], "at work")
            lanes.between(lane, "io", one["killed"], one["asked"], "waiting for its result")
        lanes.flush()
        tell(progress=(repeat + 1) / repeats, words="repeat {} of {}".format(repeat + 1, repeats))
    return seen
