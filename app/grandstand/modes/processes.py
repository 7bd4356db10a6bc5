"""Processes: each worker is a process with a GIL of its own."""

from __future__ import annotations

from grandstand.engine import child
from grandstand.hosts import start_methods
from grandstand.hosts.base import Availability, Deliver, RunSpec, Surroundings
from grandstand.hosts.child_run import ChildRun


class Processes:
    key = "processes"
    title = "Processes"
    blurb = "Each worker is a process with a GIL of its own."
    needs_window = False
    start_methods = start_methods.offered()

    def available(self, where: Surroundings, start_method: str = "") -> Availability:
        return start_methods.available(start_method, where)

    def start(self, spec: RunSpec, deliver: Deliver) -> ChildRun:
        return ChildRun(spec, child.SINGLE)


MODE = Processes()
