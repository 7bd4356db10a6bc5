"""A watched program's threads and GILs as rows: who gets one, who keeps it, and what is in it."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from grandstand.engine import messages as m
from grandstand.engine import observed as o
from grandstand.ui.pages.watch.row_words import RowWords
from grandstand.watch.lately import Lately
from grandstand.watch.program import Program
from grandstand.watch.rows import FIRST, FREE, GILS, KEPT_NS, MOST, MOST_ENDED, OTHER, Rows

from tests.watch.made import T0, S, row, rows
from tests.watch.made import seen as made_up

MS = 1_000_000


def threads(
    pid: int, t_ns: int, ids: list[int], slices: list[tuple[int, int, int, int]] | None = None
) -> o.ThreadsSeen:
    packed = array("q", [n for one in slices or [] for n in one]).tobytes()
    return o.ThreadsSeen(pid, t_ns, rows(*(row(tid, 1.0) for tid in ids)), packed)


def gil(pid: int, t_ns: int, slices: list[tuple[int, int, int]], number: int = 0) -> o.GilSeen:
    packed = array("q", [n for one in slices for n in one]).tobytes()
    return o.GilSeen(pid, number, t_ns, 1, 1, 0, 1, 1, 0, b"", packed)


def kinds(seen: Rows, number: int) -> list[int]:
    return seen.lanes.lanes[number].between(0, 1 << 62)[:, 0].tolist()


def test_a_process_is_a_group_with_its_gil_before_its_threads() -> None:
    seen = Rows()
    slices = [(10, m.COMPUTING, T0, T0 + MS), (11, m.GIL, T0, T0 + MS), (10, m.GIL, T0 + MS, T0 + 2 * MS)]
    seen.apply([threads(10, T0 + S, [11, 10], slices)])  # the main thread is not always told first
    seen.apply([gil(10, T0 + S, [(10, T0, T0 + MS), (0, T0 + MS, T0 + 2 * MS), (99, T0 + 2 * MS, T0 + 3 * MS)])])
    (group,) = seen.groups
    band, main, other = group.rows
    assert (band.thread, main.thread, other.thread) == (0, 10, 11)
    assert kinds(seen, main.number) == [m.COMPUTING, m.GIL]
    assert kinds(seen, other.number) == [m.GIL]
    assert kinds(seen, band.number) == [FIRST + main.color, FREE, OTHER]
    assert seen.torn == 0


def test_a_slice_that_goes_on_while_others_are_told_of_is_drawn_later() -> None:
    """Once whatever had begun before a message and ended after it was missing from the picture."""
    seen = Rows()
    seen.apply([threads(10, T0 + 10 * MS, [10], [(10, m.COMPUTING, T0, T0 + 4 * MS)])])
    # A message has the time at which the look at all threads began.
    seen.apply([threads(10, T0 + 20 * MS, [10], [(10, m.GIL, T0 + 4 * MS, T0 + 21 * MS)])])
    assert kinds(seen, seen.groups[0].rows[0].number) == [m.COMPUTING, m.GIL]
    assert seen.torn == 0


def test_a_thread_that_ended_keeps_its_row_until_the_picture_cannot_show_it() -> None:
    seen = Rows()
    seen.apply([threads(10, T0, [10, 11]), o.ThreadGone(10, 11, T0 + S)])
    (group,) = seen.groups
    assert [one.thread for one in group.rows] == [10, 11]
    assert group.rows[1].ended_ns == T0 + S
    seen.apply([threads(10, T0 + S, [10, 13])])
    assert [one.thread for one in group.rows] == [10, 13, 11], "who has ended comes last"
    seen.apply([o.ThreadGone(10, 13, T0 + S)])
    assert [one.thread for one in group.rows] == [10, 13, 11], "and who ended last, first"
    before = seen.version
    seen.apply([threads(10, T0 + 2 * S + KEPT_NS, [10, 12])])
    assert [one.thread for one in group.rows] == [10, 12]
    assert seen.version > before


def test_a_row_that_goes_to_somebody_else_is_empty() -> None:
    seen = Rows()
    seen.apply([threads(10, T0 + MS, [10, 11], [(11, m.COMPUTING, T0, T0 + MS)]), o.ThreadGone(10, 11, T0 + S)])
    number = seen.groups[0].rows[1].number
    for thread in range(12, 12 + MOST):  # until every other one is taken
        seen.apply([threads(10, T0 + 2 * S, [10, thread])])
    owner = next(one for one in seen.groups[0].rows if one.number == number)
    assert owner.thread != 11
    assert kinds(seen, number) == []
    lanes, _ = seen.lanes.take_new()
    assert number not in lanes.tolist()


def test_of_more_threads_than_there_are_rows_the_rest_is_counted() -> None:
    seen = Rows()
    seen.apply([threads(10, T0, list(range(10, 10 + MOST + 40)))])
    (group,) = seen.groups
    assert len(group.rows) == MOST
    assert len(group.more) == 40
    seen.apply([o.ThreadGone(10, 10 + MOST + 39, T0 + S)])
    assert len(group.more) == 39


def test_ten_thousand_threads_that_come_and_go_take_bounded_room() -> None:
    seen = Rows()
    for i in range(10_000):
        t = T0 + i * MS
        seen.apply([threads(10, t, [10, 100 + i]), o.ThreadGone(10, 100 + i, t)])
    (group,) = seen.groups
    assert len(group.rows) == 1 + MOST_ENDED
    assert group.gone == 10_000
    assert group.more == set()
    seen.apply([threads(10, t + 1, [10, 5, 6]), o.ProcessGone(10, t + S, 1)])
    assert [one.thread for one in group.rows[:3]] == [10, 5, 6], "those that were there to its end"


def test_a_process_that_ended_leaves_when_its_rows_are_needed() -> None:
    seen = Rows()
    seen.apply([threads(10, T0, [10]), gil(10, T0, []), o.ProcessGone(10, T0 + S, 1)])
    assert [group.pid for group in seen.groups] == [10]
    assert all(one.ended_ns for one in seen.groups[0].rows)
    seen.apply([threads(10, T0 + 2 * S, [10])])  # its number is given to another one
    assert [bool(group.ended_ns) for group in seen.groups] == [True, False]
    seen.apply([threads(20, T0 + 3 * S + KEPT_NS, [20])])
    assert [(group.pid, group.since) for group in seen.groups] == [(10, T0 + 2 * S), (20, T0 + 3 * S + KEPT_NS)]


def test_slices_that_cannot_be_true_are_left_out_and_counted() -> None:
    seen = Rows()
    seen.apply([threads(10, T0, [10], [(10, m.COMPUTING, T0 + S, T0 + 20 * S)])])  # in the future
    seen.apply([threads(10, T0 + S, [10], [(10, 77, T0, T0 + MS)])])  # no such state
    assert seen.torn == 2
    seen.apply([o.ThreadsSeen(10, T0 + S, b"\x01\x02", b"\x03"), o.GilSeen(10, 0, T0, 1, 1, 0, 1, 1, 0, b"", b"\x01")])
    assert np.size(seen.lanes.take_new()[0]) == 0


def test_a_program_with_more_threads_than_rows_still_shows_its_gils() -> None:
    """Once whoever started 256 threads saw no GIL."""
    seen = Rows()
    seen.apply([threads(10, T0, list(range(10, 10 + 2 * MOST)))])
    seen.apply([gil(10, T0 + S, [(10, T0, T0 + MS)], number) for number in range(GILS + 3)])
    (group,) = seen.groups
    assert len(group.threads) == MOST
    assert len(group.gils) == GILS
    assert len(group.more_gils) == 3
    assert kinds(seen, group.gils[0].number) == [FIRST]


def test_names_stay_when_threads_end_and_are_plain_text() -> None:
    """Once a thread that had ended was "thread 11" again."""
    seen = Rows()
    names = ((11, "resize"), (12, "a\nb\x1b[1m"))
    seen.apply([*(o.ThreadSeen(10, tid, T0, name) for tid, name in names), threads(10, T0, [10, 11, 12])])
    seen.apply([o.ThreadSeen(10, 10, T0, "python3"), o.ThreadGone(10, 11, T0 + S)])
    (group,) = seen.groups
    assert {row.thread: row.name for row in group.rows} == {10: "python3", 11: "resize", 12: "a b\ufffd[1m"}
    assert group.names == {}


@pytest.mark.parametrize(("looks", "unseen", "drawn"), [(1_000, 0.0, True), (100, 0.0, False), (900, 0.4, False)])
def test_a_gil_that_was_hardly_looked_at_is_not_drawn_but_explained(looks: int, unseen: float, drawn: bool) -> None:
    """The rule of the live window: 150 looks a second at least, a quarter not seen at most."""
    seen = Rows()
    program, lately = Program(), Lately()
    for n in range(1, 61):
        t = T0 + n * 50 * MS
        told = gil(10, t, [(10, t - 50 * MS, t)])._replace(
            samples=looks * n // 20, unseen_ns=int(unseen * n * 50 * MS), held_ns=n * 50 * MS
        )
        events = [made_up(10), threads(10, t, [10]), told]
        seen.apply(events)
        program.apply(events)
        lately.look(program)
    (group,) = seen.groups
    band = group.rows[0]
    until = seen.lanes.lanes[band.number].between(T0 + 2 * S, 1 << 62)
    assert bool(len(until)) == drawn
    words = RowWords(program, lately)
    assert ("GIL not drawn" in words.heading(group)[1]) != drawn
    assert (words.row(band)[1] != "") == drawn
