"""Bounded series: what is kept, what makes room, and that rates lose no unit."""

from __future__ import annotations

import numpy as np
import pytest
from grandstand.session.series import Histogram, Rates, Series
from hypothesis import given
from hypothesis import strategies as st

BIN = 100


# -- Series -----------------------------------------------------------------------------------------------------------


def test_a_series_keeps_the_last_rows_through_many_turnarounds():
    series = Series(capacity=10, columns=2)
    for i in range(137):
        series.append(i * 100, i, -i)
        times, values = series.since(0)
        oldest = max(0, i - 9)
        assert times.tolist() == [n * 100 for n in range(oldest, i + 1)]
        assert values.tolist() == [[n, -n] for n in range(oldest, i + 1)]
        assert len(series) == len(times) == min(i + 1, 10)


@pytest.mark.parametrize(("since", "expected"), [(0, [10, 20, 30]), (20, [20, 30]), (21, [30]), (31, [])], ids=str)
def test_since_begins_at_the_time_asked_for(since, expected):
    series = Series(5, 1)
    for t in (10, 20, 30):
        series.append(t, t)
    times, values = series.since(since)
    assert times.tolist() == expected
    assert values[:, 0].tolist() == expected


def test_a_value_that_is_not_given_is_not_known_even_where_an_old_row_stood():
    series = Series(2, 3)
    for i in range(9):
        series.append(i, 1, 2, 3)
    series.append(9, 7)
    _, values = series.since(9)
    assert values[0, 0] == 7
    assert np.isnan(values[0, 1:]).all()


def test_last_and_clear():
    series = Series(3, 1)
    assert series.last() is None
    series.append(1, 5)
    series.append(2, 6)
    assert series.last().tolist() == [6]
    series.clear()
    assert series.last() is None
    assert len(series) == 0
    assert series.since(0)[0].tolist() == []


# -- Rates ------------------------------------------------------------------------------------------------------------


def units_in(rates: Rates, start: int = 0, end: int = 1 << 60) -> list[float]:
    """Units by lane over the whole bins of a stretch."""
    _, per_second = rates.between(start, end)
    return (per_second.sum(axis=0) * BIN / 1e9).tolist()


stretches = st.tuples(
    st.integers(0, 2), st.integers(0, 3_000), st.integers(1, 900), st.floats(0.001, 1e6, allow_nan=False)
)


@given(st.lists(stretches, min_size=1, max_size=30))
def test_what_is_put_in_is_there_whatever_the_order(added):
    rates = Rates(BIN, 60, 3)
    for lane, start, length, units in added:
        rates.add(lane, start, start + length, units)
    expected = [sum(u for lane, _, _, u in added if lane == i) for i in range(3)]
    assert units_in(rates) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 100, {50: 8}),  # exactly a bin
        (100, 300, {150: 4, 250: 4}),
        (99, 101, {50: 4, 150: 4}),  # a nanosecond on each side of the border
        (0, 101, {50: 800 / 101, 150: 8 / 101}),
        (140, 160, {150: 8}),
        (50, 250, {50: 2, 150: 4, 250: 2}),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_units_are_spread_evenly_over_the_time_they_took(start, end, expected):
    rates = Rates(BIN, 20, 1)
    rates.add(0, start, end, 8)
    middles, per_second = rates.between(0, 1_000)
    found = dict(zip(middles.tolist(), (per_second[:, 0] * BIN / 1e9).tolist(), strict=True))
    assert {k: v for k, v in found.items() if v} == pytest.approx(expected)


def test_old_bins_make_room_and_come_back_empty():
    rates = Rates(BIN, 10, 1)
    for i in range(35):
        rates.add(0, i * BIN, (i + 1) * BIN, 1 + i)
    middles, per_second = rates.between(0, 1 << 60)
    assert middles.tolist() == [i * BIN + 50 for i in range(25, 35)]
    assert (per_second[:, 0] * BIN / 1e9).tolist() == pytest.approx([1 + i for i in range(25, 35)])
    rates.add(0, 1_000 * BIN, 1_001 * BIN, 5)  # a jump longer than everything that is kept
    assert units_in(rates) == pytest.approx([5])


def test_late_news_enters_what_is_still_kept_and_nothing_else():
    rates = Rates(BIN, 10, 2)
    rates.add(0, 2_000, 2_100, 1)  # bins 11 to 20 are kept now
    rates.add(1, 1_200, 1_300, 6)
    assert units_in(rates) == pytest.approx([1, 6])
    rates.add(1, 1_000, 1_200, 6)  # its first half is too old
    assert units_in(rates, 1_100, 1_200) == pytest.approx([0, 3])
    rates.add(1, 0, 1_100, 99)  # all of it is
    assert units_in(rates) == pytest.approx([1, 9])


@pytest.mark.parametrize(("start", "end", "units"), [(50, 50, 3), (60, 50, 3), (0, 100, 0), (0, 100, -1)])
def test_nothing_done_or_no_time_adds_nothing(start, end, units):
    rates = Rates(BIN, 10, 1)
    rates.add(0, start, end, units)
    assert rates.between(0, 1 << 60)[0].tolist() == []


@pytest.mark.parametrize(
    ("start", "end", "bins"),
    [(0, 400, [0, 1, 2, 3]), (1, 400, [1, 2, 3]), (0, 399, [0, 1, 2]), (100, 200, [1]), (110, 190, [])],
    ids=str,
)
def test_only_whole_bins_within_the_stretch_are_told(start, end, bins):
    rates = Rates(BIN, 10, 1)
    rates.add(0, 0, 400, 4)
    assert rates.between(start, end)[0].tolist() == [b * BIN + 50 for b in bins]


def test_rates_are_per_second_and_clear_forgets():
    rates = Rates(100_000_000, 10, 1)
    rates.add(0, 0, 100_000_000, 25)
    assert rates.between(0, 100_000_000)[1].tolist() == [[250.0]]
    rates.clear()
    assert rates.between(0, 1 << 60)[0].tolist() == []


# -- Histogram --------------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1_999, allow_nan=False), min_size=1, max_size=300), st.floats(0.01, 1))
def test_percentiles_are_numpys_to_a_tenth_of_a_millisecond(values, share):
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    exact = float(np.quantile(values, share, method="inverted_cdf"))
    assert histogram.percentile(share) == pytest.approx(exact, abs=0.11)
    assert histogram.largest == max(values)
    assert histogram.count == len(values)


def test_no_percentile_of_nothing():
    assert Histogram().percentile(0.5) is None


def test_a_percentile_beyond_two_seconds_is_the_largest_and_never_above_it():
    histogram = Histogram()
    for value in (10.0, 10.0, 2_500.0, 14_000.0):
        histogram.add(value)
    assert histogram.percentile(0.5) == pytest.approx(10.1)
    assert histogram.percentile(0.99) == histogram.largest == 14_000.0
    short = Histogram()
    short.add(33.31)
    assert short.percentile(1.0) == 33.31
