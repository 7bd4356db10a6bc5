"""Pictures of claims as SVG texts: for the page, where Qt draws them, and for the HTML report. Any thread.

Every text is complete in itself and keeps to what SVG Tiny 1.2 has, since that is what QtSvg draws.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from app.claims.drawing_canvas import FALLBACK, Canvas
from app.claims.drawing_charts import bars, curves
from app.claims.drawing_lanes import lanes
from app.claims.drawing_ring import ring
from app.claims.drawing_texts import texts
from app.claims.pictures import Bars, Curves, Lanes, Picture, Ring, Texts
from app.claims.rules import figure
from app.compare.statistics import Estimate

LEAST_WIDTH = 240


def draw(
    picture: Picture, colours: Mapping[str, str], width: int = 900, text_px: int = 14, max_height: int | None = None
) -> str:
    """``picture`` as a complete SVG, ``width`` px wide, on no ground of its own; ``text_px``: height of its text.

    ``colours``: CSS colours by theme token; a token that is not among them is drawn as ``chart.marker``, which has to
    be. ``max_height`` px: lanes get lower, and lines and rows at the end are left out and counted.
    """
    return _drawn(picture, colours, width, text_px, max_height).svg(describe(picture))


def size(picture: Picture, width: int = 900, text_px: int = 14, max_height: int | None = None) -> tuple[int, int]:
    """Width and height in px that ``draw`` gives the picture."""
    return _drawn(picture, {FALLBACK: "none"}, width, text_px, max_height).size()


def describe(picture: Picture) -> str:
    """The picture in words, for those who do not see it."""
    if isinstance(picture, Bars):
        what = "; ".join(f"{b.label} {b.words or _value(b.value, picture.unit, b.low, b.high)}" for b in picture.bars)
        kind = "Bars"
    elif isinstance(picture, Curves):
        kind = f"Curves of {picture.y_title} over {picture.x_title}"
        what = "; ".join(c.label for c in picture.curves)
    elif isinstance(picture, Lanes):
        kind = f"Lanes over {picture.seconds:.3g} s"
        what = "; ".join(label for label, _ in picture.rows[:12])
    elif isinstance(picture, Ring):
        kind = "Who waits for whom"
        what = "; ".join(f"{h.name} waits for {h.waits_for}, held by {h.held_by}" for h in picture.holders)
    else:
        kind = "Texts side by side"
        what = "; ".join(f"{heading}, {len(marked)} lines marked" for heading, _, marked in picture.columns)
    return ". ".join(part for part in (picture.title, f"{kind}: {what}", picture.note) if part)


def _value(value: float, unit: str, low: float | None, high: float | None) -> str:
    return figure(Estimate(value, unit, low, high))


def _drawn(picture: Picture, colours: Mapping[str, str], width: int, text_px: int, max_height: int | None) -> Canvas:
    canvas = Canvas(colours, max(LEAST_WIDTH, width), max(6, text_px), math.inf if max_height is None else max_height)
    if isinstance(picture, Lanes):
        lanes(canvas, picture)
    elif isinstance(picture, Bars):
        bars(canvas, picture)
    elif isinstance(picture, Curves):
        curves(canvas, picture)
    elif isinstance(picture, Ring):
        ring(canvas, picture)
    elif isinstance(picture, Texts):
        texts(canvas, picture)
    return canvas
