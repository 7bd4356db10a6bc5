"""Where the ticks of an axis stand and what is written at them, for the window and for files. Pure; any thread."""

from __future__ import annotations

import math


def linear_ticks(low: float, high: float, most: int) -> list[float]:
    """Round values from ``low`` to ``high``, at most about ``most``: steps of 1, 2 or 5 times a power of ten."""
    if not high > low or most < 1:
        return [low]
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * k for k in (1, 2, 5, 10) if power * k >= rough * 0.999)
    first = math.ceil(low / step - 1e-6)
    last = math.floor(high / step + 1e-6)
    return [i * step for i in range(first, min(last, first + 50) + 1)]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Powers of ten from ``low`` to ``high`` (both above 0); with 1, 2 and 5 of each where there is room."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    fine = [k * 10.0**e for e in range(first, last + 1) for k in (1, 2, 5)]
    fine = [v for v in fine if low * 0.999 <= v <= high * 1.001]
    if len(fine) <= most:
        return fine
    decades = [10.0**e for e in range(first, last + 1) if low * 0.999 <= 10.0**e <= high * 1.001]
    return decades[:: max(1, math.ceil(len(decades) / max(1, most)))]


def tick_words(value: float) -> str:
    """A tick's value, short: '0.5', '100', '1 k', '2.5 M', '1e-05', '−2'."""
    if value < 0:
        return f"−{tick_words(-value)}"
    size = abs(value)
    for scale, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size >= scale * 0.9995 and size < 1e12:
            return f"{value / scale:.3g} {letter}"
    return f"{value:.3g}" if size >= 1e-12 else "0"


def time_axis(seconds: float, most: int) -> list[tuple[float, str]]:
    """Ticks (second, words) of a time axis from 0 to ``seconds``, in the unit that suits its length."""
    scale, unit = next(
        ((s, u) for s, u in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")) if seconds >= 0.999 * s), (1e-9, "ns")
    )
    return [(t * scale, f"{tick_words(t)} {unit}") for t in linear_ticks(0, seconds / scale, most)]


def nice_top(highest: float) -> float:
    """The round number at or above ``highest``: 1, 2, 4, 5 or 8 times a power of ten (they halve well)."""
    if highest <= 0 or not math.isfinite(highest):
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    for step in (1, 2, 4, 5, 6, 8, 10):
        if highest <= step * power * 1.0001:
            return float(step * power)
    return float(10 * power)


def span_text(span_ns: float) -> str:
    """'10 s', '250 ms', '1.5 ms'."""
    if span_ns >= 1e9:
        return f"{span_ns / 1e9:.3g} s"
    return f"{span_ns / 1e6:.3g} ms"
