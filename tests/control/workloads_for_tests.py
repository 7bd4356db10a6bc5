"""Workloads for the tests of controller, command line and window: gentle ones, and ones that end badly.

Found by "tests.control.workloads_for_tests:Name". The gentle ones sleep, so that a busy machine changes nothing.
"""

from __future__ import annotations

import os
import time
from typing import Any

from grandstand.engine.workloads.base import Parameter, Workload

PLACE = "tests.control.workloads_for_tests:"
EACH = Parameter("each", "Each step", "ms", 1, 100, 1, 5, "linear", "How long a step sleeps.")
WORTH = Parameter("worth", "Worth", "", 0, 1_000, 1, 1, "linear", "Units of a step.")
AFTER = Parameter("after", "Good steps", "", 0, 1_000, 1, 5, "linear", "Steps before it goes wrong.")
WHO = Parameter("who", "Who", "", 0, 64, 1, 0, "linear", "The worker that goes wrong; 0: all.")


class Gentle(Workload):
    """Sleeps ``each`` ms and has done ``worth`` units."""

    key = "gentle"
    title = "Gentle work"
    unit = "naps"
    expect = "Sleeps and counts."
    parameters = (EACH, WORTH)

    def configure(self, parameters: dict[str, float]) -> None:
        self.each = parameters["each"] / 1000
        self.worth = parameters["worth"]

    def step(self, meter: Any) -> float:
        meter.sleep(self.each)
        return self.worth


class _GoesWrong(Workload):
    unit = "naps"
    expect = "Ends badly."
    parameters = (AFTER, WHO)
    made = 0

    def configure(self, parameters: dict[str, float]) -> None:
        self.after, self.who = parameters["after"], parameters["who"]

    def step(self, meter: Any) -> float:
        self.made += 1
        if self.made > self.after and self.who in (0, self.worker):
            self.go_wrong()
        meter.sleep(0.01)
        return 1

    def go_wrong(self) -> None:
        raise NotImplementedError


class Raises(_GoesWrong):
    key = "raises"
    title = "Raises"

    def go_wrong(self) -> None:
        print("these are my last words")
        raise ValueError(f"fell over at step {self.made}")


class Leaves(_GoesWrong):
    key = "leaves"
    title = "Leaves"

    def go_wrong(self) -> None:
        os._exit(3)


class Hangs(_GoesWrong):
    """Does not look at Stop any more."""

    key = "hangs"
    title = "Hangs"

    def go_wrong(self) -> None:
        time.sleep(3_600)


class NotAWorkload:
    """Has the right place and is none."""
