"""Claims about the life of threads: daemons, and why bugs in threads are hard to find."""

from __future__ import annotations

import dataclasses

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.lab import Lab, timeline
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate, mean, proportion
from grandstand.engine.experiments import daemons
from grandstand.engine.experiments.deadlock import ALONE, transfer, transfers
from grandstand.render.kinds import Holder, Lanes, Ring

DAEMON_REPEATS = 6
ATTEMPTS = 40
RARE = 0.08
"""Attempts of which fewer than this share deadlock are said not to; it takes some 45 without one to say so."""
IDLE_CORES = 0.05
"""What uses less of a core than this cannot be seen in a task manager."""


# -- 9: daemon threads ----------------------------------------------------------------------------------------------


def measure_daemon_threads(lab: Lab) -> Measured:
    repeats = lab.repeats(DAEMON_REPEATS)
    outlived = lab.isolated("grandstand.engine.experiments.daemons:outlive", repeats=repeats)
    dead, alive = outlived["daemon"], outlived["other"]
    figures = {
        "repeats in which the daemon's work was cut off": proportion(
            sum("done" not in seen for seen in dead), repeats, how="repeats"
        ),
        "repeats in which the other thread's work was done": proportion(
            sum("done" in seen and seen["done"] < seen["gone"] for seen in alive), repeats, how="repeats"
        ),
        "repeats in which the daemon's finally ran": proportion(
            sum("finally" in seen for seen in dead), repeats, how="repeats"
        ),
        "process gone after its main thread, daemon": _lag(dead),
        "process gone after its main thread, not a daemon": _lag(alive),
    }
    return Measured(figures, {}, (_lives("daemon", dead[-1]), _lives("not a daemon", alive[-1])))


def _lag(seen: list[dict[str, int]]) -> Estimate:
    return mean([(one["gone"] - one["main"]) / 1e6 for one in seen], "ms", "repeats")


def _lives(case: str, seen: dict[str, int]) -> Lanes:
    """From the start of the process until it was gone."""
    began, gone = seen["started"], seen["gone"]
    rows = [
        [("modes.processes", began, gone, "the process, seen from outside")],
        [("modes.threads", began, seen["main"], "main thread")],
        [("io", seen["began"], seen.get("done", gone), "work" if "done" in seen else "work, cut off")],
    ]
    picture = timeline(f"The other thread is {case}", ["process", "main thread", "other thread"], rows, began)
    marks = (((seen["main"] - began) / 1e9, "main thread ends"),)
    return dataclasses.replace(picture, legend=(), marks=marks)


def judge_daemon_threads(measured: Measured) -> Judgment:
    cut = measured["repeats in which the daemon's work was cut off"]
    done = measured["repeats in which the other thread's work was done"]
    last = measured["repeats in which the daemon's finally ran"]
    soon = figure(measured["process gone after its main thread, daemon"])
    late = figure(measured["process gone after its main thread, not a daemon"])
    ran = "its finally did not run" if not last.value else f"its finally ran in {round(last.value * last.n)} of them"
    if cut.value == 1 and done.value == 1:
        return Judgment(
            Verdict.HOLDS,
            f"With a daemon thread at work the process was gone {soon} after its main thread, in all {cut.n} repeats, "
            f"the work was cut off and {ran}. With a thread that is no daemon it stayed for {late}, until the work "
            "was done.",
        )
    counts = (
        f"The daemon's work was cut off in {round(cut.value * cut.n)} of {cut.n} repeats, the other thread's work "
        f"was done in {round(done.value * done.n)}."
    )
    if 0 < cut.value < 1 or 0 < done.value < 1:
        return Judgment(Verdict.UNDECIDED, f"{counts} The repeats do not agree; run longer.")
    return Judgment(
        Verdict.NOT, f"{counts} The process was gone {soon} after its main thread with a daemon, {late} without."
    )


# -- 11: debugging --------------------------------------------------------------------------------------------------


def measure_threads_harder(lab: Lab) -> Measured:
    attempts = lab.repeats(ATTEMPTS)
    attempts_made = lab.isolated(
        "grandstand.engine.experiments.deadlock:opposite_order", seconds=60, attempts=attempts
    )
    stuck = attempts_made["deadlocks"]
    figures = {"attempts that deadlocked": proportion(len(stuck), attempts, how="attempts")}
    if stuck:
        figures["transfers that went well before it stood still"] = mean(stuck, "transfers", "deadlocks")
        figures["used while it stood still"] = mean(attempts_made["cpu"], "cores", "deadlocks")
    facts = {
        "deadlocks": len(stuck), "raised": attempts_made["raised"], "printed": attempts_made["printed"],
        "alone": attempts_made["alone"], "transfers": attempts_made["transfers"],
    }  # fmt: skip
    note = (
        "A pause between the two locks was needed to get this one."
        if attempts_made["staged"]
        else "It came by itself."
    )
    ring = Ring("Who waits for whom", tuple(Holder(**holder) for holder in attempts_made["ring"]), note)
    rows = [[(state, start, end, text) for state, start, end, text in row] for row in attempts_made["slices"]]
    lanes = timeline("The deadlock", ["A to B", "B to A"], rows, min(row[0][1] for row in rows))
    legend = (("at work", "modes.threads"), *lanes.legend)
    return Measured(figures, facts, (ring, dataclasses.replace(lanes, legend=legend)))


def judge_threads_harder(measured: Measured) -> Judgment:
    share = measured["attempts that deadlocked"]
    facts = measured.facts
    if not facts["deadlocks"]:
        if share.below(RARE):
            return Judgment(
                Verdict.NOT,
                f"Two threads took two locks in opposite order, in {share.n} attempts of {facts['transfers']} "
                "transfers each, and all ended well. Nothing went wrong that would have to be found.",
            )
        return undecided("No attempt deadlocked:", share, f"{100 * RARE:g} %")
    used = measured["used while it stood still"]
    text = (
        f"The same code ended well in {share.n - facts['deadlocks']} of {share.n} attempts and stood still in "
        f"{facts['deadlocks']}; in one thread it ended well in {facts['alone']} of {ALONE}."
    )
    if facts["raised"] or facts["printed"]:
        told = f"{facts['raised']} exceptions and {facts['printed']} characters of output"
        return Judgment(Verdict.LIMITS, f"{text} But what stood still said so: {told}.")
    silent = f"it raised nothing, printed nothing and used {figure(used)}"
    if used.above(IDLE_CORES):
        return Judgment(Verdict.LIMITS, f"{text} Standing still, {silent}, which a task manager shows.")
    if not used.below(IDLE_CORES):
        return undecided("Used while it stood still:", used, f"{IDLE_CORES:g} cores")
    if facts["deadlocks"] == share.n:
        return Judgment(
            Verdict.LIMITS, f"{text} Standing still, {silent}; but a bug that comes every time can be found."
        )
    return Judgment(Verdict.HOLDS, f"{text} Standing still, {silent}.")


CLAIMS = (
    Claim(
        9, "daemon-threads",
        "Daemon threads die with the main thread; other threads keep the process alive.",
        "A Python process whose main thread ends while another thread still has a quarter of a second of work, as a "
        "daemon and not: watched from outside, until it is gone.",
        3, measure_daemon_threads, judge_daemon_threads, (daemons.work, daemons.main, daemons.watch), timed=True,
    ),
    Claim(
        11, "threads-harder",
        "Threads make debugging harder.",
        "Two threads take two locks in opposite order, many times, with no pause to help it: how often that ends "
        "well, how often in a deadlock, and what a deadlock says.",
        4, measure_threads_harder, judge_threads_harder, (transfer, transfers),
    ),
)  # fmt: skip
