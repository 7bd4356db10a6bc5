"""A job that computes: fixed work in steps, so that whoever runs it may do something between two of them."""

import time
from typing import Any, Callable

from grandstand.engine.workloads.primes import CountPrimes


def job(steps: int, between: Callable[[], Any] = lambda: None) -> None:
    """Counts primes for so many steps of some 200 µs; calls ``between`` after each."""
    workload = CountPrimes(1, CountPrimes.defaults(), {})
    for _ in range(steps):
        workload.step(None)
        between()


def steps_for(seconds: float) -> int:
    """How many steps take so long here, alone."""
    job(50)
    began = time.perf_counter()
    job(300)
    return max(10, round(300 * seconds / (time.perf_counter() - began)))
