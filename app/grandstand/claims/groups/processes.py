"""Claims about processes: what they share, how they lock each other out, and in which order they run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grandstand.claims.base import Claim, Judgment, Measured, Verdict, two_cores
from grandstand.claims.lab import Lab, timeline
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate, mean, proportion, ratio
from grandstand.engine.experiments.process_locks import add, add_with_lock, put_and_leave, take_both
from grandstand.engine.experiments.process_memory import change_global
from grandstand.engine.experiments.process_order import RAN, inversions, join_in_the_loop, start_all_then_join
from grandstand.hosts import scratch
from grandstand.render.kinds import Bar, Bars, Holder, Picture, Ring
from grandstand.session.words import number
from grandstand.vocabulary.states import LOCK

GLOBAL_REPEATS, VALUE_REPEATS = 4, 8
UPDATES, UPDATES_WITH_LOCK = 300_000, 10_000
"""Of each of the two processes: long enough that they do run at the same time."""
DEADLOCK_REPEATS = 4
"""The fewest of which none says something: the interval of none in four ends below a half."""
STILL_CORES = 0.1
"""Whoever uses more than this does not stand still."""
JOIN_REPEATS, JOINED, TASK_S = 10, 4, 0.05
IN_TURN = 0.95
"""Of the sum of their run times: in less than this they must have run at the same time."""
GAIN_BORDER = 1.15
ORDER_REPEATS, ORDERED, ORDERED_TASK_S = 9, 25, 0.03
USUAL = 0.5
"""What happens in surely more than this share of the repeats is usual."""


def apart(
    lab: Lab, target: str, part: tuple[float, float] = (0.0, 1.0), seconds: float = 30.0, **arguments: Any
) -> dict[str, Any]:
    """An experiment with processes, which is ``part`` of its claim. A folder takes what multiprocessing puts into
    files, and is removed when the experiment's processes are gone."""
    lab.part(*part)
    try:
        with scratch.part("experiment") as place:
            return lab.isolated(f"grandstand.engine.experiments.{target}", seconds, place=place, **arguments)
    finally:
        lab.part(0.0, 1.0)


# -- 15: no shared memory ---------------------------------------------------------------------------------------------


def measure_no_shared_memory(lab: Lab) -> Measured:
    methods = list(lab.here.start_methods)
    repeats = lab.repeats(GLOBAL_REPEATS)
    looks = apart(lab, "process_memory:changed_global", (0.0, 0.4), repeats=repeats, methods=methods)
    values = apart(
        lab, "process_locks:shared_value", (0.4, 1.0), repeats=lab.repeats(VALUE_REPEATS), updates=UPDATES,
        updates_with_lock=UPDATES_WITH_LOCK,
    )  # fmt: skip
    seen = sum(child == parent for method in methods for child, parent in looks[method])
    lost, made = values["lost"], values["made"]
    shares = {
        way: mean([a / b for a, b in zip(lost[way], made[way], strict=True)], "", "repeats")
        for way in ("none", "lock")
    }
    figures = {
        "repeats in which the parent saw the child's change": proportion(seen, repeats * len(methods), how="repeats"),
        "updates of a shared value that were lost, no lock": shares["none"],
        "updates of a shared value that were lost, its lock": shares["lock"],
    }
    counts = {"lost": sum(lost["none"]), "made": sum(made["none"]), "lost with lock": sum(lost["lock"])}
    bars = Bars(
        "Updates of a shared value that were lost", "%",
        (_percent("no lock", shares["none"], "modes.processes"), _percent("its lock", shares["lock"], LOCK.color)),
    )  # fmt: skip
    return Measured(figures, {"methods": methods, **counts}, (bars,))


def _percent(label: str, e: Estimate, color: str) -> Bar:
    low, high = (None if x is None else 100 * max(0.0, x) for x in (e.low, e.high))
    return Bar(label, 100 * e.value, color, low, high)


def judge_no_shared_memory(measured: Measured) -> Judgment:
    seen = measured["repeats in which the parent saw the child's change"]
    share = figure(measured["updates of a shared value that were lost, no lock"])
    lost, locked = measured.facts["lost"], measured.facts["lost with lock"]
    how = ", ".join(measured.facts["methods"])
    if seen.value == 1:
        return Judgment(
            Verdict.NOT, f"In all {seen.n} repeats ({how}) the parent saw what a child did to its global. So the "
            "processes of this system do share their memory.",
        )  # fmt: skip
    if seen.value > 0:
        return undecided("The parent saw a child's change in", seen, "never and always")
    unseen = f"In none of {seen.n} repeats ({how}) did the parent see what a child did to its global."
    if locked:
        return Judgment(
            Verdict.NOT, f"{unseen} But of a shared value, updates were lost even with its lock: {number(locked)}."
        )
    if lost:
        return Judgment(
            Verdict.LIMITS,
            f"{unseen} But a value that two processes share on purpose lost {number(lost)} of "
            f"{number(measured.facts['made'])} updates without a lock ({share}), and none with its lock.",
        )
    return Judgment(
        Verdict.HOLDS, f"{unseen} Even a value that two processes share on purpose lost none of "
        f"{number(measured.facts['made'])} updates.",
    )  # fmt: skip


# -- 16: deadlocks ----------------------------------------------------------------------------------------------------


def measure_no_deadlocks(lab: Lab) -> Measured:
    repeats = lab.repeats(DEADLOCK_REPEATS)
    locks = apart(lab, "process_locks:opposite_order", (0.0, 0.6), repeats=repeats)
    joins = apart(lab, "process_locks:undrained", (0.6, 1.0), repeats=repeats)
    still = {way: sum(x is not None and x < STILL_CORES for x in locks[way]) for way in ("opposite", "same")}
    stuck = {kind: sum(one for one, _ in joins[kind]) for kind in ("big", "small")}
    figures = {
        "deadlocks, two locks in opposite order": proportion(still["opposite"], repeats, how="repeats"),
        "deadlocks, two locks in the same order": proportion(still["same"], repeats, how="repeats"),
        "joins stuck, 1 MB left in the queue": proportion(stuck["big"], repeats, how="repeats"),
        "joins stuck, 1 kB left in the queue": proportion(stuck["small"], repeats, how="repeats"),
    }
    cores = [x for x in locks["opposite"] if x is not None and x >= 0]
    if cores:
        figures["cores used by the two while stuck"] = mean(cores, "cores", "repeats")
    pictures: tuple[Picture, ...] = ()
    if locks["ring"]:
        holders = tuple(Holder(**one) for one in locks["ring"])
        pictures = (
            Ring("Two processes, two locks, opposite order", holders, "The stacks were sent by the processes."),
        )
    return Measured(figures, {"drained": all(ended for _, ended in joins["big"])}, pictures)


def judge_no_deadlocks(measured: Measured) -> Judgment:
    opposite, same = (measured[f"deadlocks, two locks in {order} order"] for order in ("opposite", "the same"))
    big, small = (measured[f"joins stuck, {size} left in the queue"] for size in ("1 MB", "1 kB"))
    if same.value or small.value:
        what = "two locks in the same order" if same.value else "1 kB in the queue"
        return Judgment(
            Verdict.UNDECIDED, f"With {what} nothing can deadlock, and yet it seemed to. The machine was too busy to "
            "tell a deadlock from a slow process; try again.",
        )  # fmt: skip
    if opposite.value or big.value:
        drained = "it came back once the queue was drained" if measured.facts["drained"] else "it never came back"
        joins = f"in {_of(big)}; {drained}" if big.value else f"in {_of(big)}"
        return Judgment(
            Verdict.NOT,
            f"Two processes that took two locks in opposite order stood still in {_of(opposite)} repeats, and in "
            f"{_of(same)} when the order was the same. A join of a child whose 1 MB was still in the queue got stuck "
            f"{joins}.",
        )  # fmt: skip
    for what, e in (("Deadlocks of two locks:", opposite), ("Joins that got stuck:", big)):
        if not e.below(USUAL):
            return undecided(what, e, f"{100 * USUAL:g} %")
    return Judgment(
        Verdict.HOLDS, f"Two processes that took two locks in opposite order came to their end in all {opposite.n} "
        f"repeats. So did all {big.n} joins of a child whose 1 MB was still in the queue.",
    )  # fmt: skip


def _of(e: Estimate) -> str:
    return f"{round(e.value * e.n)} of {e.n}"


# -- 17: join in the loop ---------------------------------------------------------------------------------------------


def measure_join_serialises(lab: Lab) -> Measured:
    times = apart(
        lab, "process_order:join_or_not", repeats=lab.repeats(JOIN_REPEATS), count=JOINED, task_s=TASK_S
    )  # fmt: skip
    wall = times["wall"]
    own = {way: [sum(end - start for start, end in rows) for rows in times["rows"][way]] for way in wall}
    figures = {
        "wall time against the sum of run times, join in the loop": ratio(wall["loop"], own["loop"], "repeats"),
        "wall time against the sum of run times, join at the end": ratio(wall["end"], own["end"], "repeats"),
        "join in the loop against join at the end": ratio(wall["loop"], wall["end"], "pairs of repeats"),
        "wall time, join in the loop": mean([ns / 1e6 for ns in wall["loop"]], "ms", "repeats"),
        "wall time, join at the end": mean([ns / 1e6 for ns in wall["end"]], "ms", "repeats"),
    }
    pictures = tuple(
        _gantt(title, times["rows"][way][-1])
        for way, title in (("loop", "Join in the loop"), ("end", "Join at the end"))
    )
    return Measured(figures, {"processes": JOINED}, pictures)


def _gantt(title: str, rows: list[list[int]]) -> Picture:
    labels = [f"process {i + 1}" for i in range(len(rows))]
    lanes = timeline(title, labels, [[(RAN, a, b, "")] for a, b in rows], min(a for a, _ in rows))
    return replace(lanes, note="Each from its beginning to its end; in between it may have waited for a core.")


def judge_join_serialises(measured: Measured) -> Judgment:
    serial = measured["wall time against the sum of run times, join in the loop"]
    gain = measured["join in the loop against join at the end"]
    text = (
        f"{measured.facts['processes']} processes joined in the loop took {figure(serial)} of the sum of their own "
        f"run times. That is {figure(gain)} of what they took when all were started first"
    )
    if serial.below(IN_TURN):
        return Judgment(Verdict.NOT, f"{text}: some ran at the same time all the same.")
    if not serial.above(IN_TURN):
        return undecided("Joined in the loop, against the sum of run times:", serial, f"{IN_TURN:g}×")
    if gain.above(GAIN_BORDER):
        return Judgment(Verdict.HOLDS, f"{text}.")
    if gain.below(GAIN_BORDER):
        return Judgment(Verdict.LIMITS, f"{text}: one after another, but here the loop costs next to nothing.")
    return undecided("Join in the loop against join at the end:", gain, f"{GAIN_BORDER:g}×")


# -- 18: the order of finishing ---------------------------------------------------------------------------------------


def measure_finish_order(lab: Lab) -> Measured:
    orders = apart(
        lab, "process_order:order_of_finishing", repeats=lab.repeats(ORDER_REPEATS), count=ORDERED,
        task_s=ORDERED_TASK_S,
    )  # fmt: skip
    figures = {}
    for kind, title in (("tiny", "tiny tasks"), ("long", f"tasks of {1e3 * ORDERED_TASK_S:g} ms")):
        counts = orders["inversions"][kind]
        figures[f"repeats out of order, {kind}"] = proportion(sum(n > 0 for n in counts), len(counts), how="repeats")
        figures[f"pairs out of order, {title}"] = mean(counts, "pairs", "repeats")
    rows = orders["rows"]["long"]
    facts = {"pairs": ORDERED * (ORDERED - 1) // 2, "method": orders["method"]}
    return Measured(figures, facts, (_gantt(f"{ORDERED} processes started in this order", rows),))


def judge_finish_order(measured: Measured) -> Judgment:
    tiny, long = measured["repeats out of order, tiny"], measured["repeats out of order, long"]
    pairs = {name: e for name, e in measured.figures.items() if name.startswith("pairs")}
    seen = ", ".join(f"{figure(e)} with {name.rpartition('order, ')[2]}" for name, e in pairs.items())
    text = (
        f"{ORDERED} processes ({measured.facts['method']}) finished out of order in {_of(tiny)} repeats with tiny "
        f"tasks and in {_of(long)} with longer ones. Of {measured.facts['pairs']} pairs, so many were: {seen}"
    )
    for kind, e in (("tiny tasks", tiny), ("longer tasks", long)):
        if not e.above(USUAL) and not e.below(USUAL):
            return undecided(f"Repeats out of order, {kind}:", e, f"{100 * USUAL:g} %")
    if tiny.above(USUAL) and long.above(USUAL):
        return Judgment(Verdict.HOLDS, f"{text}.")
    if tiny.below(USUAL) and long.below(USUAL):
        return Judgment(Verdict.NOT, f"{text}: as a rule they finish as they were started.")
    return Judgment(
        Verdict.LIMITS, f"{text}: as a rule only {'tiny' if tiny.above(USUAL) else 'longer'} tasks get out of order."
    )


CLAIMS = (
    Claim(
        15, "no-shared-memory",
        "Processes do not share memory, so they cannot corrupt each other's data.",
        "A child changes a global and the parent looks, with each start method; then two processes add to one shared "
        "number, without a lock and with its lock, and the lost updates are counted.",
        2, measure_no_shared_memory, judge_no_shared_memory, (change_global, add, add_with_lock),
    ),
    Claim(
        16, "no-deadlocks",
        "With processes, deadlocks are no longer an issue.",
        "Two processes take two process locks in opposite order, and in the same; a parent joins a child before it "
        "has taken from the queue what the child has put there.",
        4, measure_no_deadlocks, judge_no_deadlocks, (take_both, put_and_leave),
    ),
    Claim(
        17, "join-serialises",
        "start and join inside the loop make processes run one after another.",
        f"{JOINED} processes that compute: joined in the loop, and joined when all have been started, in turn; wall "
        "time against the sum of their own run times.",
        4, measure_join_serialises, judge_join_serialises, (join_in_the_loop, start_all_then_join), two_cores,
    ),
    Claim(
        18, "finish-order",
        "25 processes that are started in order do not finish in order.",
        f"{ORDERED} processes with nothing to do, and with {1e3 * ORDERED_TASK_S:g} ms of computing each: the pairs "
        "that finish in the opposite order are counted.",
        5, measure_finish_order, judge_finish_order, (start_all_then_join, inversions),
    ),
)  # fmt: skip
