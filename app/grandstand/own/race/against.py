"""A race beside an earlier one: what changed in the function, told from noise. Pure.

The two were measured at different times. So a difference counts only where the interval of the two medians' ratio
excludes 1 and what is left of it is more than two runs of the same function differ by anyhow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grandstand.compare.beside import Beside, Pair, beside, differences
from grandstand.compare.comparison import Comparison
from grandstand.compare.statistics import Estimate
from grandstand.control.named import shown
from grandstand.own.race.answer import between

NOISE = 0.05
"""What a quiet machine may differ by from one minute to the next (docs/measuring.md)."""
_CONDITIONS = ("CPU", "cores", "CPU quota", "GIL", "system", "priority")


@dataclass(frozen=True)
class Change:
    """``faster``: 1, -1, or 0 where the difference cannot be told from noise; None where it cannot be known."""

    name: str
    ratio: Estimate | None
    faster: int | None

    @property
    def words(self) -> str:
        if self.ratio is None or self.faster is None:
            return f"{self.name}: not known, one of the two has too few blocks for an interval."
        how = {1: "faster", -1: "slower", 0: "no change that can be told from noise"}[self.faster]
        return f"{self.name}: {between(self.ratio)} as fast as before, {how}."

    def as_dict(self) -> dict[str, Any]:
        return {
            "setup": self.name, "ratio": self.ratio.as_dict() if self.ratio else None, "faster": self.faster,
            "text": self.words,
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
    changes = tuple(_change(pair) for pair in both.pairs)
    mind = [
        f"{one.what} was {one.one}, and is {one.two}" for one in differences(before, now) if one.what in _CONDITIONS
    ]
    if both.why_no_ratio:
        mind.insert(0, "It was called with other arguments or items then: only speedups can be compared")
    return Against(changes, tuple(mind), _sentence(changes))


def _name(made: Comparison) -> str:
    return shown(made.plan.workload)


def _change(pair: Pair) -> Change:
    e = pair.ratio
    if e is None or e.low is None:
        return Change(pair.setups[1].words, e, None)
    faster = 1 if e.above(1 + NOISE) else -1 if e.below(1 - NOISE) else 0
    return Change(pair.setups[1].words, e, faster)


def _sentence(changes: tuple[Change, ...]) -> str:
    known = [one for one in changes if one.faster is not None]
    if not known:
        return "Against before: nothing can be told; too few blocks, or no setup that both have."
    first = known[0]  # the plan's order: the reference comes first
    assert first.ratio is not None
    if first.faster == 0 and all(one.faster == 0 for one in known):
        return (
            f"Against before: no change that can be told from noise; {first.name} is {between(first.ratio)} as fast."
        )
    if first.faster:
        return (
            f"Against before: the function became {'faster' if first.faster > 0 else 'slower'}: {first.name} is "
            f"{between(first.ratio)} as fast."
        )
    there = "; ".join(one.words.rstrip(".") for one in known if one.faster)
    return f"Against before: {first.name} is as fast as it was; {there}."
