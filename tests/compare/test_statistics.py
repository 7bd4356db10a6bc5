"""Estimates and their intervals, against known truth."""

from __future__ import annotations

import numpy as np
import pytest
from grandstand.compare.statistics import Estimate, mean, proportion, ratio
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

TRIALS = 1_000


@pytest.mark.parametrize("n", [4, 6, 12])
def test_the_interval_of_a_ratio_covers_the_truth(n: int) -> None:
    """Paired blocks: a noisy minute slows both down."""
    chance = np.random.default_rng(n)
    covered = 0
    for _ in range(TRIALS):
        block = chance.lognormal(0, 0.2, n)
        a = 1.9 * block * chance.lognormal(0, 0.05, n)
        b = 1.0 * block * chance.lognormal(0, 0.05, n)
        e = ratio(list(a), list(b))
        assert e.low is not None
        assert e.high is not None
        covered += e.low <= 1.9 <= e.high
    assert 0.93 <= covered / TRIALS <= 0.97


def test_the_interval_of_a_mean_covers_the_truth() -> None:
    chance = np.random.default_rng(1)
    covered = 0
    for _ in range(TRIALS):
        e = mean(list(chance.normal(7, 2, 6)), "ms")
        assert e.low is not None
        assert e.high is not None
        covered += e.low <= 7 <= e.high
    assert 0.93 <= covered / TRIALS <= 0.97


def test_one_measurement_has_no_interval_and_decides_nothing() -> None:
    for e in (mean([3.0]), ratio([3.0], [1.0])):
        assert e.low is e.high is None
        assert e.value == pytest.approx(3)
        assert not e.above(0)
        assert not e.below(100)


def test_above_and_below_mean_the_whole_interval() -> None:
    e = Estimate(2.0, "×", 1.9, 2.1, 5)
    assert e.above(1.89)
    assert not e.above(1.9)
    assert e.below(2.11)
    assert not e.below(2.1)


@pytest.mark.parametrize(("above", "below"), [([], []), ([1.0], [1.0, 2.0]), ([0.0], [1.0]), ([1.0], [-1.0])])
def test_what_is_no_ratio_is_refused(above: list[float], below: list[float]) -> None:
    with pytest.raises(ValueError, match="ratios"):
        ratio(above, below)


def test_proportions_of_none_and_all() -> None:
    none, every = proportion(0, 20), proportion(20, 20)
    assert (none.low, every.high) == (0.0, 1.0)
    assert none.high == pytest.approx(0.161, abs=0.001)  # Wilson's upper end for 0 of 20
    assert every.low == pytest.approx(1 - 0.161, abs=0.001)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_proportion_lies_in_its_interval(counted: tuple[int, int]) -> None:
    e = proportion(*counted)
    assert e.low is not None
    assert e.high is not None
    assert 0 <= e.low <= e.value <= e.high <= 1
    assert (e.low, e.high) == pytest.approx(binomtest(*counted).proportion_ci(method="wilson"), abs=1e-12)


@pytest.mark.parametrize(("count", "of"), [(1, 0), (-1, 5), (6, 5)])
def test_what_is_no_proportion_is_refused(count: int, of: int) -> None:
    with pytest.raises(ValueError, match="proportion"):
        proportion(count, of)
