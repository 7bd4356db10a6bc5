"""Count primes: pure-Python arithmetic that never releases the GIL of its own accord."""

from typing import Any, Dict

from grandstand.engine.workloads.base import Parameter, Workload


def is_prime(number: int) -> bool:
    if number % 2 == 0:
        return number == 2
    divisor = 3
    while divisor * divisor <= number:
        if number % divisor == 0:
            return False
        divisor += 2
    return number > 1


class CountPrimes(Workload):
    key = "primes"
    title = "Count primes"
    unit = "numbers"
    expect = (
        "Pure Python arithmetic. Only one thread at a time may run it: watch the lanes take turns. "
        "Processes each have a GIL of their own."
    )
    parameters = (
        Parameter("size", "Numbers from", "", 1_000, 10_000_000, 1_000, 100_000, "log",
             "Larger numbers take longer to test."),
        Parameter("batch", "Numbers per step", "", 10, 2_000, 10, 60, "log",
             "How much is done between two looks at the clock."),
    )  # fmt: skip
    shown = (is_prime,)
    found = 0
    _at = 0

    def configure(self, parameters: Dict[str, float]) -> None:
        self._first = int(parameters["size"]) | 1
        self._end = self._first + 20_000
        self._batch = int(parameters["batch"])
        self._at = self._first

    def step(self, meter: Any) -> int:
        first = self._at
        for number in range(first, first + 2 * self._batch, 2):
            if is_prime(number):
                self.found += 1
        self._at = first + 2 * self._batch if first < self._end else self._first
        return self._batch


WORKLOAD = CountPrimes
