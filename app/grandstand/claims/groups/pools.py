"""Claims about pools at work: how calls are handed out, what map takes at once, and how many workers pay."""

from __future__ import annotations

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.groups.processes import apart
from grandstand.claims.lab import Lab
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate, mean, ratio
from grandstand.engine.experiments.pool_chunks import COLORS, KINDS, POOLS, next_number, time_a_call, wait
from grandstand.render.kinds import Bar, Bars

MATTERS = 1.25
"""A way that takes less than this much longer makes no difference worth a thought."""
CHUNK_BLOCKS, POOL_WORKERS = 8, 2
TINY, LONG, LONG_MS = (500, 50), (16, 4), 10
"""Calls, and the size of their chunks. A few large chunks would leave a worker without work at the end, so long calls
get as many chunks as keep all workers busy."""
CALLS = {"tiny": "tiny calls", "long": f"calls of {LONG_MS} ms"}
SIZES = {"tiny": TINY[1], "long": LONG[1]}


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


CLAIMS = (
    Claim(
        28, "chunks",
        "chunksize does not matter.",
        f"{TINY[0]:,} tiny calls, and {LONG[0]} that wait for {LONG_MS} ms, through ProcessPoolExecutor.map "
        f"and Pool.map in {POOL_WORKERS} workers: with chunksize 1 and with larger chunks, in turn, block by block.",
        5, measure_chunks, judge_chunks, (next_number, wait, time_a_call), timed=True,
    ),
)  # fmt: skip
