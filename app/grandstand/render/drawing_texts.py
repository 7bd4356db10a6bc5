"""Draws texts side by side, such as printed lines or stacks, in the font of code. Pure functions; any thread."""

from __future__ import annotations

import math
from collections.abc import Iterable

from grandstand.render.drawing_canvas import MONO_ADVANCE, PAD, Canvas, clean, cut
from grandstand.render.drawing_frame import header
from grandstand.render.kinds import Texts

MOST_LINES, MOST_COLUMNS = 24, 4
_LEAST_CHARACTERS = 22
_BEFORE_MARK, _MOST_PIECES = 3, 4
LINE = 1.5
"""Height of a line over that of its text."""


def texts(canvas: Canvas, picture: Texts) -> None:
    """Columns where they have room, else one under the other; marked lines in red, with a bar at their left."""
    header(canvas, picture.title)
    shown = picture.columns[:MOST_COLUMNS]
    gap = canvas.px
    inner = canvas.width - 2 * PAD
    beside = max(1, min(len(shown), int((inner + gap) / (_LEAST_CHARACTERS * canvas.small * MONO_ADVANCE + gap))))
    width = (inner - gap * (beside - 1)) / beside
    below = canvas.note_height(picture.note) + PAD
    rows = math.ceil(len(shown) / beside)
    for at in range(0, len(shown), beside):
        height = (canvas.most - below - canvas.y) / max(1, rows - at // beside)
        room = max(3, int(min(MOST_LINES, (height - canvas.px * 3.2) / (canvas.small * LINE))))
        row = shown[at : at + beside]
        pieces = [fit(text, width, canvas.small, room, marked) for _, text, marked in row]
        top, most = canvas.y + canvas.px * 1.7, max((len(lines) for lines in pieces), default=0)
        for i, ((heading, _, _), lines) in enumerate(zip(row, pieces, strict=True)):
            x = PAD + i * (width + gap)
            canvas.text(x, canvas.y + canvas.px * 0.7, cut(heading, width, canvas.px), "text.secondary")
            panel(canvas, x, top, width, lines, most)
        canvas.y = top + most * canvas.small * LINE + canvas.px * 1.2
    if len(picture.columns) > len(shown):
        canvas.note(f"… and {len(picture.columns) - len(shown)} more texts")
    if picture.note:
        canvas.note(picture.note)


def panel(canvas: Canvas, x: float, y: float, width: float, lines: list[tuple[str, bool]], most: int = 0) -> float:
    """Lines (text, marked) on a sunken ground from ``y``, ``most`` lines high or more; returns where it ends."""
    small, pad = canvas.small, canvas.px * 0.5
    height = max(most, len(lines)) * small * LINE + 2 * pad
    canvas.rect(x, y, width, height, "surface.sunken", 6, edge="surface.border")
    for i, (text, marked) in enumerate(lines):
        top = y + pad + i * small * LINE
        if marked:
            canvas.rect(x + 1, top, width - 2, small * LINE, "accent.danger", opacity=0.14)
            canvas.rect(x + 1, top, 4, small * LINE, "accent.danger")
        token = "accent.danger" if marked else "text.primary"
        canvas.text(x + canvas.px * 0.8, top + small * LINE / 2, text, token, small, mono=True)
    return y + height


def fit(
    text: str, width: float, px: float, most: int, marked: Iterable[int] = (), wrapped: bool = False
) -> list[tuple[str, bool]]:
    """At most ``most`` lines (text, marked) for a panel of ``width`` px. What is left out is counted.

    Lines that are too long are cut, or with ``wrapped`` go on below, further in. Where the first marked line would be
    left out, lines before it are.
    """
    room = max(4, int((width - px * 1.8) / (px * MONO_ADVANCE)))
    marks = set(marked)
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    first = 0
    if len(lines) > most and marks and min(marks) >= most - 1:
        first = max(0, min(min(marks) - _BEFORE_MARK, len(lines) - most + 1))
    kept = [(f"… {first} lines before", False)] if first else []
    for at in range(first, len(lines)):
        pieces = _pieces(clean(lines[at], "    "), room, wrapped)
        left = len(lines) - at
        if len(kept) + len(pieces) > most - (left > 1):
            kept.append((f"… {left} more {'line' if left == 1 else 'lines'}", False))
            break
        kept += [(piece, at in marks) for piece in pieces]
    return kept


def _pieces(line: str, room: int, wrapped: bool) -> list[str]:
    if len(line) <= room:
        return [line]
    if not wrapped:
        return [line[: room - 1] + "…"]
    inset = " " * min(len(line) - len(line.lstrip()) + 2, room // 2)
    pieces: list[str] = []
    while len(line) > room and len(pieces) < _MOST_PIECES - 1:
        end = max(line.rfind(" ", room // 2, room), line.rfind("/", room // 2, room)) + 1 or room
        pieces.append(line[:end].rstrip())
        line = inset + line[end:].lstrip()
    return [*pieces, line if len(line) <= room else line[: room - 1] + "…"]
