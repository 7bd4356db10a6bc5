"""Honest: do 95 % intervals hold the truth in 95 % of cases, and are equal modes called equal? Bench process.

Simulated measurements with known truth: pairs of blocks with normal, skewed (log-normal) or drifting noise that both
sides share in part, n = 5, 10 and 30 blocks; 2,000 trials each (200 with --quick). And two comparisons side by side,
whose blocks are not the same: two independent samples of these noises.
"""

from __future__ import annotations

import numpy as np
from grandstand.compare.statistics import paired_ratio, unpaired_ratio

from bench.report import Report

TRUTH = 1.9


def report(quick: bool) -> Report:
    trials = 200 if quick else 2_000
    report = Report(f"honest: intervals of a ratio with known truth, {trials} trials each")
    for n in (5, 10, 30):
        for kind in ("normal", "skewed", "drifting"):
            chance = np.random.default_rng([n, len(kind)])
            covered = different = 0
            for _ in range(trials):
                a, b = _pairs(chance, kind, n)
                e = paired_ratio([TRUTH * v for v in a], b)
                assert e.low is not None
                assert e.high is not None
                covered += e.low <= TRUTH <= e.high
                equal = paired_ratio(a, b)
                different += equal.above(1) or equal.below(1)
            name = f"{kind} noise, n = {n}"
            report.add(f"{name}: truth inside", [100 * covered / trials], "%", limit=93.0, at_least=True, count=trials)
            report.add(f"{name}: truth inside, not too often", [100 * covered / trials], "%", limit=97.0, count=trials)
            report.add(f"{name}: equal called different", [100 * different / trials], "%", limit=5.0, count=trials)
    for n, other in ((5, 5), (5, 30), (10, 10), (30, 30)):
        for kind in ("normal", "skewed", "drifting"):
            chance = np.random.default_rng([n, other, len(kind)])
            covered = different = 0
            for _ in range(trials):
                a, b = _alone(chance, kind, n), _alone(chance, kind, other)
                e = unpaired_ratio([TRUTH * v for v in a], b)
                assert e.low is not None
                assert e.high is not None
                covered += e.low <= TRUTH <= e.high
                equal = unpaired_ratio(a, b)
                different += equal.above(1) or equal.below(1)
            name = f"side by side, {kind} noise, n = {n} and {other}"
            report.add(f"{name}: truth inside", [100 * covered / trials], "%", limit=93.0, at_least=True, count=trials)
            report.add(f"{name}: equal called different", [100 * different / trials], "%", limit=5.0, count=trials)
    return report


def _alone(chance: np.random.Generator, kind: str, n: int) -> list[float]:
    """Throughputs of a setup in n blocks, measured at another time than what it is compared with."""
    if kind == "normal":
        return list(np.maximum(0.2, 1 + chance.normal(0, 0.04, n)))
    if kind == "skewed":
        return list(1 / (1 + chance.lognormal(-3.5, 1.0, n)))
    return list(np.linspace(1.0, 0.9, n) * np.exp(chance.normal(0, 0.03, n)))


def _pairs(chance: np.random.Generator, kind: str, n: int) -> tuple[list[float], list[float]]:
    """Throughputs of two equal setups in n blocks."""
    shared = np.exp(chance.normal(0, 0.1, n))
    if kind == "normal":
        a, b = (np.maximum(0.2, 1 + chance.normal(0, 0.04, n)) for _ in range(2))
    elif kind == "skewed":
        a, b = (1 / (1 + chance.lognormal(-3.5, 1.0, n)) for _ in range(2))
    else:
        slope = np.linspace(1.0, 0.7, n)
        a, b = (slope * np.exp(chance.normal(0, 0.03, n)) for _ in range(2))
    return list(shared * a), list(shared * b)
