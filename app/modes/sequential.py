"""One by one: a single thread does each worker's share in turn: the baseline."""

from __future__ import annotations

from app.engine import child
from app.modes import start_methods
from app.modes.base import Availability, Deliver, RunSpec, Surroundings
from app.modes.child_run import ChildRun


class Sequential:
    key = "sequential"
    title = "One by one"
    blurb = "A single thread does each worker's share in turn: the baseline."
    needs_window = False
    start_methods = start_methods.offered()

    def available(self, where: Surroundings, start_method: str = "") -> Availability:
        return start_methods.available(start_method, where)

    def start(self, spec: RunSpec, deliver: Deliver) -> ChildRun:
        return ChildRun(spec, child.TURNS, start_methods.choose(spec.start_method))


MODE = Sequential()
