"""The pictures of a comparison and of a break-even map. Pure; any thread."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence

from grandstand.compare.break_even import Map, size_words, time_words
from grandstand.compare.comparison import Comparison
from grandstand.compare.fit import USL, Law
from grandstand.compare.laws import laws
from grandstand.compare.leg import Setup, Way
from grandstand.compare.statistics import Estimate
from grandstand.engine.experiments.break_even import BASELINE, WAYS
from grandstand.modes import described
from grandstand.render.kinds import Bar, Bars, Curve, Curves, Grid, Picture, Square, Stack, Stacks
from grandstand.session import words
from grandstand.vocabulary.states import IN_ORDER

MOST_ROWS, BEST_ROWS, MOST_LINES = 24, 12, 6
"""Up to so many setups all are drawn; of more the best, few enough to be read. Lines of a sweep."""
_MARKED_POINTS = 40
_START_UP = "chart.rest"
_Line = tuple[Way, int]


def charts(comparison: Comparison) -> tuple[Picture, ...]:
    """What there is to see of it: over workers, over the swept parameter, setup by setup, and why."""
    if not comparison.measured:
        return ()
    pictures: list[Picture] = []
    swept = sorted(comparison.swept)
    counts = {s.workers for s in comparison.measured if not s.baseline}
    if swept:
        pictures.append(over_parameter(comparison, swept[0]))
    elif len(counts) > 1:
        pictures.append(over_workers(comparison))
    pictures += [speedups(comparison), accounts(comparison)]
    return tuple(pictures)


def over_workers(comparison: Comparison) -> Curves:
    """Speedup against workers: each mode with intervals, the fitted law, and the ideal line up to the usable cores."""
    baseline = comparison.plan.baseline(comparison.measured[0])
    curves = []
    most = max(s.workers for s in comparison.measured)
    seen: set[str] = set()
    for way in dict.fromkeys(s.way for s in comparison.measured if not s.baseline):
        points = [
            point(float(s.workers), e)
            for s in sorted((s for s in comparison.measured if s.way == way), key=lambda s: s.workers)
            if (e := comparison.speedup(s)) is not None
        ]
        curves.append(Curve(way.title, way.role, tuple(points), dashed=way.mode in seen))
        seen.add(way.mode)  # the same mode in another way has the same color
    notes = []
    base = comparison.rate(baseline).value if baseline in comparison.measured else 0.0
    for way, law in laws(comparison):
        if law.name != USL or base <= 0:
            continue
        notes.append(_law_words(way, law))
        if law.fits:
            steps = [1 + (most - 1) * i / 30 for i in range(31)]
            fitted = tuple((n, law.at(n) / base) for n in steps)
            curves.append(Curve(f"{way.title}, fitted", way.role, fitted, guide=True))
    ends = (1.0, float(min(words.usable_cores(comparison.machine), most)))
    if ends[1] > 1:
        curves.append(Curve("ideal", "text.secondary", tuple((x, x) for x in ends), guide=True))
    return Curves(
        "Speedup over workers", "workers", f"times {baseline.words}", tuple(curves), x_log=most > 8,
        note=" ".join(notes) or "Whiskers: 95 % intervals.",
    )  # fmt: skip


def over_parameter(comparison: Comparison, parameter: str) -> Curves:
    """Speedup over the values of a swept parameter, each mode with each number of workers; of many lines the best."""
    lines: dict[_Line, list[tuple[float, ...]]] = {}
    names: dict[_Line, str] = {}
    for setup in comparison.measured:
        e = comparison.speedup(setup)
        if not setup.baseline and e is not None:
            names[setup.way, setup.workers] = setup.words
            lines.setdefault((setup.way, setup.workers), []).append(point(dict(setup.parameters)[parameter], e))
    best = _best_lines(lines)
    curves = tuple(
        Curve(names[line], line[0].role, tuple(sorted(points))) for line, points in lines.items() if line in best
    )
    values = [x for points in lines.values() for x, *_ in points]
    log = bool(values) and min(values) > 0 and max(values) / min(values) >= 8
    marked = all(len(points) <= _MARKED_POINTS for points in lines.values())
    note = "Whiskers: 95 % intervals." if marked else "Medians of blocks."
    if len(lines) > len(best):
        note = f"The {len(best)} best of {len(lines)} lines. {note}"
    return Curves(
        f"Speedup over {parameter}",
        parameter,
        f"times {comparison.plan.baseline(comparison.measured[0]).words}",
        curves,
        x_log=log,
        note=note,
    )


def _best_lines(lines: Mapping[_Line, Sequence[tuple[float, ...]]]) -> set[_Line]:
    """The best numbers of workers of each mode in turns, so that no mode is left out."""
    ranked: dict[Way, list[_Line]] = {}
    for line in sorted(lines, key=lambda line: -statistics.median(y for _, y, *_ in lines[line])):
        ranked.setdefault(line[0], []).append(line)
    turns = [line for turn in itertools.zip_longest(*ranked.values()) for line in turn if line is not None]
    return set(turns[:MOST_LINES])


def most_telling(comparison: Comparison) -> list[Setup]:
    """All setups in the plan's order, or of many the BEST_ROWS with the highest speedup, the best first."""
    measured = comparison.measured
    if len(measured) <= MOST_ROWS:
        return measured
    speedup = {s: e.value for s in measured if (e := comparison.speedup(s)) is not None}
    return sorted(measured, key=lambda s: -speedup.get(s, 0.0))[:BEST_ROWS]


def speedups(comparison: Comparison) -> Bars:
    """Throughput of each setup against the baseline, with intervals."""
    bars, swept = [], comparison.swept
    for setup in most_telling(comparison):
        e, rate = comparison.speedup(setup), comparison.rate(setup)
        if e is not None:
            label = f"{setup.words}{_parameters(setup, swept)}"
            text = f"{words.times(e.value)}  {words.rate(rate.value, comparison.unit)}"
            bars.append(Bar(label, e.value, f"modes.{setup.mode}", e.low, e.high, text))
    kind = "start-up included" if comparison.plan.work else "while running"
    note = f"{_how_many(comparison)}Medians of blocks, {kind}; 95 % bootstrap intervals."
    return Bars("Throughput against the baseline", "×", tuple(bars), 1.0, note)


def accounts(comparison: Comparison) -> Stacks:
    """Why it is so: the states of each setup's workers; of a fixed amount of work also the start."""
    rows, swept = [], comparison.swept
    seen: dict[str, str] = {}
    for setup in most_telling(comparison):
        shares = comparison.shares(setup)
        start = _start_share(comparison, setup)
        parts = [("start-up", _START_UP, start)] if start else []
        parts += [
            (state.title, state.color, shares[state.key] * (1 - start))
            for state in IN_ORDER
            if shares[state.key] > 0.002
        ]
        seen.update({title: color for title, color, _ in parts})
        rows.append(Stack(f"{setup.words}{_parameters(setup, swept)}", tuple((c, share) for _, c, share in parts)))
    note = _how_many(comparison).strip()
    return Stacks("Where the workers' time went", tuple(rows), tuple(seen.items()), note)


def _how_many(comparison: Comparison) -> str:
    there = len(comparison.measured)
    return f"The {BEST_ROWS} best of {there:,} setups. " if there > MOST_ROWS else ""


def break_even(measured: Map) -> Grid:
    """Which way wins by length of a task and size of its data; where that is not sure, hatched."""
    lengths = sorted({p.length for p in measured.places})
    sizes = sorted({p.size for p in measured.places})
    rows = []
    base = described(BASELINE).title.lower()
    for size in reversed(sizes):
        squares = []
        for length in lengths:
            place = measured.at(length, size)
            name = described(place.winner).title.lower()
            text = f"{name} {words.times(place.advantage.value)}" if place.decided else f"{name}?"
            squares.append(Square(f"modes.{place.winner}", text, hatched=not place.decided))
        rows.append((size_words(size), tuple(squares)))
    return Grid(
        f"Which way wins, {measured.workers} workers", "length of a task", "data per task",
        tuple(time_words(length) for length in lengths), tuple(rows),
        tuple((described(way).title.lower(), described(way).role) for way in WAYS),
        f"Pure-Python tasks in warm pools. Each figure: how much faster the winner is than {base}, or, where "
        f"{base} wins, than the runner-up. "
        "Hatched: the interval does not decide.",
    )  # fmt: skip


def _law_words(way: Way, law: Law) -> str:
    who = way.title
    if not law.fits:
        return f"{who}: the Universal Scalability Law does not describe these points ({100 * law.residual:.0f} % off)."
    best = f", best at about {words.workers(way.mode, max(1, round(law.best)))}" if law.best is not None else ""
    return f"{who}, fitted (USL): contention {_between(law.contention)}, coherency {_between(law.coherency)}{best}."


def _between(e: Estimate) -> str:
    return f"{e.value:.2g} [{e.low or 0.0:.2g}, {e.high or 0.0:.2g}]"


def _start_share(comparison: Comparison, setup: Setup) -> float:
    """Share of the wall time of a fixed amount of work that passed before the first step; 0 for a fixed time."""
    pairs = [(x.start_up, x.wall) for x in comparison.of(setup) if x.start_up is not None and x.wall]
    return sum(min(1.0, s / w) for s, w in pairs) / len(pairs) if pairs else 0.0


def _parameters(setup: Setup, swept: frozenset[str]) -> str:
    return "".join(f", {key} {value:g}" for key, value in setup.parameters if key in swept)


def point(x: float, e: Estimate) -> tuple[float, ...]:
    return (x, e.value) if e.low is None or e.high is None else (x, e.value, e.low, e.high)
