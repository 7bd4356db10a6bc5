"""Claims about asyncio: tasks of one event loop."""

from __future__ import annotations

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.lab import Lab
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate, mean, proportion, ratio
from grandstand.engine.experiments.event_loop import (
    BLOCKED_S,
    all_of,
    among,
    block,
    computed,
    leave_it_to_a_thread,
    tasks_wait,
    threads_wait,
    tick,
)
from grandstand.render.kinds import Bar, Bars

FASTER = 1.25
"""Less than that is not what people mean by faster."""
GAIN_BLOCKS, JOBS, NUMBERS = 16, 20, 20_000
STOP_BLOCKS, TASKS = 10, 100
STOPPED = 0.9
"""A task that does not get on for this share of the blocking call was stopped by it."""
MOST_TASKS = 0.95
"""Share of the other tasks that must stand still in a block before they all count as stopped."""
HALF = 0.5
COST_REPEATS, MANY, PAUSE_S = 6, 1_000, 0.2
KINDS = {"start": ("time until all of them wait", "ms"), "memory": ("memory while they wait", "MB"),
         "cpu": ("CPU time a wait", "µs")}  # fmt: skip


# -- 37: async makes it faster ----------------------------------------------------------------------------------------


def measure_async_cpu(lab: Lab) -> Measured:
    raced = lab.isolated(
        "grandstand.engine.experiments.event_loop:gains",
        blocks=lab.repeats(GAIN_BLOCKS), jobs=JOBS, numbers=NUMBERS,
    )  # fmt: skip
    figures = {
        f"jobs that {kind}, gathered by an event loop against one after the other": ratio(
            raced[kind]["plain"], raced[kind]["async"], "pairs of blocks"
        )
        for kind in ("compute", "wait")
    }
    for kind in ("compute", "wait"):
        for way, words in (("plain", "one after the other"), ("async", "gathered by an event loop")):
            figures[f"jobs that {kind}, {words}"] = mean([1000 * s for s in raced[kind][way]], "ms", "blocks")
    bars = tuple(
        Bar(f"{kind}, {short}", e.value, color, e.low, e.high)
        for kind in ("compute", "wait")
        for words, short, color in (
            ("one after the other", "plain", "modes.sequential"),
            ("gathered by an event loop", "async", "modes.asyncio"),
        )
        for e in (figures[f"jobs that {kind}, {words}"],)
    )
    return Measured(figures, {}, (Bars(f"{JOBS} jobs", "ms", bars),))


def judge_async_cpu(measured: Measured) -> Judgment:
    computing = measured["jobs that compute, gathered by an event loop against one after the other"]
    waiting = measured["jobs that wait, gathered by an event loop against one after the other"]
    text = (
        f"{JOBS} jobs that wait were {figure(waiting)} as fast when an event loop gathered them, {JOBS} jobs that "
        f"compute {figure(computing)}."
    )
    if waiting.above(FASTER) and computing.below(FASTER):
        text += " An event loop has one thread: waits overlap in it, computing does not."
    if computing.above(FASTER) and waiting.above(FASTER):
        return Judgment(Verdict.HOLDS, text)
    if waiting.below(FASTER) and computing.below(FASTER):
        return Judgment(Verdict.NOT, text)
    unsure = [(kind, e) for kind, e in (("wait", waiting), ("compute", computing)) if _open(e, FASTER)]
    if unsure:
        kind, e = unsure[0]
        return undecided(f"Jobs that {kind}, gathered against one after the other:", e, f"{FASTER:g}×")
    return Judgment(Verdict.LIMITS, text)


def _open(e: Estimate, border: float) -> bool:
    return not e.above(border) and not e.below(border)


# -- 38: one blocking call --------------------------------------------------------------------------------------------


def measure_blocking_call(lab: Lab) -> Measured:
    blocks = lab.repeats(STOP_BLOCKS)
    gaps = lab.isolated("grandstand.engine.experiments.event_loop:one_blocks", blocks=blocks, tasks=TASKS)
    figures: dict[str, Estimate] = {}
    for way, words in (("blocking", "time.sleep in one task"), ("thread", "the same call in a thread")):
        # Tasks of one loop stop together: a block is one observation, however many tasks it has.
        stopped = sum(sum(gap >= STOPPED * BLOCKED_S for gap in one) > MOST_TASKS * len(one) for one in gaps[way])
        figures[f"blocks in which the other tasks stopped, {words}"] = proportion(stopped, blocks, how="blocks")
        longest = [1000 * sum(one) / len(one) for one in gaps[way]]
        figures[f"longest standstill of a task, {words}"] = mean(longest, "ms", "blocks")
    bars = tuple(
        Bar(words, e.value, color, e.low, e.high)
        for words, color in (
            ("time.sleep in one task", "accent.danger"),
            ("the same call in a thread", "accent.primary"),
        )
        for e in (figures[f"longest standstill of a task, {words}"],)
    )
    return Measured(figures, {}, (Bars(f"Longest standstill of {TASKS - 1} other tasks", "ms", bars),))


def judge_blocking_call(measured: Measured) -> Judgment:
    stopped = measured["blocks in which the other tasks stopped, time.sleep in one task"]
    thread = measured["blocks in which the other tasks stopped, the same call in a thread"]
    standstill = measured["longest standstill of a task, time.sleep in one task"]
    text = (
        f"One task called time.sleep for {1000 * BLOCKED_S:.0f} ms, and the {TASKS - 1} others stood still in "
        f"{figure(stopped)} of {stopped.n} blocks, for {figure(standstill)}; with the call in a thread in "
        f"{figure(thread)}."
    )
    if stopped.below(HALF):
        return Judgment(Verdict.NOT, text)
    if not stopped.above(HALF):
        return undecided("Blocks in which the other tasks stopped:", stopped, f"{100 * HALF:.0f} %")
    if thread.below(HALF):
        return Judgment(Verdict.HOLDS, text)
    # They stood still without a blocking call, too: that says nothing about it.
    return undecided("Blocks in which they stopped although a thread had the call:", thread, f"{100 * HALF:.0f} %")


# -- 39: a task is cheaper than a thread ------------------------------------------------------------------------------


def measure_async_scales(lab: Lab) -> Measured:
    repeats = lab.repeats(COST_REPEATS)
    costs: dict[str, dict[str, list[float]]] = {way: {kind: [] for kind in KINDS} for way in ("tasks", "threads")}
    for repeat in range(repeats):
        for way in ("tasks", "threads") if repeat % 2 else ("threads", "tasks"):
            done = (repeat + (way == ("threads" if repeat % 2 else "tasks")) / 2) / repeats
            lab.part(done, done + 0.5 / repeats)
            one = lab.isolated("grandstand.engine.experiments.event_loop:costs", way=way, count=MANY, pause=PAUSE_S)
            for kind in KINDS:
                costs[way][kind].append(one[kind])
    lab.part(0.0, 1.0)
    figures = {}
    for kind, (words, unit) in KINDS.items():
        if min(costs["tasks"][kind] + costs["threads"][kind]) <= 0:
            continue  # the system does not tell
        figures[f"{words}, threads against tasks"] = ratio(costs["threads"][kind], costs["tasks"][kind], "pairs")
        for way in ("tasks", "threads"):
            figures[f"{words}, {MANY:,} {way}"] = mean(costs[way][kind], unit, "repeats")
    pictures = tuple(
        Bars(
            f"{words.capitalize()}, {MANY:,} of each", unit,
            tuple(
                Bar(way, e.value, color, e.low, e.high)
                for way, color in (("tasks", "modes.asyncio"), ("threads", "modes.threads"))
                for e in (figures[f"{words}, {MANY:,} {way}"],)
            ),
        )
        for words, unit in KINDS.values()
        if f"{words}, threads against tasks" in figures
    )  # fmt: skip
    return Measured(figures, {}, pictures)


def judge_async_scales(measured: Measured) -> Judgment:
    ratios = {words: measured.figures.get(f"{words}, threads against tasks") for words, _ in KINDS.values()}
    known = {words: e for words, e in ratios.items() if e is not None}
    if not known:
        return Judgment(Verdict.UNDECIDED, "No cost of a task or a thread could be measured.")
    costs = ", ".join(f"{words} {figure(e)}" for words, e in known.items())
    text = f"{MANY:,} waiting threads cost, against {MANY:,} waiting tasks: {costs}."
    if all(e.above(1) for e in known.values()):
        return Judgment(Verdict.HOLDS, f"{text} A thread has a stack and is known to the system; a task is an object.")
    if all(e.below(1) for e in known.values()):
        return Judgment(Verdict.NOT, text)
    unsure = next(((words, e) for words, e in known.items() if _open(e, 1)), None)
    if unsure is not None:
        return undecided(f"Threads against tasks, {unsure[0]}:", unsure[1], "1×")
    return Judgment(Verdict.LIMITS, text)


CLAIMS = (
    Claim(
        37, "async-cpu",
        "async makes code faster.",
        f"{JOBS} jobs that compute and {JOBS} that wait 10 ms, one after the other and gathered by an event loop.",
        9, measure_async_cpu, judge_async_cpu, (computed, all_of), timed=True,
    ),
    Claim(
        38, "blocking-call",
        "One blocking call stops every task of the event loop.",
        f"{TASKS} tasks that want to go on every 10 ms; one of them calls time.sleep for "
        f"{1000 * BLOCKED_S:.0f} ms, or leaves that to a thread.",
        6, measure_blocking_call, judge_blocking_call, (block, leave_it_to_a_thread, tick, among), timed=True,
    ),
    Claim(
        39, "async-scales",
        "A thousand waiting tasks are cheaper than a thousand waiting threads.",
        f"{MANY:,} tasks and {MANY:,} threads wait side by side: how long until all of them do, how much memory that "
        "takes, and how much CPU time a wait costs.",
        17, measure_async_scales, judge_async_scales, (tasks_wait, threads_wait), timed=True,
    ),
)  # fmt: skip
