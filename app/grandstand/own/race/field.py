"""Who takes part in a race: ways that can run the function here, and the others with the reason. Any thread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from grandstand import modes
from grandstand.compare.leg import Setup
from grandstand.control.choice import called
from grandstand.hosts.base import Surroundings, available
from grandstand.modes.mode import Mode
from grandstand.own.doctor import Diagnosis
from grandstand.own.finding import FAILS
from grandstand.own.recommend import recommend
from grandstand.own.reference import ASYNC
from grandstand.pythons.record import Python

MOST_WORKERS = 64
_PER_CORE = 4
"""Processes and other workers with a GIL of their own: so many for each core at most."""


@dataclass(frozen=True)
class LeftOut:
    """A way that does not take part. ``name``: as it is shown; ``reason``: a sentence."""

    mode: str
    python: str
    name: str
    reason: str

    def as_dict(self) -> dict[str, Any]:
        return {"mode": self.mode, "python": self.python or None, "name": self.name, "reason": self.reason}


@dataclass
class Field:
    """``setups``: the first is what the others are measured against. ``most``: workers at most, by mode."""

    setups: list[Setup] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    most: dict[str, int] = field(default_factory=dict)
    likely: dict[str, int] = field(default_factory=dict)
    """By mode, how many the doctor's figures speak for: where there is time for one number of workers only."""

    @property
    def reference(self) -> Setup:
        return self.setups[0]


def take_part(
    diagnosis: Diagnosis, cores: int, wanted: Sequence[str] = (), pythons: Sequence[Python | None] = (None,)
) -> Field:
    """``wanted``: modes by their keys, where none are named all but those that live in the window.

    ``pythons``: the project's own first.

    Raises KeyError for a mode that there is not, ValueError where nothing could run.
    """
    for key in wanted:
        modes.load(key)
    field = Field()
    chosen = [one for one in modes.every() if one.baseline or one.key in wanted or (not wanted and not one.in_window)]
    seed = recommend(diagnosis, cores)
    for number, python in enumerate(pythons):
        for mode in sorted(chosen, key=lambda one: not one.baseline):
            reason = _why_not(mode, diagnosis, python, number == 0)
            name = (
                mode.title
                if python is None or python.own or len(pythons) == 1
                else f"{mode.title} on {called(python)}"
            )
            if reason:
                field.left_out.append(LeftOut(mode.key, python.executable if python else "", name, reason))
                continue
            field.most[mode.key] = _most(mode, diagnosis, cores)
            counts = {1} if mode.baseline else {1, cores, 2 * cores}
            if seed is not None and seed.mode == mode.key and not mode.baseline:
                field.likely[mode.key] = min(seed.workers, field.most[mode.key])
                counts.add(field.likely[mode.key])
            fitting = [count for count in sorted(counts) if count <= field.most[mode.key]]
            field.setups += [_setup(mode, count, python, len(pythons) > 1) for count in fitting]
    if not field.setups or not field.setups[0].baseline:
        why = " ".join(one.reason for one in field.left_out)
        raise ValueError(f"Nothing can be raced: {why}")
    return field


def _setup(mode: Mode, count: int, python: Python | None, told: bool) -> Setup:
    if python is None or python.own:
        return Setup(mode.key, count)
    return Setup(mode.key, count, python=python.executable, python_name=called(python), record=python, told=told)


def _why_not(mode: Mode, diagnosis: Diagnosis, python: Python | None, projects: bool) -> str:
    """Why it cannot run there, in a sentence; '' where it can.

    What the doctor found holds for the project's Python.
    """
    availability = available(mode, mode.complete(()), Surroundings(window=False, python=python))
    if not availability.ok:
        return _sentence(availability.reason)
    if python is not None and not python.usable:
        return _sentence(python.reason)
    if mode.baseline:
        return ""
    kind = diagnosis.own.function.kind
    if mode.in_tasks and kind != ASYNC:
        return f"{diagnosis.own.function.name} is not async: it never awaits, so only one call would run at a time."
    for ident in _needs(mode) if projects else ():
        finding = diagnosis.finding(ident)
        if finding is not None and finding.verdict == FAILS:
            return finding.text
    return ""


def _needs(mode: Mode) -> tuple[str, ...]:
    """The checks that must not fail for it."""
    if mode.own_process:
        return ("pickle", "main-guard")
    return ("interpreters",) if mode.own_gil else ()


def _most(mode: Mode, diagnosis: Diagnosis, cores: int) -> int:
    """Workers at most: of those with a memory of their own as many as fit into what is free."""
    if mode.baseline:
        return 1
    if not mode.own_gil:
        return MOST_WORKERS
    most = _PER_CORE * cores
    memory = diagnosis.finding("memory")
    if mode.own_process and memory is not None:
        each = max(float(memory.evidence.get("after") or 0), float(memory.evidence.get("peak") or 0))
        free = float(memory.evidence.get("available") or 0)
        if each > 0 and free > 0:
            most = min(most, max(1, math.floor(0.8 * free / each)))
    return most


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
