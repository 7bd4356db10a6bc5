"""Threads: each worker in a thread of its own; the main thread starts them and waits for the last."""

import threading
import time
from typing import Any, Callable, List, Tuple

from grandstand.engine import messages as m
from grandstand.engine.loop import Gate, Worker, start_thread
from grandstand.engine.runners import THREADS, Runner

PREPARED_S, FIRST_STEP_S = 1.0, 0.25
"""The longest that threads wait at the start for those that prepare, and for those that make their first step."""


def run(crew: Any) -> None:
    crew.begin_sending()
    _run_all(crew)
    crew.end_sending()


def _run_all(crew: Any) -> None:
    threads: List[Tuple[Worker, threading.Thread]] = []
    while True:
        # A new thread needs the GIL to begin, and starting it waits for that: behind 63 others that
        # compute, each start would take their turns' time. So all wait at a gate until every one is there.
        gate, line = Gate(), Gate()
        new = crew.take_new()
        if new:
            for worker, _ in threads:
                worker.control.hold(line)
        for worker in new:
            worker.control.gate, worker.line = gate, line
            try:
                threads.append(start_thread(worker))
            except RuntimeError as problem:  # "can't start new thread": the system has no more
                crew.emit(m.Trouble("threads", str(problem), "Choose fewer workers."))
                worker.end(problem)
        _wait(PREPARED_S, lambda: all(worker.ready or worker.ended for worker in new))  # noqa: B023
        gate.set()
        _wait(FIRST_STEP_S, lambda: all(worker.stepped or worker.ended for worker in new))  # noqa: B023
        line.set()
        threads = [pair for pair in threads if pair[1].is_alive()]
        if not crew.wait_for_more(bool(threads)):
            return


def _wait(seconds: float, enough: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not enough() and time.monotonic() < until:
        time.sleep(0.002)


RUNNER = Runner(THREADS, True, run)
