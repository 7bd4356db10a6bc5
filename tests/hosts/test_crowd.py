"""How many are let in, for work of every kind: simulated workers whose accounts are computed, not measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from grandstand.hosts.crowd import LEAST, Crowd, Spent

FRAME = 33_000_000
Account = Callable[[int], tuple[float, float, float]]
"""Of so many inside: how many compute, wait for a core, wait for the GIL, on average."""


def python(others: float = 0.0) -> Account:
    """Arithmetic: one computes, or waits for a core for that share of the time; the rest waits for that one."""
    return lambda inside: (1 - others, others, inside - 1)


def waiting(computes: float, bracketed: bool = True) -> Account:
    """Each computes for a share of its time if nobody is in its way, and waits for something else for the rest."""

    def account(inside: int) -> tuple[float, float, float]:
        computing = min(1.0, computes * inside)
        behind = inside - computing / computes if computing == 1 else 0.0
        return computing, 0.0, behind if bracketed else inside - computing

    return account


def c_code(cores: int) -> Account:
    """Calls that let go of the GIL."""
    return lambda inside: (min(cores, inside), max(0, inside - cores), 0.0)


def settled(
    account: Account, workers: int, crowd: Crowd | None = None, frames: int = 150, told_apart: bool = True
) -> Crowd:
    """What comes of it within five seconds."""
    crowd = crowd or Crowd()
    for _ in range(frames):
        inside = min(crowd.most, workers)
        computing, core, interpreter = account(inside)
        if not told_apart:
            core, interpreter = 0.0, interpreter + core
        crowd.tell(Spent(*(int(FRAME * share) for share in (inside, computing, core, interpreter))), told_apart)
        crowd.judge(workers - crowd.most)
    return crowd


@pytest.mark.parametrize("workers", [3, 16, 64])
@pytest.mark.parametrize("others", [0.0, 0.3, 0.7])
@pytest.mark.parametrize("told_apart", [True, False])
def test_of_those_that_compute_in_python_two_are_inside(workers: int, others: float, told_apart: bool) -> None:
    """However much of their core other programs take."""
    assert settled(python(others), workers, told_apart=told_apart).most == LEAST


@pytest.mark.parametrize("workers", [3, 16, 64])
@pytest.mark.parametrize("bracketed", [True, False])
@pytest.mark.parametrize("computes", [0.0001, 0.002, 0.01])
def test_those_that_wait_for_something_else_all_come_in(workers: int, bracketed: bool, computes: float) -> None:
    assert settled(waiting(computes, bracketed), workers).most >= workers


@pytest.mark.parametrize(("computes", "bracketed"), [(0.0001, True), (0.01, True), (0.0001, False), (0.001, False)])
def test_they_do_where_the_system_tells_no_waits_apart(computes: float, bracketed: bool) -> None:
    assert settled(waiting(computes, bracketed), 64, told_apart=False).most >= 64


@pytest.mark.parametrize("computes", [0.1, 0.3, 0.5])
def test_of_those_that_do_both_as_many_are_inside_as_keep_the_interpreter_busy(computes: float) -> None:
    account = waiting(computes)
    inside = settled(account, 64).most
    assert account(inside)[0] >= 0.85
    assert inside <= 2 / computes


@pytest.mark.parametrize("cores", [2, 4, 16])
def test_those_in_c_code_take_every_core_and_not_many_more_places(cores: int) -> None:
    assert cores <= settled(c_code(cores), 64).most <= cores + 4


@pytest.mark.parametrize("before", [waiting(0.0001), waiting(0.0001, bracketed=False), c_code(16)])
def test_work_that_turns_into_computing_in_python_empties_the_place(before: Account) -> None:
    crowd = settled(before, 64)
    assert crowd.most > 10
    assert settled(python(), 64, crowd).most <= LEAST + 1


def test_nothing_told_nothing_changed() -> None:
    crowd = Crowd()
    for _ in range(100):
        crowd.judge(64)
    assert crowd.most == LEAST
    settled(waiting(0.0001), 64, crowd)
    crowd.reset()
    assert crowd.most == LEAST
