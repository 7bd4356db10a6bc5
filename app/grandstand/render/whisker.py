"""The interval of a figure over its bar, as strokes, for the window and for files. Pure; any thread."""

from __future__ import annotations

import math

Stroke = tuple[float, float, float, float]
"""x1, y1, x2, y2."""


def whisker(
    low: float, high: float, zero: float, scale: float, middle: float, tall: float,
    least: float = 0.0, top: float = math.inf,
) -> tuple[list[Stroke], float]:  # fmt: skip
    """The strokes of an interval over a bar that lies along x, and the x where they end.

    ``zero`` and ``scale`` take figures to pixels, ``tall`` is the bar's height. An end below ``least`` or above
    ``top`` is off the scale: it is drawn up to there, without a cap.
    """
    first, last = zero + max(least, low) * scale, zero + min(top, high) * scale
    strokes = [(first, middle, last, middle)]
    for x, on_scale in ((first, low >= least), (last, high <= top)):
        if on_scale:
            strokes.append((x, middle - tall * 0.28, x, middle + tall * 0.28))
    return strokes, last
