"""Lengths in a style sheet, multiplied by the scale of the window.

Role: a small helper of the style modules. Pure, no Qt; any thread.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Px:
    """Writes lengths: `Px(1.5)(8)` is '12px'."""

    scale: float = 1.0

    def __call__(self, length: float) -> str:
        """`length` scaled, at least 1 px."""
        return f"{self._whole(length)}px"

    def less(self, length: float, pixels: int = 1) -> str:
        """`length` scaled, less what a border takes away: a thicker border must not make a box grow."""
        return f"{max(0, self._whole(length) - pixels)}px"

    def half(self, length: float, border: int = 0) -> str:
        """The radius that makes a box of `length` and an unscaled `border` on both sides a circle or a pill.

        Never more than half of what the box comes to in whole pixels: from there on Qt draws square corners.
        """
        return f"{max(0, (self._whole(length) + 2 * border) // 2)}px"

    def _whole(self, length: float) -> int:
        return max(1, round(length * self.scale))
