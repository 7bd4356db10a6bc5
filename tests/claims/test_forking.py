"""The rules for claims about fork, on both sides of each border, and the experiments they look at."""

from __future__ import annotations

import dataclasses
import multiprocessing
import sys

import pytest
from grandstand.claims.base import Measured, Verdict
from grandstand.claims.check import check_one, claim
from grandstand.claims.groups import forking as f
from grandstand.claims.groups.processes import apart
from grandstand.claims.lab import Lab
from grandstand.compare.statistics import Estimate, proportion

needs_fork = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="this system has no fork"
)


def share(count: int, of: int) -> Estimate:
    return proportion(count, of, how="repeats")


# -- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plain", "made", "seeded", "of", "verdict"),
    [
        (0, 4, 0, 4, Verdict.LIMITS),
        (4, 0, 0, 4, Verdict.LIMITS),
        (0, 0, 0, 4, Verdict.HOLDS),
        (4, 4, 0, 4, Verdict.NOT),
        (0, 2, 0, 4, Verdict.UNDECIDED),
        (0, 0, 0, 3, Verdict.UNDECIDED),
        (0, 4, 2, 4, Verdict.UNDECIDED),
        (0, 4, 4, 4, Verdict.UNDECIDED),  # not even a new seed helped: so something else is wrong
    ],
)
def test_same_random(plain: int, made: int, seeded: int, of: int, verdict: Verdict) -> None:
    counts = {f.INHERITED["random"]: plain, f.INHERITED["Random()"]: made}
    counts |= {f.SEEDED["random"]: seeded, f.SEEDED["Random()"]: 0}
    figures = {f"repeats in which workers drew the same number, {name}": share(n, of) for name, n in counts.items()}
    judgment = f.judge_same_random(Measured(figures, {"names": ["random", "Random()"], "numpy": False}))
    assert judgment.verdict is verdict
    assert ("numpy was not tested" in judgment.reason) is (verdict is not Verdict.UNDECIDED)


@pytest.mark.parametrize(
    ("lock", "queue", "free", "spawn", "of", "verdict"),
    [
        (4, 4, 0, 0, 4, Verdict.NOT),
        (4, 0, 0, 0, 4, Verdict.NOT),
        (0, 4, 0, 0, 4, Verdict.NOT),
        (0, 0, 0, 0, 4, Verdict.HOLDS),
        (2, 0, 0, 0, 4, Verdict.UNDECIDED),
        (0, 2, 0, 0, 4, Verdict.UNDECIDED),
        (0, 0, 0, 0, 3, Verdict.UNDECIDED),
        (4, 4, 2, 0, 4, Verdict.UNDECIDED),  # what cannot deadlock seemed to
        (4, 4, 0, 4, 4, Verdict.UNDECIDED),
    ],
)
def test_fork_threads(lock: int, queue: int, free: int, spawn: int, of: int, verdict: Verdict) -> None:
    counts = {"lock": lock, "queue": queue, "logging": 0, "free": free, "spawn": spawn}
    figures = {f"children that deadlocked, {f.CASES[case]}": share(n, of) for case, n in counts.items()}
    figures["forks beside a thread that Python warned of"] = share(8, 8)
    judgment = f.judge_fork_threads(Measured(figures))
    assert judgment.verdict is verdict
    if verdict is Verdict.NOT:
        assert "warned of 8 of 8" in judgment.reason


@pytest.mark.parametrize("ident", ["same-random", "fork-threads"])
def test_without_fork_there_is_nothing_to_test(ident: str) -> None:
    lab = Lab()
    lab.here = dataclasses.replace(lab.here, start_methods=("spawn",))
    result = check_one(claim(ident), lab)
    assert result.verdict is Verdict.NOT_TESTABLE
    assert "fork" in result.reason


# -- experiments ------------------------------------------------------------------------------------------------------


@needs_fork
def test_only_generators_that_are_seeded_anew_differ() -> None:
    drawn = apart(Lab(), "random_numbers:forked_draws", repeats=2, workers=3)
    for kind in ("inherited", "seeded"):
        for name, repeats in drawn[kind].items():
            assert [len(numbers) for numbers in repeats] == [3, 3]
            differ = kind == "seeded" or name == "random"
            assert [len(set(numbers)) for numbers in repeats] == [3 if differ else 1] * 2, name
            assert repeats[0] != repeats[1]
    assert drawn["numpy"] is ("numpy.random" in drawn["inherited"])


@needs_fork
def test_a_child_that_is_forked_with_a_held_lock_hangs_there() -> None:
    found = apart(Lab(), "fork_locks:forked_while_held", repeats=1)
    stuck = {case: trial["stuck"] for case, (trial,) in found.items()}
    assert stuck == {"lock": True, "queue": True, "logging": False, "free": False, "spawn": False}
    assert "with LOCK" in found["lock"][0]["stack"]
    assert "BOX.put" in found["queue"][0]["stack"]
    warns = sys.version_info >= (3, 12)
    assert found["lock"][0]["warned"] is found["queue"][0]["warned"] is warns
    assert not found["spawn"][0]["warned"]
