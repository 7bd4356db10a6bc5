"""``race`` and ``doctor`` for scripts and notebooks. The thread that calls them; they block."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from grandstand.api.calling import understood
from grandstand.api.results import DoctorResult, RaceResult
from grandstand.compare.runner import Step
from grandstand.observe.machine import whole_cores
from grandstand.own.doctor import CALL_S, examine
from grandstand.own.finding import TITLES, VERDICTS, Finding
from grandstand.own.race.field import take_part
from grandstand.own.race.racing import BUDGET_S, Race, prepare, run
from grandstand.pythons.choosing import choose
from grandstand.pythons.finding import examine as examine_python
from grandstand.pythons.record import Python
from grandstand.session import words


def doctor(
    function: Callable[..., Any] | str,
    items: Iterable[Any] | None = None,
    *,
    args: Sequence[Any] = (),
    kwargs: dict[str, Any] | None = None,
    setup: str = "",
    python: str = "own",
    limit: float = CALL_S,
    quiet: bool = False,
) -> DoctorResult:
    """Examines a function: what stands in the way of threads, processes, an event loop? It is called for that.

    ``function``: itself, or 'file.py:function'. ``items``: what calls work through; values that can be written as
    Python literals. ``python``: 'own' for the one that runs this, '' for the project's, or a file. ``limit``: seconds
    that a call may take. Raises ValueError with what is wrong and what to do.
    """
    called = understood(function, items, args, kwargs or {}, setup, python)
    progress = _Told(quiet)
    try:
        return DoctorResult(examine(called.own, progress.checked, call_limit=limit), called)
    finally:
        progress.done()


def race(
    function: Callable[..., Any] | str,
    items: Iterable[Any] | None = None,
    *,
    args: Sequence[Any] = (),
    kwargs: dict[str, Any] | None = None,
    setup: str = "",
    budget: float = BUDGET_S,
    modes: Sequence[str] = (),
    pythons: Sequence[str] = (),
    python: str = "own",
    limit: float = CALL_S,
    quiet: bool = False,
) -> RaceResult:
    """Races a function over every way that can run it, after `doctor` has examined it; blocks.

    ``budget``: seconds for measuring. ``modes``: keys, as ``grandstand list`` has them; all that can run if not given.
    ``pythons``: names, versions or files of further interpreters. The rest as in `doctor`. Raises ValueError with what
    is wrong and what to do, BudgetTooSmall among them; KeyError for a mode that there is not.
    """
    called = understood(function, items, args, kwargs or {}, setup, python)
    progress = _Told(quiet)
    try:
        own = called.own
        diagnosis = examine(own, progress.checked, call_limit=limit)
        if diagnosis.fails:
            raise ValueError(diagnosis.sentence)
        first = None if own.python.own else examine_python(own.python.executable)
        field: list[Python | None] = [first, *(None if (p := choose(text)).own else p for text in pythons)]
        cores = max(1, whole_cores())
        made = prepare(diagnosis, take_part(diagnosis, cores, tuple(modes), field), cores, float(budget))
        return RaceResult(run(made, progress.stepped), called)
    finally:
        progress.done()


class _Told:
    """A line that says how far it is, on standard error."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._checks = 0
        self._length = 0

    def checked(self, finding: Finding) -> None:
        self._checks += 1
        self._say(f"Checking it first, {self._checks} of {len(TITLES)}: {finding.title}, {VERDICTS[finding.verdict]}")

    def stepped(self, race: Race, step: Step) -> None:
        self._say(
            f"Block {step.block + 1}, {step.setup.words}: {words.percent(step.share)}, "
            f"{words.seconds(step.seconds_left)} left"
        )

    def done(self) -> None:
        self._say("")

    def _say(self, text: str) -> None:
        if self._quiet:
            return
        print(f"\r{text:<{self._length}}", end="" if text else "\r", file=sys.stderr, flush=True)
        self._length = len(text)
