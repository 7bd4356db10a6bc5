"""Notices which threads, processes and pools are started meanwhile. In the doctor's children; all threads there."""

import concurrent.futures
import concurrent.futures.process
import concurrent.futures.thread
import contextlib
import multiprocessing.pool
import multiprocessing.process
import os
import subprocess
import threading
from typing import Any, Dict, Iterator, List, Tuple

PROCESS, THREAD, PROGRAM, FORK = "process", "thread", "program", "fork"
POOLS = ("ThreadPoolExecutor", "ProcessPoolExecutor", "Pool", "ThreadPool")
_before: Dict[Tuple[Any, str], Any] = {}


@contextlib.contextmanager
def trace(events: List[str], refuse_processes: bool = False) -> Iterator[None]:
    """Adds a word to ``events`` for each thing that is started: 'thread', 'process', 'program', 'fork', a pool's name.

    ``refuse_processes``: starting one raises, as it does in a child that is importing its main module.
    """
    quiet = threading.local()  # what a pool starts for itself is told as the pool

    def noted(word: str, method: Any, refused: bool = False) -> Any:
        def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
            if getattr(quiet, "on", False):
                return method(self, *args, **kwargs)
            events.append(word)
            if refused and refuse_processes:
                raise RuntimeError(
                    "An attempt has been made to start a new process before the current process has finished its "
                    "bootstrapping phase."
                )
            quiet.on = word != THREAD
            try:
                return method(self, *args, **kwargs)
            finally:
                quiet.on = False

        return wrapper

    def forked() -> Any:
        if not getattr(quiet, "on", False):
            events.append(FORK)
        return _before[os, "fork"]()

    places: List[Tuple[Any, str, str, bool]] = [
        (multiprocessing.process.BaseProcess, "start", PROCESS, True),
        (threading.Thread, "start", THREAD, False),
        (subprocess.Popen, "__init__", PROGRAM, False),
        (concurrent.futures.thread.ThreadPoolExecutor, "__init__", POOLS[0], False),
        (concurrent.futures.process.ProcessPoolExecutor, "__init__", POOLS[1], True),
        (multiprocessing.pool.ThreadPool, "__init__", POOLS[3], False),
        (multiprocessing.pool.Pool, "__init__", POOLS[2], True),
    ]
    for holder, name, word, refused in places:
        _before[holder, name] = vars(holder)[name]
        setattr(holder, name, noted(word, _before[holder, name], refused))
    if hasattr(os, "fork"):
        _before[os, "fork"] = os.fork
        os.fork = forked
    try:
        yield
    finally:
        restored()


def restored() -> None:
    """Everything is as it was."""
    for (holder, name), method in list(_before.items()):
        setattr(holder, name, method)
    _before.clear()
