"""Processes of the app's own, under this Python or another: the host of most modes. Any thread."""

from __future__ import annotations

from grandstand.hosts import interpreter, start_methods
from grandstand.hosts.base import Availability, Deliver, RunSpec, Surroundings
from grandstand.hosts.child_run import ChildRun
from grandstand.modes import gil, start_method
from grandstand.modes.mode import Mode
from grandstand.pythons import question
from grandstand.vocabulary import needs
from grandstand.vocabulary.options import Values


class Local:
    """Its handles are looked after by the pump."""

    pumped = True

    def available(self, mode: Mode, chosen: Values, where: Surroundings) -> Availability:
        lack = _lack(mode, where)
        if lack is not None:
            return lack
        if where.python is None:
            return start_methods.available(start_method.of(chosen), where)
        if not where.python.usable:
            return Availability(False, f"{where.python.name}: {where.python.reason}", "Choose another Python.")
        return Availability(True)

    def start(self, mode: Mode, spec: RunSpec, deliver: Deliver) -> ChildRun:
        if spec.python:
            return interpreter.start(spec, mode.runner, deliver, gil=gil.of(spec.options))
        return ChildRun(spec, mode.runner)


def _lack(mode: Mode, where: Surroundings) -> Availability | None:
    """Of what the mode needs, what that Python has not."""
    need = needs.BY_KEY.get(mode.needs)
    if need is None or (where.python is not None and not where.python.usable):
        return None
    has = question.interpreters() if where.python is None else bool(where.python.interpreters)
    if has:
        return None
    version = question.version() if where.python is None else where.python.version
    return Availability(False, f"{mode.title} need {need.words}; this is {version}.", need.remedy)


HOST = Local()
