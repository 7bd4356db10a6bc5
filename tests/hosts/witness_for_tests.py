"""A workload that keeps books of its own beside the meter. Hosts of any Python from 3.9 on run it."""

import json
import sys
import time
from typing import Any

from grandstand.engine.workloads.primes import CountPrimes


def _system_cpu_ns() -> int:
    """What the scheduler says the calling thread has used."""
    with open("/proc/thread-self/schedstat") as file:
        return int(file.read().split()[0])


class Witness(CountPrimes):
    """Count primes; writes what it did, and the system's CPU time, beside the environment's ``books``."""

    key = "witness"

    def __init__(self, worker: int, parameters: dict[str, float], environment: dict[str, str]) -> None:
        super().__init__(worker, parameters, environment)
        self.units = 0
        self.began: Any = None

    def step(self, meter: Any) -> int:
        if self.began is None:
            self.began = time.perf_counter_ns(), _system_cpu_ns()
        done = super().step(meter)
        self.units += done
        return done

    def close(self) -> None:
        books = {"units": self.units, "began": self.began, "ended": (time.perf_counter_ns(), _system_cpu_ns())}
        with open("{}.{}".format(self.environment["books"], self.worker), "w") as file:
            json.dump(books, file)


class WithoutZlib(CountPrimes):
    """Needs what this Python has not."""

    def configure(self, parameters: dict[str, float]) -> None:
        __import__("no_such_module_in_any_library")


class Imports(CountPrimes):
    """Imports the module that the environment names, after its first steps."""

    steps = 0

    def step(self, meter: Any) -> int:
        self.steps += 1
        if self.steps == 20:
            sys.path.append(self.environment.get("folder", ""))
            __import__(self.environment["module"])
        return super().step(meter)
