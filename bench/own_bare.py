"""The same function in a pool as one would write it by hand: ``python -m bench.own_bare MODE WORKERS ROUNDS CHUNK S``.

Prints items a second, and a CPU second of the workers, after a settling time. Its workers have the priority that
Grandstand's have.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from collections import deque
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from itertools import count

from bench.own_job import spin

SETTLE_S = 0.3
_AHEAD = 4
"""Chunks for each worker that are on their way."""


def chunk(first: int, many: int, rounds: int) -> tuple[int, float]:
    """(items, CPU seconds of this worker)."""
    began = time.thread_time()
    for item in range(first, first + many):
        spin(item, rounds=rounds)
    return many, time.thread_time() - began


def be_nice() -> None:
    if hasattr(os, "nice"):
        os.nice(19)


def main(mode: str, workers: int, rounds: int, many: int, seconds: float) -> None:
    executor: Executor
    if mode == "threads":
        be_nice()
        executor = ThreadPoolExecutor(workers)
    else:
        context = multiprocessing.get_context("spawn")
        executor = ProcessPoolExecutor(workers, mp_context=context, initializer=be_nice)
    numbers = count(0, many)
    with executor:
        waiting: deque[Future[tuple[int, float]]] = deque()
        done, spent, began, until = 0, 0.0, 0.0, float("inf")
        start = time.monotonic()
        while time.monotonic() < until:
            while len(waiting) < _AHEAD * workers:
                waiting.append(executor.submit(chunk, next(numbers), many, rounds))
            made, cpu = waiting.popleft().result()
            now = time.monotonic()
            if began:
                done, spent = done + made, spent + cpu
            elif now - start > SETTLE_S:
                began, until = now, now + seconds
        took = time.monotonic() - began
        for future in waiting:
            future.cancel()
    print(json.dumps({"per_second": done / took, "per_cpu": done / spent}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
