"""What there is to run and in which ways, with availability and reasons. Any thread."""

from __future__ import annotations

from dataclasses import dataclass

from grandstand import modes, plain
from grandstand.control.named import is_own
from grandstand.control.named import workload as named_workload
from grandstand.engine import workloads
from grandstand.engine.workloads.base import Workload
from grandstand.hosts import base
from grandstand.hosts.base import Availability, Surroundings
from grandstand.modes.mode import Mode
from grandstand.vocabulary.options import Option, Pick


@dataclass(frozen=True)
class ModeEntry:
    mode: Mode
    availability: Availability


def workload_classes() -> list[type[Workload]]:
    """Every workload, in the order in which they are offered."""
    return [workloads.load(key) for key in workloads.keys()]  # noqa: SIM118


def workload(key: str) -> type[Workload]:
    """One workload. Raises KeyError with the names that there are, also when one from outside cannot be loaded.

    A person's own function must have been named in this session (control/named.py); it is not imported here.
    """
    if is_own(key):
        return named_workload(key)
    try:
        return workloads.load(key)
    except (Exception, SystemExit) as problem:  # somebody else's module is run to load it: anything may come of it
        if isinstance(problem, KeyError) and ":" not in key:
            raise
        words = str(problem.args[0]) if isinstance(problem, KeyError) and problem.args else _text(problem)
        named = words if isinstance(problem, ImportError | KeyError) else f"{type(problem).__name__}: {words}"
        why = plain.one_line(named, most=400).rstrip(" .:")
        names = ", ".join(workloads.keys())
        raise KeyError(f"The workload '{key}' cannot be loaded: {why}. There are: {names}.") from problem


def _text(problem: BaseException) -> str:
    try:
        return str(problem)
    except Exception:
        return "its message cannot be read"


def mode_entries(where: Surroundings) -> list[ModeEntry]:
    """Every mode, whether it can run here or not."""
    return [ModeEntry(mode, base.available(mode, mode.complete(()), where)) for mode in modes.every()]


def picks(mode: Mode, option: Option, where: Surroundings) -> list[tuple[Pick, Availability]]:
    """The values of an option that is one of several, each with whether it can be had here."""
    return [(pick, base.available(mode, mode.complete(((option.key, pick.key),)), where)) for pick in option.choices]
