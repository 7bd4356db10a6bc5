"""What drawings are made of: rectangles, lines and texts that every SVG viewer knows, down to SVG Tiny. Any thread.

Nothing here asks Qt how wide a text is: Pillow does, so that a picture can be drawn where no display is.
"""

from __future__ import annotations

import io
import math
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING

from grandstand import assets, plain

if TYPE_CHECKING:
    from PIL import ImageFont

UI_FAMILY, MONO_FAMILY = "Inter", "JetBrains Mono"
MONO_ADVANCE = 0.6
"""Width of a character of JetBrains Mono over its height."""
PAD = 16.0
FALLBACK = "chart.marker"
"""Drawn where a picture names a color that the theme does not have."""

_MEASURED_PX, _WIDEST_DIGIT = 1000, "4"


def clean(text: str, tab: str = " ") -> str:
    """``text`` on one line, without what XML forbids or what turns the direction of writing."""
    return plain.one_line(text, tab)


def text_width(text: str, px: float, weight: int = 400) -> float:
    """How wide ``text`` is in Inter, in px, without kerning. Figures are nearly as wide as tabular ones; letters that
    Inter does not have count as wide ones."""
    semibold = weight >= 600
    return sum([_advance(character, semibold) for character in text]) * px


@lru_cache(4096)
def _advance(character: str, semibold: bool) -> float:
    """Width of a character over its height. Kept, since Pillow takes 10 µs for each."""
    measured = _WIDEST_DIGIT if character in "0123456789" else character
    return float(_font(semibold).getlength(measured)) / _MEASURED_PX


@cache
def _font(semibold: bool) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont  # 30 ms

    data = assets.read_bytes(f"fonts/Inter-{'SemiBold' if semibold else 'Regular'}.otf")
    # Raqm would kern, but not every machine has it, and pictures should be alike.
    return ImageFont.truetype(io.BytesIO(data), _MEASURED_PX, layout_engine=ImageFont.Layout.BASIC)


def cut(text: str, room: float, px: float, weight: int = 400) -> str:
    """``text``, or as much of its beginning as fits into ``room`` px, with an ellipsis; '' if that is nothing."""
    text = clean(text)
    if text_width(text, px, weight) <= room:
        return text
    taken = bisect_right(range(1, len(text)), room, key=lambda end: text_width(text[:end] + "…", px, weight))
    return text[:taken].rstrip() + "…" if taken else ""


def wrap(text: str, room: float, px: float, most: int = 3) -> list[str]:
    """``text`` in at most ``most`` lines of ``room`` px; the last is cut."""
    words = clean(text).split()
    lines: list[str] = []
    while words and len(lines) < most:
        if len(lines) == most - 1:
            lines.append(cut(" ".join(words), room, px))
            break
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", px) <= room:
            line += " " + words.pop(0)
        lines.append(cut(line, room, px))
    return lines


class Canvas:
    """Collects the parts of one SVG, ``width`` px wide. ``y`` is where the next thing goes; it is the height at last.

    ``px``: height of the usual text; ``small`` that of ticks and notes. ``most``: the height there is, or infinity.
    """

    def __init__(self, colors: Mapping[str, str], width: int, px: int, most: float = math.inf) -> None:
        self.width, self.px, self.most = float(width), float(px), most
        self.small = px * 13 / 14
        self.y = PAD
        self._colors = colors
        self._parts: list[str] = []

    @property
    def right(self) -> float:
        return self.width - PAD

    def color(self, token: str) -> str:
        """The color of a token, ready for an attribute."""
        return escape(self._colors.get(token) or self._colors[FALLBACK])

    def rect(
        self, x: float, y: float, w: float, h: float, token: str, radius: float = 0, opacity: float = 1, edge: str = ""
    ) -> None:
        if w <= 0 or h <= 0:
            return
        extra = f' rx="{n(radius)}" ry="{n(radius)}"' if radius else ""
        extra += f' fill-opacity="{n(opacity)}"' if opacity < 1 else ""
        extra += f' stroke="{self.color(edge)}"' if edge else ""
        self._parts.append(
            f'<rect x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}"{extra} fill="{self.color(token)}"/>'
        )

    def fill(self, path: str, token: str, opacity: float = 1) -> None:
        """A filled path."""
        extra = f' fill-opacity="{n(opacity)}"' if opacity < 1 else ""
        self._parts.append(f'<path d="{path}" fill="{self.color(token)}"{extra}/>')

    def stroke(self, path: str, token: str, px: float = 1, dashed: bool = False, opacity: float = 1) -> None:
        """A path as a line."""
        extra = ' stroke-dasharray="5 4"' if dashed else ' stroke-linecap="round"'
        extra += f' stroke-opacity="{n(opacity)}"' if opacity < 1 else ""
        self._parts.append(
            f'<path d="{path}" fill="none" stroke="{self.color(token)}" stroke-width="{n(px)}" '
            f'stroke-linejoin="round"{extra}/>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, token: str, px: float = 1, dashed: bool = False
    ) -> None:
        self.stroke(f"M{n(x1)} {n(y1)}L{n(x2)} {n(y2)}", token, px, dashed)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        token: str = "text.primary",
        px: float | None = None,
        weight: int = 400,
        anchor: str = "start",
        mono: bool = False,
    ) -> None:
        """One line of text whose middle is at height ``y``. It is not cut: see ``cut``."""
        px = self.px if px is None else px
        text = clean(text, "    ")
        if not text.strip():
            return
        extra = f' font-weight="{weight}"' if weight != 400 else ""
        extra += f' text-anchor="{anchor}"' if anchor != "start" else ""
        extra += f' font-family="{MONO_FAMILY}" xml:space="preserve"' if mono else ""
        self._parts.append(
            f'<text x="{n(x)}" y="{n(y + px * 0.36)}" font-size="{n(px)}"{extra} fill="{self.color(token)}">'
            f"{escape(text, quote=False)}</text>"
        )

    def note(self, text: str) -> None:
        """Words under the picture, in at most three lines."""
        self.y += self.small * 0.4 if text.strip() else 0.0
        for line in self._note_lines(text):
            self.y += self.small * 1.4
            self.text(PAD, self.y - self.small * 0.6, line, "text.secondary", self.small)

    def note_height(self, text: str) -> float:
        return len(self._note_lines(text)) * self.small * 1.4 + self.small * 0.4

    def _note_lines(self, text: str) -> list[str]:
        return wrap(text, self.width - 2 * PAD, self.small)

    def svg(self, words: str) -> str:
        """The whole SVG; ``words`` for those who do not see it. Higher than ``most``, it is shown smaller."""
        width, height = self.size()
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {n(self.width)} {n(self.y + PAD)}" font-family="{UI_FAMILY}" role="img" '
            f'aria-label="{escape(clean(words))}">{"".join(self._parts)}</svg>'
        )

    def size(self) -> tuple[int, int]:
        """Width and height in px."""
        return math.ceil(self.width), math.ceil(max(1.0, min(self.y + PAD, self.most)))


def n(value: float) -> str:
    """A coordinate: one or two decimals are finer than any screen."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
