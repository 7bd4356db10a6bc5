"""The sentence under a comparison, and conditions that can be checked. Pure functions of estimates; any thread."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grandstand.compare.comparison import Comparison
from grandstand.compare.leg import Setup, Way
from grandstand.compare.statistics import Estimate
from grandstand.modes import described
from grandstand.session import words
from grandstand.session.quota_use import NOTABLE
from grandstand.vocabulary.states import CORE, SUSPENDED, UNKNOWN, WAITS

_NOTABLE = 0.1
_MOST_GROUPS, _MOST_ADVICE = 6, 3
HARDLY = 0.03
"""An advantage that is not surely larger than this is not worth more workers or a costlier mode."""
_CONDITION = re.compile(r"^\s*(\w+)(?:@([0-9]{1,9}))?\s*(>=|<=|>|<)\s*([0-9]{1,9}(?:\.[0-9]{0,9})?)\s*[×x]?\s*$")


@dataclass(frozen=True)
class Found:
    """A setup's result: its throughput against the baseline, and the shares of states in its workers' time."""

    setup: Setup
    speedup: Estimate
    shares: dict[str, float]


@dataclass(frozen=True)
class Met:
    """A condition that was checked: whether it was met, and why in words."""

    ok: bool
    text: str


def sentence(comparison: Comparison) -> str:
    """The verdict in words: a sentence for each value of a swept parameter; of many values what holds where."""
    groups: dict[tuple[tuple[str, float], ...], list[Setup]] = {}
    for setup in comparison.measured:
        groups.setdefault(setup.parameters, []).append(setup)
    if len(groups) > _MOST_GROUPS:
        return _many(comparison, groups)
    sentences = []
    for parameters, setups in groups.items():
        text = _group(comparison, setups)
        if text and len(groups) > 1:
            text = f"{_at(comparison, parameters)}: {text}"
        if text:
            sentences.append(text)
    return " ".join(sentences) or "Nothing has been measured yet."


def _at(comparison: Comparison, parameters: Sequence[tuple[str, float]]) -> str:
    return "At " + ", ".join(f"{k} = {v:g}" for k, v in parameters if k in comparison.swept)


def _many(comparison: Comparison, groups: Mapping[tuple[tuple[str, float], ...], Sequence[Setup]]) -> str:
    """Counts the advice instead of repeating it, and tells of the greatest advantage in full."""
    advised: dict[str, int] = {}
    best: tuple[float, str] = (0.0, "")
    for parameters, setups in groups.items():
        text = _group(comparison, setups)
        if not text:
            continue
        advice_ = text.rpartition(". ")[2].rstrip(".").partition(":")[0]
        advised[advice_] = advised.get(advice_, 0) + 1
        lows = [e.low for s in setups if (e := comparison.speedup(s)) is not None and e.low is not None]
        if max(lows, default=1.0) > max(1.0, best[0]):
            best = max(lows), f" The greatest advantage: {_at(comparison, parameters).lower()}, {_lower(text)}"
    if not advised:
        return "Nothing has been measured yet."
    ranked = sorted(advised.items(), key=lambda pair: -pair[1])
    parts = [f"{what} at {count}" for what, count in ranked[:_MOST_ADVICE]]
    rest = sum(count for _, count in ranked[_MOST_ADVICE:])
    parts += [f"something else at {rest}"] if rest else []
    swept = " and ".join(sorted(comparison.swept))
    first = f"Of {len(groups)} values of {swept}: {_lower('; '.join(_lower(part) for part in parts))}."
    return first + best[1]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _group(comparison: Comparison, setups: Sequence[Setup]) -> str:
    baseline = comparison.plan.baseline(setups[0])
    ratios = [
        Found(setup, speedup, comparison.shares(setup))
        for setup in setups
        if setup != baseline and (speedup := comparison.speedup(setup)) is not None
    ]
    if not ratios:
        return ""
    base = baseline.words
    best_of: dict[Way, Found] = {}
    several = {one.setup.way for one in ratios if one.setup.workers > 1}
    for one in ratios:
        way = one.setup.way
        if one.setup.workers == 1 and way in several:
            continue  # a single worker says nothing about working side by side
        if way not in best_of or one.speedup.value > best_of[way].speedup.value:
            best_of[way] = one
    best_of = {way: _fewest(comparison, best, ratios) for way, best in best_of.items()}
    ranked = sorted(best_of.values(), key=lambda one: -one.speedup.value)
    cores = words.cores_of(comparison.machine) if comparison.machine.get("cores") else ""
    parts = [describe(one, base, cores if i == 0 else "") for i, one in enumerate(ranked)]
    return f"{_capital('; '.join(parts))}. {advice(comparison, ranked, baseline)}"


def _fewest(comparison: Comparison, best: Found, ranked: Sequence[Found]) -> Found:
    """The fewest workers of that way that surely beat the baseline too and are not surely worse than its best."""
    if not best.speedup.above(1):
        return best
    for one in sorted(ranked, key=lambda one: one.setup.workers):
        if one.setup.way == best.setup.way and one.setup.workers < best.setup.workers and one.speedup.above(1):
            e = comparison.against(best.setup, one.setup)
            if e is not None and e.low is not None and not e.above(1 + HARDLY):
                return one
    return best


def describe(one: Found, base: str, cores: str = "") -> str:
    """'2 processes: 1.93× [1.90, 1.95] as fast as sequential on 2 cores: 97 % of their waiting was for a core'."""
    e = one.speedup
    where = f" on {cores}" if cores else ""
    between = f" [{e.low:.2f}, {e.high:.2f}]" if e.low is not None and e.high is not None else ""
    if e.low is None:
        text = f"{words.times(e.value)} as fast as {base}{where}, without an interval"
    elif e.above(1) or e.below(1):
        text = f"{words.times(e.value)}{between} as fast as {base}{where}"
    else:
        text = f"no difference from {base} shown{between}{where}"
    return f"{one.setup.words}: {text}{_why(one)}"


def _why(one: Found) -> str:
    waits = {state: one.shares.get(state.key, 0.0) for state in WAITS}
    total = sum(waits.values())
    if total < _NOTABLE * (1 - one.shares.get(SUSPENDED.key, 0.0)):
        return ""
    kind = max(waits, key=lambda state: waits[state])
    return f" ({words.percent(waits[kind] / total)} of their waiting was {kind.wait})"


def advice(comparison: Comparison, ranked: Sequence[Found], baseline: Setup) -> str:
    """What to use: the best of those surely better than the baseline; of equals the cheaper mode."""
    better = [one for one in ranked if one.speedup.above(1)]
    if not better:
        if any(one.speedup.low is None for one in ranked):
            return "Repeat it at least five times before you decide."
        limit = words.limit_of(comparison.machine)
        if limit is not None and any(_held_back(comparison, one) for one in ranked):
            return f"{_capital(baseline.words)} is enough here: the CPU quota gives {words.core_time(limit)}."
        return f"Stay with {baseline.words}."
    best = better[0]
    for other in better[1:]:
        e = comparison.against(best.setup, other.setup)
        if e is not None and not e.above(1 + HARDLY) and _rank(other.setup) < _rank(best.setup):
            between = f" [{e.low:.2f}, {e.high:.2f}]" if e.low is not None and e.high is not None else ""
            how = "hardly more" if e.above(1) else "no more, as far as can be told"
            return f"Use {other.setup.words}: {best.setup.words} did {how}{between}."
    return f"Use {best.setup.words}."


def _held_back(comparison: Comparison, one: Found) -> bool:
    """Whether the CPU quota kept the setup from doing more: it was used up, and its workers waited for a core."""
    kind = UNKNOWN if described(one.setup.mode).own_gil else CORE  # who has a GIL of its own waits for none
    waited = max(one.shares.get(CORE.key, 0.0), one.shares.get(kind.key, 0.0))
    return waited >= _NOTABLE and comparison.held(one.setup) >= NOTABLE


def _rank(setup: Setup) -> float:
    return described(setup.mode).order


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def condition_parts(condition: str) -> tuple[str, int | None]:
    """Mode and number of workers (None: not told) of a condition. Raises ValueError for what is none."""
    match = _CONDITION.match(condition)
    if match is None:
        raise ValueError(f"--check expects something like 'processes@2 >= 1.5'; got '{condition}'.")
    return match[1], int(match[2]) if match[2] is not None else None


def check(comparison: Comparison, condition: str) -> Met:
    """'processes@2 >= 1.5': met when the interval of that setup's speedup is, its lower end for >=.

    Without @workers every measured number of them must meet it. Raises ValueError for what is no condition.
    """
    match = _CONDITION.match(condition)
    if match is None:
        raise ValueError(f"--check expects something like 'processes@2 >= 1.5'; got '{condition}'.")
    mode, count, operator, text = match.groups()
    border = float(text)
    setups = [s for s in comparison.plan.setups if s.mode == mode and (count is None or s.workers == int(count))]
    if not setups:
        names = ", ".join(sorted({f"{s.mode}@{s.workers}" for s in comparison.plan.setups}))
        raise ValueError(f"--check '{condition}': that is not compared. There are: {names}.")
    for setup in setups:
        e = comparison.speedup(setup) if setup in comparison.measured else None
        if e is None or e.low is None or e.high is None:
            return Met(False, f"{condition}: not met, {setup.words} has no interval.")
        end = e.low if ">" in operator else e.high
        ok = {">=": end >= border, ">": end > border, "<=": end <= border, "<": end < border}[operator]
        if not ok:
            which = "lower" if ">" in operator else "upper"
            limit = words.limit_of(comparison.machine)
            held = limit is not None and comparison.held(setup) >= NOTABLE
            why = f"; the CPU quota ({words.core_time(limit)}) held it back" if limit is not None and held else ""
            return Met(False, f"{condition}: not met, the {which} end for {setup.words} is {end:.3f}{why}.")
    return Met(True, f"{condition}: met.")
