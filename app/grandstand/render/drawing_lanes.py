"""Draws lanes and Gantt charts. Pure functions; any thread.

A lane may hold thousands of stretches, far under a pixel each. Such a lane is drawn by pixel columns that show the
share of each state, as the lanes in the window do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from grandstand.render.drawing_canvas import PAD, Canvas, cut, n, text_width
from grandstand.render.drawing_frame import header
from grandstand.render.kinds import Lanes, Stretch
from grandstand.render.palette import ink_on
from grandstand.render.ticks import time_axis
from grandstand.session.lanes import Raster

MOST_ROWS, MOST_MARKS = 64, 24
_FEW_ROWS = 8
_FINE = 1_000
"""Parts of a pixel in which the ends of pieces are counted."""
_DENSE = 4
"""A lane with a stretch in fewer px than this, on average, is drawn by columns."""

# Start and end in px of the lane, the color token, the text.
_Piece = tuple[float, float, str, str]


def lanes(canvas: Canvas, picture: Lanes) -> None:
    """Title and legend, the words of the marks, a rounded lane a row, the time axis."""
    px, small = canvas.px, canvas.small
    header(canvas, picture.title, picture.legend)
    seconds = picture.seconds if 1e-9 <= picture.seconds <= 1e9 else 1.0
    shown = picture.rows[:MOST_ROWS]
    labels = [cut(label, canvas.width * 0.3, px) for label, _ in shown]
    x = float(round(PAD + max([text_width(label, px) * 1.03 for label in labels], default=0.0) + px * 0.8))
    width = max(40.0, canvas.right - x)
    flags = _flags(canvas, picture.marks, x, width, seconds)
    raised = small * 1.4 * (1 + max([row for *_, row in flags], default=-1))
    least, room = px * 1.05, canvas.most - canvas.y - small * 1.8 - PAD
    if least * len(shown) > room - raised:  # where height is short, lanes come before words
        flags, raised = [], 0.0
    canvas.y += raised
    room -= raised
    note = picture.note if least * len(shown) <= room - canvas.note_height(picture.note) else ""
    room -= canvas.note_height(note)
    if least * len(shown) > room:
        shown = shown[: max(1, int((room - small * 1.4) / least))]
    usual = px * (2.6 if len(shown) <= 4 else 2.1 if len(shown) <= _FEW_ROWS else 1.6)
    pitch = max(least, min(usual, room / max(1, len(shown))))
    top, tall = canvas.y, pitch - min(6.0, pitch * 0.2)
    order = [color for _, color in picture.legend]
    grain = 1 if len(shown) <= _FEW_ROWS else 2
    for (_, stretches), label in zip(shown, labels, strict=False):
        canvas.text(x - px * 0.8, canvas.y + tall / 2, label, "text.secondary", min(px, pitch * 0.9), anchor="end")
        canvas.rect(x, canvas.y, width, tall, "surface.sunken", 4, edge="surface.border")
        pieces = _pieces(stretches, width, width / seconds)
        if len(pieces) * _DENSE > width:
            _columns(canvas, pieces, order, x, width, tall, grain)
        else:
            _stretches(canvas, pieces, x, width, tall)
        canvas.y += pitch
    foot = canvas.y
    _axis(canvas, seconds, x, width)
    for at, *_, row in flags:
        canvas.line(at, top - small * 1.4 * (row + 1), at, foot, "text.primary", 1.5, dashed=True)
    for _, left, words, wide, row in flags:
        middle = top - small * (1.4 * row + 0.9)
        canvas.rect(left - 2, middle - small * 0.6, wide + 4, small * 1.2, "surface.panel")
        canvas.text(left, middle, words, "text.primary", small, 600)
    if len(shown) < len(picture.rows):
        left_out = len(picture.rows) - len(shown)
        canvas.note(f"… and {left_out} more {'lane' if left_out == 1 else 'lanes'}")
    if note:
        canvas.note(note)


def _pieces(stretches: Sequence[Stretch], width: float, scale: float) -> list[_Piece]:
    """The stretches in px from the lane's start, in order; neighbors of one color become one."""
    pieces: list[_Piece] = []
    for stretch in sorted(stretches, key=lambda s: s.start if s.start == s.start else 0.0):
        start, end = max(0.0, stretch.start * scale), min(width, stretch.end * scale)
        if not end > start >= 0:  # also where one of them is not a number
            continue
        last = pieces[-1] if pieces else None
        if last and last[2] == stretch.color and not stretch.text and not last[3] and start - last[1] < 0.5:
            pieces[-1] = (last[0], max(end, last[1]), stretch.color, "")
        else:
            pieces.append((start, end, stretch.color, stretch.text))
    return pieces


def _stretches(canvas: Canvas, pieces: Sequence[_Piece], x: float, width: float, tall: float) -> None:
    """Each piece by itself: rounded where it stands alone, with its text where that has room."""
    top = canvas.y
    for i, (start, end, color, text) in enumerate(pieces):
        before = pieces[i - 1][1] if i else -9.0
        after = pieces[i + 1][0] if i + 1 < len(pieces) else width + 9
        alone = end - start >= 8 and start - before > 1 and after - end > 1
        canvas.rect(x + start, top, end - start, tall, color, 4 if alone else 0)
        room = end - start - canvas.small * 0.5
        words = cut(text, room, canvas.small, 600) if text and room > canvas.small * 0.6 else ""
        if len(words) >= min(len(text), 5):
            canvas.text(x + (start + end) / 2, top + tall / 2, words, ink_on(color), canvas.small, 600, "middle")


def _columns(
    canvas: Canvas, pieces: Sequence[_Piece], order: Sequence[str], x: float, width: float, tall: float, grain: int
) -> None:
    """Columns ``grain`` px wide with the share of each color, in the legend's order from the bottom up."""
    colors = sorted({color for _, _, color, _ in pieces})
    raster = Raster(1, int(width) // grain + 1, grain * _FINE, len(colors))
    slices = [(colors.index(color), round(start * _FINE), round(end * _FINE)) for start, end, color, _ in pieces]
    raster.add(np.zeros(len(slices), np.int64), np.array(slices, np.int64).reshape(-1, 3))
    columns = [
        {color: float(share) for color, share in zip(colors, shares, strict=True) if share}
        for shares in raster.shares[0]
    ]
    ranks = {color: rank for rank, color in reversed(list(enumerate(order)))}
    paths: dict[str, list[str]] = defaultdict(list)
    open_runs: dict[str, tuple[int, str, str]] = {}  # color -> first column, bottom, height
    for i, column in enumerate([*columns, {}]):
        bottom = canvas.y + tall
        whole = max(1.0, sum(column.values()))  # stretches that overlap share the column
        boxes: dict[str, tuple[str, str]] = {}
        for color in sorted(column, key=lambda c: (ranks.get(c, len(order)), c)):
            height = tall * column[color] / whole
            if height >= 0.15:
                boxes[color] = (f"{bottom:.1f}", f"{height:.1f}")
                bottom -= height
        for color in list(open_runs):
            first, *form = open_runs[color]
            if boxes.get(color) != tuple(form):
                right = min(width, i * grain)
                left = first * grain
                paths[color].append(f"M{n(x + left)} {form[0]}v-{form[1]}h{n(right - left)}v{form[1]}z")
                del open_runs[color]
        for color, (low, high) in boxes.items():
            open_runs.setdefault(color, (i, low, high))
    for color, parts in paths.items():
        canvas.fill("".join(parts), color)


def _axis(canvas: Canvas, seconds: float, x: float, width: float) -> None:
    """Ticks under the lanes, each with its unit."""
    small = canvas.small
    canvas.line(x, canvas.y, x + width, canvas.y, "chart.grid")
    for second, words in time_axis(seconds, max(2, int(width / (small * 7)))):
        at = x + width * second / seconds
        canvas.line(at, canvas.y, at, canvas.y + 4, "chart.axis")
        half = text_width(words, small) / 2
        anchor = "start" if at - half < PAD / 2 else "end" if at + half > canvas.right else "middle"
        canvas.text(at, canvas.y + small, words, "chart.axis", small, anchor=anchor)
    canvas.y += small * 1.8


def _flags(
    canvas: Canvas, marks: Sequence[tuple[float, str]], x: float, width: float, seconds: float
) -> list[tuple[float, float, str, float, int]]:
    """Where marks and their words go: (x of the line, left and text and width of the words, row from the bottom).

    Words begin right of their line, or end left of it where the picture ends; no line crosses the words of another
    as long as they begin at their lines.
    """
    small = canvas.small
    flags = []
    ends: list[float] = []
    for second, words in sorted((m for m in marks[:MOST_MARKS] if 0 <= m[0] <= seconds * 1.001), reverse=True):
        at = x + width * min(1.0, second / seconds)
        words = cut(words, width * 0.6, small, 600)
        wide = text_width(words, small, 600)
        left = at + 5 if at + 5 + wide <= canvas.width - 4 else max(x, at - 5 - wide)
        right = left + wide + small
        row = next((i for i in range(len(ends)) if all(right < end for end in ends[i:])), len(ends))
        ends[row:] = [min(at, left)]
        flags.append((at, left, words, wide, row))
    return flags
