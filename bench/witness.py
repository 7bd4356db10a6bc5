"""Workloads that keep books of their own: what was done, and what the operating system says their thread used.

The same steps as the workload they stand beside; runs in the worker. Found by "bench.witness:primes" and so on. When
a worker ends, its books go to FOLDER/WORKER.json, with FOLDER from the environment variable GRANDSTAND_WITNESS
(children inherit it). Linux only: the figures are the first field of /proc/thread-self/schedstat.
"""

import os
import threading
import time


def thread_cpu_ns() -> int:
    """The system's figure for the calling thread: ns spent on a core since it began."""
    with open("/proc/thread-self/schedstat") as file:
        return int(file.read().split()[0])


def me() -> tuple[int, int]:
    return os.getpid(), threading.get_native_id()


_LOADED = (me(), thread_cpu_ns(), time.perf_counter_ns())
"""In a worker process this file is loaded by its first worker, a moment after its account began."""

import json  # noqa: E402
from typing import Any  # noqa: E402

from app.engine import workloads  # noqa: E402
from app.engine.workloads.base import Workload  # noqa: E402


class Witness(Workload):
    """Mixed in before a workload: counts the units of each step itself."""

    done = 0.0

    def __init__(self, worker: int, knobs: dict[str, float], environment: dict[str, str]) -> None:
        mine = me()
        self.__began = time.perf_counter_ns()
        self.__cpu = thread_cpu_ns()
        if mine == _LOADED[0]:
            self.__cpu, self.__began = _LOADED[1:]
        if mine[0] != mine[1]:  # a thread of its own begins with its account; a main thread has started up before
            self.__cpu = 0
        super().__init__(worker, knobs, environment)

    def step(self, meter: Any) -> float:
        done = super().step(meter)
        self.done += done
        return done

    def close(self) -> None:
        super().close()
        pid, thread = me()
        books = {
            "worker": self.worker,
            "pid": pid,
            "thread": thread,
            "units": self.done,
            "wall_ns": [self.__began, time.perf_counter_ns()],
            "cpu_ns": [self.__cpu, thread_cpu_ns()],
        }
        path = os.path.join(os.environ["GRANDSTAND_WITNESS"], f"{self.worker}.json")
        with open(path, "w") as file:
            json.dump(books, file)


def __getattr__(key: str) -> type[Workload]:
    """The witness beside workload ``key``, made when it is asked for."""
    if key.startswith("__"):
        raise AttributeError(key)
    kind = workloads.load(key)
    return type("Witness_" + key, (Witness, kind), {"__module__": __name__, "key": kind.key})
