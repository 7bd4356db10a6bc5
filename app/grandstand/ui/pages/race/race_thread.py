"""The thread on which a function is checked and raced. News reaches the GUI thread by signals."""

from __future__ import annotations

import re
import threading
import time
import traceback
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThread, Signal

from grandstand.compare.politeness import polite
from grandstand.compare.runner import Step
from grandstand.hosts.isolated import ExperimentCancelled
from grandstand.observe.machine import whole_cores
from grandstand.own.doctor import examine
from grandstand.own.naming import Own
from grandstand.own.race.answer import answer, warnings
from grandstand.own.race.field import take_part
from grandstand.own.race.pictures import every_way, more_workers, why
from grandstand.own.race.racing import Race, prepare, run
from grandstand.own.race.report import conditions
from grandstand.pythons.finding import examine as examine_python
from grandstand.render.kinds import Picture

_LEAST_S = 0.5
_SHARE = 6
"""Making figures may take one in so many seconds."""


_HERE = (
    (r"--arg VALUE or --kwarg \w+=VALUE", "Arguments"), (r"--budget (\w+)", r"Time: \1"), (r"--items\b", "Items"),
    (r"--setup\b", "Setup"), (r"--k?w?args?\b", "Arguments"), (r" \(--limit\)", ""),
)  # fmt: skip
"""Options of the command line, and what they are called on this page."""


def in_the_window(text: str) -> str:
    """A sentence that names options of the command line, as it is said here."""
    for option, name in _HERE:
        text = re.sub(option, name, text)
    return text


@dataclass(frozen=True)
class Shown:
    """What there is to see of a race; frozen, so that any thread may hand it on. ``code``: programs by name."""

    answer: str
    reasons: tuple[str, ...]
    pictures: tuple[Picture | None, Picture | None, Picture | None]
    """Every way to run it, more workers, why."""
    warnings: tuple[str, ...]
    code: tuple[tuple[str, str], ...]
    conditions: str
    over: bool


def shown(race: Race, over: bool = True) -> Shown:
    """Makes it; some milliseconds a setup, because every interval is a bootstrap."""
    with polite():
        result = answer(race)
        there = race.reference in race.comparison.measured
        several = len({s.workers for s in race.comparison.measured if not s.baseline}) > 1
        minds = [*warnings(race), *(f"{one.name} left out: {one.reason}" for one in race.left_out)] if over else []
        return Shown(
            result.text if over else f"So far: {result.text[:1].lower()}{result.text[1:]}",
            result.reasons if over else (),
            (every_way(race) if there else None, more_workers(race) if there and several else None,
             why(race) if there else None),
            tuple(map(in_the_window, minds)), tuple(result.code.items()) if over else (),
            conditions(race) if over else "", over,
        )  # fmt: skip


class RaceThread(QThread):
    """``found(Finding)`` at each check, ``stepped(Step)`` at each leg, ``renewed(Shown)`` twice a second at most.

    After ``finished``: ``race``, or ``refused`` (a sentence for the person), or ``problem`` with ``details``.
    """

    found = Signal(object)
    stepped = Signal(object)
    renewed = Signal(object)

    def __init__(self, own: Own, budget: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("race")
        self._own, self._budget = own, budget
        self.race: Race | None = None
        self.refused = self.problem = self.details = ""
        self._closing = False
        self._cancelled = threading.Event()
        self._due = 0.0

    def cancel(self) -> None:
        self._cancelled.set()

    def run(self) -> None:
        try:
            diagnosis = examine(self._own, self.found.emit, self._cancelled.is_set)
            if diagnosis.fails:
                self.refused = in_the_window(diagnosis.sentence)
                return
            cores = max(1, whole_cores())
            python = self._own.python
            field = take_part(diagnosis, cores, (), (None if python.own else examine_python(python.executable),))
            race = prepare(diagnosis, field, cores, self._budget)
            run(race, self._hear, self._cancelled)
            if race.comparison.measurements:
                self.race = race
                if not self._closing:
                    self.renewed.emit(shown(race))
        except ExperimentCancelled:
            pass
        except (ValueError, KeyError) as problem:
            self.refused = in_the_window(str(problem.args[0]))
        except Exception as problem:  # a defect becomes a message, not a dead thread
            self.problem, self.details = f"{type(problem).__name__}: {problem}", traceback.format_exc()

    def finish(self) -> bool:
        """Cancels and waits; False if it would not end."""
        self._closing = True
        self.cancel()
        return self.wait(8000)

    def _hear(self, race: Race, step: Step) -> None:
        self.stepped.emit(step)
        began = time.monotonic()
        if step.measurement is not None and began >= self._due and not self._cancelled.is_set():
            self.renewed.emit(shown(race, over=False))
            took = time.monotonic() - began
            self._due = time.monotonic() + max(_LEAST_S, _SHARE * took)
