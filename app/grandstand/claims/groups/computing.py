"""Claims about computing in pure Python: what threads and processes make of several cores."""

from __future__ import annotations

from grandstand.claims.base import Claim, Judgment, Measured, Verdict, two_cores
from grandstand.claims.lab import Lab
from grandstand.claims.races import Race, speedup_bars
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.leg import Setup
from grandstand.compare.statistics import mean
from grandstand.engine.workloads.primes import CountPrimes, is_prime
from grandstand.vocabulary.states import CORE, GIL, UNKNOWN, WAITING

BLOCKS = 6
SPEEDUP_BORDER = 1.15
"""Less than this is no speedup worth the name."""
ONE_CORE_BORDER = 1.15
ALL_CORES_SHARE = 0.85
NO_WAIT_SHARE = 0.03

ONE = Setup("sequential", 1)
PRIMES, COMPRESS = ("primes", 12.0), ("compress", 12.0)


def contenders(lab: Lab) -> tuple[Setup, Setup, Setup]:
    """Sequential, and as many threads and processes as there are cores (at least 2, at most 8)."""
    many = min(8, max(2, lab.here.whole_cores))
    return ONE, Setup("threads", many), Setup("processes", many)


def primes(lab: Lab) -> tuple[Race, Setup, Setup]:
    """The race that this group's claims look at: run once, whoever asks first."""
    setups = contenders(lab)
    return lab.race("primes", setups, BLOCKS), setups[1], setups[2]


def measure_threads_no_cpu(lab: Lab) -> Measured:
    race, threads, _ = primes(lab)
    speedup = race.speedup(threads, ONE)
    figures = {
        "threads against sequential": speedup,
        "cores used by the threads": race.cores(threads),
        "waiting for the GIL, share of their time": race.share(threads, GIL, UNKNOWN),
    }
    bars = speedup_bars("Count primes, against sequential", [(threads.words, speedup, "modes.threads")])
    return Measured(
        figures, {"threads": threads.workers}, (bars, race.pictures[threads]), race.others(), race.room(lab.here)
    )


def judge_threads_no_cpu(measured: Measured) -> Judgment:
    speedup = measured["threads against sequential"]
    waiting = figure(measured["waiting for the GIL, share of their time"])
    many = measured.facts["threads"]
    if speedup.below(SPEEDUP_BORDER):
        return Judgment(
            Verdict.HOLDS,
            f"{many} threads did {figure(speedup)} of the work of one. "
            f"They spent {waiting} of their time waiting for the GIL.",
        )
    if speedup.above(SPEEDUP_BORDER):
        return Judgment(
            Verdict.NOT,
            f"{many} threads did {figure(speedup)} of the work of one. "
            f"They used {figure(measured['cores used by the threads'])} and waited for the GIL {waiting}.",
        )
    return undecided("Threads against sequential:", speedup, f"{SPEEDUP_BORDER:g}×")


def measure_gil_one_core(lab: Lab) -> Measured:
    race, threads, _ = primes(lab)
    compress = lab.race("compress", contenders(lab), BLOCKS)
    figures = {
        "cores used, pure Python": race.cores(threads),
        "cores used, C code (zlib)": compress.cores(threads),
    }
    facts = {"threads": threads.workers, "gil": lab.here.gil}
    return Measured(figures, facts, (race.pictures[threads],), compress.others(), compress.room(lab.here))


def judge_gil_one_core(measured: Measured) -> Judgment:
    python, c_code = measured["cores used, pure Python"], measured["cores used, C code (zlib)"]
    many = measured.facts["threads"]
    if python.above(ONE_CORE_BORDER):
        why = "" if measured.facts["gil"] else " This Python runs without the GIL."
        return Judgment(Verdict.NOT, f"{many} threads of pure Python used {figure(python)}.{why}")
    if not python.below(ONE_CORE_BORDER):
        return undecided("Cores used by threads of pure Python:", python, f"{ONE_CORE_BORDER:g}")
    if c_code.above(ONE_CORE_BORDER):
        return Judgment(
            Verdict.LIMITS,
            f"{many} threads of pure Python used {figure(python)}. "
            f"But C code that releases the GIL used {figure(c_code)}.",
        )
    return Judgment(
        Verdict.HOLDS,
        f"{many} threads of pure Python used {figure(python)}. "
        f"Even C code that releases the GIL used no more than {figure(c_code)}.",
    )


def measure_processes_all_cores(lab: Lab) -> Measured:
    race, _, processes = primes(lab)
    speedup = race.speedup(processes, ONE)
    figures = {
        "processes against sequential": speedup,
        "cores used by the processes": race.cores(processes),
        "waiting for a core, share of their time": race.share(processes, CORE, UNKNOWN),
    }
    bars = speedup_bars("Count primes, against sequential", [(processes.words, speedup, "modes.processes")])
    facts = {"cores": min(lab.here.usable_cores, processes.workers), "processes": processes.workers}
    return Measured(figures, facts, (bars, race.pictures[processes]), race.others(), race.room(lab.here))


def judge_processes_all_cores(measured: Measured) -> Judgment:
    used, cores = measured["cores used by the processes"], measured.facts["cores"]
    speedup = figure(measured["processes against sequential"])
    border = ALL_CORES_SHARE * cores
    many = measured.facts["processes"]
    text = f"{many} processes used {figure(used)} of {cores:g} and did {speedup} of the work of one."
    if used.above(border):
        return Judgment(Verdict.HOLDS, f"{text} The rest went to the window, the system and waiting for a core.")
    if used.below(border):
        if used.above(ONE_CORE_BORDER):
            why = "Other programs, or cores that are not whole ones, kept the rest."
            return Judgment(Verdict.LIMITS, f"{text} {why}")
        return Judgment(Verdict.NOT, f"{text} That is no more than threads can have.")
    return undecided("Cores used by the processes:", used, f"{border:.2f} of {cores:g}")


_NO_CORE = "waiting for something other than a core, processes"


def measure_own_interpreter(lab: Lab) -> Measured:
    race, threads, processes = primes(lab)
    pids = [len({w.pid for w in s.workers}) for s in race.summaries[processes]]
    figures = {
        _NO_CORE: race.share(processes, GIL, UNKNOWN, WAITING),
        "waiting for the GIL, threads": race.share(threads, GIL, UNKNOWN),
    }
    if race.memory.get(processes):
        figures["memory of each process's own"] = mean(race.memory[processes], "MB", "blocks")
    facts = {"pids": min(pids), "processes": processes.workers}
    return Measured(figures, facts, (race.pictures[threads], race.pictures[processes]))


def judge_own_interpreter(measured: Measured) -> Judgment:
    waiting = measured[_NO_CORE]
    pids, processes = measured.facts["pids"], measured.facts["processes"]
    memory = measured.figures.get("memory of each process's own")
    own = f" with {figure(memory)} of their own each" if memory else ""
    if pids != processes:
        return Judgment(
            Verdict.NOT, f"{processes} workers had only {pids} process numbers. So some of them shared a process."
        )
    if waiting.below(NO_WAIT_SHARE):
        return Judgment(
            Verdict.HOLDS,
            f"{processes} workers were {pids} processes{own}. They waited for something other than a core "
            f"{figure(waiting)} of their time; threads waited for the GIL "
            f"{figure(measured['waiting for the GIL, threads'])}.",
        )
    if waiting.above(NO_WAIT_SHARE):
        return Judgment(
            Verdict.NOT, f"The processes waited for something other than a core {figure(waiting)} of their time. A "
            "GIL of their own would leave nothing to wait for.",
        )  # fmt: skip
    return undecided("Waiting for something other than a core:", waiting, f"{100 * NO_WAIT_SHARE:g} %")


CLAIMS = (
    Claim(
        1, "threads-no-cpu",
        "Threads do not speed up pure-Python computing.",
        "Count primes, sequentially and in as many threads as there are cores, in turn, block by block.",
        12, measure_threads_no_cpu, judge_threads_no_cpu, (is_prime, CountPrimes.step), two_cores, (PRIMES,),
    ),
    Claim(
        12, "gil-one-core",
        "Because of the GIL, Python threads cannot use more than one core.",
        "The CPU seconds a second of all threads together: with pure Python, and with C code that releases the GIL.",
        24, measure_gil_one_core, judge_gil_one_core, (is_prime, CountPrimes.step), two_cores, (PRIMES, COMPRESS),
    ),
    Claim(
        13, "processes-all-cores",
        "Processes use all cores.",
        "Count primes in as many processes as there are cores: the CPU seconds a second of all of them together.",
        12, measure_processes_all_cores, judge_processes_all_cores, (is_prime, CountPrimes.step), two_cores, (PRIMES,),
    ),
    Claim(
        14, "own-interpreter",
        "Each process has its own interpreter and its own GIL.",
        "Process numbers and memory of the workers, and whether they ever wait for anything but a core.",
        12, measure_own_interpreter, judge_own_interpreter, (is_prime, CountPrimes.step), races=(PRIMES,),
    ),
)  # fmt: skip
