"""Estimates in words, the same everywhere. Pure; any thread."""

from __future__ import annotations

from grandstand.compare.statistics import Estimate
from grandstand.session import words

_LARGER = {"µs": "ms", "ms": "s"}


def figure(e: Estimate) -> str:
    """'1.93× [1.90, 1.95]', '4.2 ms [4.0, 4.4]', '97 % [95, 98]'; without brackets where there is no interval."""
    value, low, high = e.value, e.low, e.high
    unit = e.unit
    if unit == "":
        value, low, high = 100 * value, _times(low, 100), _times(high, 100)
        unit = "%"
    while unit in _LARGER and abs(value) >= 10_000:
        value, low, high, unit = value / 1000, _times(low, 0.001), _times(high, 0.001), _LARGER[unit]
    gap = "" if unit == "×" else " "
    text = f"{_digits(value)}{gap}{unit}"
    if low is None or high is None:
        return text
    return f"{text} [{_digits(low)}, {_digits(high)}]"


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _digits(value: float) -> str:
    """Two decimals below ten, then fewer; large numbers as in the rest of the app."""
    size = abs(value)
    if size >= 10_000:
        return words.number(value)
    if size >= 100 or value == 0:
        return f"{value:.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.01 else f"{value:.2g}"
