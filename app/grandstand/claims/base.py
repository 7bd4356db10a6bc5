"""What a claim is: a sentence, a measurement, and a rule that makes a verdict of the figures. No Qt; any thread."""

from __future__ import annotations

import importlib
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from grandstand.claims.here import Here
from grandstand.compare.statistics import Estimate
from grandstand.render.kinds import Picture
from grandstand.session import words

if TYPE_CHECKING:
    from grandstand.claims.lab import Lab


class Verdict(StrEnum):
    """How a claim came out on this machine."""

    HOLDS = "holds"
    LIMITS = "holds with limits"
    NOT = "does not hold"
    UNDECIDED = "undecided"
    NOT_TESTABLE = "not testable here"


@dataclass(frozen=True)
class Measured:
    """``figures`` by name, each with interval and n; ``facts``: what else the rule needs (counts, yes and no)."""

    figures: dict[str, Estimate]
    facts: dict[str, Any] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    others: Estimate | None = None
    """Cores that other programs kept busy meanwhile, where that matters; ``room``: how many they may."""
    room: float = 0.0

    def __getitem__(self, name: str) -> Estimate:
        return self.figures[name]


@dataclass(frozen=True)
class Judgment:
    """``reason``: two sentences with the figures that decided it."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Claim:
    """One claim. ``measure`` may take its time and raise what it likes; ``judge`` is a pure function.

    ``says``: the claim in one sentence. ``test``: what is done to test it. ``seconds``: about how long that takes.
    ``code``: functions whose source is shown; it is the source that runs. ``package.module:name`` names one that is
    imported only for that. ``needs``: why it cannot be tested on a
    machine, or ''.
    """

    number: int
    id: str
    says: str
    test: str
    seconds: float
    measure: Callable[[Lab], Measured]
    judge: Callable[[Measured], Judgment]
    code: tuple[Callable[..., Any] | str, ...] = ()
    needs: Callable[[Here], str] = lambda here: ""
    races: tuple[tuple[str, float], ...] = ()
    """(name, seconds) of races in it that other claims look at too."""
    timed: bool = False
    """Whether its figures are times of single things: a process that a CPU quota stops for a while spoils those."""

    def source(self) -> str:
        """The text of the code that runs, read from the files that run."""
        functions = [_named(function) if isinstance(function, str) else function for function in self.code]
        parts = [textwrap.dedent(inspect.getsource(function)).rstrip() for function in functions]
        return "\n\n\n".join(parts) + "\n" if parts else ""


@dataclass(frozen=True)
class Result:
    """A claim that has been checked. ``at``: when, ISO 8601 in local time; ``n``: the least repeats of a figure."""

    id: str
    claim: str
    verdict: Verdict
    reason: str
    figures: dict[str, Estimate]
    n: int
    seconds: float
    at: str
    pictures: tuple[Picture, ...] = ()
    problem: str = ""
    """A traceback, where the measurement itself failed."""


def _named(target: str) -> Callable[..., Any]:
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def two_cores(here: Here) -> str:
    """For ``needs``: on one core nothing can run side by side."""
    if here.cores < 2:
        return "This needs two cores or more; this process may use one."
    if here.usable_cores < 2:
        return f"This needs the time of two cores or more; the CPU quota gives {words.core_time(here.usable_cores)}."
    return ""
