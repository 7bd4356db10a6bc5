"""The scripts that one would write by hand, which ``run`` and a worker's memory are compared with. Own process.

``python -m bench.bare threads|processes WORKERS SECONDS`` counts primes with nothing around it: the same numbers in
the same chunks at the same priority, no meter, no messages; prints units a second over SECONDS, after the same
settling time. ``python -m bench.bare idle METHOD COUNT`` starts COUNT children that only sleep; prints their pids.

Children import this file, so nothing but the standard library is imported at its top.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import threading
import time
from typing import Any

SETTLE = 0.3
FIRST, END, CHUNK = 100_001, 120_001, 60
"""As Count primes has them by default."""


def is_prime(number: int) -> bool:
    if number % 2 == 0:
        return number == 2
    divisor = 3
    while divisor * divisor <= number:
        if number % divisor == 0:
            return False
        divisor += 2
    return number > 1


def count_primes(counts: Any, me: int, stop: list[bool]) -> None:
    """Counts until told to stop; ``counts[me]`` holds the numbers tested so far."""
    at, done, primes = FIRST, 0, 0
    while not stop[0]:
        for number in range(at, at + 2 * CHUNK, 2):
            if is_prime(number):
                primes += 1
        at = at + 2 * CHUNK if at < END else FIRST
        done += CHUNK
        counts[me] = done


def child(counts: Any, me: int) -> None:
    lower_priority()
    count_primes(counts, me, [False])


def threads(workers: int, seconds: float) -> dict[str, float]:
    lower_priority()
    counts, stop = [0] * workers, [False]
    began = time.process_time()
    started = [threading.Thread(target=count_primes, args=(counts, me, stop)) for me in range(workers)]
    for thread in started:
        thread.start()
    result = watch(counts, seconds)
    stop[0] = True
    for thread in started:
        thread.join()
    return {**result, "units": float(sum(counts)), "cpu_seconds": time.process_time() - began}


def processes(workers: int, seconds: float) -> dict[str, float]:
    counts = multiprocessing.RawArray("q", workers)
    started = [multiprocessing.Process(target=child, args=(counts, me)) for me in range(workers)]
    for process in started:
        process.start()
    while not all(counts):
        time.sleep(0.001)
    result = watch(counts, seconds)
    for process in started:
        process.terminate()
        process.join()
    used = os.times()
    return {**result, "units": float(sum(counts)), "cpu_seconds": used.children_user + used.children_system}


def watch(counts: Any, seconds: float) -> dict[str, float]:
    """Numbers tested a second by all workers together."""
    time.sleep(SETTLE)
    before, began = sum(counts), time.perf_counter()
    time.sleep(seconds)
    after, ended = sum(counts), time.perf_counter()
    return {"per_second": (after - before) / (ended - began)}


def idle(method: str, count: int) -> None:
    context = multiprocessing.get_context(method)
    started = [context.Process(target=time.sleep, args=(60,), daemon=True) for _ in range(count)]  # type: ignore[attr-defined]
    for process in started:
        process.start()
    print(json.dumps([process.pid for process in started]), flush=True)
    sys.stdin.read()  # until whoever asked has seen enough
    for process in started:
        process.kill()


def lower_priority() -> None:
    if hasattr(os, "nice"):
        os.nice(19)


if __name__ == "__main__":
    if sys.argv[1] == "idle":
        idle(sys.argv[2], int(sys.argv[3]))
    else:
        counted = {"threads": threads, "processes": processes}[sys.argv[1]]
        print(json.dumps(counted(int(sys.argv[2]), float(sys.argv[3]))))
