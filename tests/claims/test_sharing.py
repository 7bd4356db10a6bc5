"""Claims about sharing: the counters count exactly, and each verdict turns with the figures."""

from __future__ import annotations

import threading

import pytest
from grandstand.claims.base import Measured, Verdict
from grandstand.claims.groups import sharing as group
from grandstand.compare.statistics import Estimate, proportion
from grandstand.engine.experiments import printing, sharing
from grandstand.hosts.isolated import run_isolated

CALL = "updates lost, no lock, a call in between"
SPOILT = "runs that lost updates, no lock, a call in between"


class Forgetful(sharing.Variable):
    """Drops the writes whose numbers are in ``drop``; thread-safe together with a lock."""

    def __init__(self, drop: set[int]) -> None:
        self._value = 0
        self._writes = 0
        self._drop = drop

    @property
    def value(self) -> int:  # type: ignore[override]
        return self._value

    @value.setter
    def value(self, new: int) -> None:
        self._writes += 1
        if self._writes not in self._drop:
            self._value = new


@pytest.mark.parametrize("dropped", [0, 1, 7, 250, 2_000])
def test_exactly_the_losses_put_in_are_counted(dropped: int) -> None:
    variable = Forgetful(set(range(1, 2_001, 2_000 // dropped)) if dropped else set())
    tally = sharing.race(sharing.with_lock, variable, 1_000, lambda *_: None)
    assert sum(tally.made) == 2_000
    assert tally.lost == len(variable._drop)


def test_a_tally_counts_from_where_the_variable_stood() -> None:
    variable = sharing.Variable()
    variable.value = 40
    tally = sharing.Tally(variable, 2)
    tally.made[:] = [3, 2]
    variable.value = 44
    assert tally.lost == 1


@pytest.mark.parametrize("way", [update for update, _ in sharing.WAYS.values()])
def test_one_thread_alone_loses_nothing(way: sharing.Update) -> None:
    variable = sharing.Variable()
    assert way(variable, 1_000, threading.Lock()) == variable.value == 1_000


def test_a_loss_is_found_in_the_records() -> None:
    mine = [(0, 1, 0), (10, 50, 1)]
    theirs = [(2, 3, 1), (12, 13, 1), (14, 15, 2), (16, 17, 3), (60, 61, 2)]
    found = sharing.find_loss([mine, theirs])
    assert found == {"worker": 0, "read": 1, "wrote": 2, "others": 3, "first": 2, "last": 4}
    swapped = sharing.find_loss([theirs, mine])
    assert swapped is not None
    assert swapped["worker"] == 1


def test_no_loss_is_found_where_there_is_none() -> None:
    assert sharing.find_loss([[(0, 1, 0), (10, 50, 4)], [(2, 3, 1), (12, 13, 2), (14, 15, 3), (60, 61, 5)]]) is None


def updates(lost_call: int = 900, runs: int = 8, lost_plus: int = 0, lost_lock: int = 0, gil: bool = True) -> Measured:
    spoilt = proportion(runs if lost_call else 0, runs, how="runs")
    figures = {CALL: Estimate(lost_call / 9_000, "", 0.0, 0.2, runs), SPOILT: spoilt}
    facts = {"lost call": lost_call, "lost plus": lost_plus, "lost lock": lost_lock, "gil": gil}
    return Measured(figures, {**facts, "made call": 9_000, "made plus": 9_000, "made lock": 9_000})


@pytest.mark.parametrize(
    ("measured", "verdict", "words"),
    [
        (updates(), Verdict.LIMITS, "the GIL changes hands only at calls"),
        (updates(gil=False), Verdict.LIMITS, "no GIL to thank"),
        (updates(lost_plus=1), Verdict.HOLDS, "and so were 1 of"),
        (updates(lost_lock=1), Verdict.NOT, "With the lock, 1 of"),
        (updates(lost_plus=5, lost_lock=3), Verdict.NOT, "With the lock, 3 of"),
        (updates(lost_call=0, runs=8), Verdict.UNDECIDED, "the interval lies across 5 %"),
        (updates(lost_call=0, runs=72), Verdict.UNDECIDED, "the interval lies across 5 %"),
        (updates(lost_call=0, runs=80), Verdict.NOT, "80 runs"),
    ],
)
def test_lost_updates_turn(measured: Measured, verdict: Verdict, words: str) -> None:
    judgment = group.judge_lost_updates(measured)
    assert judgment.verdict is verdict
    assert words in judgment.reason


def lock(waiting: tuple[float, float], left: tuple[float, float], free: tuple[float, float]) -> Measured:
    def between(unit: str, low: float, high: float) -> Estimate:
        return Estimate((low + high) / 2, unit, low, high, 5, "blocks")

    figures = {
        "waiting for the lock, share of their time": between("", *waiting),
        "throughput with the lock against without": between("×", *left),
        "cores used without": between("cores", *free),
    }
    return Measured(figures, {"threads": 2})


TWO, ONE, ABOUT = (1.9, 2.0), (0.9, 1.0), (1.4, 1.6)


@pytest.mark.parametrize(
    ("waiting", "left", "free", "verdict"),
    [
        ((0.40, 0.50), (0.45, 0.55), TWO, Verdict.HOLDS),
        ((0.40, 0.50), (0.45, 0.55), ABOUT, Verdict.HOLDS),
        ((0.051, 0.06), (0.90, 0.949), TWO, Verdict.HOLDS),
        ((0.051, 0.06), (0.951, 1.01), TWO, Verdict.LIMITS),
        ((0.40, 0.50), (0.94, 0.96), TWO, Verdict.UNDECIDED),
        ((0.04, 0.06), (0.45, 0.55), TWO, Verdict.UNDECIDED),
        ((0.00, 0.049), (0.45, 0.55), TWO, Verdict.NOT),
        ((0.00, 0.00), (0.98, 1.02), TWO, Verdict.NOT),
        ((0.00, 0.00), (0.98, 1.02), ABOUT, Verdict.UNDECIDED),
        ((0.00, 0.00), (0.98, 1.02), ONE, Verdict.UNDECIDED),
        ((0.051, 0.06), (0.98, 1.02), ONE, Verdict.UNDECIDED),
    ],
)
def test_lock_waits_turns(
    waiting: tuple[float, float], left: tuple[float, float], free: tuple[float, float], verdict: Verdict
) -> None:
    assert group.judge_lock_waits(lock(waiting, left, free)).verdict is verdict


@pytest.mark.parametrize(
    ("text", "count", "marked"),
    [
        ("a\nb\nb\n", 0, []),
        ("b\na\nb\n", 0, []),
        ("ab\n\nb\n", 2, [0, 1]),
        ("a\nb\n", 1, []),
        ("a\nb\nb\nb\n", 0, [3]),
        ("a\nb\nb", 0, []),
        ("", 3, [0]),
    ],
)
def test_broken_lines_are_counted(text: str, count: int, marked: list[int]) -> None:
    wanted = printing.collections.Counter({"a": 1, "b": 2})
    assert printing.broken(text, wanted) == (count, marked)
    assert wanted.total() == 3


def printed(unlocked: int = 400, locked: int = 0, terminal: int = 0, repeats: int = 24) -> Measured:
    figures = {
        "broken lines, no lock": Estimate(unlocked / 1_000, "", 0.3, 0.5, repeats),
        "repeats with broken lines, no lock": proportion(repeats if unlocked else 0, repeats, how="repeats"),
    }
    facts = {"broken unlocked": unlocked, "broken locked": locked, "broken terminal": terminal, "printed": 1_000}
    return Measured(figures, facts)


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        (printed(), Verdict.LIMITS),
        (printed(terminal=1), Verdict.HOLDS),
        (printed(locked=1), Verdict.NOT),
        (printed(terminal=9, locked=1), Verdict.NOT),
        (printed(unlocked=0), Verdict.UNDECIDED),
        (printed(unlocked=0, repeats=72), Verdict.UNDECIDED),
        (printed(unlocked=0, repeats=80), Verdict.NOT),
    ],
)
def test_print_lock_turns(measured: Measured, verdict: Verdict) -> None:
    assert group.judge_print_lock(measured).verdict is verdict


def test_a_locked_print_is_whole_and_shown() -> None:
    found = run_isolated("grandstand.engine.experiments.printing:jumbled", {"repeats": 2}, 30, lambda said: None)
    assert found["broken"]["locked"] == [0, 0]
    assert found["marked"]["locked"] == []
    _, text, marked = group._some("x", found["texts"]["locked"], [])
    assert len(text.splitlines()) == group.LINES_SHOWN
    assert marked == ()


def test_the_lines_shown_begin_near_the_first_broken_one() -> None:
    text = "".join(f"{i}\n" for i in range(50))
    assert group._some("x", text, [9, 12, 40]) == ("x", "\n".join(str(i) for i in range(7, 19)), (2, 5))


def test_updates_of_a_real_run() -> None:
    found = run_isolated("grandstand.engine.experiments.sharing:lost_updates", {"repeats": 1}, 30, lambda said: None)
    assert found["lost"]["lock"] == [0]
    for way, (_, each) in sharing.WAYS.items():
        assert found["made"][way] == [2 * each]
        assert 0 <= found["lost"][way][0] < 2 * each
