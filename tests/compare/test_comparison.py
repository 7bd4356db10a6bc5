"""Estimates by setup, and what there is to mind."""

from __future__ import annotations

import numpy as np
import pytest
from grandstand.compare.comparison import drift, outliers

from tests.compare.made import ONE, comparison, measurement, processes, threads

STEADY = [100.0, 102.0, 99.0, 101.0, 100.0, 98.0]


def test_ratios_are_taken_block_by_block() -> None:
    """A noisy minute slows both sides down; the ratio does not mind."""
    slow = [1.0, 0.5, 1.0, 0.3, 1.0, 0.7]
    made = comparison({ONE: [100 * s for s in slow], processes(2): [190 * s for s in slow]})
    e = made.speedup(processes(2))
    assert e is not None
    assert (e.value, e.low, e.high) == pytest.approx((1.9, 1.9, 1.9))


def test_only_blocks_that_both_have_are_pairs() -> None:
    made = comparison({ONE: STEADY[:3], threads(2): STEADY})
    e = made.speedup(threads(2))
    assert e is not None
    assert e.n == 3
    assert e.low is None
    assert made.against(threads(2), processes(2)) is None


def test_other_programs_few_blocks_and_failures_are_said() -> None:
    made = comparison({ONE: [100.0], threads(2): [100.0]})
    made.measurements = [measurement(m.setup, 0, 100.0, others=0.8) for m in made.measurements]
    made.failures[processes(2)] = "no more processes to be had."
    said = " ".join(made.warnings())
    assert "1 block gives no interval; 5 would" in said
    assert "Other programs kept 0.8 of 2 cores busy" in said
    assert "2 processes: no more processes to be had." in said


def test_a_quiet_comparison_has_nothing_to_mind() -> None:
    assert comparison({ONE: STEADY, threads(2): STEADY}).warnings() == []


def test_drifting_is_told_from_noise() -> None:
    chance = np.random.default_rng(5)
    noise = chance.normal(1, 0.01, 20)
    assert drift(list(100 * noise)) is None
    found = drift(list(100 * noise * np.linspace(1, 0.8, 20)))
    assert found == pytest.approx(-0.2, abs=0.03)
    assert drift([1.0, 2.0, 3.0]) is None, "three values show nothing"


def test_noise_is_hardly_ever_called_drifting() -> None:
    chance = np.random.default_rng(6)
    false = sum(drift(list(chance.lognormal(0, 0.05, 12))) is not None for _ in range(500))
    assert false <= 10


def test_outliers() -> None:
    assert outliers([100.0, 101.0, 99.0, 40.0, 100.0, 100.5]) == [3]
    assert outliers(STEADY) == []
    assert outliers([100.0, 100.0, 100.0, 100.0, 101.0]) == [], "one per cent is nobody's outlier"
