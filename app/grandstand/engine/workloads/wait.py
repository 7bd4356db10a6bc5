"""Wait: sleep, the purest kind of waiting."""

from typing import Any, Dict

from grandstand.engine.workloads.base import Parameter, Workload


class Wait(Workload):
    key = "wait"
    title = "Wait"
    unit = "waits"
    expect = "Only sleeping. Nobody needs the GIL or a core: every mode but sequential overlaps the waits."
    parameters = (
        Parameter("duration_ms", "Each wait", "ms", 1, 1_000, 1, 20, "log", "How long one sleep is."),
    )  # fmt: skip

    def configure(self, parameters: Dict[str, float]) -> None:
        self._seconds = float(parameters["duration_ms"]) / 1000

    def step(self, meter: Any) -> int:
        meter.sleep(self._seconds)
        return 1

    async def astep(self, meter: Any) -> int:
        await meter.asleep(self._seconds)
        return 1


WORKLOAD = Wait
