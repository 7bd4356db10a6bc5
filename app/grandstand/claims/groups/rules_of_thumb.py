"""Claims about which mode is right for which work."""

from __future__ import annotations

from grandstand.claims.base import Claim, Judgment, Measured, Verdict, two_cores
from grandstand.claims.groups.computing import BLOCKS, COMPRESS, ONE, PRIMES, SPEEDUP_BORDER, contenders
from grandstand.claims.lab import Lab
from grandstand.claims.races import speedup_bars
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.leg import Setup
from grandstand.engine.workloads.compress import CompressData
from grandstand.engine.workloads.primes import CountPrimes
from grandstand.engine.workloads.wait import Wait
from grandstand.vocabulary.states import GIL, UNKNOWN

WAITERS = 8
WORTH_CALLING = {"primes": "Count primes", "compress": "Compress data", "fetch": "Fetch pages", "wait": "Wait"}
COMPUTING, WAITING = ("primes", "compress"), ("fetch", "wait")


def measure_c_code(lab: Lab) -> Measured:
    _, threads, _ = setups = contenders(lab)
    race = lab.race("compress", setups, BLOCKS)
    speedup = race.speedup(threads, ONE)
    figures = {
        "threads against sequential, zlib": speedup,
        "cores used by the threads": race.cores(threads),
        "waiting for the GIL, share of their time": race.share(threads, GIL, UNKNOWN),
    }
    bars = speedup_bars("Compress data, against sequential", [(threads.words, speedup, "modes.threads")])
    return Measured(
        figures, {"threads": threads.workers}, (bars, race.pictures[threads]), race.others(), race.room(lab.here)
    )


def judge_c_code(measured: Measured) -> Judgment:
    speedup = measured["threads against sequential, zlib"]
    text = (
        f"{measured.facts['threads']} threads compressed {figure(speedup)} as much as one and used "
        f"{figure(measured['cores used by the threads'])}. zlib releases the GIL while it works."
    )
    if speedup.above(SPEEDUP_BORDER):
        return Judgment(Verdict.HOLDS, text)
    if speedup.below(SPEEDUP_BORDER):
        return Judgment(Verdict.NOT, text)
    return undecided("Threads against sequential:", speedup, f"{SPEEDUP_BORDER:g}×")


def measure_rule_of_thumb(lab: Lab) -> Measured:
    figures, bars, facts = {}, [], {}
    others, room = None, 0.0
    for workload, title in WORTH_CALLING.items():
        if workload in COMPUTING:
            _, threads, processes = setups = contenders(lab)
            race = lab.race(workload, setups, BLOCKS)
            others, room = race.others(), race.room(lab.here)
        else:
            threads, processes = Setup("threads", WAITERS), Setup("processes", WAITERS)
            race = lab.race(workload, (ONE, threads, processes), blocks=4)
        figures[f"processes against threads, {title}"] = race.speedup(processes, threads)
        for setup in (threads, processes):
            speedup = race.speedup(setup, ONE)
            figures[f"{setup.words} against sequential, {title}"] = speedup
            bars.append((f"{title}: {setup.words}", speedup, f"modes.{setup.mode}"))
        facts[workload] = title
    chart = speedup_bars("Each against sequential", bars)
    return Measured(figures, facts, (chart,), others, room)


def judge_rule_of_thumb(measured: Measured) -> Judgment:
    """Holds when processes win what computes and threads lose nothing where there is waiting."""
    of = {key: measured[f"processes against threads, {title}"] for key, title in WORTH_CALLING.items()}
    wrong = [key for key in WAITING if of[key].above(SPEEDUP_BORDER)]
    if of["primes"].below(SPEEDUP_BORDER):
        wrong.append("primes")
    if wrong:
        return Judgment(
            Verdict.NOT,
            "It points the wrong way for "
            + " and for ".join(f"{WORTH_CALLING[key]}: processes did {figure(of[key])} of threads" for key in wrong)
            + ". Measure your own work before you choose.",
        )
    for key in ("primes", *WAITING):
        if not (of[key].above(SPEEDUP_BORDER) or of[key].below(SPEEDUP_BORDER)):
            return undecided(f"{WORTH_CALLING[key]}, processes against threads:", of[key], f"{SPEEDUP_BORDER:g}×")
    text = (
        f"Pure Python: processes did {figure(of['primes'])} of threads; waiting: {figure(of['fetch'])} (pages) and "
        f"{figure(of['wait'])} (sleep), so there threads are enough."
    )
    zlib = of["compress"]
    if zlib.above(SPEEDUP_BORDER):
        return Judgment(Verdict.HOLDS, f"{text} For zlib too processes won: {figure(zlib)}.")
    return Judgment(
        Verdict.LIMITS,
        f"{text} But zlib is computing too, and there processes did {figure(zlib)} of threads: C code that gives the "
        "GIL away does not need them.",
    )


CLAIMS = (
    Claim(
        4, "threads-c-code",
        "Threads do speed up computing in C code that gives the GIL away.",
        "Compress data with zlib, sequentially and in as many threads as there are cores, in turn, block by block.",
        12, measure_c_code, judge_c_code, (CompressData.step,), two_cores, (COMPRESS,),
    ),
    Claim(
        22, "rule-of-thumb",
        "Rule of thumb: threads for I/O, processes for computing.",
        "Four workloads, sequentially, in threads and in processes, block by block: which mode wins, and by how much?",
        40, measure_rule_of_thumb, judge_rule_of_thumb, (CountPrimes.step, CompressData.step, Wait.step), two_cores,
        (PRIMES, COMPRESS),
    ),
)  # fmt: skip
