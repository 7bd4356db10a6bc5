"""Ctrl+C while the jobs of a pool run: how long it takes until all of the program is gone.

Each pool is a program of its own (``main``; a helper Python with the pool's name as the argument). They are in the
process group of the experiment, which belongs to nobody else, so a signal to the group is what Ctrl+C is in a
terminal: it reaches the program and all of its workers. The experiment itself pays no attention to it.

A program and its workers hold the writing end of one pipe, on which jobs say how they go. When nobody holds it any
more, all of them are gone.
"""

import multiprocessing.pool
import os
import selectors
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, Callable, Dict, List, Optional

from grandstand.engine import helper_python
from grandstand.engine.experiments.pool_chunks import wait_for_workers
from grandstand.engine.experiments.process_order import keep_files_in

WORKERS, JOBS, JOB_S = 2, 12, 0.8
AFTER_S = 0.15
"""So long after each pool's jobs have begun Ctrl+C is pressed."""
READY_S, PATIENCE_S, END_S = 20.0, 4.0, 10.0
"""How long a program may take to be ready, and its jobs to begin; to end by itself; to end when it is told to."""


def say(word: str, number: int) -> None:
    """One line on the pipe, in one write: those of several workers do not mix."""
    os.write(1, "{} {} {}\n".format(word, number, time.perf_counter_ns()).encode())


def job(number: int) -> None:
    """Waits, and says whether it was left in peace."""
    say("began", number)
    done = False
    try:
        time.sleep(JOB_S)
        done = True
    finally:
        say("done" if done else "cut", number)


def thread_pool(begin: Callable[[Any], None]) -> None:
    with ThreadPoolExecutor(WORKERS) as pool:
        begin(pool)
        list(pool.map(job, range(JOBS)))


def process_pool(begin: Callable[[Any], None]) -> None:
    with ProcessPoolExecutor(WORKERS) as pool:
        begin(pool)
        list(pool.map(job, range(JOBS)))


def multiprocessing_pool(begin: Callable[[Any], None]) -> None:
    with multiprocessing.pool.Pool(WORKERS) as pool:
        begin(pool)
        pool.map(job, range(JOBS), chunksize=1)


PROGRAMS: Dict[str, Callable[[Callable[[Any], None]], None]] = {
    "ThreadPoolExecutor": thread_pool, "ProcessPoolExecutor": process_pool,
    "multiprocessing.Pool": multiprocessing_pool,
}  # fmt: skip


def main() -> None:
    """One program. Arguments: the pool, and a folder for multiprocessing's files."""

    def begin(pool: Any) -> None:
        wait_for_workers(pool, WORKERS)
        say("ready", 0)
        sys.stdin.readline()

    keep_files_in(sys.argv[2])
    PROGRAMS[sys.argv[1]](begin)


# -- the measurement --------------------------------------------------------------------------------------------------


class Program:
    """One of them, seen through its pipe. ``notes``: [word, job, ns], ``gone``: when (ns) nobody held the pipe."""

    def __init__(self, name: str, place: str) -> None:
        command = helper_python.command("grandstand.engine.experiments.ctrl_c:main", name, place)
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.gone: Optional[int] = None
        self._text = b""

    def hear(self) -> None:
        assert self.process.stdout is not None
        piece = os.read(self.process.stdout.fileno(), 65_536)
        if piece:
            self._text += piece
        else:
            self.gone = time.perf_counter_ns()

    def begin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.close()

    @property
    def notes(self) -> List[List[Any]]:
        words = [line.split() for line in self._text.decode().split("\n")[:-1]]
        return [[word, int(number), int(stamp)] for word, number, stamp in words]


def listen(programs: List[Program], seconds: float, enough: Callable[[], bool]) -> bool:
    """Hears what they say until it is ``enough``; whether it was, within so many seconds."""
    until = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for program in programs:
            if program.gone is None:
                selector.register(program.process.stdout, selectors.EVENT_READ, program)  # type: ignore[arg-type]
        while not enough():
            left = until - time.monotonic()
            if left <= 0:
                return False
            for key, _ in selector.select(left):
                key.data.hear()
                if key.data.gone is not None:
                    selector.unregister(key.fileobj)
    return True


def press(programs: List[Program], patience: float) -> Dict[str, Any]:
    """Ctrl+C for all of them, once the jobs of all have begun. Raises TimeoutError.

    Returns when (ns) it was ``pressed``, and for each program, in their order, ``gone`` (ns; None where something of
    it was left after ``patience`` and had to be ended) and ``notes``.
    """
    # All begin at the same moment, however long their starts take.
    if not listen(programs, READY_S, lambda: all(program.notes for program in programs)):
        raise TimeoutError("a program was not ready")
    for program in programs:
        program.begin()
    if not listen(programs, READY_S, lambda: all(len(program.notes) > WORKERS for program in programs)):
        raise TimeoutError("the jobs did not begin")
    time.sleep(AFTER_S)
    pressed = time.perf_counter_ns()
    os.killpg(os.getpid(), signal.SIGINT)
    listen(programs, patience, lambda: all(program.gone is not None for program in programs))
    gone = [program.gone for program in programs]
    if None in gone:
        os.killpg(os.getpid(), signal.SIGTERM)
        if not listen(programs, END_S, lambda: all(program.gone is not None for program in programs)):
            raise TimeoutError("what was left would not end")
    for program in programs:
        program.process.wait()
        program.process.stdout.close()  # type: ignore[union-attr]
    return {"pressed": pressed, "gone": gone, "notes": [program.notes[1:] for program in programs]}


def pressed(tell: Any, repeats: int, place: str, patience: float = PATIENCE_S) -> Dict[str, Any]:
    """Returns ``names``, and ``repeats``: what ``press`` found in each. Raises RuntimeError where this process has no
    group of its own: a signal to the group would reach others."""
    if os.getpgid(0) != os.getpid():
        raise RuntimeError("this needs a process group of its own")
    for number in (signal.SIGINT, signal.SIGTERM):
        # A handler, and not SIG_IGN, which the programs would inherit.
        signal.signal(number, lambda *_: None)
    found = []
    for repeat in range(repeats):
        found.append(press([Program(name, place) for name in PROGRAMS], patience))
        tell(progress=(repeat + 1) / repeats, words="repeat {} of {}".format(repeat + 1, repeats))
    return {"names": list(PROGRAMS), "repeats": found}
