"""Claims about fork: what a child has of its parent's random numbers, and of locks that were held at that moment."""

from __future__ import annotations

from typing import Any

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.groups.processes import apart
from grandstand.claims.groups.starting import BAD, HALF, OK, all_of
from grandstand.claims.here import Here
from grandstand.claims.lab import Lab
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate, proportion
from grandstand.engine.experiments.fork_locks import child, put_into_queue, start_while_held, take_lock
from grandstand.engine.experiments.random_numbers import as_inherited, newly_seeded
from grandstand.render.kinds import Grid, Lanes, Picture, Square, Stretch, Texts
from grandstand.vocabulary.states import LOCK

RANDOM_REPEATS, WORKERS = 6, 4
INHERITED = {"random": "random", "Random()": "a Random() made before", "numpy.random": "numpy.random",
             "default_rng()": "a default_rng() made before"}  # fmt: skip
SEEDED = {"random": "random, seeded in the worker", "Random()": "a Random() made in the worker",
          "numpy.random": "numpy.random, seeded in the worker",
          "default_rng()": "a default_rng() made in the worker"}  # fmt: skip
LOCK_REPEATS = 4
"""The fewest of which none says something: the interval of none in four ends below a half."""
CASES = {"lock": "fork while a lock is held", "queue": "fork while a queue's lock is held",
         "logging": "fork while logging's lock is held", "free": "fork while no lock is held",
         "spawn": "spawn while a lock is held"}  # fmt: skip
HELD, FREE = ("lock", "queue"), ("free", "spawn")


def needs_fork(here: Here) -> str:
    return "" if "fork" in here.start_methods else "This needs fork, which this system does not have."


# -- 26: random numbers -----------------------------------------------------------------------------------------------


def same(numbers: list[str]) -> bool:
    """Whether two workers drew the same."""
    return len(set(numbers)) < len(numbers)


def measure_same_random(lab: Lab) -> Measured:
    drawn = apart(lab, "random_numbers:forked_draws", repeats=lab.repeats(RANDOM_REPEATS), workers=WORKERS)
    figures, rows = {}, []
    for kind, titles in (("inherited", INHERITED), ("seeded", SEEDED)):
        for name, repeats in drawn[kind].items():
            count = sum(same(numbers) for numbers in repeats)
            words = f"repeats in which workers drew the same number, {titles[name]}"
            figures[words] = proportion(count, len(repeats), how="repeats")
            squares = [Square(BAD if repeats[-1].count(n) > 1 else OK, n[:8]) for n in repeats[-1]]
            rows.append((name if kind == "inherited" else f"{name}, anew", tuple(squares)))
    without = "" if drawn["numpy"] else " There is no numpy here."
    picture = Grid(
        f"What {WORKERS} forked workers drew", "the first 8 digits, in hex; those of the last repeat", "generator",
        tuple(f"worker {i + 1}" for i in range(WORKERS)), tuple(rows),
        (("its own", OK), ("the same as another", BAD)),
        f"Anew: seeded in the worker, or made there. The others are the parent's.{without}",
    )  # fmt: skip
    return Measured(figures, {"names": list(drawn["inherited"]), "numpy": drawn["numpy"]}, (picture,))


def judge_same_random(measured: Measured) -> Judgment:
    def drew(title: str) -> Estimate:
        return measured[f"repeats in which workers drew the same number, {title}"]

    names = measured.facts["names"]
    for title in [titles[name] for titles in (SEEDED, INHERITED) for name in names]:
        e = drew(title)
        if not e.below(HALF) and (title in SEEDED.values() or not e.above(HALF)):
            return undecided(f"Repeats with the same number ({title}):", e, f"{100 * HALF:g} %")
    alike = [INHERITED[name] for name in names if drew(INHERITED[name]).above(HALF)]
    own = [INHERITED[name] for name in names if drew(INHERITED[name]).below(HALF)]
    n = drew(INHERITED[names[0]]).n
    tail = "" if measured.facts["numpy"] else "; numpy was not tested, for there is none here"
    if not alike:
        return Judgment(
            Verdict.HOLDS, f"In {n} repeats {WORKERS} forked workers drew different numbers from {all_of(own)}{tail}."
        )
    cure = "a seed of the worker's own, or a generator made in it, gave every worker different ones"
    text = f"In {n} repeats forked workers drew the same numbers from {all_of(alike)}"
    if not own:
        return Judgment(Verdict.NOT, f"{text}; {cure}{tail}.")
    return Judgment(
        Verdict.LIMITS,
        f"{text}, but different ones from {all_of(own)}, which Python seeds anew in each child; {cure}{tail}.",
    )


# -- 27: locks held at the fork ---------------------------------------------------------------------------------------


def measure_fork_threads(lab: Lab) -> Measured:
    found = apart(lab, "fork_locks:forked_while_held", seconds=60.0, repeats=lab.repeats(LOCK_REPEATS))
    figures = {
        f"children that deadlocked, {CASES[case]}": proportion(
            sum(trial["stuck"] for trial in trials), len(trials), how="repeats"
        )
        for case, trials in found.items()
    }
    warned = [trial["warned"] for case in HELD for trial in found[case]]
    figures["forks beside a thread that Python warned of"] = proportion(sum(warned), len(warned), how="forks")
    pictures: tuple[Picture, ...] = (_from_fork_on({case: trials[-1] for case, trials in found.items()}),)
    stacks = tuple((CASES[case], found[case][-1]["stack"], ()) for case in HELD if found[case][-1]["stack"])
    if stacks:
        note = "Sent by another thread of the child: the process runs, its main thread does not."
        pictures += (Texts("Where the child waits", stacks, note),)
    return Measured(figures, {}, pictures)


def _from_fork_on(trials: dict[str, dict[str, Any]]) -> Lanes:
    """Of each child: when the lock was let go in the parent, and the child's wait or work."""
    rows = []
    for case, trial in trials.items():
        let_go, there, over = (ns / 1e9 for ns in trial["times"])
        held = (Stretch("modes.threads", 0.0, let_go, ""),) if case != "free" else ()
        color = LOCK.color if trial["stuck"] else "modes.processes"
        rows += [(CASES[case], held), ("its child", (Stretch(color, there, over, ""),))]
    legend = (("a thread holds the lock", "modes.threads"), ("the child waits for it, until killed", LOCK.color),
              ("the child has done its work", "modes.processes"))  # fmt: skip
    seconds = max(trial["times"][2] for trial in trials.values()) / 1e9
    return Lanes("From the request for a child on", seconds, tuple(rows), legend)


def judge_fork_threads(measured: Measured) -> Judgment:
    stuck = {case: measured[f"children that deadlocked, {title}"] for case, title in CASES.items()}
    for case in FREE:
        if not stuck[case].below(HALF):
            return Judgment(
                Verdict.UNDECIDED, f"Nothing can deadlock after {CASES[case]}, and yet it seemed to in "
                f"{figure(stuck[case])} of {stuck[case].n} repeats: the machine was too busy to tell; try again.",
            )  # fmt: skip
    bad = [CASES[case] for case in HELD if stuck[case].above(HALF)]
    n, fine = stuck["lock"].n, [CASES[case] for case in CASES if stuck[case].below(HALF)]
    if bad:
        warned = measured["forks beside a thread that Python warned of"]
        return Judgment(
            Verdict.NOT,
            f"In {n} repeats a child deadlocked after {all_of(bad)}, though the parent let go at once, for it has the "
            f"lock but not the thread that would release it; it did not after {all_of(fine)}, and Python warned of "
            f"{round(warned.value * warned.n)} of {warned.n} such forks.",
        )
    for case in HELD:
        if not stuck[case].below(HALF):
            return undecided(f"Children that deadlocked ({CASES[case]}):", stuck[case], f"{100 * HALF:g} %")
    return Judgment(Verdict.HOLDS, f"In {n} repeats no child deadlocked, after {all_of(fine)}.")


CLAIMS = (
    Claim(
        26, "same-random",
        "Forked workers get different random numbers.",
        f"One parent forks {WORKERS} workers, and each draws from the generators that it has from its parent; then "
        "again after it has seeded them itself, or made its own.",
        1, measure_same_random, judge_same_random, (as_inherited, newly_seeded), needs_fork,
    ),
    Claim(
        27, "fork-threads",
        "Forking while other threads hold locks is safe.",
        "A thread holds a lock while the main thread starts a child, and then lets go; the child takes the same lock. "
        "A child that is not done in 0.3 s is asked where it waits.",
        4, measure_fork_threads, judge_fork_threads, (start_while_held, child, take_lock, put_into_queue), needs_fork,
    ),
)  # fmt: skip
