"""What the tasks of one event loop share: its clocks, and when it looked for news. Runs in the loop's thread.

An event loop goes round: it looks for what has come (``select``), then lets all go on that can, one after the other. A
task whose news it finds goes on in the round after: so what was found in the round before is when that task could have
gone on.
"""

import asyncio
import selectors
from typing import Any, List, Optional, Tuple

from grandstand.engine.clocks import SchedulerClock, cpu_ns, now_ns


class LoopClock:
    """``entered`` and ``left``: when the loop last began to look, and was done; ``before``: the ``left`` before it.

    ``ended``, ``cpu`` and ``delay``: where the thread's clocks stood when the last turn of a task was over.
    """

    __slots__ = ("before", "clock", "cpu", "delay", "ended", "entered", "left", "loop")

    def __init__(self) -> None:
        self.clock = SchedulerClock()
        self.entered = self.left = self.before = self.ended = now_ns()
        self.cpu = cpu_ns()
        self.delay = self.clock.run_delay_ns() or 0
        self.loop: Any = asyncio.SelectorEventLoop(_Watched(self))

    def close(self) -> None:
        self.loop.close()
        self.clock.close()


class _Watched(selectors.DefaultSelector):  # type: ignore[misc, valid-type, unused-ignore]
    """The selector that the loop would have, with a look at the clock before and after."""

    def __init__(self, clock: LoopClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: Optional[float] = None) -> List[Tuple[selectors.SelectorKey, int]]:
        clock = self._clock
        clock.before = clock.left
        clock.entered = now_ns()
        ready: List[Tuple[selectors.SelectorKey, int]] = super().select(timeout)
        clock.left = now_ns()
        return ready
