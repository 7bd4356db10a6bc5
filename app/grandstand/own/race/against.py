"""A race beside an earlier one: what changed in the function, told from noise. Pure.

The two were measured at different times. So a difference counts only where the whole interval of the two medians'
ratio is further from 1 than two runs of the same function differ by anyhow. Where other programs were at work beside
one of them, throughputs say more about those: then calls a CPU second are compared, with a wider border, and of a
function that hardly computes nothing is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from grandstand.compare.beside import Beside, Pair, beside, differences
from grandstand.compare.comparison import Comparison
from grandstand.compare.statistics import LEAST, Estimate, unpaired_ratio
from grandstand.control.named import shown
from grandstand.own.race.answer import between
from grandstand.vocabulary.states import COMPUTING, CORE

NOISE = 0.05
"""What a quiet machine may differ by from one minute to the next (docs/measuring.md)."""
BUSY_NOISE = 0.15
"""The same beside other programs, a CPU second: they take caches and clock speed (seen: up to 0.11)."""
_BUSY = 0.2
"""Share of the cores that others kept busy."""
_COMPUTES = 0.5
_OTHER_CALL = "it was called with other arguments or items then, or from another folder"
_CONDITIONS = ("CPU", "cores", "CPU quota", "GIL", "system", "priority")


@dataclass(frozen=True)
class Change:
    """``faster``: 1, -1, or 0 where the difference cannot be told from noise; None where it cannot be known."""

    name: str
    ratio: Estimate | None
    faster: int | None
    by_cpu: bool = False
    """Whether it is of calls a CPU second, since the machine was busy."""
    why: str = ""

    @property
    def words(self) -> str:
        if self.ratio is None or self.faster is None:
            return f"{self.name}: not known, {self.why or 'one of the two has too few blocks for an interval'}."
        how = {1: "faster", -1: "slower", 0: "no change that can be told from noise"}[self.faster]
        much = " a CPU second" if self.by_cpu else ""
        return f"{self.name}: {between(self.ratio)} as fast{much} as before, {how}."

    def as_dict(self) -> dict[str, Any]:
        return {
            "setup": self.name, "ratio": self.ratio.as_dict() if self.ratio else None, "faster": self.faster,
            "by_cpu": self.by_cpu, "text": self.words,
        }  # fmt: skip


@dataclass(frozen=True)
class Against:
    """``sentence``: the answer first. ``mind``: conditions that differ."""

    changes: tuple[Change, ...]
    mind: tuple[str, ...]
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "sentence": self.sentence, "changes": [one.as_dict() for one in self.changes], "mind": list(self.mind),
        }  # fmt: skip


def against(before: Comparison, now: Comparison) -> Against:
    """Raises ValueError where the two are different functions."""
    if _name(before) != _name(now):
        raise ValueError(f"--against: that was {_name(before)}, and this is {_name(now)}.")
    # The same function with other arguments has another key; its rates cannot be compared, and that is said.
    both: Beside = beside(before, now)
    busy = [_busy(made) for made in (before, now)]
    loaded = max(busy) > _BUSY * float(now.machine.get("cores") or 1)
    changes = tuple(_by_cpu(before, now, pair) if loaded else _change(pair) for pair in both.pairs)
    mind = [
        f"{one.what} was {one.one}, and is {one.two}" for one in differences(before, now) if one.what in _CONDITIONS
    ]
    if loaded:
        mind.insert(0, f"Other programs kept {busy[0]:.1f} cores busy then and {busy[1]:.1f} now")
    if both.why_no_ratio:
        mind.insert(
            0,
            "It was called with other arguments or items then, or from another folder: only speedups can be compared",
        )
    return Against(changes, tuple(mind), _sentence(changes))


def _name(made: Comparison) -> str:
    return shown(made.plan.workload)


def _change(pair: Pair) -> Change:
    e = pair.ratio
    if e is None:
        return Change(pair.setups[1].words, None, None, why=_OTHER_CALL)
    if e.low is None:
        return Change(pair.setups[1].words, e, None)
    faster = 1 if e.above(1 + NOISE) else -1 if e.below(1 - NOISE) else 0
    return Change(pair.setups[1].words, e, faster)


def _busy(made: Comparison) -> float:
    others = [x.others for x in made.measurements]
    return sum(others) / len(others) if others else 0.0


def _by_cpu(before: Comparison, now: Comparison, pair: Pair) -> Change:
    """Calls a CPU second: other programs take the cores, and not what a second on one of them does."""
    name = pair.setups[1].words
    samples = [made.of(setup) for made, setup in zip((before, now), pair.setups, strict=True)]
    wants = [x.states.get(COMPUTING.key, 0.0) + x.states.get(CORE.key, 0.0) for sample in samples for x in sample]
    if pair.ratio is None:
        return _change(pair)
    if not wants or median(wants) < _COMPUTES:
        return Change(name, pair.ratio, None, why="the machine was busy, and it hardly computes")
    values = [[x.per_second / x.cpu_cores for x in sample if x.cpu_cores > 0 < x.per_second] for sample in samples]
    if min(map(len, values)) < LEAST:
        return Change(name, None, None)
    e = unpaired_ratio(values[1], values[0], "blocks")
    return Change(name, e, 1 if e.above(1 + BUSY_NOISE) else -1 if e.below(1 - BUSY_NOISE) else 0, by_cpu=True)


def _sentence(changes: tuple[Change, ...]) -> str:
    known = [one for one in changes if one.faster is not None]
    if not known:
        why = next((one.why for one in changes if one.why), "too few blocks, or no setup that both have")
        return f"Against before: nothing can be told; {why}."
    first = known[0]  # the plan's order: the reference comes first
    assert first.ratio is not None
    much = " a CPU second" if first.by_cpu else ""
    if first.faster == 0 and all(one.faster == 0 for one in known):
        clause = f"{first.name} is {between(first.ratio)} as fast{much}"
        return f"Against before: no change that can be told from noise; {clause}."
    if first.faster:
        return (
            f"Against before: the function became {'faster' if first.faster > 0 else 'slower'}: {first.name} is "
            f"{between(first.ratio)} as fast{much}."
        )
    others = "; ".join(one.words.rstrip(".") for one in known if one.faster)
    return f"Against before: {first.name} is as fast as it was; {others}."
