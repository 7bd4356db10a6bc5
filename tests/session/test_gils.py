"""Who held which GIL, as a session keeps it: threads become workers, and what cannot be true is left out."""

from __future__ import annotations

from array import array
from typing import Any

import pytest
from grandstand.engine.observed import GilSeen, Looking, ProcessSeen, Watching
from grandstand.session.gils import BANDS, FIRST, FREE, OTHER, Gils
from grandstand.session.session import Session

from tests.session.made import HANDLE, MS, T0, hello, setting

PID = 4_000
WORKERS = {(PID, PID + 1): 0, (PID, PID + 2): 1, (PID + 10, PID + 11): 2}


def lane_of(pid: int, thread: int) -> int | None:
    return WORKERS.get((pid, thread))


def seen(
    t_ms: int, slices: list[int], holders: dict[int, int], pid: int = PID, gil: int = 0, **totals: Any
) -> GilSeen:
    """``slices``: (thread, from, until) in ms; ``holders``: ms held by thread."""
    flat = [n if i % 3 == 0 else T0 + n * MS for i, n in enumerate(slices)]
    pairs = [n for thread, ms in holders.items() for n in (thread, ms * MS)]
    said = {"free_ns": 0, "unseen_ns": 0, "switches": 0, "samples": t_ms, "invalid": 0} | totals
    return GilSeen(
        pid, gil, T0 + t_ms * MS, sum(holders.values()) * MS, said["free_ns"], said["unseen_ns"], said["switches"],
        said["samples"], said["invalid"], array("q", pairs).tobytes(), array("q", flat).tobytes(),
    )  # fmt: skip


def test_a_thread_that_holds_the_gil_is_drawn_as_the_worker_that_runs_in_it() -> None:
    gils = Gils(64)
    one, two, other = PID + 1, PID + 2, PID + 99
    assert gils.take(
        seen(40, [one, 0, 10, two, 10, 20, other, 20, 30, 0, 30, 40], {one: 10, two: 10, other: 10}), lane_of
    )
    rows, slices = gils.store.take_new()
    assert rows.tolist() == [0, 0, 0, 0]
    assert slices[:, 0].tolist() == [FIRST, FIRST + 1, OTHER, FREE]
    assert ((slices[:, 1:] - T0) // MS).tolist() == [[0, 10], [10, 20], [20, 30], [30, 40]]


def test_a_process_may_have_threads_whose_numbers_are_those_of_kinds() -> None:
    gils = Gils(64)
    lanes = {(PID, 3): 0, (PID, 2): 1}
    assert gils.take(seen(20, [3, 0, 10, 2, 10, 20], {3: 10, 2: 10}), lambda pid, thread: lanes.get((pid, thread)))
    assert gils.store.take_new()[1][:, 0].tolist() == [FIRST, FIRST + 1]


def test_the_figures_are_of_the_last_two_seconds() -> None:
    gils = Gils(64)
    one, two, other = PID + 1, PID + 2, PID + 99
    for i in range(1, 61):  # three seconds: in the first the first worker alone, then three in turn
        later = max(0, i - 20) * 50
        holders = {one: min(i, 20) * 50 + later // 2, two: later // 4, other: later // 8}
        free, unseen = later // 8 * MS, later // 8 * MS
        said = seen(i * 50, [], holders, free_ns=free, unseen_ns=unseen, switches=i * 10, samples=i * 40)
        assert gils.take(said, lane_of)
    (figures,) = gils.figures()
    assert figures.shares == {0: pytest.approx(0.5, abs=0.02), 1: pytest.approx(0.25, abs=0.02)}
    assert figures.others == pytest.approx(0.125, abs=0.02)
    assert figures.free == pytest.approx(0.125, abs=0.02)
    assert figures.unseen == pytest.approx(1 / 9, abs=0.02)
    assert figures.hand_overs == pytest.approx(200)
    assert figures.looks == pytest.approx(800)
    assert figures.good


@pytest.mark.parametrize(("samples", "unseen"), [(100, 0), (900, 600)])
def test_too_few_looks_or_too_much_that_was_not_seen_are_no_ground_for_a_picture(samples: int, unseen: int) -> None:
    gils = Gils(64)
    for i in range(2):
        said = seen(1 + i * 1000, [], {PID + 1: 1 + i * 900}, samples=i * samples, unseen_ns=i * unseen * MS)
        assert gils.take(said, lane_of)
    assert not gils.figures()[0].good


def test_each_gil_has_a_row_of_its_own_that_of_its_first_worker_if_it_can() -> None:
    gils = Gils(64)
    for t in (10, 20):
        assert gils.take(seen(t, [], {PID + 11: t}, PID + 10), lane_of)
        assert gils.take(seen(t, [], {PID + 1: t}), lane_of)
        assert gils.take(seen(t, [], {PID + 2: t}, gil=1), lane_of)
        assert gils.take(seen(t, [], {PID + 99: t}, gil=2), lane_of)  # no worker's: the window's own, say
    assert [(one.row, one.shares) for one in gils.figures()] == [(0, {0: 1.0}), (1, {1: 1.0}), (2, {2: 1.0})]
    gils.begin()
    assert gils.figures() == []


def test_more_gils_than_can_be_told_apart_are_counted_only() -> None:
    gils = Gils(64)
    for n in range(BANDS + 1):
        for t in (10, 20):
            assert gils.take(seen(t, [], {n: t}, pid=n + 1), lambda pid, thread: thread)
    assert len(gils.figures()) == BANDS
    assert gils.too_many == BANDS + 1


@pytest.mark.parametrize(
    "lie",
    [
        seen(40, [PID + 1, 10, 5], {PID + 1: 5}),
        seen(40, [PID + 1, 0, 41], {PID + 1: 41}),
        seen(40, [PID + 1, 5, 10, PID + 2, 0, 5], {PID + 1: 5, PID + 2: 5}),
        seen(40, [], {PID + 1: 5})._replace(slices=b"torn"),
        seen(40, [], {PID + 1: 5})._replace(holders=b"torn"),
    ],
)
def test_what_cannot_be_true_is_not_drawn(lie: GilSeen) -> None:
    session = Session(2)
    session.begin_run(HANDLE, setting(), T0, "Threads")
    session.apply([(HANDLE, hello(1)), (HANDLE, hello(2))], T0)
    session.apply([(0, lie)], T0 + 50 * MS)
    assert session.rejected == 1
    assert len(session.gils.store.take_new()[0]) == 0
    session.apply([(0, seen(40, [PID + 1, 0, 40], {PID + 1: 40}))], T0 + 50 * MS)
    assert session.gils.store.take_new()[1][:, 0].tolist() == [FIRST]


def test_why_nothing_is_seen_and_what_looking_costs_are_kept() -> None:
    gils = Gils(64)
    gils.described(ProcessSeen(PID, 0, T0, (), "3.14", True, "none", "", "", ""))
    assert gils.none
    gils.described(ProcessSeen(PID, 0, T0, (), "", False, "", "", "this user may not look.", "sudo …"))
    assert gils.trouble == ("this user may not look.", "sudo …")
    assert not gils.none
    for second in (0, 1):
        gils.looked(Looking(T0 + second * 1000 * MS, 800.0, 50.0, 1, 4, second * 150 * MS))
    assert gils.observer_share == pytest.approx(0.15)


def test_another_observer_counts_from_zero() -> None:
    session = Session(2)
    session.begin_run(HANDLE, setting(), T0, "Threads")
    session.apply([(HANDLE, hello(1)), (HANDLE, hello(2))], T0)
    for t in (500, 1_000, 1_500):
        session.apply([(0, seen(t, [], {PID + 1: t}, samples=t, switches=t))], T0 + t * MS)
    session.apply([(0, Watching(77, PID, T0, 0))], T0 + 1_600 * MS)
    assert session.gils.figures() == []
    for t in (1_700, 1_800, 1_900):
        n = t - 1_650
        session.apply([(0, seen(t, [], {PID + 2: n}, samples=n, switches=n // 10))], T0 + t * MS)
        for whole in (False, True):
            for one in session.gils.figures(whole):
                assert one.shares == {1: 1.0}
                assert one.hand_overs == pytest.approx(100)
                assert one.unseen == 0


def test_a_gil_that_is_found_anew_counts_from_zero() -> None:
    gils = Gils(64)
    for t, n in ((500, 500), (1_000, 1_000), (1_100, 10), (1_200, 110)):
        assert gils.take(seen(t, [], {PID + 1: n}, samples=n, switches=n), lane_of)
    (one,) = gils.figures()
    assert one.hand_overs == pytest.approx(1_000)
    assert one.shares == {0: 1.0}


def test_what_workers_held_stays_theirs_when_they_end() -> None:
    """Once two of four that had ended first were told as "other threads", with 47 %."""
    gils = Gils(64)
    gone: dict[tuple[int, int], int | None] = {}
    for t, lanes in ((500, WORKERS), (1_000, WORKERS), (1_500, gone)):
        half = t // 2
        said = seen(t, [PID + 1, t - 20, t - 10], {PID + 1: half, PID + 2: t - half}, samples=t)
        assert gils.take(said, lambda pid, thread, lanes=lanes: lanes.get((pid, thread)))  # type: ignore[misc]
    for whole in (False, True):
        (one,) = gils.figures(whole)
        assert one.shares == {0: pytest.approx(0.5), 1: pytest.approx(0.5)}
        assert one.others == 0
    assert gils.store.take_new()[1][:, 0].tolist() == [FIRST] * 3


def test_what_an_ended_worker_held_stays_its_own_when_it_is_told_of_no_more() -> None:
    gils = Gils(64)
    for t, holders in ((500, {1: 250, 2: 250}), (1_000, {1: 500, 2: 500}), (1_500, {2: 1_000})):
        said = seen(t, [], {PID + n: ms for n, ms in holders.items()}, samples=t)
        assert gils.take(said._replace(held_ns=t * MS), lane_of)
    for whole in (False, True):
        (one,) = gils.figures(whole)
        assert one.shares == {0: pytest.approx(0.25), 1: pytest.approx(0.75)}
        assert one.others == 0


def test_a_worker_that_says_hello_late_was_one_all_the_time() -> None:
    gils = Gils(64)
    known: dict[tuple[int, int], int | None] = {(PID, PID + 1): 0}
    for t in (500, 1_000, 1_500):
        if t > 500:
            known[PID, PID + 2] = 1
        said = seen(t, [], {PID + 1: t // 2, PID + 2: t // 2}, samples=t)
        assert gils.take(said, lambda pid, thread: known.get((pid, thread)))
    for whole in (False, True):
        assert gils.figures(whole)[0].shares == {0: pytest.approx(0.5), 1: pytest.approx(0.5)}
        assert gils.figures(whole)[0].others == 0


def test_a_thread_number_that_is_used_again_takes_nothing_from_anybody() -> None:
    gils = Gils(64)
    for t, ms in ((500, 500), (1_000, 1_000), (1_500, 10)):
        said = seen(t, [], {PID + 1: ms}, samples=t)
        assert gils.take(said._replace(held_ns=t * MS), lane_of)
    assert all(share >= 0 for share in gils.figures()[0].shares.values())
