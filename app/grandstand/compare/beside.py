"""Two comparisons side by side: what differs in their conditions, and the setups that both have. Pure; any thread.

They were not measured in the same blocks, perhaps not on the same machine: so throughputs are compared by the ratio of
the medians of two independent samples, and what differs in the conditions is said first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grandstand.compare.comparison import Comparison
from grandstand.compare.leg import Setup
from grandstand.compare.politeness import breathe
from grandstand.compare.statistics import Estimate, unpaired_ratio
from grandstand.session import words
from grandstand.vocabulary.options import Values

_MACHINE = (
    ("cpu", "CPU"), ("cores", "cores"), ("quota", "CPU quota"), ("python", "Python"), ("gil", "GIL"), ("os", "system"),
    ("priority", "priority"),
)  # fmt: skip
_Key = tuple[str, int, Values, tuple[tuple[str, float], ...]]


@dataclass(frozen=True)
class Difference:
    """A condition in which the two are not alike, in words."""

    what: str
    one: str
    two: str


@dataclass(frozen=True)
class Pair:
    """A setup that both have: ``rates`` and ``speedups`` of the first and the second.

    ``ratio``: the second's throughput over the first's, unpaired; None where their units do not agree.
    """

    setups: tuple[Setup, Setup]
    rates: tuple[Estimate, Estimate]
    speedups: tuple[Estimate | None, Estimate | None]
    ratio: Estimate | None

    @property
    def faster(self) -> int | None:
        """1 or -1 where the second is surely faster or slower, 0 where no difference is shown, None: not known."""
        if self.ratio is None or self.ratio.low is None:
            return None
        return 1 if self.ratio.above(1) else -1 if self.ratio.below(1) else 0


@dataclass(frozen=True)
class Beside:
    """``names``: short ones for the two, by what differs; ``why_no_ratio``: '' where throughputs can be compared."""

    one: Comparison
    two: Comparison
    names: tuple[str, str]
    differences: tuple[Difference, ...]
    pairs: tuple[Pair, ...]
    only: tuple[tuple[Setup, ...], tuple[Setup, ...]]
    why_no_ratio: str

    @property
    def unit(self) -> str:
        return self.one.unit

    @property
    def swept(self) -> frozenset[str]:
        return self.one.swept | self.two.swept

    def label(self, pair: Pair) -> str:
        """'2 threads', with the swept parameters."""
        setup = pair.setups[0]
        return setup.words + "".join(f", {k} {v:g}" for k, v in setup.parameters if k in self.swept)


def beside(one: Comparison, two: Comparison) -> Beside:
    """Puts them side by side; some milliseconds a common setup, because every interval is a bootstrap."""
    swept = one.swept | two.swept
    keys = [{_key(setup, swept): setup for setup in made.measured} for made in (one, two)]
    why = _why_no_ratio(one, two)
    pairs = tuple(_pair(one, two, setup, keys[1][key], not why) for key, setup in keys[0].items() if key in keys[1])
    only = (
        tuple(setup for key, setup in keys[0].items() if key not in keys[1]),
        tuple(setup for key, setup in keys[1].items() if key not in keys[0]),
    )
    differing = differences(one, two)
    return Beside(one, two, names(one, two), differing, pairs, only, why)


def _key(setup: Setup, swept: frozenset[str]) -> _Key:
    """What makes two setups the same: a parameter that is not swept is a condition, and told of as one."""
    return setup.mode, setup.workers, setup.options, tuple((k, v) for k, v in setup.parameters if k in swept)


def _pair(one: Comparison, two: Comparison, mine: Setup, theirs: Setup, comparable: bool) -> Pair:
    breathe()
    ratio = None
    values = [[x.per_second for x in made.of(s)] for made, s in ((one, mine), (two, theirs))]
    if comparable and all(v > 0 for sample in values for v in sample):
        ratio = unpaired_ratio(values[1], values[0], "blocks")
    return Pair((mine, theirs), (one.rate(mine), two.rate(theirs)), (one.speedup(mine), two.speedup(theirs)), ratio)


def _why_no_ratio(one: Comparison, two: Comparison) -> str:
    if one.plan.workload != two.plan.workload:
        return f"{one.plan.workload} and {two.plan.workload} are different work: only their speedups can be compared."
    if one.unit != two.unit:
        return f"One counts {one.unit}, the other {two.unit}: only their speedups can be compared."
    if bool(one.plan.work) != bool(two.plan.work):
        return "One includes the start of its workers, the other does not: their throughputs cannot be compared."
    return ""


def differences(one: Comparison, two: Comparison) -> tuple[Difference, ...]:
    """What is not alike: machine, Python, work, parameters, length, number of blocks; and when they were measured."""
    rows: list[tuple[str, str, str]] = []
    for key, title in _MACHINE:
        missing = "none" if key == "quota" else "?"
        mine, theirs = (made.machine.get(key) for made in (one, two))
        rows.append((title, missing if mine is None else str(mine), missing if theirs is None else str(theirs)))
    rows.append(("workload", one.plan.workload, two.plan.workload))
    settings = [_fixed(made) for made in (one, two)]
    for key in sorted(settings[0].keys() | settings[1].keys()):
        rows.append((f"parameter {key}", settings[0].get(key, "none"), settings[1].get(key, "none")))
    rows.append(("each measurement", _leg(one), _leg(two)))
    rows.append(("blocks", str(_blocks(one)), str(_blocks(two))))
    rows.append(("measured", when(one), when(two)))
    return tuple(Difference(*row) for row in rows if row[1] != row[2])


def names(one: Comparison, two: Comparison) -> tuple[str, str]:
    """The shortest names that tell them apart: by Python, GIL, processor, cores, work, time; else first and second."""
    ways: tuple[Callable[[Comparison], str], ...] = (
        lambda made: f"Python {made.machine.get('python', '?')}",
        lambda made: f"GIL {made.machine.get('gil', '?')}",
        lambda made: str(made.machine.get("cpu", "?"))[:28],
        lambda made: words.cores_of(made.machine),
        lambda made: made.plan.workload,
        when,
    )
    for way in ways:
        if way(one) != way(two):
            return way(one), way(two)
    return "first", "second"


def sentence(pair: Beside) -> str:
    """What differs, then how many of the common setups differ and which one most."""
    told = [d for d in pair.differences if d.what not in ("measured", "blocks")]
    first = (
        "Different: " + "; ".join(f"{d.what} {d.one} against {d.two}" for d in told) + "."
        if told
        else "Measured under the same conditions, as far as they were recorded."
    )
    if not pair.pairs:
        return f"{first} The two have no setup in common."
    if pair.why_no_ratio:
        return f"{first} {pair.why_no_ratio}"
    known = [p for p in pair.pairs if p.faster is not None]
    if not known:
        return f"{first} Fewer than five blocks in one of them: no difference can be shown."
    counts = {way: sum(p.faster == way for p in known) for way in (1, -1, 0)}
    who = pair.names[1]
    parts = [
        f"faster in {counts[1]}" if counts[1] else "",
        f"slower in {counts[-1]}" if counts[-1] else "",
        f"no difference shown in {counts[0]}" if counts[0] else "",
    ]
    text = f"{who} against {pair.names[0]}, of {len(known)} common setups: {', '.join(p for p in parts if p)}."
    sure = [p for p in known if p.faster]
    if sure:
        most = max(sure, key=lambda p: max(p.ratio.value, 1 / p.ratio.value) if p.ratio else 0.0)
        assert most.ratio is not None
        text += f" Most at {pair.label(most)}: {words.times(most.ratio.value)}{between(most.ratio)}."
    return f"{first} {text}"


def between(e: Estimate) -> str:
    """' [1.90, 1.95]', or nothing without an interval."""
    return f" [{e.low:.2f}, {e.high:.2f}]" if e.low is not None and e.high is not None else ""


def when(made: Comparison) -> str:
    """'2026-01-31 12:30'."""
    return made.at[:16].replace("T", " ") or "?"


def conditions_words(made: Comparison) -> str:
    """Where and how one of them was measured, in a line."""
    here: dict[str, Any] = made.machine
    return (
        f"{made.plan.workload}; {_blocks(made)} blocks, {_leg(made)} per measurement; {here.get('cpu')}, "
        f"{words.cores_of(here)}, Python {here.get('python')}, GIL {here.get('gil')}; {when(made)}"
    )


def _fixed(made: Comparison) -> dict[str, str]:
    """The parameters that are the same in all its setups."""
    return {k: f"{v:g}" for k, v in made.plan.setups[0].parameters if k not in made.swept} if made.plan.setups else {}


def _leg(made: Comparison) -> str:
    if made.plan.work:
        return f"{made.plan.work:g} {made.unit}, start-up included"
    return f"{made.plan.seconds:g} s"


def _blocks(made: Comparison) -> int:
    return max((x.block for x in made.measurements), default=-1) + 1
