"""What there is to run and in which ways, with availability and reasons. Any thread."""

from __future__ import annotations

from dataclasses import dataclass

from grandstand import modes
from grandstand.engine import workloads
from grandstand.engine.workloads.base import Workload
from grandstand.hosts import start_methods
from grandstand.hosts.base import Availability, Mode, Surroundings


@dataclass(frozen=True)
class ModeEntry:
    mode: Mode
    availability: Availability


def workload_classes() -> list[type[Workload]]:
    """Every workload, in the order in which they are offered."""
    return [workloads.load(key) for key in workloads.keys()]  # noqa: SIM118


def workload(key: str) -> type[Workload]:
    """One workload. Raises KeyError with the names that there are, also when one from outside cannot be loaded."""
    try:
        return workloads.load(key)
    except (ImportError, AttributeError, TypeError, ValueError) as problem:  # a module that is not there, and the like
        there = ", ".join(workloads.keys())
        raise KeyError(f"The workload '{key}' cannot be loaded: {problem}. There are: {there}.") from problem


def mode_entries(where: Surroundings) -> list[ModeEntry]:
    """Every mode, whether it can run here or not."""
    loaded = [modes.load(key) for key in modes.keys()]  # noqa: SIM118
    return [ModeEntry(mode, mode.available(where)) for mode in loaded]


def start_method_entries(where: Surroundings) -> list[tuple[str, str, Availability]]:
    """Start methods of child processes: key, explanation, availability."""
    return [
        (key, start_methods.EXPLAINED[key], start_methods.available(key, where)) for key in start_methods.offered()
    ]
