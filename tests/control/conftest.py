"""A controller without any window, and the check that each test leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from grandstand.control.controller import Controller
from grandstand.session.run import Run

from tests.control.leftovers import Leftovers
from tests.control.workloads_for_tests import PLACE


class Desk:
    """A controller, turned by hand as the command line does it."""

    def __init__(self) -> None:
        self.controller = Controller(window=False)
        self.controller.session.warm_up_ns = 50_000_000
        self.choose(workload="Gentle", mode="threads", workers=2)

    def choose(self, **changes: Any) -> None:
        """A workload for tests is named by its class alone."""
        if "workload" in changes and changes["workload"][:1].isupper():
            changes["workload"] = PLACE + changes["workload"]
        self.controller.choose(**changes)

    @property
    def run(self) -> Run:
        run = self.controller.session.current
        assert run is not None
        return run

    @property
    def state(self) -> str:
        return self.controller.state.value

    def turn(self, seconds: float = 0.0) -> None:
        """One turn, or as many as fit into some seconds."""
        until = time.monotonic() + seconds
        while True:
            self.controller.pump.turn(0.01)
            self.controller.tick()
            if time.monotonic() >= until:
                return

    def until(self, happened: Callable[[], object], seconds: float = 20.0) -> None:
        """Turns until something has happened."""
        end = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < end, f"did not happen within {seconds} s; state {self.state}"
            self.turn()

    def start(self) -> None:
        """Starts, and waits until every worker has done something."""
        self.controller.start()
        self.until_working()

    def until_working(self) -> None:
        workers = self.controller.choice.workers
        self.until(
            lambda: (
                self.state == "running"
                and self.run.setting == self.controller.choice.setting()
                and sum(r.last is not None and r.last.units > 0 for r in self.run.alive) >= workers
            )
        )

    def stop(self) -> None:
        self.controller.stop()
        self.until(lambda: not self.controller.active)

    def notices(self) -> list[str]:
        """What there was to tell, and forgets it."""
        found = [f"{n.level}: {n.text} {n.remedy}".strip() for n in self.controller.notices]
        self.controller.notices.clear()
        return found

    def pids(self) -> set[int]:
        return {record.pid for record in self.run.alive}


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.controller.close()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    before = Leftovers()
    yield
    before.check()
