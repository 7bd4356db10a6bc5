"""Figures in words, the same everywhere: window, command line, captions. Any thread."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from grandstand import modes

_SCALES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
THIN = "\u202f"


def number(value: float, digits: int = 3) -> str:
    """``value`` with ``digits`` significant figures and an SI letter: 1180000 -> '1.18 M'."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    for scale, letter in _SCALES:
        if size >= scale * (1 - 0.5 * 10**-digits):
            return f"{_figures(value / scale, digits)} {letter}"
    return _figures(value, digits)


def _figures(value: float, digits: int) -> str:
    """``value`` with ``digits`` significant figures, below 1 with one less ('0.50'), and never as '0.00'."""
    if value == 0:
        return "0"
    power = int(f"{value:.{digits - 1}e}".partition("e")[2])  # of the value as rounded: 9.996 becomes 10.0
    return f"{value:.{max(0, digits - 1 - power - (power < 0))}f}"


def rate(value: float, unit: str) -> str:
    """'1.18 M numbers/s'; a letter before MB would read as another unit, so those stay whole ('2878 MB/s')."""
    if unit == "MB":
        return f"{_figures(value, 3)} MB/s" if value < 1e5 else f"{value / 1e3:.0f} GB/s"
    return f"{number(value)} {unit}/s"


def times(value: float) -> str:
    """A ratio: '1.93×'."""
    return f"{value:.2f}×" if value < 99.5 else f"{value:.0f}×"


def percent(share: float) -> str:
    """A share as a percentage: '97 %'; what is not quite all or nothing does not read as such."""
    value = 100 * share
    if 0 < value <= 0.5:
        return "under 1 %"
    if 99.5 <= value < 99.95:
        return "over 99 %"
    return f"{value:.0f} %"


def seconds(value: float) -> str:
    """'85 ms', '1.4 s', '2 min 5 s'."""
    if value < 0.9995:
        return f"{1000 * value:.0f} ms"
    if value < 90:
        return f"{value:.1f} s" if value < 9.95 else f"{value:.0f} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


def megabytes(value: float) -> str:
    """Bytes as '12.3 MB' (10^6)."""
    return f"{value / 1e6:.1f} MB"


def kept(share: float, at_once: int, count: int) -> str:
    """What frame slots do to ``count`` Qt threads: the window's share, and how many have the rest at a time."""
    text = f"the window keeps {percent(share)} of the GIL"
    return f"{text}, and {at_once} of the {count} threads at a time share the rest" if at_once < count else text


def workers(mode: str, count: int) -> str:
    """'4 threads', '1 process': who works, by mode and number."""
    return modes.described(mode).workers(count)


def cores(count: object, quota: float | None = None) -> str:
    """'2 cores'; '2 cores, quota: the time of one' where a CPU quota gives less than that."""
    text = f"{count} {'core' if count == 1 else 'cores'}"
    if quota is None or not isinstance(count, int) or quota >= count:
        return text
    return f"{text}, quota: the time of {_amount(quota)}"


def cores_of(machine: Mapping[str, Any]) -> str:
    """The same of a machine's description, which may come from a file: '? cores' where it does not say."""
    return cores(machine.get("cores", "?"), limit_of(machine))


def core_time(quota: float) -> str:
    """'the time of one core', 'the time of 1.5 cores': what a CPU quota gives."""
    return f"the time of {_amount(quota)} {'core' if quota == 1 else 'cores'}"


def limit_of(machine: Mapping[str, Any]) -> float | None:
    """The CPU quota of a machine's description, where it gives less than the cores; else None."""
    limit, count = machine.get("quota"), machine.get("cores")
    known = isinstance(limit, int | float) and isinstance(count, int | float) and 0 < limit < count
    return float(limit) if known and limit is not None else None


def usable_cores(machine: Mapping[str, Any]) -> float:
    """How many cores' time a machine's description promises: 1 where it does not say."""
    count, limit = machine.get("cores"), limit_of(machine)
    return limit if limit is not None else float(count) if isinstance(count, int | float) and count else 1.0


def _amount(quota: float) -> str:
    return "one" if quota == 1 else f"{quota:.3g}"
