"""Claims about the life of threads: each verdict turns with the figures, and the child is seen from outside."""

from __future__ import annotations

import pytest
from grandstand.claims.base import Measured, Verdict
from grandstand.claims.groups import threads as group
from grandstand.compare.statistics import Estimate, proportion
from grandstand.engine.experiments import daemons


def lives(cut: int = 6, done: int = 6, last: int = 0) -> Measured:
    figures = {
        "repeats in which the daemon's work was cut off": proportion(cut, 6),
        "repeats in which the other thread's work was done": proportion(done, 6),
        "repeats in which the daemon's finally ran": proportion(last, 6),
        "process gone after its main thread, daemon": Estimate(6.0, "ms", 5.0, 7.0, 6),
        "process gone after its main thread, not a daemon": Estimate(240.0, "ms", 230.0, 250.0, 6),
    }
    return Measured(figures)


@pytest.mark.parametrize(
    ("measured", "verdict", "words"),
    [
        (lives(), Verdict.HOLDS, "its finally did not run"),
        (lives(last=2), Verdict.HOLDS, "its finally ran in 2 of them"),
        (lives(cut=0), Verdict.NOT, "cut off in 0 of 6"),
        (lives(done=0), Verdict.NOT, "was done in 0"),
        (lives(cut=5), Verdict.UNDECIDED, "do not agree"),
        (lives(done=1), Verdict.UNDECIDED, "do not agree"),
        (lives(cut=0, done=3), Verdict.UNDECIDED, "do not agree"),
    ],
)
def test_daemon_threads_turn(measured: Measured, verdict: Verdict, words: str) -> None:
    judgment = group.judge_daemon_threads(measured)
    assert judgment.verdict is verdict
    assert words in judgment.reason


def test_a_daemon_dies_and_another_thread_does_not() -> None:
    dead, alive = daemons.watch("daemon"), daemons.watch("other")
    assert dead["started"] < dead["began"] < dead["main"] < dead["gone"]
    assert "done" not in dead
    assert alive["main"] < alive["done"] <= alive["finally"] < alive["gone"]
    assert alive["gone"] - alive["main"] > 0.1e9
    picture = group._lives("daemon", dead)
    assert [label for label, _ in picture.rows] == ["process", "main thread", "other thread"]
    assert picture.rows[2][1][0].text == "work, cut off"
    assert 0 < picture.marks[0][0] < picture.seconds


def attempts(
    deadlocks: int = 15, of: int = 40, raised: int = 0, printed: int = 0, used: tuple[float, float] = (0.0, 0.001)
) -> Measured:
    figures = {"attempts that deadlocked": proportion(deadlocks, of, how="attempts")}
    if deadlocks:
        figures["used while it stood still"] = Estimate(sum(used) / 2, "cores", *used, 6, "deadlocks")
    facts = {"deadlocks": deadlocks, "raised": raised, "printed": printed, "alone": 5, "transfers": 3_000}
    return Measured(figures, facts)


@pytest.mark.parametrize(
    ("measured", "verdict", "words"),
    [
        (attempts(), Verdict.HOLDS, "ended well in 25 of 40 attempts and stood still in 15"),
        (attempts(deadlocks=1), Verdict.HOLDS, "stood still in 1"),
        (attempts(deadlocks=39), Verdict.HOLDS, "ended well in 1 of 40"),
        (attempts(deadlocks=40), Verdict.LIMITS, "every time"),
        (attempts(raised=1), Verdict.LIMITS, "1 exceptions"),
        (attempts(printed=80), Verdict.LIMITS, "80 characters"),
        (attempts(used=(0.0, 0.049)), Verdict.HOLDS, "printed nothing"),
        (attempts(used=(0.051, 1.0)), Verdict.LIMITS, "task manager"),
        (attempts(used=(0.04, 0.06)), Verdict.UNDECIDED, "the interval lies across"),
        (attempts(deadlocks=0, of=40), Verdict.UNDECIDED, "No attempt deadlocked"),
        (attempts(deadlocks=0, of=50), Verdict.NOT, "50 attempts"),
    ],
)
def test_threads_harder_turns(measured: Measured, verdict: Verdict, words: str) -> None:
    judgment = group.judge_threads_harder(measured)
    assert judgment.verdict is verdict
    assert words in judgment.reason
