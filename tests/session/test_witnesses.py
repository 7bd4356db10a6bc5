"""What workers say of themselves beside what was seen of them: compared over the same time, and judged."""

from __future__ import annotations

from array import array

import pytest
from grandstand.engine import messages as m
from grandstand.engine.observed import ROW_HEAD, ThreadsSeen
from grandstand.session.witnesses import Witnesses

from tests.session.made import T0, S

PID, THREAD = 4_000, 4_001


def lane_of(pid: int, thread: int) -> int | None:
    return {(PID, THREAD): 0, (PID, THREAD + 1): 1}.get((pid, thread))


def states(seconds: float, shares: dict[int, float]) -> tuple[int, ...]:
    return tuple(int(seconds * S * shares.get(state, 0.0)) for state in range(m.STATE_COUNT))


def row(thread: int, seconds: float, shares: dict[int, float], unseen: float = 0.0) -> list[int]:
    until = T0 + int(seconds * S)
    return [thread, T0, until, 0, int(unseen * seconds * S), m.COMPUTING, *states(seconds, shares)]


def told(
    inside: dict[int, float], outside: dict[int, float], seconds: float = 6.0, unseen: float = 0.0, late: float = 0.003
) -> Witnesses:
    """Both tell for so long, at different moments; ``late``: how much later the second one does."""
    both = Witnesses()
    for i in range(int(seconds * 50) + 1):
        t = i / 50
        seen = [*row(THREAD, t + late, outside, unseen), *row(THREAD + 9, t, {m.IO: 1.0})]
        assert both.outside(ThreadsSeen(PID, T0, array("q", seen).tobytes(), b""), lane_of)
        both.inside(0, T0 + int(t * S), states(t, inside))
        both.inside(1, T0 + int(t * S), states(t, inside))  # nobody has seen that one
    return both


def test_the_row_is_as_wide_as_the_observer_makes_it() -> None:
    assert len(row(1, 1.0, {})) == ROW_HEAD + m.STATE_COUNT


def test_two_that_agree_are_said_to_have_been_compared() -> None:
    both = told({m.COMPUTING: 0.5, m.GIL: 0.5}, {m.COMPUTING: 0.51, m.GIL: 0.49})
    assert both.differences() == []
    assert both.compared == 1


@pytest.mark.parametrize(("points", "differs"), [(0.05, False), (0.07, True)])
def test_a_difference_must_be_larger_than_chance(points: float, differs: bool) -> None:
    both = told({m.COMPUTING: 0.5, m.GIL: 0.5}, {m.COMPUTING: 0.5 - points, m.GIL: 0.5 + points})
    both.looks_hz = 50.0  # 250 looks: two standard errors of one half are 6.3 points
    assert [one.state for one in both.differences()] == ([m.COMPUTING, m.GIL] if differs else [])
    both.looks_hz = 10_000.0
    assert len(both.differences()) == 2, "with more looks, three points are enough"


def test_getting_the_gil_back_after_a_wait_is_seen_from_outside_only() -> None:
    both = told({m.IO: 0.9, m.COMPUTING: 0.1}, {m.IO: 0.8, m.COMPUTING: 0.1, m.GIL: 0.1})
    found = sorted(both.differences(), key=lambda one: one.state)
    assert [(one.lane, one.state, one.right) for one in found] == [(0, m.GIL, "outside"), (0, m.IO, "outside")]
    assert found[0].words == (
        "Worker 1, waiting for the GIL: 0 % from inside, 10 % from outside. Outside is right: from inside, the wait "
        "to get the GIL back looks like part of the wait before it."
    )


def test_of_computing_the_worker_itself_knows_more() -> None:
    (one, _) = told({m.COMPUTING: 0.5, m.GIL: 0.5}, {m.COMPUTING: 0.6, m.GIL: 0.4}).differences()
    assert (one.state, one.right) == (m.COMPUTING, "inside")


def test_where_nobody_is_surely_right_that_is_said() -> None:
    found = told({m.GIL: 0.5, m.COMPUTING: 0.5}, {m.GIL: 0.3, m.IO: 0.2, m.COMPUTING: 0.5}).differences()
    assert {one.right for one in found} == {""}
    assert all("from outside. " in one.words and one.words.endswith(".") for one in found)


def test_time_that_was_not_seen_belongs_to_no_state() -> None:
    seen = {m.COMPUTING: 0.25, m.GIL: 0.25}
    assert told({m.COMPUTING: 0.5, m.GIL: 0.5}, seen, unseen=0.5).differences() == []


@pytest.mark.parametrize("state", [m.SERIALIZING, m.SUSPENDED, m.UNKNOWN])
def test_what_has_no_like_from_outside_is_not_compared(state: int) -> None:
    assert told({m.COMPUTING: 0.5, state: 0.5}, {m.COMPUTING: 1.0}).differences() == []


def test_of_those_that_idle_other_waits_are_not_compared() -> None:
    both = told({m.COMPUTING: 0.5, m.IDLE: 0.5}, {m.COMPUTING: 0.5, m.LOCK: 0.5})
    assert both.differences() == []


def test_a_moment_is_too_short_and_other_workers_begin_anew() -> None:
    assert told({m.COMPUTING: 1.0}, {m.IO: 1.0}, seconds=1.5).differences() == []
    both = told({m.COMPUTING: 1.0}, {m.IO: 1.0})
    assert both.differences()
    both.begin()
    assert both.differences() == []
    assert not both.compared


def test_what_is_no_row_is_refused() -> None:
    assert not Witnesses().outside(ThreadsSeen(PID, T0, b"torn", b""), lane_of)


def test_a_thread_that_was_born_with_the_number_of_another_begins_anew() -> None:
    both = told({m.COMPUTING: 1.0}, {m.IO: 1.0})
    again = row(THREAD, 7.0, {m.COMPUTING: 0.1})
    again[1] = T0 + 6 * S  # counted from then on
    assert both.outside(ThreadsSeen(PID, T0 + 7 * S, array("q", again).tobytes(), b""), lane_of)
    assert both.differences() == []


def test_an_observer_that_begins_anew_is_not_set_against_the_one_before() -> None:
    """It counts from zero while the worker goes on: once a share of -70 % was told."""
    both = told({m.COMPUTING: 0.5, m.IO: 0.5}, {m.COMPUTING: 0.5, m.IO: 0.5})
    for i in range(1, 40):
        t = 6 + i / 10
        since = T0 + int(6.1 * S)
        seen = [THREAD, since, T0 + int(t * S), 0, 0, m.COMPUTING, *states(t - 6.1, {m.COMPUTING: 0.5, m.IO: 0.5})]
        assert both.outside(ThreadsSeen(PID, T0, array("q", seen).tobytes(), b""), lane_of)
        both.inside(0, T0 + int(t * S), states(t, {m.COMPUTING: 0.5, m.IO: 0.5}))
        assert both.differences() == []
    assert both.compared == 1


def test_a_worker_that_seldom_gets_a_core_and_seldom_speaks_is_not_blamed() -> None:
    """It computes for 0.1 s every second, says so then, and is looked at ten times a second."""
    both = Witnesses()

    def spent(t: float) -> tuple[int, ...]:
        whole, part = divmod(t, 1.0)
        computing = 0.1 * whole + min(part, 0.1)
        return states(1.0, {m.COMPUTING: computing, m.CORE: t - computing})

    for i in range(1, 80):
        t = i / 10 + 0.03
        seen = [THREAD, T0, T0 + int(t * S), 0, 0, m.COMPUTING, *spent(t)]
        assert both.outside(ThreadsSeen(PID, T0, array("q", seen).tobytes(), b""), lane_of)
        if i % 10 == 1:
            both.inside(0, T0 + int(i / 10 * S), spent(i / 10))
    assert both.differences() == []
    assert both.compared == 1


def test_a_wait_for_a_core_that_is_counted_later_is_the_reason_for_what_it_takes_from_another_state() -> None:
    shares = {m.CORE: 0.35, m.GIL: 0.6, m.COMPUTING: 0.05}, {m.CORE: 0.05, m.GIL: 0.9, m.COMPUTING: 0.05}
    found = told(*shares).differences()
    assert {one.state for one in found} == {m.CORE, m.GIL}
    assert all("counts a wait for a core when it ends" in one.why and not one.right for one in found)
