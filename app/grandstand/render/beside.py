"""The pictures of two comparisons side by side: both speedup curves in one chart, both throughputs in pairs. Pure."""

from __future__ import annotations

from grandstand.compare.beside import Beside, Pair
from grandstand.compare.comparison import Comparison
from grandstand.compare.leg import Way
from grandstand.compare.statistics import Estimate
from grandstand.render.comparison import point
from grandstand.render.kinds import Bar, Bars, Curve, Curves, Picture
from grandstand.session import words

MOST_PAIRS = 12


def charts(beside: Beside) -> tuple[Picture, ...]:
    """Speedups over workers where both have several numbers of them, and the common setups in pairs of bars."""
    made: list[Picture] = []
    counts = [{s.workers for s in one.measured if not s.baseline} for one in (beside.one, beside.two)]
    if not beside.swept and all(len(there) > 1 for there in counts):
        made.append(over_workers(beside))
    if beside.pairs:
        made.append(throughputs(beside))
    return tuple(made)


def over_workers(beside: Beside) -> Curves:
    """Both speedups: each mode in its color, the second comparison's dashed; the ideal line up to the usable cores."""
    curves: list[Curve] = []
    for second, (made, name) in enumerate(zip((beside.one, beside.two), beside.names, strict=True)):
        for way in dict.fromkeys(s.way for s in made.measured if not s.baseline):
            curves.append(Curve(f"{way.title}, {name}", way.role, _line(made, way), dashed=bool(second)))
    most = max(s.workers for made in (beside.one, beside.two) for s in made.measured)
    cores = max(words.usable_cores(made.machine) for made in (beside.one, beside.two))
    if min(cores, most) > 1:
        curves.append(
            Curve("ideal", "text.secondary", tuple((x, x) for x in (1.0, float(min(cores, most)))), guide=True)
        )
    return Curves(
        "Both speedups over workers", "workers", "times its own baseline", tuple(curves), x_log=most > 8,
        note="Whiskers: 95 % intervals. Each comparison is measured against its own baseline.",
    )  # fmt: skip


def throughputs(beside: Beside) -> Bars:
    """The common setups in pairs of bars: throughputs, or speedups where throughputs cannot be compared."""
    pairs = sorted(beside.pairs, key=lambda pair: -max(e.value for e in pair.rates))[:MOST_PAIRS]
    pairs = [pair for pair in beside.pairs if pair in pairs]
    comparable = not beside.why_no_ratio
    bars = [bar for pair in pairs for bar in _two(beside, pair, comparable)]
    note = "The paler bar is the second comparison. " + (
        "Medians of blocks with 95 % bootstrap intervals." if comparable else "Each against its own baseline."
    )
    if len(beside.pairs) > len(pairs):
        note = f"The {len(pairs)} with the highest throughput of {len(beside.pairs):,} common setups. {note}"
    title = "Both throughputs" if comparable else "Both speedups"
    return Bars(title, f"{beside.unit}/s" if comparable else "×", tuple(bars), None if comparable else 1.0, note)


def _two(beside: Beside, pair: Pair, comparable: bool) -> list[Bar]:
    bars = []
    for i, name in enumerate(beside.names):
        e: Estimate | None = pair.rates[i] if comparable else pair.speedups[i]
        if e is None:
            continue
        shown = words.rate(e.value, beside.unit) if comparable else words.times(e.value)
        label = f"{beside.label(pair)}, {name}"
        bars.append(Bar(label, e.value, f"modes.{pair.setups[0].mode}", e.low, e.high, shown, pale=bool(i)))
    return bars


def _line(made: Comparison, way: Way) -> tuple[tuple[float, ...], ...]:
    setups = sorted((s for s in made.measured if s.way == way), key=lambda s: s.workers)
    return tuple(point(float(s.workers), e) for s in setups if (e := made.speedup(s)) is not None)
