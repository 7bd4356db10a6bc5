"""Clocks that tests turn by hand, in place of those that the meter reads."""

from __future__ import annotations

import time
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from grandstand.engine import loop, meter
from grandstand.engine.stops import PULSE_NS, Stops


class FakeClocks:
    """One thread's time: ``spend`` it. Reading a clock costs ``read_ns`` of CPU, as it does in life."""

    def __init__(self, available: bool = True, read_ns: int = 0, start: int = 5_000_000_000) -> None:
        self.now = start
        self.cpu = 77_000
        self.delay = 13_000
        self.switches = 4
        self.available = available
        self.read_ns = read_ns
        self.awake = 0
        """How long the app's pulse has been beating."""
        self.continued = False
        """Whether a SIGCONT is pending."""

    def spend(self, cpu: int = 0, core: int = 0, blocked: int = 0, stolen: int = 0) -> None:
        """Lets time pass: computing, waiting for a core, blocked on something, and with the core taken away."""
        self.now += cpu + core + blocked + stolen
        self.awake += cpu + core + blocked + stolen
        self.cpu += cpu
        self.delay += core
        self.switches += bool(blocked)

    def stop(self, ns: int, signal: bool = False, app: bool = False) -> None:
        """This process stands still: by SIGSTOP (``signal``), frozen, or asleep; the app with it or not."""
        self.now += ns
        self.switches += 1
        self.continued = self.continued or signal
        if not app:
            self.awake += ns

    def now_ns(self) -> int:
        self.spend(cpu=self.read_ns)
        return self.now

    def cpu_ns(self) -> int:
        self.spend(cpu=self.read_ns)
        return self.cpu


class _FakeScheduler:
    """Stands in for SchedulerClock."""

    def __init__(self, clocks: FakeClocks) -> None:
        self._clocks = clocks
        self._last = 0

    @property
    def available(self) -> bool:
        return self._clocks.available

    def run_delay_ns(self) -> int | None:
        return self._clocks.delay if self._clocks.available else None

    def switches_since_last_call(self) -> int:
        since, self._last = self._clocks.switches - self._last, self._clocks.switches
        return since

    def close(self) -> None:
        pass


class FakeStops(Stops):
    """The real rules, with the witnesses of fake clocks."""

    def __init__(self, clocks: FakeClocks) -> None:
        super().__init__()
        self._clocks = clocks
        beats: Any = types.SimpleNamespace(read=lambda: (0, 1 + clocks.awake // PULSE_NS), close=lambda: None)
        self._pulse = beats

    def _pending(self) -> bool:
        return self._clocks.continued

    def _take(self) -> None:
        self._clocks.continued = False


@contextmanager
def turned_by_hand(
    available: bool = True, read_ns: int = 0, late_ns: Callable[[], int] = lambda: 0
) -> Iterator[FakeClocks]:
    """Puts fake clocks into the meter and the loop; ``late_ns()`` is what a sleep lasts too long."""
    clocks = FakeClocks(available, read_ns)

    def sleep(seconds: float) -> None:
        clocks.spend(blocked=int(seconds * 1e9) + late_ns())

    fake_time: Any = types.SimpleNamespace(**{**vars(time), "sleep": sleep})
    with (
        mock.patch.object(meter, "now_ns", clocks.now_ns),
        mock.patch.object(meter, "cpu_ns", clocks.cpu_ns),
        mock.patch.object(meter, "SchedulerClock", side_effect=lambda: _FakeScheduler(clocks)),
        mock.patch.object(meter, "time", fake_time),
        mock.patch.object(loop, "now_ns", clocks.now_ns),
    ):
        yield clocks
