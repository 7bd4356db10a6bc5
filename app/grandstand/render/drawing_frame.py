"""What frames a picture: its title, its legend, and the ticks of its axes. Pure functions; any thread."""

from __future__ import annotations

from collections.abc import Container, Sequence

from grandstand.render.drawing_canvas import PAD, Canvas, cut, text_width

_MOST_ENTRIES = 16
_SLACK = 1.04
"""Where the font is missing another one stands in, which may be a little wider."""

MARKERS = 4
"""Forms of markers there are."""


def header(
    canvas: Canvas,
    title: str,
    legend: Sequence[tuple[str, str]] = (),
    markers: bool = False,
    guides: Container[int] = (),
    dashed: Container[int] | None = None,
) -> None:
    """The title and, to its right or where there is no room under it, the legend: (words, color token).

    With ``markers`` each entry shows a line with the marker of its number instead of a patch; those of ``guides`` a
    dashed line without one. ``dashed``: whose lines are dashed, with a marker or without; None: the guides'.
    """
    px, room = canvas.px, canvas.width - 2 * PAD
    row = px * 1.5
    title = cut(title, room, px, 600)
    used = text_width(title, px, 600) * _SLACK if title else 0.0
    patch = px * (1.9 if markers else 0.85)
    entries = [(cut(words, room - patch - px, px), color) for words, color in legend[:_MOST_ENTRIES]]
    rows: list[list[tuple[int, str, str, float]]] = [[]]
    left = room - used - px * 2 if used else room
    widths = [patch + px * 0.5 + text_width(words, px) + px * 1.1 for words, _ in entries]
    if used and sum(widths) > left:
        rows.append([])
        left = room
    for i, ((words, color), width) in enumerate(zip(entries, widths, strict=True)):
        if width > left and rows[-1]:
            rows.append([])
            left = room
        rows[-1].append((i, words, color, width))
        left -= width
    if title:
        canvas.text(PAD, canvas.y + row / 2, title, weight=600)
    for at, entries_of_row in enumerate(rows):
        middle = canvas.y + row * (at + 0.5)
        x = canvas.right - sum(entry[3] for entry in entries_of_row) + px * 1.1
        x = PAD if used and at else x  # beside the title to the right, under it to the left
        for i, words, color, width in entries_of_row:
            if markers:
                broken = i in (guides if dashed is None else dashed)
                canvas.line(x, middle, x + patch, middle, color, 2, dashed=broken)
                if i not in guides:
                    marker(canvas, i, x + patch / 2, middle, color)
            else:
                canvas.rect(x, middle - patch / 2, patch, patch, color, 3, edge="surface.border")
            canvas.text(x + patch + px * 0.5, middle, words, "text.secondary")
            x += width
    if title or entries:
        canvas.y += row * len(rows) + px * 0.5


def marker(canvas: Canvas, number: int, x: float, y: float, color: str) -> None:
    """Form ``number`` of MARKERS (round, square, diamond, triangle), so that curves differ in more than color."""
    r = canvas.px * 0.29
    form = number % MARKERS
    if form == 0:
        canvas.rect(x - r, y - r, 2 * r, 2 * r, color, r)
    elif form == 1:
        canvas.rect(x - r * 0.9, y - r * 0.9, 1.8 * r, 1.8 * r, color)
    elif form == 2:
        canvas.fill(f"M{x:.1f} {y - 1.3 * r:.1f}l{1.3 * r:.1f} {1.3 * r:.1f}l{-1.3 * r:.1f} {1.3 * r:.1f}"
                    f"l{-1.3 * r:.1f} {-1.3 * r:.1f}z", color)  # fmt: skip
    else:
        canvas.fill(f"M{x:.1f} {y - 1.3 * r:.1f}l{1.2 * r:.1f} {2.2 * r:.1f}h{-2.4 * r:.1f}z", color)
