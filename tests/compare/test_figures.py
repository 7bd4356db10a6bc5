"""Estimates in words."""

from __future__ import annotations

import pytest
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate


@pytest.mark.parametrize(
    ("e", "words"),
    [
        (Estimate(1.93, "×", 1.9, 1.95, 6), "1.93× [1.90, 1.95]"),
        (Estimate(0.974, "", 0.95, 0.98, 6), "97.4 % [95.0, 98.0]"),
        (Estimate(4.2, "ms", 4.0, 4.4, 6), "4.20 ms [4.00, 4.40]"),
        (Estimate(22_100, "µs", 20_800, 23_500, 6), "22.1 ms [20.8, 23.5]"),
        (Estimate(9_999, "µs"), "9999 µs"),
        (Estimate(1_200_000, "numbers/s"), "1.20 M numbers/s"),
        (Estimate(0.0, "MB", 0.0, 0.0, 3), "0 MB [0, 0]"),
        (Estimate(0.0004, "cores"), "0.0004 cores"),
    ],
)
def test_value_unit_and_interval(e: Estimate, words: str) -> None:
    assert figure(e) == words
