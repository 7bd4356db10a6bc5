"""What is to run, and whether what somebody wishes for can be. Pure functions of the choice; any thread."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from grandstand import modes
from grandstand.control import catalogue
from grandstand.hosts import base
from grandstand.session.run import Setting


@dataclass(frozen=True)
class Choice:
    """What is to run. ``parameters`` are complete and checked."""

    workload: str
    mode: str
    workers: int
    parameters: tuple[tuple[str, float], ...]
    start_method: str = ""
    frame_slots: bool = True

    def setting(self) -> Setting:
        return Setting(self.workload, self.mode, self.workers, self.parameters, self.start_method, self.frame_slots)


def changed(choice: Choice, changes: dict[str, Any], where: base.Surroundings) -> Choice:
    """``choice`` with ``changes`` (see Controller.choose).

    Raises ValueError or KeyError with a clear text for what cannot be.
    """
    changes = dict(changes)
    for unknown in changes.keys() - {field.name for field in fields(Choice)}:
        raise ValueError(f"There is nothing called '{unknown}' to choose.")
    if not isinstance(changes.get("parameters", {}), dict):
        raise ValueError(f"The parameters must be given by name, with a number each; {changes['parameters']!r} is not.")
    if "workload" in changes:
        key = changes.pop("workload")
        given = changes.pop("parameters", {})
        values = catalogue.workload(key).check_parameters(given)
        choice = replace(choice, workload=key, parameters=tuple(sorted(values.items())))
    elif "parameters" in changes:
        merged = {**dict(choice.parameters), **changes.pop("parameters")}
        values = catalogue.workload(choice.workload).check_parameters(merged)
        choice = replace(choice, parameters=tuple(sorted(values.items())))
    if "workers" in changes:
        choice = replace(choice, workers=_whole_workers(changes.pop("workers")))
    if not isinstance(changes.get("frame_slots", True), bool):
        raise ValueError(f"Frame slots are on or off (true or false); {changes['frame_slots']!r} is neither.")
    if not isinstance(changes.get("start_method", ""), str):
        raise ValueError(f"There is no start method {changes['start_method']!r}. Choose spawn: it works everywhere.")
    choice = replace(choice, **changes)
    mode = modes.load(choice.mode)
    there = mode.available(where, choice.start_method)
    if not there.ok:
        raise ValueError(" ".join(part for part in (there.reason, there.remedy) if part))
    return choice


def _whole_workers(count: Any) -> int:
    """The number of workers wished for. Raises ValueError when it can be none."""
    if isinstance(count, int | float) and not isinstance(count, bool) and 1 <= count <= base.MOST_WORKERS:  # not NaN
        if int(count) == count:
            return int(count)
    raise ValueError(f"Workers must be a whole number from 1 to {base.MOST_WORKERS}; {str(count)[:40]} is not.")
