"""Laws of scaling fitted to throughput over workers: Amdahl's and the Universal Scalability Law. Pure; any thread.

USL (N. J. Gunther, Guerrilla Capacity Planning, 2007): X(N) = a N / (1 + s (N - 1) + k N (N - 1)), with contention s
and coherency k; Amdahl's law is k = 0. Intervals: Student's t on the fit's standard errors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.compare.statistics import Estimate, _t

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

    def predicted(n: object, log_single: float, s: float, k: float = 0.0) -> object:
        return log_single + np.log(n) - np.log(1 + s * (n - 1) + k * n * (n - 1))  # type: ignore[operator, call-overload]

    start = [math.log(first), 0.05] + ([] if coherent else [0.001])
    low = [-np.inf, 0.0] + ([] if coherent else [0.0])
    high = [np.inf, 1.0 if coherent else np.inf] + ([] if coherent else [np.inf])
    found, covariance = curve_fit(predicted, n, logs, p0=start, bounds=(low, high), maxfev=20_000)
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    degrees = len(points) - len(found)
    half = _t(degrees) * errors if degrees > 0 else np.full(len(found), np.inf)
    single = Estimate(
        math.exp(found[0]), "units/s", math.exp(found[0] - half[0]), math.exp(min(found[0] + half[0], 700.0)),
        len(points), "legs",
    )  # fmt: skip
    rest = [
        Estimate(
            float(found[i]), "", max(0.0, float(found[i] - half[i])), float(found[i] + half[i]), len(points), "legs"
        )
        for i in range(1, len(found))
    ]
    contention = rest[0]
    coherency = Estimate(0.0, "", 0.0, 0.0, len(points), "by definition") if coherent else rest[1]
    residual = float(np.sqrt(np.mean((predicted(n, *found) - logs) ** 2)))
    return Law(
        "Amdahl's law" if coherent else "Universal Scalability Law", single, contention, coherency,
        _best(contention, coherency), residual,
    )  # fmt: skip


def _best(contention: Estimate, coherency: Estimate) -> float | None:
    """sqrt((1 - s) / k); None where k may be 0: then more workers never cost more than they bring."""
    if not coherency.above(0.0) or contention.value >= 1:
        return None
    return math.sqrt((1 - contention.value) / coherency.value)
