"""Workloads that keep books of their own: what was done, and what the operating system says their thread used.

The same steps as the workload they stand beside; runs in the worker. Found by "bench.witness:primes" and so on. The
books begin with the first step and end when the worker does; then they go to FOLDER/WORKER.json, with FOLDER from the
environment variable GRANDSTAND_WITNESS (children inherit it). Linux only: the figures are the first field of
/proc/thread-self/schedstat.
"""

import json
import os
import threading
import time
from typing import Any

from grandstand.engine import workloads
from grandstand.engine.workloads.base import Workload


def thread_cpu_ns() -> int:
    """The system's figure for the calling thread: ns spent on a core since it began."""
    with open("/proc/thread-self/schedstat") as file:
        return int(file.read().split()[0])


class Witness(Workload):
    """Mixed in before a workload: counts the units of each step itself."""

    done = 0.0
    __began = 0

    def step(self, meter: Any) -> float:
        if not self.__began:
            self.__cpu = thread_cpu_ns()
            self.__began = time.perf_counter_ns()
        done = super().step(meter)
        self.done += done
        return done

    def close(self) -> None:
        super().close()
        if not self.__began:  # it never made a step
            return
        books = {
            "worker": self.worker,
            "pid": os.getpid(),
            "thread": threading.get_native_id(),
            "units": self.done,
            "wall_ns": [self.__began, time.perf_counter_ns()],
            "cpu_ns": [self.__cpu, thread_cpu_ns()],
        }
        path = os.path.join(os.environ["GRANDSTAND_WITNESS"], f"{self.worker}.json")
        with open(path, "w") as file:
            json.dump(books, file)


# By their keys, so that the command line finds them by reading this file.


class primes(Witness, workloads.load("primes")):  # type: ignore[misc]
    pass


class compress(Witness, workloads.load("compress")):  # type: ignore[misc]
    pass


class hash(Witness, workloads.load("hash")):  # type: ignore[misc]
    pass


class fetch(Witness, workloads.load("fetch")):  # type: ignore[misc]
    pass


class wait(Witness, workloads.load("wait")):  # type: ignore[misc]
    pass


class mixed(Witness, workloads.load("mixed")):  # type: ignore[misc]
    pass


class lock(Witness, workloads.load("lock")):  # type: ignore[misc]
    pass
