"""Claims about costs: of threads and processes themselves, of data that moves between them, and of memory."""

from __future__ import annotations

import contextlib
import itertools
import math
import os
from collections.abc import Sequence
from pathlib import Path

from grandstand.claims.base import Claim, Judgment, Measured, Verdict, two_cores
from grandstand.claims.groups.processes import apart
from grandstand.claims.here import Here
from grandstand.claims.lab import Lab
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate, mean, ratio
from grandstand.engine.experiments.process_memory import have_data, read_all, write_all
from grandstand.engine.experiments.task_cost import a_thread_each, hash_block, in_pool, one_by_one, start_and_join
from grandstand.engine.experiments.transfer import Way, from_shared_memory, process_shared_memory, receive
from grandstand.render.kinds import Bar, Bars, Curve, Curves
from grandstand.session.words import cores
from grandstand.vocabulary.states import SERIALIZING

TASK_BLOCKS = 10
LENGTHS_S = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
TASK_COLORS = {"thread": "modes.threads", "thread pool": "accent.primary", "process": "modes.processes",
                "process pool": SERIALIZING.color}  # fmt: skip
EACH = {"thread": "a thread each", "thread pool": "a warm thread pool", "process": "a process each",
        "process pool": "a warm process pool"}  # fmt: skip

TRANSFER_BLOCKS = 20
SIZES = (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
SIZE_WORDS = ("100 B", "1 kB", "10 kB", "100 kB", "1 MB", "10 MB")
JUDGED = "1 MB"
COST_BORDER = 2.0
"""Times what a reference costs between threads: less is no cost worth the name."""
WAY_COLORS = {"queue": "modes.processes", "pipe": SERIALIZING.color, "shared memory": "accent.primary",
               "threads": "modes.threads"}  # fmt: skip

MEMORY_REPEATS = 4
DATA_MB = 200
COPIED = 0.5
"""A child with more than this share of the data of its own is said to have a copy."""


# -- 10: what a thread costs ------------------------------------------------------------------------------------------


def crossing(points: Sequence[tuple[float, float]]) -> float | None:
    """Where a curve of (length, ratio) goes below 1 for good, interpolated in the logarithm of the length.

    The first length when all of it is below; None when its end is not below.
    """
    if points[-1][1] >= 1:
        return None
    for (a, above), (b, below) in reversed(list(itertools.pairwise(points))):
        if above >= 1:
            share = (above - 1) / (above - below)
            return math.exp(math.log(a) + share * (math.log(b) - math.log(a)))
    return points[0][0]


def break_even(lengths: Sequence[float], ratios: Sequence[Estimate]) -> Estimate | None:
    """The length from which on a way is faster; its interval is where the curves of the bounds cross 1."""
    value = crossing([(x, e.value) for x, e in zip(lengths, ratios, strict=True)])
    if value is None:
        return None
    low = crossing([(x, e.low or e.value) for x, e in zip(lengths, ratios, strict=True)])
    high = crossing([(x, e.high or e.value) for x, e in zip(lengths, ratios, strict=True)])
    return Estimate(value, "µs", low, high, ratios[0].n, "blocks, read off the curve")


def measure_thread_overhead(lab: Lab) -> Measured:
    workers = min(8, max(2, lab.here.whole_cores))
    times = apart(
        lab, "task_cost:task_costs", blocks=lab.repeats(TASK_BLOCKS), workers=workers, lengths=list(LENGTHS_S)
    )
    took, figures = times["took"], {}
    lengths = [math.fsum(values) / len(values) for values in took["sequential"]]
    for way, values in times["costs"].items():
        figures[f"cost of an empty task, {EACH[way]}"] = mean(values, "µs", "blocks")
    curves = []
    for way in ("thread", "thread pool", "process pool"):
        ratios = [ratio(a, b, "pairs of blocks") for a, b in zip(took[way], took["sequential"], strict=True)]
        figures[f"tiny tasks, {EACH[way]}, time against sequential"] = ratios[0]
        even = break_even(lengths, ratios)
        if even is not None:
            figures[f"break-even length, {EACH[way]}"] = even
        points = tuple((x, e.value, e.low or e.value, e.high or e.value) for x, e in zip(lengths, ratios, strict=True))
        curves.append(Curve(EACH[way], TASK_COLORS[way], points))
    cost, gain = figures[f"cost of an empty task, {EACH['process']}"], 1 - 1 / workers
    figures[f"break-even length, {EACH['process']}"] = Estimate(
        cost.value / gain, "µs", (cost.low or cost.value) / gain, (cost.high or cost.value) / gain, cost.n,
        f"blocks, computed: cost / (1 - 1/{workers})",
    )  # fmt: skip
    curves.append(Curve("sequential", "modes.sequential", ((lengths[0], 1.0), (lengths[-1], 1.0))))
    picture = Curves(
        f"Tasks on {cores(lab.here.cores, lab.here.quota)}, against sequential", "length of a task (µs)",
        "time, sequential = 1",
        tuple(curves), True, True,
        "Above 1: slower than running sequentially. The tasks hash: C code that gives the GIL away.",
    )  # fmt: skip
    facts = {"tiny": lengths[0], "tasks": times["counts"][0], "longest": lengths[-1], "method": times["method"]}
    return Measured(figures, facts, (picture,))


def judge_thread_overhead(measured: Measured) -> Judgment:
    thread, pool = (measured[f"tiny tasks, {EACH[way]}, time against sequential"] for way in ("thread", "thread pool"))
    tiny, longest = measured.facts["tiny"], measured.facts["longest"]
    even = []
    for way in EACH:
        e = measured.figures.get(f"break-even length, {EACH[way]}")
        even.append(f"{EACH[way]} from {figure(e)}" if e else f"{EACH[way]} not up to {longest:,.0f} µs")
    text = (
        f"{measured.facts['tasks']} tasks of {tiny:.0f} µs took {figure(thread)} of their sequential time in a thread "
        f"each, and {figure(pool)} in a warm pool. By its length a task is worth {'; '.join(even)}"
    )
    if thread.below(1):
        return Judgment(Verdict.NOT, f"{text}.")
    if not thread.above(1):
        return undecided(f"Tasks of {tiny:.0f} µs in a thread each, against sequential:", thread, "1×")
    if pool.below(1):
        return Judgment(Verdict.LIMITS, f"{text}: a pool that is warm is no loss even for tiny tasks.")
    return Judgment(Verdict.HOLDS, f"{text}.")


# -- 19: what moving data costs ---------------------------------------------------------------------------------------


def measure_ipc_cost(lab: Lab) -> Measured:
    name = f"grandstand-{os.getpid()}"
    try:
        times = apart(
            lab, "transfer:transfer_costs", blocks=lab.repeats(TRANSFER_BLOCKS), sizes=list(SIZES), name=name
        )
    finally:
        with contextlib.suppress(OSError):  # killed in the instant between making it and unlinking it
            Path("/dev/shm", name).unlink()
    micros, figures, curves = times["micros"], {}, []
    at = SIZE_WORDS.index(JUDGED)
    for way, color in WAY_COLORS.items():
        points = []
        for size, words, values in zip(SIZES, SIZE_WORDS, micros[way], strict=True):
            if values:
                each = mean(values, "µs", "blocks")
                figures[f"a message of {words}, {way}"] = each
                # A bound below what was ever measured cannot be drawn on a logarithmic axis, nor be true.
                points.append((size, each.value, max(each.low or 0.0, min(values)), each.high or each.value))
        curves.append(Curve(way, color, tuple(points)))
        if way != "threads" and micros[way][at]:
            figures[f"{JUDGED}, {way}, against threads"] = ratio(micros[way][at], micros["threads"][at], "blocks")
            speeds = [SIZES[at] / value for value in micros[way][at]]
            figures[f"{JUDGED}, {way}, throughput"] = mean(speeds, "MB/s", "blocks")
    picture = Curves(
        "What a message costs", "size (bytes)", "µs per message", tuple(curves), True, True,
        "Between threads only a reference is handed over.",
    )  # fmt: skip
    return Measured(figures, {"method": times["method"]}, (picture,))


def judge_ipc_cost(measured: Measured) -> Judgment:
    ways = [way for way in WAY_COLORS if f"{JUDGED}, {way}, against threads" in measured.figures]
    against = {way: measured[f"{JUDGED}, {way}, against threads"] for way in ways}
    each = {way: figure(measured[f"a message of {JUDGED}, {way}"]) for way in ways}
    speed = {way: figure(measured[f"{JUDGED}, {way}, throughput"]) for way in ways}
    seen = ", ".join(f"{each[way]} by {way} ({speed[way]})" for way in ways)
    text = (
        f"{JUDGED} to another process took {seen}; a reference to another thread "
        f"{figure(measured[f'a message of {JUDGED}, threads'])}."
    )
    for way, e in against.items():
        if not e.above(COST_BORDER) and not e.below(COST_BORDER):
            return undecided(f"{JUDGED} by {way}, against threads:", e, f"{COST_BORDER:g}×")
    cheap = [way for way, e in against.items() if e.below(COST_BORDER)]
    least = figure(min(against.values(), key=lambda e: e.value))
    if not cheap:
        return Judgment(Verdict.HOLDS, f"{text} The cheapest way costs {least} of what threads pay.")
    if len(cheap) < len(ways):
        return Judgment(Verdict.LIMITS, f"{text} By {' and '.join(cheap)} it costs hardly more than between threads.")
    return Judgment(Verdict.NOT, f"{text} No way costs much more than between threads.")


# -- 20: whether memory is copied -------------------------------------------------------------------------------------


def measure_memory_copied(lab: Lab) -> Measured:
    methods = [method for method in ("fork", "forkserver", "spawn") if method in lab.here.start_methods]
    times = apart(
        lab, "process_memory:copied_memory", repeats=lab.repeats(MEMORY_REPEATS), methods=methods, megabytes=DATA_MB
    )
    parent = mean([own for own, _ in times["parent"]], "MB", "repeats")
    figures = {"own memory, parent without children": parent}
    bars = [Bar("parent", parent.value, "modes.sequential", parent.low, parent.high, f"{parent.value:.0f} MB own")]
    given = [f"{method}, given" for method in methods if f"{method}, given" in times["children"]]
    for case in (*methods, *given):
        child = times["children"][case]
        for stage, words in (("before", "before a touch"), ("read", "all read"), ("written", "all written")):
            if stage != "before" and case != "fork":
                continue  # has no data, or has its own copy already: a touch changes nothing
            owns = mean([a for a, _ in child[stage]], "MB", "repeats")
            shares = mean([b for _, b in child[stage]], "MB", "repeats")
            figures[f"own memory, {case}, {words}"] = owns
            figures[f"shared memory, {case}, {words}"] = shares
            text = f"{owns.value:.0f} MB own, {shares.value:.0f} MB shared"
            bars.append(Bar(f"{case}, {words}", owns.value, "modes.processes", owns.low, owns.high, text))
    picture = Bars(
        f"Own memory of children; the parent holds {DATA_MB} MB", "MB", tuple(bars), DATA_MB,
        "Half of the data is a block of bytes, half Python objects. Given: as an argument, that is, pickled.",
    )  # fmt: skip
    return Measured(figures, {"methods": methods, "given": given, "data": DATA_MB}, (picture,))


def judge_memory_copied(measured: Measured) -> Judgment:
    methods, border = measured.facts["methods"], COPIED * measured.facts["data"]
    start = {method: measured[f"own memory, {method}, before a touch"] for method in methods}
    for method, e in start.items():
        if not e.above(border) and not e.below(border):
            return undecided(f"Own memory of a child ({method}):", e, f"{border:g} MB")
    seen = ", ".join(f"{figure(e)} ({method})" for method, e in start.items())
    text = f"Beside a parent that holds {measured.facts['data']} MB, children began with {seen} of their own."
    touched = measured.figures.get("own memory, fork, all read")
    more = []
    if touched is not None:
        written = figure(measured["own memory, fork, all written"])
        more.append(f"A forked child had {figure(touched)} when it had read all, since to read a Python object is to "
                    f"count a reference, and {written} when it had written all")  # fmt: skip
    if measured.facts["given"]:
        case = measured.facts["given"][-1]
        more.append(f"given as an argument ({case.partition(',')[0]}) the data took "
                    f"{figure(measured[f'own memory, {case}, before a touch'])}")  # fmt: skip
    rest = f" {'; '.join(more)}." if more else ""
    copied = [method for method, e in start.items() if e.above(border)]
    if len(copied) == len(start):
        return Judgment(Verdict.HOLDS, f"{text}{rest}")
    if copied:
        return Judgment(Verdict.LIMITS, f"{text} Only {' and '.join(copied)} copied it.{rest}")
    return Judgment(Verdict.NOT, f"{text}{rest}")


def needs_smaps(here: Here) -> str:
    """The memory of a process, own and shared, is read where Linux tells it."""
    return "" if here.proc else "This needs /proc/PID/smaps_rollup, which Linux has from 4.14 on."


CLAIMS = (
    Claim(
        10, "thread-overhead",
        "Threads have a cost: do not use them for tiny tasks.",
        "Empty tasks in threads, processes and warm pools; then tasks of 10 µs to 10 ms, sequentially and each way, "
        "until it pays.",
        6, measure_thread_overhead, judge_thread_overhead,
        (hash_block, one_by_one, a_thread_each, in_pool, start_and_join), two_cores,
    ),
    Claim(
        19, "ipc-cost",
        "Moving data between processes costs.",
        "Messages of 100 B to 10 MB through a multiprocessing queue, a pipe and shared memory, and to another thread, "
        "in turn.",
        6, measure_ipc_cost, judge_ipc_cost, (Way.leg, receive, from_shared_memory, process_shared_memory),
        timed=True,
    ),
    Claim(
        20, "memory-copied",
        "The whole memory is copied into each subprocess.",
        f"A parent that holds {DATA_MB} MB starts children by each start method; their own and shared memory is read "
        "before and after they touch the data, and when it was given to them as an argument.",
        8, measure_memory_copied, judge_memory_copied, (have_data, read_all, write_all), needs_smaps,
    ),
)  # fmt: skip
