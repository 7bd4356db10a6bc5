"""Mixed: jobs that compute for a share and wait for the rest."""

from typing import Any, Dict

from grandstand.engine.workloads.base import Parameter, Workload
from grandstand.engine.workloads.primes import is_prime

NUMBERS_AT_FULL_SHARE = 3_000
"""About 10 ms of computing on a 2020s core; a fixed amount, so that a job is the same job in every mode."""
_CHUNK = 60


class Mixed(Workload):
    key = "mixed"
    title = "Mixed"
    unit = "jobs"
    expect = "Each job computes for a share of its time and waits for the rest, like most real services."
    parameters = (
        Parameter("share", "Computing", "%", 0, 100, 5, 30, "linear",
             "Share of a job that computes; the rest waits."),
        Parameter("wait_ms", "Wait at 0 % computing", "ms", 1, 200, 1, 10, "log",
             "How long a job without any computing would wait."),
    )  # fmt: skip
    found = 0
    _left = 0

    def configure(self, parameters: Dict[str, float]) -> None:
        share = float(parameters["share"]) / 100
        self._numbers = int(NUMBERS_AT_FULL_SHARE * share)
        self._pause = float(parameters["wait_ms"]) / 1000 * (1 - share)
        self._left = self._numbers

    def step(self, meter: Any) -> int:
        if self._computes_on():
            return 0
        if self._pause > 0:
            meter.sleep(self._pause)
        self._left = self._numbers
        return 1

    async def astep(self, meter: Any) -> int:
        if self._computes_on():
            return 0
        if self._pause > 0:
            await meter.asleep(self._pause)
        self._left = self._numbers
        return 1

    def _computes_on(self) -> bool:
        """A piece of the job's computing; whether more of it is left."""
        if self._left > 0:
            first = 100_001 + 2 * self._left
            for number in range(first, first + 2 * min(_CHUNK, self._left), 2):
                self.found += is_prime(number)
            self._left -= _CHUNK
        return self._left > 0

    shown = (is_prime, _computes_on)


WORKLOAD = Mixed
