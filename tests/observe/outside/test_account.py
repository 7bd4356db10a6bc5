"""A thread's account from looks at it: exact where the kernel counts, divided by looks where it does not."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from grandstand.engine.messages import COMPUTING, CORE, GIL, IO, LOCK, SUSPENDED, WAITING
from grandstand.observe.outside.account import Account
from grandstand.observe.outside.waits import UNNAMED

MS = 1_000_000
LATE = 100 * MS


class Life:
    """A thread that does ``stretches`` of (state, ns) over and over, and can be looked at any time."""

    def __init__(self, *stretches: tuple[int, int]) -> None:
        self.stretches = stretches
        self.period = sum(length for _, length in stretches)

    def state(self, t: int) -> int:
        t %= self.period
        for state, length in self.stretches:
            if t < length:
                return COMPUTING if state == CORE else state
            t -= length
        raise AssertionError

    def total(self, wanted: int, t: int) -> int:
        whole, rest = divmod(t, self.period)
        found = whole * sum(length for state, length in self.stretches if state == wanted)
        for state, length in self.stretches:
            found += min(rest, length) if state == wanted else 0
            rest = max(0, rest - length)
        return found


def watched(life: Life, seconds: float, every: int, seed: int = 1) -> Account:
    chance = random.Random(seed)
    account = Account()
    t = 10**12
    account.begin(t, life.total(COMPUTING, t), life.total(CORE, t), life.state(t))
    until = t + int(seconds * 1e9)
    while t < until:
        t += int(every * chance.uniform(0.6, 1.4))
        account.look(t, life.total(COMPUTING, t), life.total(CORE, t), life.state(t), LATE)
    account.finish(t)
    return account


def shares(account: Account) -> dict[int, float]:
    whole = account.at_ns - account.since_ns
    return {state: ns / whole for state, ns in enumerate(account.states_ns) if ns}


@pytest.mark.parametrize(
    "life",
    [
        Life((COMPUTING, 5 * MS), (GIL, 15 * MS)),
        Life((COMPUTING, 1 * MS), (IO, 30 * MS), (GIL, 4 * MS)),
        Life((COMPUTING, 2 * MS), (LOCK, 3 * MS), (GIL, 1 * MS), (CORE, 2 * MS)),
        Life((COMPUTING, 40 * MS), (IO, 2 * MS), (LOCK, 7 * MS)),
        Life((GIL, 200 * MS), (COMPUTING, 1 * MS)),
    ],
)
def test_shares_are_those_of_the_thread(life: Life):
    found = shares(watched(life, 30, 10 * MS))
    for state, length in life.stretches:
        exact = state in (COMPUTING, CORE)
        assert found[state] == pytest.approx(length / life.period, abs=0.003 if exact else 0.015)


def test_it_adds_up():
    account = watched(Life((COMPUTING, 5 * MS), (GIL, 15 * MS), (CORE, 2 * MS)), 5, 8 * MS)
    assert sum(account.states_ns) + account.unseen_ns == account.at_ns - account.since_ns


def test_cpu_time_that_comes_late_is_given_back():
    """The kernel counts a thread that runs only at its ticks."""
    account = Account()
    account.begin(0 + MS, 0, 0, IO)
    for tick in range(1, 1001):
        account.look(MS + tick * MS, tick // 4 * 4 * MS, 0, COMPUTING, LATE)
    account.finish(1001 * MS)
    assert account.states_ns[COMPUTING] == 1000 * MS
    assert sum(account.states_ns) == 1000 * MS


def test_what_came_late_was_not_seen():
    account = Account()
    account.begin(MS, 0, 0, IO)
    account.look(11 * MS, 0, 0, IO, LATE)
    account.look(511 * MS, 20 * MS, 5 * MS, LOCK, LATE)
    account.look(521 * MS, 20 * MS, 5 * MS, LOCK, LATE)
    account.finish(521 * MS)
    assert account.unseen_ns == 475 * MS
    assert account.states_ns[COMPUTING] == 20 * MS
    assert account.states_ns[CORE] == 5 * MS
    assert account.states_ns[IO] + account.states_ns[LOCK] == 20 * MS
    drawn = account.take()
    assert all(not (end > 11 * MS and start < 511 * MS) for _, start, end in zip(*[iter(drawn)] * 3, strict=True))


def test_who_has_not_run_is_known_to_have_waited_however_late_the_look_is():
    account = Account()
    account.begin(MS, 0, 0, IO)
    account.rests(5001 * MS)
    account.finish(5001 * MS)
    assert account.states_ns[IO] == 5000 * MS
    assert account.take() == [IO, MS, 5001 * MS]


def test_a_wait_that_nobody_saw_is_just_waiting():
    account = Account()
    account.begin(MS, 0, 0, COMPUTING)
    account.look(11 * MS, 4 * MS, 0, COMPUTING, LATE)
    account.finish(11 * MS)
    assert account.states_ns[COMPUTING] == 4 * MS
    assert account.states_ns[WAITING] == 6 * MS


def test_suspension_is_a_state_of_its_own():
    account = Account()
    account.begin(MS, 0, 0, COMPUTING)
    account.look(11 * MS, 10 * MS, 0, COMPUTING, LATE)
    account.look(21 * MS, 10 * MS, 0, SUSPENDED, LATE)
    account.rests(1021 * MS)
    account.finish(1021 * MS)
    assert account.states_ns[SUSPENDED] == pytest.approx(1010 * MS, abs=1)


def test_slices_are_in_order_and_do_not_overlap():
    account = watched(Life((COMPUTING, 5 * MS), (GIL, 12 * MS), (CORE, 3 * MS)), 3, 9 * MS)
    drawn = list(zip(*[iter(account.take())] * 3, strict=True))
    assert drawn[0][1] >= account.since_ns
    assert all(start < end for _, start, end in drawn)
    assert all(before[2] == after[1] for before, after in pairwise(drawn))
    assert {state for state, _, _ in drawn} == {COMPUTING, GIL, CORE}


def test_waits_get_their_names_when_they_are_known():
    account = Account()
    account.begin(MS, 0, 0, UNNAMED, 0x10)
    account.rests(101 * MS)
    account.look(201 * MS, 0, 0, UNNAMED, LATE, 0x20)
    account.rests(401 * MS)
    assert account.so_far()[WAITING] == 400 * MS
    account.name_waits(lambda address: {0x10: GIL, 0x20: LOCK}[address])
    account.finish(401 * MS)
    assert account.states_ns[GIL] == 150 * MS
    assert account.states_ns[LOCK] == 250 * MS


def test_waits_that_never_get_a_name_are_just_waiting():
    account = Account()
    account.begin(MS, 0, 0, UNNAMED, 0x10)
    account.rests(30_000 * MS)
    assert account.states_ns[WAITING] == 29_999 * MS
    assert account.row(1)[5] == WAITING


def test_a_wait_for_a_core_that_began_before_the_first_look_is_not_all_ours():
    """The kernel adds it up when it ends."""
    account = Account()
    account.begin(1000 * MS, 0, 0, COMPUTING)
    account.look(1010 * MS, 0, 0, COMPUTING, LATE)
    account.look(1020 * MS, 4 * MS, 500 * MS, COMPUTING, LATE)
    account.finish(1020 * MS)
    assert account.states_ns[CORE] == 16 * MS
    assert sum(account.states_ns) == 20 * MS
