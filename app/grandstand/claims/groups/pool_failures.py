"""Claims about pools when something goes wrong: a killed worker, an exception, Ctrl+C."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.groups.processes import apart
from grandstand.claims.lab import Lab, timeline
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate, mean, proportion
from grandstand.engine.experiments.killed_worker import (
    CAME,
    NEVER,
    POOLS,
    TOLD,
    WAIT_S,
    ask,
    kill_worker,
    one_kill,
    wait,
)
from grandstand.engine.experiments.lost_exceptions import AT_ONCE, CASES, LATER, task, thread, thread_pool, when_told
from grandstand.engine.experiments.lost_exceptions import NEVER as NOT_AT_ALL
from grandstand.render.kinds import Grid, Lanes, Square

USUAL = 0.5
"""What happens in surely more than this share of the repeats is usual."""
KILL_REPEATS, EXCEPTION_REPEATS = 5, 5
TOLD_COLORS = {AT_ONCE: "accent.ok", LATER: "accent.warning", NOT_AT_ALL: "accent.danger"}


def of(e: Estimate) -> str:
    return f"{round(e.value * e.n)} of {e.n}"


def open_to(e: Estimate, border: float) -> bool:
    """The interval lies across the border."""
    return not e.above(border) and not e.below(border)


# -- 30: a killed worker ----------------------------------------------------------------------------------------------


def measure_dead_worker(lab: Lab) -> Measured:
    repeats = lab.repeats(KILL_REPEATS)
    found = apart(lab, "killed_worker:killed_at_work", seconds=60 + 10 * repeats, repeats=repeats)
    figures: dict[str, Estimate] = {}
    for name in POOLS:
        seen = found[name]
        told = [one for one in seen if one["lost"] == TOLD]
        figures[f"repeats in which the caller was told, {name}"] = proportion(len(told), repeats, how="repeats")
        figures[f"repeats in which a later job was done, {name}"] = proportion(
            sum(one["later"] == CAME for one in seen), repeats, how="repeats"
        )
        if told:
            times = [(one["asked"] - one["killed"]) / 1e6 for one in told]
            figures[f"from the kill until the caller was told, {name}"] = mean(times, "ms", "repeats")
    everything = [one for name in POOLS for one in found[name]]
    facts = {
        "errors": sorted({one["error"] for one in everything} - {""}),
        "undisturbed": all(one["undisturbed"] == CAME for one in everything),
        "sure": all(one["later"] == CAME for one in everything if one["lost"] == NEVER),
    }
    return Measured(figures, facts, (_kills({name: found[name][-1] for name in POOLS}),))


def _kills(seen: dict[str, dict[str, Any]]) -> Lanes:
    """From the job to the end of the one that was handed in later; both pools' kills at the same place."""
    start = min(one["began"] - one["killed"] for one in seen.values())
    labels, rows = [], []
    for name, one in seen.items():
        began, asked, over = (one[when] - one["killed"] - start for when in ("began", "asked", "over"))
        later = [("modes.processes", asked, over, "later job")] if one["later"] == CAME else []
        labels += [f"{name}, worker", f"{name}, caller"]
        rows += [
            [("modes.processes", began, -start, "the job"), *later],
            [("io", began, asked, "waiting")],
        ]
    picture = timeline("A worker is killed at work", labels, rows, 0)
    return replace(picture, legend=(), marks=((-start / 1e9, "killed"),))


def judge_dead_worker(measured: Measured) -> Judgment:
    told = {name: measured[f"repeats in which the caller was told, {name}"] for name in POOLS}
    if not measured.facts["undisturbed"] or not measured.facts["sure"]:
        return Judgment(
            Verdict.UNDECIDED, "A job whose worker nobody killed was not done either, so a lost result cannot be told "
            "from a late one; try again on a quiet machine.",
        )  # fmt: skip
    for name, e in told.items():
        if open_to(e, USUAL):
            return undecided(f"Repeats in which the caller was told, {name}:", e, f"{100 * USUAL:g} %")
    text = ", and ".join(_told(measured, name) for name in POOLS)
    verdict = {2: Verdict.HOLDS, 1: Verdict.LIMITS, 0: Verdict.NOT}[sum(e.above(USUAL) for e in told.values())]
    return Judgment(verdict, f"When a worker was killed at work, {text}.")


def _told(measured: Measured, name: str) -> str:
    told = measured[f"repeats in which the caller was told, {name}"]
    later = measured[f"repeats in which a later job was done, {name}"]
    if told.above(USUAL):
        after = figure(measured[f"from the kill until the caller was told, {name}"])
        return f"{name} raised {' or '.join(measured.facts['errors'])} {after} later ({of(told)} repeats)"
    silent = f"{round((1 - told.value) * told.n)} of {told.n}"
    went_on = "went on with another worker" if later.above(USUAL) else "did no more"
    return (
        f"{name} {went_on} and told nobody: the lost job's result had not come {1000 * WAIT_S:g} ms later "
        f"({silent} repeats)"
    )


# -- 31: lost exceptions ----------------------------------------------------------------------------------------------


def measure_lost_exceptions(lab: Lab) -> Measured:
    repeats = lab.repeats(EXCEPTION_REPEATS)
    found = apart(lab, "lost_exceptions:nobody_asks", seconds=60 + 10 * repeats, repeats=repeats)
    figures: dict[str, Estimate] = {}
    for case in CASES:
        told = found[case]["told"]
        at_once, at_all = sum(when == AT_ONCE for when in told), sum(when != NOT_AT_ALL for when in told)
        figures[f"repeats in which stderr told at once, {case}"] = proportion(at_once, repeats, how="repeats")
        figures[f"repeats in which stderr told at all, {case}"] = proportion(at_all, repeats, how="repeats")
    codes = [code for case in CASES for code in found[case]["codes"]]
    figures["programs with an exit code of 0"] = proportion(codes.count(0), len(codes), how="programs")
    rows = tuple(
        (case, (Square(TOLD_COLORS[seen["told"][-1]], seen["told"][-1]), _exit_code(seen["codes"][-1])))
        for case, seen in found.items()
    )
    legend = (
        ("told", TOLD_COLORS[AT_ONCE]),
        ("told later", TOLD_COLORS[LATER]),
        ("not told", TOLD_COLORS[NOT_AT_ALL]),
    )
    note = "at once: before the program went on. later: when the task was collected as garbage."
    grid = Grid(
        "A job fails, and nobody asks for its result",
        "",
        "",
        ("stderr", "exit code"),
        rows,
        legend,
        note,
    )
    return Measured(figures, {}, (grid,))


def _exit_code(code: int) -> Square:
    return Square(TOLD_COLORS[AT_ONCE if code else NOT_AT_ALL], str(code))


def judge_lost_exceptions(measured: Measured) -> Judgment:
    at_once = {case: measured[f"repeats in which stderr told at once, {case}"] for case in CASES}
    at_all = {case: measured[f"repeats in which stderr told at all, {case}"] for case in CASES}
    for when, told in ((AT_ONCE, at_once), ("at all", at_all)):
        for case, e in told.items():
            if open_to(e, USUAL):
                return undecided(f"Repeats in which stderr told {when}, {case}:", e, f"{100 * USUAL:g} %")
    soon = [case for case in CASES if at_once[case].above(USUAL)]
    late = [case for case in CASES if at_all[case].above(USUAL) and case not in soon]
    never = [case for case in CASES if case not in soon and case not in late]
    words = [
        f"{when} with {_and(cases)}"
        for when, cases in (("at once", soon), ("only when the task was garbage", late), ("never", never))
        if cases
    ]
    codes = measured["programs with an exit code of 0"]
    text = (
        "When nobody asked for the result of a job that failed, standard error told of the exception "
        f"{', '.join(words)}; the exit code was 0 in {of(codes)} programs."
    )
    if len(soon) == len(CASES):
        return Judgment(Verdict.HOLDS, text)
    return Judgment(Verdict.NOT if len(never) == len(CASES) else Verdict.LIMITS, text)


def _and(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


CLAIMS = (
    Claim(
        30, "dead-worker",
        "A killed worker is noticed.",
        "A worker is killed while it has a job; the caller asks for the result with a timeout, and hands in another "
        "job: ProcessPoolExecutor and multiprocessing.Pool.",
        6, measure_dead_worker, judge_dead_worker, (wait, kill_worker, ask, one_kill),
    ),
    Claim(
        31, "lost-exceptions",
        "An exception in a worker is seen.",
        f"In {len(CASES)} programs a job raises an exception, and nobody asks for its result: a thread, a process, an "
        "asyncio task and three pools; what reaches standard error, and when, and the exit code.",
        4, measure_lost_exceptions, judge_lost_exceptions, (thread, task, thread_pool, when_told),
    ),
)  # fmt: skip
