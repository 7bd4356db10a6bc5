"""Which values a slider offers, and where each lies on it.

Role: the arithmetic of LabeledSlider, linear and logarithmic. Pure, no Qt; any thread.
"""

from __future__ import annotations

from bisect import bisect_left
from math import isfinite, log10
from typing import Literal

from grandstand.ui.widgets.numbers import decimals_of

ScaleKind = Literal["linear", "log"]

#: Stops on a logarithmic slider, before those that round to the same value are merged.
LOG_STOPS = 200


class SliderScale:
    """The values from `minimum` to `maximum` in steps of `step`, and slider positions 0 to `last` for them.

    A logarithmic scale has stops at even ratios, rounded to two significant figures and to the step, so that
    a tap on an arrow key always changes the value.

    Raises:
        ValueError: the range is empty or not finite, the step is not positive, or log of a range that touches
        zero.
    """

    def __init__(self, minimum: float, maximum: float, step: float, kind: ScaleKind = "linear") -> None:
        if not (isfinite(minimum) and isfinite(maximum) and minimum < maximum):
            raise ValueError(f"a slider needs a minimum below its maximum, not {minimum} to {maximum}")
        if not (isfinite(step) and step > 0):
            raise ValueError(f"a slider's step must be above 0, not {step}")
        if kind not in ("linear", "log"):
            raise ValueError(f"a slider's scale is 'linear' or 'log', not {kind!r}")
        if kind == "log" and minimum <= 0:
            raise ValueError(f"a logarithmic slider must start above 0, not at {minimum}")
        self.minimum, self.maximum, self.step, self.kind = minimum, maximum, step, kind
        self.decimals = max(decimals_of(step), decimals_of(minimum))
        self._stops = self._log_stops() if kind == "log" else []
        self.last = len(self._stops) - 1 if self._stops else -int(-(maximum - minimum) // step)

    @property
    def whole(self) -> bool:
        """Whether all values are whole numbers."""
        return self.decimals == 0

    def snap(self, value: float) -> float:
        """The allowed value nearest to `value`: within the range, whole steps from the minimum."""
        steps = round((min(self.maximum, max(self.minimum, value)) - self.minimum) / self.step)
        return round(min(self.maximum, self.minimum + steps * self.step), self.decimals)

    def value_at(self, position: int) -> float:
        """The value at slider position `position`."""
        position = min(self.last, max(0, position))
        return self._stops[position] if self._stops else self.snap(self.minimum + position * self.step)

    def position_of(self, value: float) -> int:
        """The slider position nearest to `value`."""
        if not self._stops:
            return min(self.last, max(0, round((value - self.minimum) / self.step)))
        right = min(self.last, bisect_left(self._stops, value))
        left = max(0, right - 1)
        # Nearest by ratio: that is what distance means on a logarithmic slider.
        near_left = value * value < self._stops[left] * self._stops[right]
        return left if near_left else right

    def _log_stops(self) -> list[float]:
        ratio = self.maximum / self.minimum
        stops = {self.minimum, self.maximum}
        for index in range(1, LOG_STOPS):
            raw = self.minimum * ratio ** (index / LOG_STOPS)
            rounded = round(raw, 1 - int(log10(raw) // 1))
            stops.add(self.snap(rounded))
        return sorted(stops)
