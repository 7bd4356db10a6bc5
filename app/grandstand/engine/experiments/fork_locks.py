"""A child that is forked while a thread of its parent holds a lock, and what becomes of it when it wants the lock.

The child has the lock as it was, held, and not the thread that would let go of it.
"""

import logging
import multiprocessing
import queue
import sys
import threading
import time
import traceback
import warnings
from typing import Any, Dict, List, NamedTuple, Tuple

from grandstand.engine.experiments.process_order import keep_files_in

WATCH_S = 0.3
"""A child that is not done so long after it was there is asked where it is."""
PATIENCE_S = 20.0

LOCK = threading.Lock()
BOX: "queue.Queue[str]" = queue.Queue()


class Nowhere(logging.Handler):
    """Keeps nothing; logging takes the handler's lock for every record all the same."""

    def emit(self, record: logging.LogRecord) -> None:
        pass


HANDLER = Nowhere()
LOG = logging.Logger("the program's own")
LOG.addHandler(HANDLER)


# -- the child --------------------------------------------------------------------------------------------------------


def take_lock() -> None:
    with LOCK:
        pass


def put_into_queue() -> None:
    BOX.put("an item")


def log_a_line() -> None:
    LOG.warning("a line")


def child(said: Any, asked: Any, work: Any) -> None:
    """Says when it is there, when it is done and, if it is asked meanwhile, where it stands."""
    threading.Thread(target=_show_stack, args=(asked, threading.get_ident()), daemon=True).start()
    said.send(time.perf_counter_ns())
    work()
    said.send(time.perf_counter_ns())


def _show_stack(asked: Any, ident: int) -> None:
    """Beside the work: a child that answers does run, however busy the machine is."""
    while asked.poll(None):
        asked.recv()
        frames = traceback.extract_stack(sys._current_frames()[ident])
        names = [frame.name for frame in frames]
        ours = frames[names.index(child.__name__) :] if child.__name__ in names else frames
        asked.send("\n".join("line {}, in {}\n    {}".format(f.lineno, f.name, f.line) for f in ours))


# -- the parent -------------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    method: str
    work: Any
    lock: Any
    """What a thread of the parent holds while the child is started; None: nobody holds anything."""


def cases() -> Dict[str, Case]:
    return {
        "lock": Case("fork", take_lock, LOCK),
        "queue": Case("fork", put_into_queue, BOX.mutex),
        "logging": Case("fork", log_a_line, HANDLER.lock),
        "free": Case("fork", take_lock, None),
        "spawn": Case("spawn", take_lock, LOCK),
    }


def hold(lock: Any, held: threading.Event, let_go: threading.Event) -> None:
    """A thread of the parent."""
    with lock:
        held.set()
        let_go.wait()


def start_while_held(process: Any, lock: Any) -> Tuple[int, int]:
    """Starts the child while a thread holds the lock, and lets it go then. Returns when it was taken, and let go."""
    held, let_go = threading.Event(), threading.Event()
    holder = threading.Thread(target=hold, args=(lock, held, let_go))
    began = time.perf_counter_ns()
    holder.start()
    held.wait()
    try:
        process.start()
    finally:
        let_go.set()
        holder.join()
    return began, time.perf_counter_ns()


def trial(case: Case) -> Dict[str, Any]:
    """``stuck``; ``stack`` of the child, if so; whether Python ``warned``; ``times`` (ns after the request to start):
    when the lock was let go, when the child was there, and when it was done, or given up."""
    context: Any = multiprocessing.get_context(case.method)
    (mine, said), (asking, asked) = context.Pipe(), context.Pipe()
    process = context.Process(target=child, args=(said, asked, case.work))
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        began = ended = time.perf_counter_ns()
        if case.lock is None:
            process.start()
        else:
            began, ended = start_while_held(process, case.lock)
    said.close()
    asked.close()
    if not mine.poll(PATIENCE_S):
        raise TimeoutError("a child did not begin")
    there, stack = mine.recv(), ""
    if not mine.poll(WATCH_S):
        asking.send(None)
        if not asking.poll(PATIENCE_S):
            raise TimeoutError("a child does not run")
        stack = asking.recv()
    stuck = not mine.poll(0)
    over = time.perf_counter_ns() if stuck else mine.recv()
    process.kill()
    process.join()
    mine.close()
    asking.close()
    return {
        "stuck": stuck, "stack": stack if stuck else "", "times": [t - began for t in (ended, there, over)],
        "warned": any(issubclass(w.category, DeprecationWarning) and "fork" in str(w.message) for w in heard),
    }  # fmt: skip


def forked_while_held(tell: Any, repeats: int, place: str) -> Dict[str, List[Dict[str, Any]]]:
    """What ``trial`` found of each case, one a repeat."""
    keep_files_in(place)
    found: Dict[str, List[Dict[str, Any]]] = {name: [] for name in cases()}
    for repeat in range(repeats):
        for done, (name, case) in enumerate(cases().items()):
            found[name].append(trial(case))
            words = "{}, repeat {} of {}".format(name, repeat + 1, repeats)
            tell(progress=(repeat + (done + 1) / len(found)) / repeats, words=words)
    return found
