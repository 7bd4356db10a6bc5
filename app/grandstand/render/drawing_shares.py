"""Draws stacked shares and grids of squares. Pure functions; any thread."""

from __future__ import annotations

import math

from grandstand.render.drawing_canvas import PAD, Canvas, cut, text_width
from grandstand.render.drawing_frame import header
from grandstand.render.kinds import Grid, Stacks
from grandstand.render.palette import ink_on

MOST_ROWS, MOST_COLUMNS = 40, 16
_HATCH = 9.0
"""Distance of hatching lines, in px at a text height of 14."""


def stacks(canvas: Canvas, picture: Stacks) -> None:
    """A row each: label, and a bar as wide as all the others, divided by shares; an axis in per cent."""
    px, small = canvas.px, canvas.small
    header(canvas, picture.title, picture.legend)
    below = small * 1.8 + canvas.note_height(picture.note) + PAD
    room = canvas.most - canvas.y - below
    shown = picture.rows[:MOST_ROWS]
    pitch = max(px * 1.3, min(px * 2.1, room / max(1, len(shown))))
    if pitch * len(shown) > room:
        shown = shown[: max(1, int((room - small * 1.4) / pitch))]
    labels = [cut(row.label, canvas.width * 0.36, px) for row in shown]
    left = PAD + max([text_width(label, px) * 1.03 for label in labels], default=0) + px
    wide, tall = canvas.right - left, min(px * 1.25, pitch * 0.74)
    for row, label in zip(shown, labels, strict=True):
        middle = canvas.y + pitch / 2
        canvas.text(PAD, middle, label)
        canvas.rect(left, middle - tall / 2, wide, tall, "surface.sunken", 3)
        at = left
        for color, share in row.parts:
            width = wide * min(1.0, max(0.0, share if math.isfinite(share) else 0.0))
            width = min(width, left + wide - at)
            if width >= 0.4:
                canvas.rect(at, middle - tall / 2, width, tall, color, edge="surface.panel" if width > 4 else "")
            if width > px * 3.2:
                canvas.text(at + width / 2, middle, f"{100 * share:.0f} %", ink_on(color), small, anchor="middle")
            at += width
        canvas.y += pitch
    for share in (0.0, 0.5, 1.0):
        anchor = "start" if share == 0 else "end" if share == 1 else "middle"
        words = f"{100 * share:.0f} %"
        canvas.text(left + share * wide, canvas.y + small * 0.9, words, "chart.axis", small, anchor=anchor)
    canvas.y += small * 1.8
    if len(shown) < len(picture.rows):
        canvas.note(f"… and {len(picture.rows) - len(shown)} more")
    if picture.note:
        canvas.note(picture.note)


def grid(canvas: Canvas, picture: Grid) -> None:
    """Squares with their words, columns named below, rows to the left; unsure ones hatched and pale."""
    px, small = canvas.px, canvas.small
    header(canvas, picture.title, picture.legend)
    canvas.text(PAD, canvas.y + small * 0.5, cut(picture.y_title, canvas.width * 0.6, small), "chart.axis", small)
    canvas.y += small * 1.5
    columns, rows = picture.columns[:MOST_COLUMNS], picture.rows[:MOST_ROWS]
    left = PAD + max([text_width(cut(label, canvas.width * 0.2, px), px) for label, _ in rows], default=0) + px
    wide = (canvas.right - left) / max(1, len(columns))
    below = small * 3.4 + canvas.note_height(picture.note) + PAD
    tall = max(px * 1.8, min(px * 3.6, (canvas.most - canvas.y - below) / max(1, len(rows))))
    gap = 3.0
    for label, squares in rows:
        middle = canvas.y + tall / 2
        canvas.text(left - px * 0.8, middle, cut(label, canvas.width * 0.2, px), anchor="end")
        for i, square in enumerate(squares[: len(columns)]):
            x, y, w, h = left + i * wide + gap / 2, canvas.y + gap / 2, wide - gap, tall - gap
            if square.hatched:
                canvas.rect(x, y, w, h, "surface.sunken", 4, edge=square.color)
                _hatch(canvas, x, y, w, h, square.color)
                words = cut(square.text, w - px, small)
                back = text_width(words, small, 600) * 1.06 + px * 0.7
                canvas.rect(x + w / 2 - back / 2, middle - small * 0.75, back, small * 1.5, "surface.sunken", 3)
                canvas.text(x + w / 2, middle, words, "text.primary", small, weight=600, anchor="middle")
            else:
                canvas.rect(x, y, w, h, square.color, 4)
                words = cut(square.text, w - px * 0.6, px, 600)
                canvas.text(x + w / 2, middle, words, ink_on(square.color), weight=600, anchor="middle")
        canvas.y += tall
    for i, label in enumerate(columns):
        words = cut(label, wide, small)
        canvas.text(left + (i + 0.5) * wide, canvas.y + small * 0.9, words, "chart.axis", small, anchor="middle")
    canvas.y += small * 1.7
    words = cut(picture.x_title, canvas.width * 0.8, small)
    canvas.text(canvas.right, canvas.y + small * 0.6, words, "chart.axis", small, anchor="end")
    canvas.y += small * 1.3
    if picture.note:
        canvas.note(picture.note)


def _hatch(canvas: Canvas, x: float, y: float, w: float, h: float, color: str) -> None:
    """Slanted lines, cut at the edges by arithmetic: not every viewer knows clip paths."""
    step = _HATCH * canvas.px / 14
    at = step
    while at < w + h:
        x0, y0 = (x + at, y) if at <= w else (x + w, y + at - w)
        x1, y1 = (x, y + at) if at <= h else (x + at - h, y + h)
        canvas.line(x0, y0, x1, y1, color, 1.4)
        at += step
