"""The race itself: blocks in random order; who is clearly behind drops out, numbers of workers come in. Blocks.

Every block has the reference, so each figure is a ratio of two legs that ran within seconds of each other. Whoever
drops out keeps what was measured of it, with its own interval.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grandstand.compare.comparison import Comparison
from grandstand.compare.leg import Setup
from grandstand.compare.plan import LEG_EXTRA_S, Plan
from grandstand.compare.runner import Step, begin, carry_out
from grandstand.compare.statistics import LEAST, Estimate, ratio
from grandstand.own import naming
from grandstand.own.doctor import Diagnosis
from grandstand.own.naming import Own
from grandstand.own.race.field import Field, LeftOut
from grandstand.session import words

BUDGET_S = 60.0
_LEG_S, _LONGEST_LEG_S = 0.4, 3600.0
_CALLS = 5
"""Calls of each worker in a leg, at least."""
_BEHIND, _FAR_BEHIND = 0.97, 0.6
_GAIN = 1.08
_EARLY = 3
"""Blocks after which one that is far behind drops out where time is short, and numbers of workers may come in."""
_ENOUGH, _NARROW = 10, 1.06
"""The race is over before its time when all are settled after so many blocks, with intervals no wider than this."""


class BudgetTooSmall(ValueError):
    """Not even one block fits; the text says what would be enough. ``enough``: seconds."""

    def __init__(self, text: str, enough: float) -> None:
        super().__init__(text)
        self.enough = enough


@dataclass
class Race:
    """What was found. ``dropped``: why a setup did not run to the end; ``notes``: what to know of the plan."""

    own: Own
    diagnosis: Diagnosis
    entrants: Field
    comparison: Comparison
    budget: float
    cores: int
    seconds: float = 0.0
    dropped: dict[Setup, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    changed: bool = False
    said: dict[str, Any] = field(default_factory=dict)
    """What workers said besides their figures, as in ``run --json``."""

    @property
    def reference(self) -> Setup:
        return self.entrants.reference

    @property
    def left_out(self) -> list[LeftOut]:
        return self.entrants.left_out

    def speedup(self, setup: Setup) -> Estimate | None:
        """Against the reference, under whatever Python."""
        return self.comparison.against(setup, self.reference)


Hear = Callable[[Race, Step], None]


def prepare(diagnosis: Diagnosis, field: Field, cores: int, budget: float = BUDGET_S, seed: int = 1) -> Race:
    """A race that is about to begin: the function is hereby allowed to run. Raises BudgetTooSmall."""
    own = diagnosis.own
    leg = min(_LONGEST_LEG_S, max(_LEG_S, _CALLS * diagnosis.call_seconds))
    extra = LEG_EXTRA_S + _import_seconds(diagnosis)
    setups, notes = _fit(field, leg + extra, budget, cores)
    plan = Plan(naming.let_run(own).key, tuple(setups), repeats=LEAST, seconds=leg, budget=budget, seed=seed)
    return Race(own, diagnosis, field, begin(plan), budget, cores, notes=notes)


def run(race: Race, hear: Hear = lambda race, step: None, cancelled: threading.Event | None = None) -> Race:
    """Carries it out."""
    began = time.monotonic()
    carry_out(race.comparison, lambda step: hear(race, step), cancelled, _Chooser(race).choose)
    race.seconds = time.monotonic() - began
    race.changed = race.own.changed()
    return race


def _import_seconds(diagnosis: Diagnosis) -> float:
    timed = diagnosis.raw.get("imports.timed") or {}
    return float(timed.get("seconds") or 0.0)


def _fit(field: Field, each: float, budget: float, cores: int) -> tuple[list[Setup], list[str]]:
    """The setups to begin with, as many as five blocks of fit; what was left for later is said."""
    full = field.setups
    fewer = [
        full,
        [one for one in full if one.baseline or one.workers > 1],
        [one for one in full if one.baseline or one.workers == field.likely.get(one.mode, cores)],
    ]
    fewer = [full, *(setups for setups in fewer[1:] if len(setups) > 1)]
    for setups in fewer:
        if LEAST * each * len(setups) <= budget:
            if len(setups) == len(full):
                return list(full), []
            enough = LEAST * each * len(full)
            return list(setups), [
                f"{words.seconds(budget)} are enough for {len(setups)} of {len(full)} setups to begin with; for all "
                f"of them about {words.seconds(enough)} would be (--budget {_typed(enough)})."
            ]
    least = fewer[-1]
    enough = LEAST * each * len(least)
    blocks = int(budget // (each * len(least)))
    if blocks < 1:
        raise BudgetTooSmall(
            f"{words.seconds(budget)} are too little: one block of {len(least)} setups takes about "
            f"{words.seconds(each * len(least))} (a measurement takes {words.seconds(each)}), no more than a first "
            f"guess. Five blocks, the least for an interval, take about {words.seconds(enough)}: "
            f"--budget {_typed(enough)}.",
            enough,
        )
    return list(least), [
        f"{words.seconds(budget)} are enough for {blocks} block{'s' if blocks > 1 else ''} of {len(least)} setups, "
        f"which give no intervals; five blocks take about {words.seconds(enough)} (--budget {_typed(enough)})."
    ]


def _typed(seconds: float) -> str:
    """As --budget takes it, rounded up."""
    return f"{int(seconds) + 1}s" if seconds < 120 else f"{int(seconds / 60) + 1}m"


class _Chooser:
    """Says who is in the next block."""

    def __init__(self, race: Race) -> None:
        self._race = race
        self._legs = 0

    def choose(self, block: int, elapsed: float) -> Sequence[Setup]:
        race, plan = self._race, self._race.comparison.plan
        self._legs = len(race.comparison.measurements) + len(race.comparison.failures)
        each = elapsed / self._legs if self._legs else plan.leg_seconds
        if block:
            self._learn(elapsed, each)
            plan = race.comparison.plan
        setups = self._active
        if len(setups) < 2 and block >= LEAST:
            return ()
        if block and self._settled(block, setups):
            return ()
        fitting = int((race.budget - elapsed) // each) if each > 0 else len(setups)
        if block and fitting < len(setups):  # what time is left goes to those that lead
            if fitting < 2:
                return ()
            ranked = sorted(setups, key=lambda one: -(e.value if (e := race.speedup(one)) is not None else 0.0))
            setups = [race.reference, *(one for one in ranked if one != race.reference)][:fitting]
        return random.Random(f"{plan.seed}/{block}").sample(setups, len(setups))

    @property
    def _active(self) -> list[Setup]:
        race = self._race
        return [one for one in race.comparison.plan.setups if one not in race.dropped]

    def _learn(self, elapsed: float, each: float) -> None:
        race = self._race
        left = race.budget - elapsed
        for one, why in race.comparison.failures.items():
            if not race.comparison.of(one):
                race.dropped[one] = why
        ranked = [(one, e) for one in self._active if (e := race.speedup(one)) is not None]
        if not ranked:
            return
        leader = max(ranked, key=lambda pair: pair[1].value)[0]
        behind = {one: against for one, _ in ranked if (against := self._behind(one, leader)) is not None}
        for one, against in behind.items():
            missing = LEAST - len(race.comparison.of(one))
            short = missing > 0 and left < missing * each * len(self._active)
            border = _FAR_BEHIND if missing > 0 else _BEHIND
            if one == race.reference or one == leader or (missing > 0 and not short):
                continue
            if against.high is not None and against.high < border:
                race.dropped[one] = f"clearly behind {leader.words} after {len(race.comparison.of(one))} blocks"
        self._more_workers(left, each)

    def _behind(self, one: Setup, leader: Setup) -> Estimate | None:
        """Its throughput against the leader's, Student's t on the logarithms: there is an interval from three on."""
        theirs = {x.block: x.per_second for x in self._race.comparison.of(leader) if x.per_second > 0}
        pairs = [
            (x.per_second, theirs[x.block])
            for x in self._race.comparison.of(one)
            if x.block in theirs and x.per_second > 0
        ]
        if len(pairs) < _EARLY:
            return None
        return ratio([a for a, _ in pairs], [b for _, b in pairs])

    def _more_workers(self, left: float, each: float) -> None:
        """Where the most workers of a way are the best of it, twice as many come in, if there is time for them."""
        race = self._race
        plan = race.comparison.plan
        for way in dict.fromkeys(one.way for one in plan.setups if not one.baseline):
            tried = sorted((one for one in plan.setups if one.way == way), key=lambda one: one.workers)
            top = tried[-1]
            more = min(race.entrants.most.get(way.mode, 1), 2 * top.workers)
            before = tried[-2] if len(tried) > 1 else race.reference
            if more <= top.workers or top in race.dropped or len(race.comparison.of(top)) < _EARLY:
                continue
            gain = race.comparison.against(top, before)
            speedup = race.speedup(top)
            if gain is None or speedup is None or gain.value < _GAIN or speedup.value < _GAIN:
                continue
            if LEAST * each * (len(self._active) + 1) > left:
                if not any(top.words in note for note in race.notes):
                    enough = _typed(race.budget + 2 * LEAST * each * (len(self._active) + 1))
                    race.notes.append(
                        f"{top.words} gained on {before.words}; more of them might gain further, but there was no "
                        f"time left to try (--budget {enough})."
                    )
                continue
            race.comparison.plan = replace(
                race.comparison.plan, setups=(*race.comparison.plan.setups, replace(top, workers=more))
            )

    def _settled(self, block: int, setups: Sequence[Setup]) -> bool:
        """Whether more blocks would hardly tell more: nobody close to the leader, and a narrow interval."""
        if block < _ENOUGH or len(setups) > 2:
            return False
        e = max((e for one in setups if (e := self._race.speedup(one))), key=lambda e: e.value, default=None)
        return e is not None and e.low is not None and e.high is not None and e.high / e.low < _NARROW
