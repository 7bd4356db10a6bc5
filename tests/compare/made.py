"""Comparisons made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grandstand.compare.comparison import Comparison, Measurement
from grandstand.compare.leg import Setup
from grandstand.compare.plan import Plan
from grandstand.vocabulary.states import KEYS

PARAMETERS = (("batch", 60), ("size", 100_000))
ONE = Setup("sequential", 1, PARAMETERS)
MACHINE = {"cpu": "A", "cores": 2, "python": "3.13.0", "gil": "on", "os": "Linux 6", "priority": "workers at nice +19"}
GIL = {"computing": 0.5, "gil": 0.49, "core": 0.01}


def threads(workers: int) -> Setup:
    return Setup("threads", workers, PARAMETERS)


def processes(workers: int) -> Setup:
    return Setup("processes", workers, PARAMETERS)


def measurement(setup: Setup, block: int, per_second: float, **changes: object) -> Measurement:
    values: dict[str, object] = {
        "t": float(block), "wall": None, "start_up": 0.02, "cpu_cores": 1.0, "states": {"computing": 1.0},
        "others": 0.0, "memory": None,
    }  # fmt: skip
    found = {**values, **changes}
    found["states"] = dict.fromkeys(KEYS, 0.0) | found["states"]  # type: ignore[operator]
    return Measurement(setup, block, per_second=per_second, **found)  # type: ignore[arg-type]


def comparison(
    rates: Mapping[Setup, Sequence[float]], states: Mapping[Setup, dict[str, float]] | None = None, **plan: object
) -> Comparison:
    """``rates``: units a second of each block."""
    made = Comparison(Plan("primes", tuple(rates), **plan), "numbers", MACHINE, "2026-01-01T00:00:00+00:00")  # type: ignore[arg-type]
    for setup, values in rates.items():
        for block, value in enumerate(values):
            there = (states or {}).get(setup, {"computing": 1.0})
            made.measurements.append(measurement(setup, block, value, states=there))
    return made
