"""Claims about threads that share a variable, a lock, and standard output."""

from __future__ import annotations

from typing import Any

from grandstand.claims.base import Claim, Judgment, Measured, Verdict, two_cores
from grandstand.claims.lab import Lab
from grandstand.claims.races import speedup_bars
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.leg import Setup
from grandstand.compare.statistics import Estimate, mean, proportion
from grandstand.engine.experiments.printing import print_lines, print_lines_locked
from grandstand.engine.experiments.sharing import WAYS, add_one, plain_plus, read_modify_write, with_lock
from grandstand.engine.workloads.locked import ShareLock
from grandstand.render.kinds import Bar, Bars, Texts
from grandstand.session.words import number
from grandstand.vocabulary.states import LOCK

UPDATE_REPEATS = 12
RARE = 0.05
"""Runs of which fewer than this share lose anything are said to lose nothing; it takes some 75 of them to say so."""
LOCK_BLOCKS = 6
WAIT_BORDER = 0.05
"""Less than this share of their time is no waiting worth the name."""
COST_BORDER = 0.95
FREE_CORES = 1.5
"""With fewer to be had, threads wait for a core and hardly meet at the lock: that says nothing about locks."""
PRINT_REPEATS = 24
LINES_SHOWN = 12

UPDATE_TITLES = {"call": "no lock, a call in between", "plus": "no lock, x += 1", "lock": "with a lock"}
PRINT_TITLES = {"unlocked": "no lock", "locked": "a lock around print", "terminal": "no lock, as on a terminal"}


def _count(n: int) -> str:
    """Small ones to the last: one lost update of a million must not be rounded away."""
    return str(n) if n < 10_000 else number(n)


# -- 5: lost updates ------------------------------------------------------------------------------------------------


def measure_lost_updates(lab: Lab) -> Measured:
    repeats = lab.repeats(UPDATE_REPEATS)
    rounds = lab.isolated("grandstand.engine.experiments.sharing:lost_updates", repeats=repeats)
    shares = {
        way: mean([a / b for a, b in zip(rounds["lost"][way], rounds["made"][way], strict=True)], "", "runs")
        for way in WAYS
    }
    figures = {f"updates lost, {UPDATE_TITLES[way]}": share for way, share in shares.items()}
    spoilt = sum(lost > 0 for lost in rounds["lost"]["call"])
    figures["runs that lost updates, no lock, a call in between"] = proportion(spoilt, repeats, how="runs")
    bars = Bars("Updates lost by two threads", "%", tuple(_bar(UPDATE_TITLES[w], e, w) for w, e in shares.items()))
    facts: dict[str, Any] = {f"{what} {way}": sum(rounds[what][way]) for what in ("lost", "made") for way in WAYS}
    facts["gil"] = lab.here.gil
    story = rounds["story"]
    return Measured(figures, facts, (bars, _loss(story)) if story else (bars,))


def _bar(label: str, share: Estimate, way: str) -> Bar:
    color = LOCK.color if way in ("lock", "locked") else "modes.threads"
    low, high = (None if x is None else 100 * max(0.0, x) for x in (share.low, share.high))
    return Bar(label, 100 * share.value, color, low, high)


def _loss(story: dict[str, int]) -> Texts:
    """What was recorded of one loss."""
    one, other = story["worker"] + 1, 2 - story["worker"]
    lines = (
        f"thread {one} reads   {story['read']}",
        f"thread {other} writes  {story['first']}",
        f"   … {story['others']} updates in all …",
        f"thread {other} writes  {story['last']}",
        f"thread {one} writes  {story['wrote']}",
    )
    note = f"The last line undid {story['last'] - story['wrote'] + 1} updates."
    return Texts("One loss, as it was recorded", (("the variable", "\n".join(lines), (4,)),), note)


def judge_lost_updates(measured: Measured) -> Judgment:
    facts = measured.facts
    runs = measured["runs that lost updates, no lock, a call in between"]
    lost = f"{figure(measured['updates lost, no lock, a call in between'])} of {_count(facts['made call'])} updates"
    if facts["lost lock"]:
        return Judgment(
            Verdict.NOT,
            f"With the lock, {facts['lost lock']} of {_count(facts['made lock'])} updates were lost. "
            "A lock that does this does not lock.",
        )
    if not facts["lost call"]:
        nothing = f"None of {_count(facts['made call'])} updates was lost without a lock."
        if runs.below(RARE):
            return Judgment(Verdict.NOT, f"{nothing} {runs.n} runs are enough to call it rare here, though not safe.")
        # What was not seen may still happen: a race is about chance, and the interval says how much of it is left.
        return undecided(f"{nothing} Runs that lost updates:", runs, f"{100 * RARE:g} %")
    if facts["lost plus"]:
        return Judgment(
            Verdict.HOLDS,
            f"Without a lock {lost} with a call in between were lost, and so were {_count(facts['lost plus'])} of "
            f"{_count(facts['made plus'])} plain x += 1. With a lock none of {_count(facts['made lock'])} was.",
        )
    why = (
        "since Python 3.10 the GIL changes hands only at calls and at the end of a loop's body, which nobody promises "
        "for ever"
        if facts["gil"]
        else "this Python has no GIL to thank for it, so it was luck"
    )
    return Judgment(
        Verdict.LIMITS,
        f"Without a lock {lost} with a call in between were lost, with a lock none of {_count(facts['made lock'])}. "
        f"The plain x += 1 lost none of {_count(facts['made plus'])} even without: {why}.",
    )


# -- 6: waiting for a lock ------------------------------------------------------------------------------------------


def measure_lock_waits(lab: Lab) -> Measured:
    many = min(8, max(2, lab.here.whole_cores))
    free, held = Setup("threads", many, (("held", 0),)), Setup("threads", many, (("held", 100),))
    race = lab.race("lock", (free, held), LOCK_BLOCKS)
    left = race.speedup(held, free)
    figures = {
        "waiting for the lock, share of their time": race.share(held, LOCK),
        "the same where nobody takes it": race.share(free, LOCK),
        "throughput with the lock against without": left,
        "cores used with the lock": race.cores(held),
        "cores used without": race.cores(free),
    }
    bars = speedup_bars(f"Hashing in {many} threads", [("one lock, always held", left, LOCK.color)], base="no lock")
    pictures = (bars, race.pictures[held], race.pictures[free])
    return Measured(figures, {"threads": many}, pictures, race.others(), race.room(lab.here))


def judge_lock_waits(measured: Measured) -> Judgment:
    waiting = measured["waiting for the lock, share of their time"]
    left, free = measured["throughput with the lock against without"], measured["cores used without"]
    many = measured.facts["threads"]
    text = (
        f"{many} threads that hold one lock all the time spent {figure(waiting)} of theirs waiting for it. "
        f"They did {figure(left)} of the work of {many} without a lock"
    )
    if waiting.above(WAIT_BORDER) and left.below(COST_BORDER):
        return Judgment(Verdict.HOLDS, f"{text}.")
    if not free.above(FREE_CORES):
        return Judgment(
            Verdict.UNDECIDED,
            f"Even without the lock the threads had only {figure(free)}, so they waited for a core more than for each "
            "other. Run longer, or with fewer other programs.",
        )
    if waiting.below(WAIT_BORDER):
        return Judgment(Verdict.NOT, f"{text}.")
    if not waiting.above(WAIT_BORDER):
        return undecided("Waiting for the lock:", waiting, f"{100 * WAIT_BORDER:g} %")
    if left.above(COST_BORDER):
        return Judgment(Verdict.LIMITS, f"{text}: they wait, but it costs next to nothing.")
    return undecided("Throughput with the lock against without:", left, f"{COST_BORDER:g}×")


# -- 7: print -------------------------------------------------------------------------------------------------------


def measure_print_lock(lab: Lab) -> Measured:
    repeats = lab.repeats(PRINT_REPEATS)
    jumbled = lab.isolated("grandstand.engine.experiments.printing:jumbled", repeats=repeats)
    lines = jumbled["lines"]
    shares = {way: mean([n / lines for n in jumbled["broken"][way]], "", "repeats") for way in PRINT_TITLES}
    figures = {f"broken lines, {PRINT_TITLES[way]}": share for way, share in shares.items()}
    spoilt = sum(n > 0 for n in jumbled["broken"]["unlocked"])
    figures["repeats with broken lines, no lock"] = proportion(spoilt, repeats, how="repeats")
    bars = Bars("Broken lines", "%", tuple(_bar(PRINT_TITLES[way], share, way) for way, share in shares.items()))
    columns = tuple(_some(PRINT_TITLES[w], jumbled["texts"][w], jumbled["marked"][w]) for w in ("unlocked", "locked"))
    note = "Captured as with python -u: each piece is written as it comes. Marked: lines that nobody printed."
    facts: dict[str, Any] = {f"broken {way}": sum(jumbled["broken"][way]) for way in PRINT_TITLES}
    return Measured(figures, {**facts, "printed": lines * repeats}, (Texts("What came out", columns, note), bars))


def _some(heading: str, text: str, marked: list[int]) -> tuple[str, str, tuple[int, ...]]:
    """A dozen lines of a text, from just before the first broken one."""
    first = max(0, marked[0] - 2) if marked else 0
    lines = text.splitlines()[first : first + LINES_SHOWN]
    return heading, "\n".join(lines), tuple(at - first for at in marked if first <= at < first + len(lines))


def judge_print_lock(measured: Measured) -> Judgment:
    facts = measured.facts
    of = f"of {_count(facts['printed'])} lines"
    spoilt = measured["repeats with broken lines, no lock"]
    if facts["broken locked"]:
        return Judgment(
            Verdict.NOT,
            f"With a lock around print {facts['broken locked']} {of} were broken. So it keeps nothing whole.",
        )
    if not facts["broken unlocked"]:
        if spoilt.below(RARE):
            return Judgment(
                Verdict.NOT,
                f"Without a lock none {of} was broken, in {spoilt.n} repeats. With a lock none was either.",
            )
        return undecided(
            f"Without a lock none {of} was broken. Repeats with broken lines:", spoilt, f"{100 * RARE:g} %"
        )
    share = figure(measured["broken lines, no lock"])
    text = f"Without a lock {share} {of} were broken, with a lock around print none."
    if facts["broken terminal"]:
        return Judgment(Verdict.HOLDS, f"{text} As on a terminal, without a lock, {facts['broken terminal']} were.")
    return Judgment(
        Verdict.LIMITS,
        f"{text} That was with each piece written as it comes, as in python -u; through a stream that keeps a line "
        f"until it is whole, as on a terminal, none {of} was broken even without a lock.",
    )


CLAIMS = (
    Claim(
        5, "lost-updates",
        "Two threads that change one variable without a lock lose updates; with a lock they lose none.",
        "Two threads add to one number: with a call between read and write, with a plain x += 1, and with a lock. "
        "Each counts its own updates; what the number is short of in the end was lost.",
        4, measure_lost_updates, judge_lost_updates, (add_one, read_modify_write, plain_plus, with_lock),
    ),
    Claim(
        6, "lock-waits",
        "A lock makes the others wait.",
        "As many threads as there are cores hash data, in C code that needs no GIL: without a lock, and each "
        "step while holding the one lock of all, in turn, block by block.",
        9, measure_lock_waits, judge_lock_waits, (ShareLock.step,), two_cores,
    ),
    Claim(
        7, "print-lock",
        "Unlocked prints of several threads get jumbled; a lock around print keeps lines whole.",
        "Four threads print lines that tell whether they are whole, into a captured stream: written piece by piece, "
        "with and without a lock, and without one into a stream that keeps each line until it is whole.",
        2, measure_print_lock, judge_print_lock, (print_lines, print_lines_locked),
    ),
)  # fmt: skip
