"""One by one: a single thread does each worker's share in turn: the baseline."""

from __future__ import annotations

from grandstand.engine import child
from grandstand.hosts import start_methods
from grandstand.hosts.base import Availability, Deliver, RunSpec, Surroundings
from grandstand.hosts.child_run import ChildRun


class Sequential:
    key = "sequential"
    title = "One by one"
    blurb = "A single thread does each worker's share in turn: the baseline."
    needs_window = False
    start_methods = start_methods.offered()

    def available(self, where: Surroundings, start_method: str = "") -> Availability:
        return start_methods.available(start_method, where)

    def start(self, spec: RunSpec, deliver: Deliver) -> ChildRun:
        return ChildRun(spec, child.TURNS)


MODE = Sequential()
