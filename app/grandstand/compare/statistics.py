"""Statistics of repeated measurements: estimates with 95 % intervals. No Qt; any thread.

scipy is imported where it is used: it takes a fifth of a second, and most of the app never needs it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LEVEL = 0.95
LEAST = 5
"""Fewer values than this give no interval of their median."""
FIVE = 1.15
RESAMPLES = 2_999


@dataclass(frozen=True)
class Estimate:
    """A figure: ``value`` in ``unit``, its 95 % interval (None: no interval, as of one measurement) and n.

    ``how`` says in a few words what n counts ("blocks", "runs", "messages") and where the value comes from.
    """

    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None
    n: int = 1
    how: str = ""

    def as_dict(self) -> dict[str, float | int | None]:
        """For JSON, which knows no infinity: an interval without an end has None there."""
        value, low, high = (
            x if x is not None and math.isfinite(x) else None for x in (self.value, self.low, self.high)
        )
        return {"value": value, "low": low, "high": high, "n": self.n}

    def above(self, border: float) -> bool:
        """Surely above: the whole interval is."""
        return self.low is not None and self.low > border

    def below(self, border: float) -> bool:
        """Surely below: the whole interval is."""
        return self.high is not None and self.high < border


def mean(values: Sequence[float], unit: str = "", how: str = "") -> Estimate:
    """The arithmetic mean with Student's t interval; no interval for fewer than two values."""
    n = len(values)
    if not n:
        raise ValueError("no values")
    center = math.fsum(values) / n
    if n < 2:
        return Estimate(center, unit, n=n, how=how)
    half = _t(n - 1) * _deviation(values, center) / math.sqrt(n)
    return Estimate(center, unit, center - half, center + half, n, how)


def ratio(above: Sequence[float], below: Sequence[float], how: str = "") -> Estimate:
    """The ratio of two quantities measured in pairs (block by block): geometric mean of the pairs' ratios.

    The interval is Student's t on the logarithms. Raises ValueError for pairs that are not positive.
    """
    if len(above) != len(below) or not above:
        raise ValueError("ratios need pairs")
    if min(*above, *below) <= 0:
        raise ValueError("ratios need positive values")
    logs = mean([math.log(a / b) for a, b in zip(above, below, strict=True)])
    if logs.low is None or logs.high is None:
        return Estimate(math.exp(logs.value), "×", n=logs.n, how=how)
    return Estimate(math.exp(logs.value), "×", math.exp(logs.low), math.exp(logs.high), logs.n, how)


def median(values: Sequence[float], unit: str = "", how: str = "") -> Estimate:
    """The median with an expanded percentile bootstrap interval; no interval for fewer than LEAST values."""
    if not values:
        raise ValueError("no values")
    middle = _middle(values)
    if len(values) < LEAST:
        return Estimate(middle, unit, n=len(values), how=how)
    low, high = _bootstrap(values, middle)
    return Estimate(middle, unit, low, high, len(values), how)


def paired_ratio(above: Sequence[float], below: Sequence[float], how: str = "") -> Estimate:
    """The median of the ratios of two quantities measured in pairs, with a bootstrap interval on the logarithms.

    Raises ValueError for pairs that are not positive.
    """
    if len(above) != len(below) or not above:
        raise ValueError("ratios need pairs")
    if min(*above, *below) <= 0:
        raise ValueError("ratios need positive values")
    logs = median([math.log(a / b) for a, b in zip(above, below, strict=True)])
    if logs.low is None or logs.high is None:
        return Estimate(math.exp(logs.value), "×", n=logs.n, how=how)
    return Estimate(math.exp(logs.value), "×", math.exp(logs.low), math.exp(logs.high), logs.n, how)


def unpaired_ratio(above: Sequence[float], below: Sequence[float], how: str = "") -> Estimate:
    """The ratio of the medians of two independent samples, with a bootstrap interval on the logarithms.

    Both samples are drawn again, each by itself (scipy's bootstrap of two samples). n is that of the smaller one. No
    interval where one has fewer than LEAST values. Raises ValueError for values that are not positive.
    """
    if not above or not below:
        raise ValueError("ratios need values")
    if min(*above, *below) <= 0:
        raise ValueError("ratios need positive values")
    n = min(len(above), len(below))
    logs = [[math.log(v) for v in values] for values in (above, below)]
    middle = _middle(logs[0]) - _middle(logs[1])
    if n < LEAST:
        return Estimate(math.exp(middle), "×", n=n, how=how)
    low, high = _bootstrap_difference(logs[0], logs[1])
    return Estimate(math.exp(middle), "×", math.exp(low), math.exp(high), n, how)


def proportion(count: int, of: int, unit: str = "", how: str = "") -> Estimate:
    """``count`` out of ``of`` with Wilson's interval (E. B. Wilson, 1927), which also holds for none and for all.

    Worked out here, for claims need nothing else of scipy.stats (half a second, 47 MB); the tests ask scipy.
    """
    if of <= 0 or not 0 <= count <= of:
        raise ValueError("a proportion needs 0 <= count <= of, of > 0")
    z = 1.959963984540054
    p = count / of
    center = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    low = 0.0 if count == 0 else center - half
    high = 1.0 if count == of else center + half
    return Estimate(p, unit, low, high, of, how)


def _middle(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _bootstrap(values: Sequence[float], middle: float) -> tuple[float, float]:
    """95 % interval of the median: the percentile bootstrap, expanded for small n.

    The plain percentile interval is too narrow by sqrt((n - 1) / n) and uses the normal quantile for Student's
    (T. Hesterberg, What Teachers Should Know About the Bootstrap, 2015, section 4.3.2). With five values it cannot
    reach beyond the smallest and the largest of them, which cover the median in 93.75 % only: there it is widened by
    FIVE, found by simulation (bench/coverage.py), so that two equal things are called different in at most 5 %.
    """
    import numpy as np
    from scipy.special import ndtr
    from scipy.stats import bootstrap

    n = len(values)
    if max(values) == min(values):
        return middle, middle
    outside = 2 * float(ndtr(-math.sqrt(n / (n - 1)) * _t(n - 1)))
    result = bootstrap(
        (np.asarray(values, float),), np.median, n_resamples=RESAMPLES, confidence_level=1 - outside,
        method="percentile", rng=np.random.default_rng(n),
    ).confidence_interval  # fmt: skip
    wider = FIVE if n == LEAST else 1.0
    return middle - wider * (middle - float(result.low)), middle + wider * (float(result.high) - middle)


def _bootstrap_difference(above: Sequence[float], below: Sequence[float]) -> tuple[float, float]:
    """95 % interval of the difference of two medians: the percentile bootstrap as it is.

    Two samples reach further than one, so it needs neither expansion nor FIVE: by simulation (bench/coverage.py, n
    from 5 to 30) it covers in 96 to 97 % of cases with normal and skewed noise. A drift that both have counts as noise
    here, and makes it wider than it need be: over 99 %.
    """
    import numpy as np
    from scipy.stats import bootstrap

    if max(above) == min(above) and max(below) == min(below):
        return above[0] - below[0], above[0] - below[0]

    def difference(one: Any, two: Any, axis: int = -1) -> Any:
        return np.median(one, axis=axis) - np.median(two, axis=axis)

    result = bootstrap(
        (np.asarray(above, float), np.asarray(below, float)), difference, n_resamples=RESAMPLES, vectorized=True,
        confidence_level=LEVEL, method="percentile", rng=np.random.default_rng(min(len(above), len(below))),
    ).confidence_interval  # fmt: skip
    return float(result.low), float(result.high)


def _deviation(values: Sequence[float], center: float) -> float:
    return math.sqrt(math.fsum((v - center) ** 2 for v in values) / (len(values) - 1))


def _t(degrees: int) -> float:
    """The two-sided 95 % quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.5 + LEVEL / 2))
