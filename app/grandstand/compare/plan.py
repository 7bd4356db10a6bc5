"""What is compared, and in which order: random blocks, so that a noisy minute favors nobody. Pure; any thread."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grandstand.compare.leg import Setup
from grandstand.control import catalogue
from grandstand.control.choice import Choice, called, changed
from grandstand.hosts.base import Surroundings
from grandstand.modes import described
from grandstand.pythons.record import Python
from grandstand.vocabulary.options import Value, Values

LEG_EXTRA_S = 0.45
"""What a leg takes beside its measured seconds: start, warm-up and stop (seen: 0.3 to 0.6 s on two cores)."""
MOST_LEGS = 100_000
MOST_WORK = 1e15
MOST_BUDGET_S = 30 * 86_400.0


@dataclass(frozen=True)
class Plan:
    """``repeats`` blocks of one leg for each setup. With a ``budget`` in seconds blocks go on until it is used up.

    ``seconds``: how long each leg is measured; with ``work`` (units, above 0) a leg lasts until so much is done, its
    start included, and ``seconds`` is the longest that may take.
    """

    workload: str
    setups: tuple[Setup, ...]
    repeats: int = 5
    seconds: float = 1.0
    work: float = 0.0
    budget: float = 0.0
    seed: int = 1

    def block(self, number: int) -> list[Setup]:
        """The setups in the order of block ``number`` (from 0); the same for the same seed."""
        return random.Random(f"{self.seed}/{number}").sample(self.setups, len(self.setups))

    def baseline(self, setup: Setup) -> Setup:
        """What ``setup`` is compared with: the baseline with the same parameters and Python, else that of the first
        Python, else the first setup with these parameters.
        """
        return self._baselines[setup.parameters, setup.python]

    @functools.cached_property
    def _baselines(self) -> dict[tuple[tuple[tuple[str, float], ...], str], Setup]:
        baselines: dict[tuple[tuple[tuple[str, float], ...], str], Setup] = {}
        for parameters in dict.fromkeys(setup.parameters for setup in self.setups):
            same = [setup for setup in self.setups if setup.parameters == parameters]
            usual = next((setup for setup in same if setup.baseline), same[0])
            for python in {setup.python for setup in same}:
                own = (setup for setup in same if setup.baseline and setup.python == python)
                baselines[parameters, python] = next(own, usual)
        return baselines

    @functools.cached_property
    def swept(self) -> frozenset[str]:
        """The parameters that have several values."""
        values: dict[str, set[float]] = {}
        for setup in self.setups:
            for key, value in setup.parameters:
                values.setdefault(key, set()).add(value)
        return frozenset(key for key, used in values.items() if len(used) > 1)

    @property
    def leg_seconds(self) -> float:
        """About how long a leg takes."""
        return (1.0 if self.work else self.seconds) + LEG_EXTRA_S

    @property
    def duration(self) -> float:
        """About how many seconds the whole takes."""
        return self.budget or self.repeats * len(self.setups) * self.leg_seconds

    def blocks_within(self, seconds: float) -> int:
        """How many whole blocks fit into so many seconds."""
        return int(seconds // (len(self.setups) * self.leg_seconds))


def make_plan(
    workload: str,
    modes: Sequence[str],
    workers: Sequence[int],
    parameters: Mapping[str, float] | None = None,
    sweep: tuple[str, Sequence[float]] | None = None,
    options: Mapping[str, Value] | None = None,
    pythons: Sequence[Python | None] = (None,),
    **settings: float | int,
) -> Plan:
    """All modes with all worker counts (sequential has a single worker), for each value of the swept parameter.

    ``options`` go to the modes that have them. ``pythons``: each of these interpreters, None for the app's own.

    Raises KeyError or ValueError, saying what is wrong and what there is.
    """
    catalogue.workload(workload)
    if not modes or not workers:
        raise ValueError("A comparison needs at least one mode and one number of workers.")
    values: Sequence[float | None] = sweep[1] if sweep else (None,)
    if not values:
        raise ValueError("--sweep expects parameter=value,value,…")
    here = Surroundings(window=False)
    start = Choice(workload, modes[0], 1, ())
    wished = dict(options or {})
    pairs = [
        (mode, count, unusual)
        for mode in modes
        for unusual in (_unusual(mode, wished, modes),)
        for count in ((1,) if described(mode).one_thread else workers)
    ]
    for (
        mode,
        count,
        unusual,
    ) in pairs:  # each by itself: with a thousand setups every keystroke in the form makes a plan
        wish = {"workload": workload, "mode": mode, "workers": count, "options": dict(unusual)}
        for python in pythons:
            changed(start, {**wish, "python": python}, here)
    setups: dict[Setup, None] = {}
    for value in values:
        wanted = {**(parameters or {}), **({sweep[0]: value} if sweep and value is not None else {})}
        chosen = changed(
            start, {"workload": workload, "mode": modes[0], "workers": 1, "parameters": wanted}, here
        ).parameters
        setups.update(
            (_setup(mode, count, chosen, unusual, python), None)
            for python in pythons
            for mode, count, unusual in pairs
        )
    plan = Plan(workload, tuple(setups), **settings)  # type: ignore[arg-type]
    if plan.repeats < 1 or plan.repeats * len(setups) > MOST_LEGS:
        raise ValueError(
            f"Repeats must be at least 1, with at most {MOST_LEGS:,} measurements in all; this is {plan.repeats}."
        )
    if not 0.05 <= plan.seconds <= 3600:
        raise ValueError(f"Each setup must be measured for 0.05 to 3600 s; {plan.seconds:g} is not.")
    if not 0 <= plan.work <= MOST_WORK:  # also catches NaN
        raise ValueError(f"Fixed work must be from 0 to {MOST_WORK:g} units per measurement; {plan.work:g} is not.")
    if not 0 <= plan.budget <= MOST_BUDGET_S:
        raise ValueError(f"A budget must be from 0 s to {MOST_BUDGET_S / 86_400:g} days; {plan.budget:g} s is not.")
    if plan.budget and plan.blocks_within(plan.budget) < 1:
        block = len(setups) * plan.leg_seconds
        raise ValueError(
            f"{plan.budget:g} s are too little: one block of {len(setups)} setups takes about {block:.0f} s, and five "
            f"blocks, the least for an interval, {5 * block:.0f} s."
        )
    return plan


def _setup(
    mode: str, count: int, parameters: tuple[tuple[str, float], ...], options: Values, python: Python | None
) -> Setup:
    if python is None or python.own:
        return Setup(mode, count, parameters, options)
    return Setup(mode, count, parameters, options, python.executable, called(python), python)


def usual_modes() -> list[str]:
    """The modes that are compared until somebody chooses: those that are always there, and need no window."""
    here = Surroundings(window=False)
    every = [mode for mode in catalogue.mode_entries(here) if mode.availability.ok]
    return [entry.mode.key for entry in every][:3]


def _unusual(mode: str, wished: Mapping[str, Value], every: Sequence[str]) -> Values:
    """Those of the wished options that ``mode`` has. Raises ValueError for one that no mode of the plan has."""
    for key in wished:
        if not any(described(other).option(key) for other in every):
            raise ValueError(f"No mode of this comparison has an option '{key[:40]}'.")
    own = described(mode)
    checked = {key: option.check(value) for key, value in wished.items() if (option := own.option(key)) is not None}
    return own.unusual(tuple(checked.items()))
