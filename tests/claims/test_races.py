"""Rules of claims about computing, waiting and windows, with made-up measurements on both sides of each border."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from grandstand.claims.base import Judgment, Measured, Verdict, two_cores
from grandstand.claims.check import check_one, claims
from grandstand.claims.groups import computing, gui, queues, rules_of_thumb, waiting
from grandstand.claims.here import Here
from grandstand.claims.races import Race
from grandstand.claims.rules import quiet, unhindered
from grandstand.compare.leg import Setup
from grandstand.compare.statistics import Estimate

UP, DOWN, ACROSS = 1.5, 1.0, 1.15
"""Centers of speedups well above, well below and at the border of 1.15."""


def about(value: float, unit: str = "×", half: float = 0.02) -> Estimate:
    return Estimate(value, unit, value * (1 - half), value * (1 + half), 6, "pairs of blocks")


def threads_no_cpu(speedup: float) -> Measured:
    return Measured(
        {
            "threads against sequential": about(speedup),
            "cores used by the threads": about(1.0, "cores"),
            "waiting for the GIL, share of their time": about(0.5, ""),
        },
        {"threads": 2},
    )


def gil_one_core(python: float, c_code: float, gil: bool = True) -> Measured:
    figures = {"cores used, pure Python": about(python, "cores"), "cores used, C code (zlib)": about(c_code, "cores")}
    return Measured(figures, {"threads": 2, "gil": gil})


def processes_all_cores(used: float, cores: int = 2) -> Measured:
    return Measured(
        {
            "processes against sequential": about(used),
            "cores used by the processes": about(used, "cores"),
            "waiting for a core, share of their time": about(0.02, ""),
        },
        {"cores": cores, "processes": cores},
    )


def own_interpreter(waiting_share: float, pids: int = 2, memory: bool = True) -> Measured:
    figures = {
        "waiting for something other than a core, processes": about(waiting_share, ""),
        "waiting for the GIL, threads": about(0.5, ""),
    }
    if memory:
        figures["memory of each process's own"] = about(3.6, "MB")
    return Measured(figures, {"pids": pids, "processes": 2})


def threads_io(speedup: float) -> Measured:
    return Measured(
        {
            "8 threads against sequential": about(speedup),
            "32 threads against sequential": about(4 * speedup),
            "waiting for I/O, share of the time of 8 threads": about(0.97, ""),
        }
    )


def combine(faster: float, different: int = 0) -> Measured:
    same = Estimate(1 - different / 7, "", 0.6, 1.0, 7, "repeats")
    return Measured(
        {"threads faster than running sequentially": about(faster), "repeats with the same checksum": same},
        {"different": different},
    )


def c_code(speedup: float) -> Measured:
    return Measured(
        {"threads against sequential, zlib": about(speedup), "cores used by the threads": about(1.9, "cores")},
        {"threads": 2},
    )


def thumb(primes: float = 2.0, compress: float = 1.0, fetch: float = 1.0, wait: float = 1.0) -> Measured:
    titles = rules_of_thumb.WORTH_CALLING
    values = {"primes": primes, "compress": compress, "fetch": fetch, "wait": wait}
    return Measured({f"processes against threads, {titles[key]}": about(value) for key, value in values.items()})


def window(blocked: float = 400, thread: float = 40, four: float = 40, slower: float = 1.0) -> Measured:
    values = {"window": blocked, "qthread": thread, "four": four, "slots": 34.0, "process": 34.0}
    figures = {f"longest gap between frames, {gui.WAYS[way]}": about(ms, "ms") for way, ms in values.items()}
    figures["nine of ten gaps, in a QThread against in a process"] = about(slower)
    return Measured(figures)


def ten_jobs(once: int = 12, early: int = 0, late_ms: float = 0.1) -> Measured:
    return Measured(
        {
            "repeats in which each job was done exactly once": Estimate(once / 12, "", 0.7, 1.0, 12, "repeats"),
            "from the end of the last job until join went on": about(late_ms, "ms"),
        },
        {"early": early},
    )


HOLDS, LIMITS, NOT, OPEN = Verdict.HOLDS, Verdict.LIMITS, Verdict.NOT, Verdict.UNDECIDED
CASES: list[tuple[Callable[[Measured], Any], Measured, Verdict]] = [
    (computing.judge_threads_no_cpu, threads_no_cpu(DOWN), HOLDS),
    (computing.judge_threads_no_cpu, threads_no_cpu(UP), NOT),
    (computing.judge_threads_no_cpu, threads_no_cpu(ACROSS), OPEN),
    (computing.judge_gil_one_core, gil_one_core(1.0, 1.9), LIMITS),
    (computing.judge_gil_one_core, gil_one_core(1.0, 1.0), HOLDS),
    (computing.judge_gil_one_core, gil_one_core(1.9, 1.9, gil=False), NOT),
    (computing.judge_gil_one_core, gil_one_core(ACROSS, 1.9), OPEN),
    (computing.judge_processes_all_cores, processes_all_cores(1.95), HOLDS),
    (computing.judge_processes_all_cores, processes_all_cores(1.4), LIMITS),
    (computing.judge_processes_all_cores, processes_all_cores(1.0), NOT),
    (computing.judge_processes_all_cores, processes_all_cores(1.7), OPEN),
    (computing.judge_own_interpreter, own_interpreter(0.001), HOLDS),
    (computing.judge_own_interpreter, own_interpreter(0.001, memory=False), HOLDS),
    (computing.judge_own_interpreter, own_interpreter(0.2), NOT),
    (computing.judge_own_interpreter, own_interpreter(0.001, pids=1), NOT),
    (computing.judge_own_interpreter, own_interpreter(0.03), OPEN),
    (waiting.judge_threads_io, threads_io(8.0), HOLDS),
    (waiting.judge_threads_io, threads_io(2.0), LIMITS),
    (waiting.judge_threads_io, threads_io(1.0), NOT),
    (waiting.judge_threads_io, threads_io(ACROSS), OPEN),
    (waiting.judge_threads_combine, combine(10.0), HOLDS),
    (waiting.judge_threads_combine, combine(1.0), LIMITS),
    (waiting.judge_threads_combine, combine(10.0, different=1), NOT),
    (waiting.judge_threads_combine, combine(ACROSS), OPEN),
    (rules_of_thumb.judge_c_code, c_code(1.9), HOLDS),
    (rules_of_thumb.judge_c_code, c_code(1.0), NOT),
    (rules_of_thumb.judge_c_code, c_code(ACROSS), OPEN),
    (rules_of_thumb.judge_rule_of_thumb, thumb(), LIMITS),
    (rules_of_thumb.judge_rule_of_thumb, thumb(compress=1.8), HOLDS),
    (rules_of_thumb.judge_rule_of_thumb, thumb(primes=1.0), NOT),
    (rules_of_thumb.judge_rule_of_thumb, thumb(fetch=1.6), NOT),
    (rules_of_thumb.judge_rule_of_thumb, thumb(wait=1.6), NOT),
    (rules_of_thumb.judge_rule_of_thumb, thumb(wait=ACROSS), OPEN),
    (rules_of_thumb.judge_rule_of_thumb, thumb(primes=ACROSS), OPEN),
    (gui.judge_gui, window(), HOLDS),
    (gui.judge_gui, window(four=300), LIMITS),
    (gui.judge_gui, window(slower=1.4), LIMITS),
    (gui.judge_gui, window(thread=130), LIMITS),
    (gui.judge_gui, window(thread=390), NOT),
    (gui.judge_gui, window(blocked=40), NOT),
    (gui.judge_gui, window(blocked=100), OPEN),
    (gui.judge_gui, window(four=100), OPEN),
    (queues.judge_queue_workers, ten_jobs(), HOLDS),
    (queues.judge_queue_workers, ten_jobs(late_ms=200), LIMITS),
    (queues.judge_queue_workers, ten_jobs(once=11), NOT),
    (queues.judge_queue_workers, ten_jobs(early=1), NOT),
]


@pytest.mark.parametrize(("judge", "measured", "verdict"), CASES, ids=lambda x: getattr(x, "__name__", None))
def test_the_verdict_follows_from_the_figures(
    judge: Callable[[Measured], Any], measured: Measured, verdict: Verdict
) -> None:
    said = judge(measured)
    assert said.verdict is verdict
    assert said.reason.endswith(".")
    assert any(character.isdigit() for character in said.reason), "a reason brings its figures"


def test_one_core_cannot_tell() -> None:
    def here(cores: int) -> Here:
        return Here(cores, "linux", ("fork",), True, True)

    assert "two cores" in two_cores(here(1))
    assert two_cores(here(2)) == ""


@pytest.mark.parametrize(("quota", "words"), [(1.0, "the time of one core"), (0.5, "0.5 cores"), (1.99, "1.99 cores")])
def test_a_quota_of_less_than_two_cores_cannot_tell(quota: float, words: str) -> None:
    here = Here(4, "linux", ("fork",), True, True, quota)
    assert "the CPU quota gives" in two_cores(here)
    assert words in two_cores(here)
    for claim in (c for c in claims() if c.needs is two_cores):
        result = check_one(claim, SimpleNamespace(here=here))
        assert result.verdict is Verdict.NOT_TESTABLE
        assert words in result.reason


@pytest.mark.parametrize("quota", [2.0, 2.5, 64.0, None])
def test_a_quota_of_two_cores_and_more_can(quota: float | None) -> None:
    assert two_cores(Here(4, "linux", ("fork",), True, True, quota)) == ""


def test_processes_use_all_that_a_quota_gives() -> None:
    """Three processes under a quota of 2.5 cores have those 2.5 and not three."""
    here = Here(8, "linux", ("fork",), True, True, 2.5)
    assert (here.usable_cores, here.whole_cores) == (2.5, 3)
    figures = {
        "processes against sequential": about(2.4, "×"), "cores used by the processes": about(2.4, "cores"),
        "waiting for a core, share of their time": about(0.2, ""),
    }  # fmt: skip
    for cores, verdict in ((2.5, HOLDS), (3, LIMITS)):
        said = computing.judge_processes_all_cores(Measured(figures, {"cores": cores, "processes": 3}))
        assert said.verdict is verdict
        assert f"of {cores:g} and did" in said.reason


@pytest.mark.parametrize(("held", "verdict"), [(0.0, NOT), (0.05, NOT), (0.4, OPEN), (1.0, OPEN)])
def test_times_under_a_quota_that_held_everybody_back_decide_nothing(held: float, verdict: Verdict) -> None:
    said = unhindered(held, Judgment(NOT, "It took 90 ms. That is long."))
    assert said.verdict is verdict
    if verdict is OPEN:
        assert "it would be called 'does not hold'" in said.reason
    open_before = unhindered(held, Judgment(OPEN, "It lies across."))
    assert open_before.verdict is OPEN
    assert ("CPU quota" in open_before.reason) is (held >= 0.1)


@pytest.mark.parametrize(("others", "verdict"), [(0.1, HOLDS), (0.19, HOLDS), (0.21, OPEN), (1.5, OPEN)])
def test_where_other_programs_had_the_cores_nothing_is_decided(others: float, verdict: Verdict) -> None:
    measured = dataclasses.replace(threads_no_cpu(DOWN), others=about(others, "cores"), room=0.2)
    said = quiet(measured, computing.judge_threads_no_cpu(measured))
    assert said.verdict is verdict
    if verdict is OPEN:
        assert "it would be called 'holds'" in said.reason


@pytest.mark.parametrize(
    ("cores", "quota", "workers", "room"),
    [
        (2, None, 2, 0.2), (8, None, 8, 0.8), (64, None, 8, 56.8), (2, None, 32, 0.2),
        (2, 1.0, 2, 1.1), (64, 1.5, 2, 62.65), (4, 8.0, 4, 0.4),
    ],
)  # fmt: skip
def test_others_are_in_the_way_only_where_cores_are_short(
    cores: int, quota: float | None, workers: int, room: float
) -> None:
    race = Race("primes", (Setup("sequential", 1), Setup("threads", workers)), 0.5)
    assert race.room(Here(cores, "linux", ("fork",), True, True, quota)) == pytest.approx(room)
