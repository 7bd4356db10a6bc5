"""A workload: how many steps numbers take until they are one."""

from typing import Any

from grandstand.engine.workloads.base import Parameter, Workload


class Collatz(Workload):
    key = "collatz"
    title = "Collatz steps"
    unit = "starts"
    expect = "Pure Python that never gives the GIL away: threads gain nothing, processes do."
    parameters = (Parameter("first", "First number", "", 1, 1_000_000, 1, 1_000, "log", "Where to begin."),)

    def configure(self, parameters: dict[str, float]) -> None:
        self._next = int(parameters["first"])

    def step(self, meter: Any) -> float:
        for start in range(self._next, self._next + 10):
            number = start
            while number > 1:
                number = 3 * number + 1 if number % 2 else number // 2
        self._next += 10
        return 10.0
