"""Laws of scaling fitted to throughput over workers: Amdahl's and the Universal Scalability Law. Pure; any thread.

USL (N. J. Gunther, Guerrilla Capacity Planning, 2007): X(N) = a N / (1 + s (N - 1) + k N (N - 1)), with contention s
and coherency k; Amdahl's law is k = 0. Intervals: Student's t on the fit's standard errors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grandstand.compare.statistics import Estimate, _t

AMDAHL, USL = "Amdahl's law", "Universal Scalability Law"
FEWEST_COUNTS = 4
"""Different numbers of workers below which a law with three unknowns is not fitted."""


class TooFewPoints(ValueError):
    """The fit would say more than the points know; the text says what would be enough."""


@dataclass(frozen=True)
class Law:
    """``single``: units a second of one worker; ``contention``, ``coherency`` (0 for Amdahl's law) as in the module.

    ``best``: the number of workers with the highest predicted throughput, where the law has one; ``residual``: typical
    relative distance of the points from the curve.
    """

    name: str
    single: Estimate
    contention: Estimate
    coherency: Estimate
    best: float | None
    residual: float
    fits: bool
    """Whether the points lie as close to the curve as to their own means: else the law does not describe them."""

    def at(self, workers: float) -> float:
        """Predicted units a second."""
        return _usl(workers, self.single.value, self.contention.value, self.coherency.value)


def usl(points: Sequence[tuple[int, float]]) -> Law:
    """Fits the USL to (workers, units a second), several per number of workers. Raises TooFewPoints."""
    return _fit(points, coherent=False)


def amdahl(points: Sequence[tuple[int, float]]) -> Law:
    """Fits Amdahl's law. Raises TooFewPoints."""
    return _fit(points, coherent=True)


def _usl(n: float, single: float, s: float, k: float) -> float:
    return single * n / (1 + s * (n - 1) + k * n * (n - 1))


def _fit(points: Sequence[tuple[int, float]], coherent: bool) -> Law:
    import numpy as np
    from scipy.optimize import curve_fit

    counts = sorted({n for n, _ in points})
    fewest = FEWEST_COUNTS - coherent
    if len(counts) < fewest:
        raise TooFewPoints(
            f"{len(counts)} different numbers of workers are too few to fit this law; {fewest} would be enough."
        )
    n = np.array([p[0] for p in points], float)
    logs = np.log([p[1] for p in points])
    first = float(np.exp(logs[n == counts[0]].mean())) / counts[0]

    def predicted(n: Any, log_single: float, s: float, k: float = 0.0) -> Any:
        return log_single + np.log(n) - np.log(1 + s * (n - 1) + k * n * (n - 1))

    start = [math.log(first), 0.05] + ([] if coherent else [0.001])
    low = [-np.inf, 0.0] + ([] if coherent else [0.0])
    high = [np.inf, 1.0 if coherent else np.inf] + ([] if coherent else [np.inf])
    values, covariance = curve_fit(predicted, n, logs, p0=start, bounds=(low, high), maxfev=20_000)
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    degrees = len(points) - len(values)
    half = _t(degrees) * errors if degrees > 0 else np.full(len(values), np.inf)
    single = Estimate(
        math.exp(values[0]), "units/s", math.exp(values[0] - half[0]), math.exp(min(values[0] + half[0], 700.0)),
        len(points), "measurements",
    )  # fmt: skip
    rest = [
        Estimate(
            float(values[i]),
            "",
            max(0.0, float(values[i] - half[i])),
            float(values[i] + half[i]),
            len(points),
            "measurements",
        )
        for i in range(1, len(values))
    ]
    contention = rest[0]
    coherency = Estimate(0.0, "", 0.0, 0.0, len(points), "by definition") if coherent else rest[1]
    residual = float(np.sqrt(np.mean((predicted(n, *values) - logs) ** 2)))
    return Law(
        AMDAHL if coherent else USL, single, contention, coherency,
        _best(contention, coherency), residual, _describes(n, logs, predicted(n, *values), len(values)),
    )  # fmt: skip


def _describes(n: Any, logs: Any, predicted: Any, unknowns: int) -> bool:
    """The classical test for lack of fit (N. Draper and H. Smith, Applied Regression Analysis, 1998, section 2.1).

    A distance of under 2 % passes in any case: with little noise the test sees what nobody cares about.
    """
    import numpy as np
    from scipy.stats import f

    counts = np.unique(n)
    means = {count: logs[n == count].mean() for count in counts}
    pure = float(sum(((logs[n == count] - means[count]) ** 2).sum() for count in counts))
    lack = float(sum((n == count).sum() * (means[count] - predicted[n == count][0]) ** 2 for count in counts))
    if math.sqrt(lack / len(n)) < 0.02:
        return True
    free, within = len(counts) - unknowns, len(n) - len(counts)
    if free <= 0 or within <= 0 or pure == 0:
        return free <= 0
    return bool(f.sf(lack / free / (pure / within), free, within) > 0.01)


def _best(contention: Estimate, coherency: Estimate) -> float | None:
    """sqrt((1 - s) / k); None where k may be 0: then more workers never cost more than they bring."""
    if not coherency.above(0.0) or contention.value >= 1:
        return None
    return math.sqrt((1 - contention.value) / coherency.value)
