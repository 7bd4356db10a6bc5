"""Claims about waiting for the network."""

from __future__ import annotations

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.groups.computing import ONE, SPEEDUP_BORDER
from grandstand.claims.lab import Lab
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.leg import Setup
from grandstand.compare.statistics import mean, proportion, ratio
from grandstand.engine.experiments.download import in_threads, one_by_one, page
from grandstand.engine.workloads.fetch import FetchPages
from grandstand.render.kinds import Bar, Bars, Curve, Curves
from grandstand.vocabulary.states import IO

COUNTS = (2, 8, 32)
JUDGED = 8
HALF = JUDGED / 2
"""Eight threads that do less than four times the work leave more than half of what waiting side by side offers."""
PAGES, REPEATS = 24, 7


def measure_threads_io(lab: Lab) -> Measured:
    setups = [Setup("threads", count) for count in COUNTS]
    race = lab.race("fetch", [ONE, *setups], blocks=4)
    figures = {f"{s.words} against sequential": race.speedup(s, ONE) for s in setups}
    judged = Setup("threads", JUDGED)
    figures["waiting for I/O, share of the time of 8 threads"] = race.share(judged, IO)
    points = [(1.0, race.rate(ONE, "pages/s")), *((float(s.workers), race.rate(s, "pages/s")) for s in setups)]
    curve = Curve("threads", "modes.threads", tuple((x, e.value, e.low or 0.0, e.high or 0.0) for x, e in points))
    ideal = Curve("as many times one", "text.disabled", tuple((x, x * points[0][1].value) for x, _ in points))
    chart = Curves("Fetch pages", "threads", "pages/s", (curve, ideal), True, True, "1 is sequential.")
    return Measured(figures, {}, (chart, race.pictures[judged]))


def judge_threads_io(measured: Measured) -> Judgment:
    speedup = measured[f"{JUDGED} threads against sequential"]
    most = measured[f"{COUNTS[-1]} threads against sequential"]
    waiting = figure(measured["waiting for I/O, share of the time of 8 threads"])
    text = (
        f"{JUDGED} threads fetched {figure(speedup)} as many pages as one, {COUNTS[-1]} threads {figure(most)}. "
        f"They spent {waiting} of their time waiting for the server, and such waits overlap."
    )
    if speedup.above(HALF):
        return Judgment(Verdict.HOLDS, text)
    if speedup.above(SPEEDUP_BORDER):
        return Judgment(Verdict.LIMITS, text)
    if speedup.below(SPEEDUP_BORDER):
        return Judgment(Verdict.NOT, text)
    return undecided(f"{JUDGED} threads against sequential:", speedup, f"{SPEEDUP_BORDER:g}×")


def measure_threads_combine(lab: Lab) -> Measured:
    repeats = lab.repeats(REPEATS)
    times = lab.isolated(
        "grandstand.engine.experiments.download:combine", server=lab.server(), pages=PAGES, repeats=repeats
    )
    equal = sum(a == b for a, b in times["checksums"])
    figures = {
        "threads faster than running sequentially": ratio(times["sequential"], times["threads"], "pairs"),
        "repeats with the same checksum": proportion(equal, repeats, how="repeats"),
        "sequential": mean([1000 * s for s in times["sequential"]], "ms", "repeats"),
        "in threads": mean([1000 * s for s in times["threads"]], "ms", "repeats"),
    }
    bars = Bars(
        f"{PAGES} pages, fetched and combined", "ms",
        tuple(
            Bar(label, figures[label].value, color, figures[label].low, figures[label].high)
            for label, color in (("sequential", "modes.sequential"), ("in threads", "modes.threads"))
        ),
    )  # fmt: skip
    return Measured(figures, {"different": repeats - equal}, (bars,))


def judge_threads_combine(measured: Measured) -> Judgment:
    faster = measured["threads faster than running sequentially"]
    same = measured["repeats with the same checksum"]
    if measured.facts["different"]:
        return Judgment(
            Verdict.NOT,
            f"In {measured.facts['different']} of {same.n} repeats the combined result was another one than one by "
            "one. What is combined must not depend on who came first.",
        )
    if faster.above(SPEEDUP_BORDER):
        return Judgment(
            Verdict.HOLDS,
            f"In all {same.n} repeats {PAGES} pages combined to the same checksum as when fetched sequentially. "
            f"In threads that was {figure(faster)} as fast.",
        )
    if faster.below(SPEEDUP_BORDER):
        return Judgment(
            Verdict.LIMITS,
            f"In all {same.n} repeats {PAGES} pages combined to the same checksum as when fetched sequentially. "
            f"But in threads that was only {figure(faster)} as fast.",
        )
    return undecided("In threads, against sequential:", faster, f"{SPEEDUP_BORDER:g}×")


CLAIMS = (
    Claim(
        2, "threads-io",
        "Threads are right for waiting for the network.",
        "Fetch pages from a server on this machine that answers after 20 ms: sequentially, then in 2, 8, 32 threads.",
        12, measure_threads_io, judge_threads_io, (FetchPages.step,), timed=True,
    ),
    Claim(
        3, "threads-combine",
        "Downloads that are not linked can run in parallel and be combined at the end.",
        f"{PAGES} pages of different length, fetched sequentially and in a thread each, and combined: is the checksum "
        "the same, and how much faster is it?",
        5, measure_threads_combine, judge_threads_combine, (page, one_by_one, in_threads), timed=True,
    ),
)  # fmt: skip
