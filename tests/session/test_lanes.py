"""Slices of lanes: what is refused, what is found again, and that the picture loses no time."""

from __future__ import annotations

import numpy as np
import pytest
from grandstand.engine import messages as m
from grandstand.session.lanes import Lane, LaneStore, Raster
from hypothesis import given
from hypothesis import strategies as st

C, G, IO = m.COMPUTING, m.GIL, m.IO


def packed(*rows: tuple[int, int, int]) -> bytes:
    return m.pack_slices([x for row in rows for x in row])


def rows_of(store: LaneStore, lane: int) -> list[list[int]]:
    return store.lanes[lane].between(0, 1 << 60).tolist()


# -- LaneStore --------------------------------------------------------------------------------------------------------


def test_slices_arrive_in_their_lane_and_say_how_far_they_reach():
    store = LaneStore(3)
    assert store.add(1, packed((C, 100, 200), (G, 200, 300)), 350, G)
    assert rows_of(store, 1) == [[C, 100, 200], [G, 200, 300]]
    assert rows_of(store, 0) == rows_of(store, 2) == []
    assert (store.lanes[1].reach_ns, store.lanes[1].open_state) == (350, G)
    store.close_lane(1)
    assert store.lanes[1].open_state == -1


@pytest.mark.parametrize(
    ("slices", "why"),
    [
        (packed((C, 500, 600))[:-1], "torn within a number"),
        (packed((C, 500, 600)) + packed((C, 600, 700))[:8], "torn within a slice"),
        (packed((C, 600, 500)), "ends before it begins"),
        (packed((C, 600, 700), (G, 500, 600)), "out of order"),
        (packed((C, 500, 700), (G, 600, 800)), "overlapping"),
        (packed((-1, 500, 600)), "a state below the first"),
        (packed((m.STATE_COUNT, 500, 600)), "a state beyond the last"),
        (packed((C, 500, 1_001)), "beyond the message's own time"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_true_is_refused_and_nothing_changes(slices, why):
    store = LaneStore(1)
    assert store.add(0, packed((C, 100, 400)), 400, G)
    store.take_new()
    assert not store.add(0, slices, 1_000, IO), why
    assert rows_of(store, 0) == [[C, 100, 400]]
    assert (store.lanes[0].reach_ns, store.lanes[0].open_state) == (400, G)
    assert store.take_new()[0].tolist() == []


def test_a_slice_may_end_with_its_message_and_follow_the_one_before_closely():
    store = LaneStore(1)
    assert store.add(0, packed((C, 500, 1_000)), 1_000, C)
    assert store.add(0, packed((G, 1_000, 1_000), (C, 1_000, 1_200)), 1_200, C)
    assert len(rows_of(store, 0)) == 3


def test_a_message_without_slices_still_tells_how_far_things_went():
    store = LaneStore(1)
    assert store.add(0, b"", 900, IO)
    assert (store.lanes[0].reach_ns, store.lanes[0].open_state) == (900, IO)


def test_the_former_worker_of_a_lane_has_the_last_word_on_its_time():
    store = LaneStore(1)
    store.add(0, packed((C, 100, 200)), 500, C)
    store.add(0, packed((G, 300, 400), (G, 450, 550), (IO, 600, 700)), 700, IO)
    assert rows_of(store, 0) == [[C, 100, 200], [IO, 600, 700]]


def test_listeners_get_each_slice_once_with_its_lane():
    store = LaneStore(4)
    store.add(2, packed((C, 10, 20), (G, 20, 30)), 30, C)
    store.add(0, packed((IO, 15, 25)), 25, C)
    lanes, slices = store.take_new()
    assert lanes.tolist() == [2, 2, 0]
    assert slices.tolist() == [[C, 10, 20], [G, 20, 30], [IO, 15, 25]]
    lanes, slices = store.take_new()
    assert (lanes.shape, slices.shape) == ((0,), (0, 3))
    lanes, slices = store.all_since(22)
    assert lanes.tolist() == [0, 2]
    assert slices.tolist() == [[IO, 15, 25], [G, 20, 30]]


def fill(store: LaneStore, lanes: int, slices: int) -> None:
    """So many slices of 1 ns in each of the first lanes, in messages of 1,000."""
    for first in range(0, slices, 1_000):
        piece = packed(*((C, t, t + 1) for t in range(first, first + 1_000)))
        for lane in range(lanes):
            assert store.add(lane, piece, first + 1_000, C)
            store.take_new()


@pytest.mark.parametrize(("lanes", "at_least"), [(2, 100_000), (4, 50_000), (64, 9_000)])
def test_the_fewer_lanes_work_the_further_back_each_reaches(lanes, at_least):
    store = LaneStore(64)
    fill(store, lanes, at_least + 11_000)
    kept = [len(rows_of(store, lane)) for lane in range(lanes)]
    assert all(at_least <= n <= 2 * at_least + 1_000 for n in kept), kept
    assert rows_of(store, 0)[-1] == [C, at_least + 10_999, at_least + 11_000]


def test_lanes_whose_workers_are_gone_leave_their_share_to_the_others():
    store = LaneStore(64)
    fill(store, 64, 1_000)
    for lane in range(4, 64):
        store.close_lane(lane)
    for first in range(1_000, 60_000, 1_000):
        store.add(0, packed(*((C, t, t + 1) for t in range(first, first + 1_000))), first + 1_000, C)
    assert len(rows_of(store, 0)) >= 50_000
    assert len(rows_of(store, 63)) == 1_000  # what they did can be seen still


# -- Lane -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (0, 100, []),
        (0, 101, [100]),
        (100, 150, [100]),
        (199, 200, [100]),
        (200, 300, []),  # the gap: both borders belong to neither
        (200, 301, [300]),
        (150, 350, [100, 300]),
        (500, 900, []),
        (0, 1 << 60, [100, 300, 400]),
    ],
    ids=str,
)
def test_between_finds_what_overlaps(start, end, found):
    lane = Lane(10)
    lane.extend(np.array([(C, 100, 200), (G, 300, 400), (C, 400, 500)], np.int64))
    assert lane.between(start, end)[:, 1].tolist() == found


def test_a_lane_keeps_at_least_its_capacity_and_never_grows_without_end():
    lane = Lane(1_000)
    for i in range(0, 40_000, 50):
        starts = np.arange(i, i + 50, dtype=np.int64) * 10
        lane.extend(np.stack([np.full(50, C), starts, starts + 10], axis=1))
        kept = lane.between(0, 1 << 60)
        assert kept[-1].tolist() == [C, (i + 49) * 10, (i + 50) * 10]
        assert min(i + 50, 1_000) <= len(kept) <= 2_100
        assert (np.diff(kept[:, 1]) == 10).all()


# -- Raster -----------------------------------------------------------------------------------------------------------

LANES, COLUMNS, COLUMN_NS = 3, 20, 100


@st.composite
def pictures(draw):
    """Slices of some lanes, in order within each lane, within the columns that are kept."""
    lanes, slices = [], []
    for lane in range(LANES):
        borders = sorted(draw(st.lists(st.integers(0, COLUMNS * COLUMN_NS), max_size=24)))
        for start, end in zip(borders[::2], borders[1::2], strict=False):
            lanes.append(lane)
            slices.append((draw(st.integers(0, m.STATE_COUNT - 1)), start, end))
    return np.array(lanes, np.int64), np.array(slices, np.int64).reshape(-1, 3)


@given(pictures(), st.integers(0, 10**15))
def test_the_picture_holds_exactly_the_time_of_the_slices(picture, shift):
    lanes, slices = picture
    offset = shift // COLUMN_NS * COLUMN_NS
    raster = Raster(LANES, COLUMNS, COLUMN_NS)
    raster.advance(offset // COLUMN_NS + COLUMNS - 1)
    changed = raster.add(lanes, slices + np.array([0, offset, offset]))
    spent = np.zeros((LANES, m.STATE_COUNT))
    np.add.at(spent, (lanes, slices[:, 0]), slices[:, 2] - slices[:, 1])
    assert raster.shares.sum(axis=1) * COLUMN_NS == pytest.approx(spent, abs=0.01)
    assert raster.shares.sum(axis=2).max() <= 1.0001  # a lane does one thing at a time
    touched = {int(c) for c in np.flatnonzero(raster.shares.sum(axis=(0, 2)))}
    assert touched <= {int(c) % COLUMNS for c in changed}


def test_each_column_gets_its_part():
    raster = Raster(1, 4, 100)
    changed = raster.add(np.array([0]), np.array([[G, 150, 320]]))
    assert changed.tolist() == [1, 2, 3]
    assert raster.shares[0, :, G].tolist() == pytest.approx([0, 0.5, 1.0, 0.2])
    assert raster.head == 3


def test_columns_come_back_empty_when_the_ring_turns():
    raster = Raster(2, 4, 100)
    raster.add(np.array([0, 1]), np.array([[C, 0, 400], [G, 0, 400]]))
    raster.add(np.array([0]), np.array([[IO, 450, 500]]))  # column 4 lives where 0 did
    assert raster.shares[0, 0, [C, IO]].tolist() == pytest.approx([0, 0.5])
    assert raster.shares[1, 0].sum() == 0
    assert raster.shares[1, 1:, G].tolist() == [1, 1, 1]
    raster.advance(7)
    assert raster.shares[:, 1:].sum() == 0
    assert raster.shares[0, 0, IO] == pytest.approx(0.5)
    raster.advance(5)  # never back
    assert raster.head == 7
    raster.advance(1_000_000)
    assert raster.shares.sum() == 0


def test_what_is_too_old_is_left_out_and_the_rest_of_it_is_not():
    raster = Raster(1, 4, 100)
    raster.advance(9)  # columns 6 to 9
    assert raster.add(np.array([0]), np.array([[C, 100, 300]])).tolist() == []
    assert raster.shares.sum() == 0
    assert raster.add(np.array([0]), np.array([[C, 400, 750]])).tolist() == [6, 7]
    assert raster.shares[0, [2, 3], C].tolist() == pytest.approx([1.0, 0.5])


def test_nothing_to_add():
    raster = Raster(1, 4, 100)
    assert raster.add(np.empty(0, np.int64), np.empty((0, 3), np.int64)).tolist() == []
    assert raster.head == -1
