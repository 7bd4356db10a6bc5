"""Claims about pools at work: how calls are handed out, what map takes at once, and how many workers pay."""

from __future__ import annotations

from itertools import pairwise

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.groups.computing import SPEEDUP_BORDER
from grandstand.claims.groups.processes import apart
from grandstand.claims.lab import Lab
from grandstand.claims.races import speedup_bars
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate, mean, ratio
from grandstand.engine.experiments.many_workers import at_work, count_primes
from grandstand.engine.experiments.pool_chunks import COLORS, KINDS, POOLS, next_number, time_a_call, wait
from grandstand.engine.experiments.pool_input import BOUNDED, BUILT_IN, PROCESSES, THREADS, numbers, taken_at_once
from grandstand.render.kinds import Bar, Bars, Picture

MATTERS = 1.25
"""A way that takes less than this much longer makes no difference worth a thought."""
CHUNK_BLOCKS, POOL_WORKERS = 8, 2
TINY, LONG, LONG_MS = (500, 50), (16, 4), 10
"""Calls, and the size of their chunks. A few large chunks would leave a worker without work at the end, so long calls
get as many chunks as keep all workers busy."""
CALLS = {"tiny": "tiny calls", "long": f"calls of {LONG_MS} ms"}
SIZES = {"tiny": TINY[1], "long": LONG[1]}

ITEMS, INPUT_REPEATS = 20_000, 4
LAZY = 0.5
"""Whoever has taken less than this share of the input before a result was asked for went by what was asked for."""
INPUT_COLORS = {
    BUILT_IN: "modes.sequential", THREADS: "modes.threads", PROCESSES: "modes.processes", BOUNDED: "accent.primary",
}  # fmt: skip

WORKERS, WORKER_BLOCKS, WORKER_S = (2, 4, 16, 64), 10, 0.2
FEWEST, MOST = WORKERS[0], WORKERS[-1]


def open_to(e: Estimate, border: float) -> bool:
    """The interval lies across the border."""
    return not e.above(border) and not e.below(border)


# -- 28: chunks -------------------------------------------------------------------------------------------------------


def measure_chunks(lab: Lab) -> Measured:
    found = apart(
        lab, "pool_chunks:chunks_or_not", seconds=90, blocks=lab.repeats(CHUNK_BLOCKS), workers=POOL_WORKERS,
        tiny=TINY, long=LONG, long_ms=LONG_MS,
    )["took"]  # fmt: skip
    figures: dict[str, Estimate] = {}
    bars: dict[str, list[Bar]] = {kind: [] for kind in KINDS}
    for name in POOLS:
        for kind in KINDS:
            single, chunked = found[name][kind]["one by one"], found[name][kind]["in chunks"]
            figures[chunks_figure(name, kind)] = ratio(single, chunked, "pairs of blocks")
            for size, values, color in ((1, single, COLORS[0]), (SIZES[kind], chunked, COLORS[1])):
                e = mean(values, "µs", "blocks")
                figures[f"wall time per call, {CALLS[kind]}, {name}, chunksize {size}"] = e
                bars[kind].append(Bar(f"{name}, chunksize {size}", e.value, color, e.low, e.high))
    pictures = tuple(
        Bars(f"Wall time per call, {CALLS[kind]}, {POOL_WORKERS} workers", "µs", tuple(bars[kind])) for kind in KINDS
    )
    return Measured(figures, {}, pictures)


def chunks_figure(name: str, kind: str) -> str:
    """What the figure is called by which the claim is judged."""
    return f"{CALLS[kind]}, time with chunksize 1 against {SIZES[kind]}, {name}"


def judge_chunks(measured: Measured) -> Judgment:
    found = {(name, kind): measured[chunks_figure(name, kind)] for name in POOLS for kind in KINDS}
    for (name, kind), e in found.items():
        if open_to(e, MATTERS):
            return undecided(f"{CALLS[kind].capitalize()} one by one against in chunks, {name}:", e, f"{MATTERS:g}×")
    said = {kind: " and ".join(f"{figure(found[name, kind])} ({name})" for name in POOLS) for kind in KINDS}
    text = (
        f"With chunksize 1, tiny calls took {said['tiny']} as long as in chunks of {TINY[1]}, and {CALLS['long']} "
        f"took {said['long']} as long as in chunks of {LONG[1]}"
    )
    matters = [e.above(MATTERS) for e in found.values()]
    if not any(matters):
        return Judgment(Verdict.HOLDS, f"{text}.")
    if all(matters):
        return Judgment(Verdict.NOT, f"{text}.")
    return Judgment(Verdict.LIMITS, f"{text}: each chunk makes one trip to a worker and back, whatever is in it.")


# -- 29: what map takes at once ---------------------------------------------------------------------------------------


def measure_map_eats(lab: Lab) -> Measured:
    found = apart(lab, "pool_input:input_taken", seconds=120, repeats=lab.repeats(INPUT_REPEATS), count=ITEMS)
    facts = {"python": found["python"], "buffer": found["buffer"]}
    figures: dict[str, Estimate] = {}
    taken_bars, memory_bars = [], []
    for way, seen in found["ways"].items():
        label = f"Executor.map, buffersize={found['buffer']}" if way == BOUNDED else way
        taken, seconds, held = zip(*seen, strict=True)
        figures[f"share of the input taken, {way}"] = mean([one / ITEMS for one in taken], "", "repeats")
        items = mean(taken, "items", "repeats")
        figures[f"items taken, {way}"] = items
        taken_bars.append(Bar(label, items.value, INPUT_COLORS[way], items.low, items.high))
        if way != BUILT_IN:
            figures[f"until map returned, {way}"] = mean([1000 * s for s in seconds], "ms", "repeats")
        if any(held) and way != BUILT_IN:  # without any the system does not tell
            memory = mean([max(0.0, one) for one in held], "MB", "repeats")
            figures[f"memory for what was taken, {way}"] = memory
            memory_bars.append(Bar(label, memory.value, INPUT_COLORS[way], memory.low, memory.high))
    pictures: list[Picture] = [
        Bars(f"Items taken before a result was asked for, of {ITEMS:,}", "items", tuple(taken_bars))
    ]
    if memory_bars:
        pictures.append(Bars("Memory for what had been taken", "MB", tuple(memory_bars)))
    return Measured(figures, facts, tuple(pictures))


def judge_map_eats(measured: Measured) -> Judgment:
    share = {way: measured.figures.get(f"share of the input taken, {way}") for way in (THREADS, PROCESSES, BOUNDED)}
    known = {way: e for way, e in share.items() if e is not None}
    for way, e in known.items():
        if open_to(e, LAZY):
            return undecided(f"Share of the input that was taken, {way}:", e, f"{100 * LAZY:g} %")
    items = {way: f"{measured[f'items taken, {way}'].value:,.0f}" for way in (BUILT_IN, *known)}
    text = (
        f"Before a result was asked for, ThreadPoolExecutor.map had taken {items[THREADS]} of {ITEMS:,} items, "
        f"ProcessPoolExecutor.map {items[PROCESSES]}, and the built-in map {items[BUILT_IN]}"
    )
    memory = measured.figures.get(f"memory for what was taken, {THREADS}")
    if memory is not None:
        text += f"; in threads, what waited took {figure(memory)} of memory"
    if BOUNDED in known:
        text += f"; with buffersize={measured.facts['buffer']} it was {items[BOUNDED]} items"
    else:
        text += f"; this Python ({measured.facts['python']}) has no buffersize, which came with 3.14"
    lazy = [way for way, e in known.items() if e.below(LAZY)]
    if THREADS in lazy and PROCESSES in lazy:
        return Judgment(Verdict.HOLDS, f"{text}.")
    return Judgment(Verdict.LIMITS if lazy else Verdict.NOT, f"{text}.")


# -- 33: more workers -------------------------------------------------------------------------------------------------


def measure_more_is_better(lab: Lab) -> Measured:
    found = apart(
        lab, "many_workers:more_and_more", seconds=150, blocks=lab.repeats(WORKER_BLOCKS), counts=WORKERS,
        leg_s=WORKER_S,
    )["legs"]  # fmt: skip

    def values(count: int, what: str) -> list[float]:
        return [leg[what] for leg in found[str(count)] if leg[what] is not None]

    figures: dict[str, Estimate] = {}
    for fewer, more in pairwise(WORKERS):
        for base in dict.fromkeys((FEWEST, fewer)):
            figures[against(more, base)] = ratio(values(more, "rate"), values(base, "rate"), "pairs of blocks")
    for count in WORKERS:
        figures[f"numbers tested a second, {count} processes"] = mean(values(count, "rate"), "numbers", "blocks")
        figures[f"cores used, {count} processes"] = mean(values(count, "cores"), "cores", "blocks")
        figures[f"until all were there, {count} processes"] = mean(values(count, "start"), "ms", "blocks")
        if values(count, "memory"):
            figures[f"memory of their own, {count} processes"] = mean(values(count, "memory"), "MB", "blocks")
    chart = speedup_bars(
        f"Throughput of more processes, against {FEWEST}",
        [(f"{count} processes", figures[against(count, FEWEST)], "modes.processes") for count in WORKERS[1:]],
        f"{FEWEST} processes",
    )
    starts = [figures[f"until all were there, {count} processes"] for count in WORKERS]
    costs = Bars("Until all were there", "ms", tuple(
        Bar(f"{count} processes", e.value, "modes.processes", e.low, e.high)
        for count, e in zip(WORKERS, starts, strict=True)
    ))  # fmt: skip
    others = [one for count in WORKERS for one in values(count, "others")]
    at_work_at_once = min(MOST, lab.here.usable_cores)
    return Measured(
        figures, {"cores": lab.here.cores}, (chart, costs), mean(others, "cores", "legs") if others else None,
        lab.here.cores - 0.9 * at_work_at_once,
    )  # fmt: skip


def against(more: int, fewer: int) -> str:
    """What the figure is called."""
    return f"throughput, {more} processes against {fewer}"


def judge_more_is_better(measured: Measured) -> Judgment:
    gains = {count: measured[against(count, FEWEST)] for count in WORKERS[1:]}
    steps = {(more, fewer): measured[against(more, fewer)] for fewer, more in pairwise(WORKERS)}
    did = ", ".join(f"{count} did {figure(e)}" for count, e in gains.items())
    costs = []
    for count in (FEWEST, MOST):
        memory = measured.figures.get(f"memory of their own, {count} processes")
        took = figure(measured[f"until all were there, {count} processes"])
        costs.append(took if memory is None else f"{took} and {figure(memory)}")
    cores = measured.facts["cores"]
    text = (
        f"On {cores} core{'s' * (cores != 1)}, of the work that {FEWEST} processes did in the same time, {did}; "
        f"{MOST} took {costs[1]} to start, {FEWEST} took {costs[0]}."
    )
    if all(e.above(SPEEDUP_BORDER) for e in steps.values()):
        return Judgment(Verdict.HOLDS, text)
    if all(e.below(SPEEDUP_BORDER) for e in gains.values()):
        return Judgment(Verdict.NOT, text)
    if any(e.above(SPEEDUP_BORDER) for e in gains.values()) and any(e.below(SPEEDUP_BORDER) for e in steps.values()):
        return Judgment(Verdict.LIMITS, text)
    more, fewer, e = next(
        (more, fewer, e)
        for (more, fewer), e in (*(((n, FEWEST), e) for n, e in gains.items()), *steps.items())
        if open_to(e, SPEEDUP_BORDER)
    )
    return undecided(f"{more} processes against {fewer}:", e, f"{SPEEDUP_BORDER:g}×")


CLAIMS = (
    Claim(
        28, "chunks",
        "chunksize does not matter.",
        f"{TINY[0]:,} tiny calls, and {LONG[0]} that wait for {LONG_MS} ms, through ProcessPoolExecutor.map "
        f"and Pool.map in {POOL_WORKERS} workers: with chunksize 1 and with larger chunks, in turn, block by block.",
        5, measure_chunks, judge_chunks, (next_number, wait, time_a_call), timed=True,
    ),
    Claim(
        29, "map-eats",
        "Executor.map is lazy about its input.",
        f"map is given a generator of {ITEMS:,} items that counts how many are taken, and nobody asks for a result: "
        "ThreadPoolExecutor, ProcessPoolExecutor and the built-in map, each in a new process.",
        6, measure_map_eats, judge_map_eats, (numbers, taken_at_once),
    ),
    Claim(
        33, "more-is-better",
        "More workers are faster.",
        f"{', '.join(str(count) for count in WORKERS[:-1])} and {MOST} processes count primes for the same time, in "
        "turn, block by block: how much they do together, and what it takes to have them.",
        14, measure_more_is_better, judge_more_is_better, (count_primes, at_work),
    ),
)  # fmt: skip
