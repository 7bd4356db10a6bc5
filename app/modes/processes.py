"""Processes: each worker is a process with an interpreter of its own."""

from __future__ import annotations

from app.engine import child
from app.modes import start_methods
from app.modes.base import Availability, Deliver, RunSpec, Surroundings
from app.modes.child_run import ChildRun


class Processes:
    key = "processes"
    title = "Processes"
    blurb = "Each worker is a process with an interpreter of its own."
    needs_window = False
    start_methods = start_methods.offered()

    def available(self, where: Surroundings, start_method: str = "") -> Availability:
        return start_methods.available(start_method, where)

    def start(self, spec: RunSpec, deliver: Deliver) -> ChildRun:
        return ChildRun(spec, child.SINGLE, start_methods.choose(spec.start_method))


MODE = Processes()
