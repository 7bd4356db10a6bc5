"""Pictures of claims as SVG texts: for the page, where Qt draws them, and for the HTML report. Any thread.

Every text is complete in itself and keeps to what SVG Tiny 1.2 has, since that is what QtSvg draws.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate
from grandstand.render.drawing_canvas import FALLBACK, UI_FAMILY, Canvas, clean
from grandstand.render.drawing_charts import bars, curves
from grandstand.render.drawing_lanes import lanes
from grandstand.render.drawing_ring import ring
from grandstand.render.drawing_shares import grid, stacks
from grandstand.render.drawing_texts import texts
from grandstand.render.kinds import Bars, Curves, Grid, Lanes, Picture, Ring, Stacks, Texts

LEAST_WIDTH = 240


def draw(
    picture: Picture, colors: Mapping[str, str], width: int = 900, text_px: int = 14, max_height: int | None = None
) -> str:
    """``picture`` as a complete SVG, ``width`` px wide, on no ground of its own; ``text_px``: height of its text.

    ``colors``: CSS colors by theme token; a token that is not among them is drawn as ``chart.marker``, which has to
    be. ``max_height`` px: lanes get lower, and lines and rows at the end are left out and counted.
    """
    return _drawn(picture, colors, width, text_px, max_height).svg(describe(picture))


def sheet(
    pictures: Sequence[Picture], colors: Mapping[str, str], width: int = 1200, text_px: int = 16, caption: str = ""
) -> str:
    """All pictures under each other on the theme's ground as one SVG, with ``caption`` (lines) under them."""
    parts, y = [], 0
    for picture in pictures:
        drawn = draw(picture, colors, width, text_px)
        parts.append(f'<g transform="translate(0 {y})">{drawn[drawn.index(">") + 1 : -len("</svg>")]}</g>')
        y += size(picture, width, text_px)[1]
    foot = Canvas(colors, width, text_px)
    for line in caption.splitlines():
        foot.note(line)
    if caption:
        foot_svg = foot.svg("")
        parts.append(f'<g transform="translate(0 {y})">{foot_svg[foot_svg.index(">") + 1 : -len("</svg>")]}</g>')
        y += foot.size()[1]
    ground = escape(colors["surface.panel"])
    words = escape(clean(". ".join(describe(picture) for picture in pictures)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y}" viewBox="0 0 {width} {y}" '
        f'font-family="{UI_FAMILY}" role="img" aria-label="{words}">'
        f'<rect width="{width}" height="{y}" fill="{ground}"/>{"".join(parts)}</svg>'
    )


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
    elif isinstance(picture, Stacks):
        kind = "Shares"
        what = "; ".join(row.label for row in picture.rows[:12])
    elif isinstance(picture, Grid):
        kind = f"{picture.y_title} against {picture.x_title}"
        what = "; ".join(f"{label}: {', '.join(s.text for s in squares)}" for label, squares in picture.rows)
    else:
        kind = "Texts side by side"
        what = "; ".join(f"{heading}, {len(marked)} lines marked" for heading, _, marked in picture.columns)
    return ". ".join(part for part in (picture.title, f"{kind}: {what}", picture.note) if part)


def _value(value: float, unit: str, low: float | None, high: float | None) -> str:
    return figure(Estimate(value, unit, low, high))


def _drawn(picture: Picture, colors: Mapping[str, str], width: int, text_px: int, max_height: int | None) -> Canvas:
    canvas = Canvas(colors, max(LEAST_WIDTH, width), max(6, text_px), math.inf if max_height is None else max_height)
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
    elif isinstance(picture, Stacks):
        stacks(canvas, picture)
    elif isinstance(picture, Grid):
        grid(canvas, picture)
    return canvas
