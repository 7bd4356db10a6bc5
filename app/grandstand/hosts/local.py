"""Processes of the app's own, under this Python or another: the host of most modes. Any thread."""

from __future__ import annotations

from grandstand.hosts import interpreter, start_methods
from grandstand.hosts.base import Availability, Deliver, RunSpec, Surroundings
from grandstand.hosts.child_run import ChildRun
from grandstand.modes import start_method
from grandstand.modes.mode import Mode
from grandstand.vocabulary.options import Values


class Local:
    """Its handles are looked after by the pump."""

    pumped = True

    def available(self, mode: Mode, chosen: Values, where: Surroundings) -> Availability:
        return start_methods.available(start_method.of(chosen), where)

    def start(self, mode: Mode, spec: RunSpec, deliver: Deliver) -> ChildRun:
        if spec.python:
            return interpreter.start(spec, mode.runner, deliver)
        return ChildRun(spec, mode.runner)


HOST = Local()
