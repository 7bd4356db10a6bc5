"""Workloads for tasks that keep books of their own."""

import asyncio
import json
import time
from typing import Any

from grandstand.engine.workloads.base import Workload

BLOCK_S, PAUSE_S = 0.03, 0.01


class OneBlocks(Workload):
    """The first task blocks the loop, again and again, and knows for how long; the second is always ready; the third
    sleeps a little; the fourth does so without telling the meter for how long."""

    key = "one_blocks"
    blocked = 0
    began = 0

    async def astep(self, meter: Any) -> int:
        if self.worker == 1:
            if not self.began:  # the others begin meanwhile
                self.began = time.thread_time_ns()
                await meter.asleep(PAUSE_S)
            start = time.perf_counter_ns()
            time.sleep(BLOCK_S)
            self.blocked += time.perf_counter_ns() - start
            await meter.asleep(PAUSE_S)
        elif self.worker == 2:
            await asyncio.sleep(0)
        elif self.worker == 3:
            await meter.asleep(PAUSE_S / 2)
        else:
            await asyncio.sleep(PAUSE_S / 2)
        return 1

    def close(self) -> None:
        if self.worker == 1:
            with open(self.environment["books"], "w") as file:
                json.dump({"blocked": self.blocked, "cpu": time.thread_time_ns() - self.began}, file)


class NeverYields(Workload):
    """Its step is the same in a task, and computes for a millisecond."""

    key = "never_yields"

    def step(self, meter: Any) -> int:
        until = time.perf_counter() + 0.001
        while time.perf_counter() < until:
            pass
        return 1


class Awaits(Workload):
    """Awaits what is not for a task of its kind to return."""

    key = "awaits"

    async def astep(self, meter: Any) -> Any:
        await asyncio.sleep(0)
        if self.worker == 1:
            raise RuntimeError("after a turn")
        return "nonsense" if self.worker == 2 else 1
