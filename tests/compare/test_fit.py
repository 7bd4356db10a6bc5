"""Laws of scaling: known parameters come back inside their intervals; too few points are refused."""

from __future__ import annotations

import numpy as np
import pytest
from grandstand.compare.fit import TooFewPoints, amdahl, usl

COUNTS = (1, 2, 4, 8, 16, 32)


def simulated(s: float, k: float, noise: float, seed: int, repeats: int = 5) -> list[tuple[int, float]]:
    chance = np.random.default_rng(seed)
    return [
        (n, 1000 * n / (1 + s * (n - 1) + k * n * (n - 1)) * float(chance.lognormal(0, noise)))
        for n in COUNTS
        for _ in range(repeats)
    ]


@pytest.mark.parametrize(("s", "k"), [(0.05, 0.002), (0.2, 0.01), (0.01, 0.0005)])
def test_the_usl_finds_what_was_put_in(s: float, k: float) -> None:
    inside, trials = {"contention": 0, "coherency": 0}, 60
    for seed in range(trials):
        law = usl(simulated(s, k, 0.03, seed))
        for name, e, truth in (("contention", law.contention, s), ("coherency", law.coherency, k)):
            assert e.low is not None
            assert e.high is not None
            inside[name] += e.low <= truth <= e.high
    assert min(inside.values()) / trials > 0.88, inside


def test_the_best_number_of_workers_is_where_the_curve_is_highest() -> None:
    law = usl(simulated(0.05, 0.01, 0.005, 1))
    assert law.best == pytest.approx(np.sqrt(0.95 / 0.01), rel=0.05)
    assert law.at(law.best) > law.at(law.best * 1.3)
    assert law.at(law.best) > law.at(law.best / 1.3)


def test_where_coherency_may_be_nothing_no_best_number_is_named() -> None:
    assert usl(simulated(0.05, 0.0, 0.03, 2)).best is None


def test_amdahls_law_finds_the_serial_part() -> None:
    law = amdahl(simulated(0.1, 0.0, 0.01, 3))
    assert law.contention.value == pytest.approx(0.1, abs=0.01)
    assert (law.coherency.value, law.best) == (0.0, None)
    assert law.single.value == pytest.approx(1000, rel=0.03)


@pytest.mark.parametrize(("fit", "counts", "enough"), [(usl, 3, "4 would"), (amdahl, 2, "3 would")])
def test_too_few_numbers_of_workers_are_refused(fit: object, counts: int, enough: str) -> None:
    points = [(n, 100.0 * n) for n in range(1, counts + 1) for _ in range(9)]
    with pytest.raises(TooFewPoints, match=enough):
        fit(points)  # type: ignore[operator]


def test_a_law_that_does_not_describe_the_points_says_so() -> None:
    """Two cores: twice as fast with two workers, and no more with more of them. No smooth law bends like that."""
    chance = np.random.default_rng(4)
    points = [(n, 100 * min(n, 2) * float(chance.lognormal(0, 0.01))) for n in (1, 2, 4, 8) for _ in range(6)]
    assert not usl(points).fits
    assert usl(simulated(0.05, 0.002, 0.03, 7)).fits
