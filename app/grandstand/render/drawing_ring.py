"""Draws who waits for whom: a box for each, arrows from those who wait to those who hold, and the stacks.

Pure functions; any thread.
"""

from __future__ import annotations

from collections.abc import Sequence

from grandstand.render.drawing_canvas import PAD, Canvas, cut, n, text_width
from grandstand.render.drawing_frame import header
from grandstand.render.drawing_texts import LINE, MOST_LINES, fit, panel
from grandstand.render.kinds import Holder, Ring
from grandstand.vocabulary.states import LOCK

MOST_HOLDERS = 8
_BESIDE = 3
_LEAST_COLUMN = 17
"""Widths of text: columns that would be narrower go one under the other."""


def ring(canvas: Canvas, picture: Ring) -> None:
    """Up to three boxes side by side, each with its stack under it; more of them one under the other."""
    header(canvas, picture.title)
    holders = in_order(picture.holders)[:MOST_HOLDERS]
    below = canvas.note_height(picture.note) + PAD
    if holders:
        inner = canvas.width - 2 * PAD
        if len(holders) <= _BESIDE and inner / len(holders) >= _LEAST_COLUMN * canvas.px:
            _across(canvas, holders, canvas.most - below)
        else:
            _down(canvas, holders, canvas.most - below)
    if len(picture.holders) > len(holders):
        canvas.note(f"… and {len(picture.holders) - len(holders)} more")
    if picture.note:
        canvas.note(picture.note)


def in_order(holders: Sequence[Holder]) -> list[Holder]:
    """Each before the one it waits for, from the first on, as far as it goes; the others after them."""
    by_name = {holder.name: holder for holder in reversed(holders)}
    left = list(holders)
    ordered: list[Holder] = []
    while left:
        following = by_name.get(ordered[-1].held_by) if ordered else None
        following = following if following is not None and following in left else left[0]
        left.remove(following)
        ordered.append(following)
    return ordered


def _across(canvas: Canvas, holders: Sequence[Holder], most: float) -> None:
    px, count = canvas.px, len(holders)
    gap = px
    column = (canvas.width - 2 * PAD - gap * (count - 1)) / count
    box = min(column * 0.56, px * 18) if count > 1 else column
    tall, top = px * 5.0, canvas.y
    lefts = [PAD + i * (column + gap) + (column - box) / 2 for i in range(count)]
    for x, holder in zip(lefts, holders, strict=True):
        _box(canvas, x, top, box, tall, holder)
    for i in range(count - 1):
        if holders[i].held_by == holders[i + 1].name:
            x1, x2, y = lefts[i] + box + px * 0.3, lefts[i + 1] - px * 0.3, top + tall / 2
            _arrow(canvas, [(x1, y), (x2, y)])
            room, middle = x2 - x1 - px * 0.6, (x1 + x2) / 2
            caption = (
                ("waits for", 1.9, 400),
                (holders[i].waits_for, 0.7, 600),
                (f"held by {holders[i].held_by}", -0.9, 400),
            )
            for words, up, weight in caption:
                token = "text.primary" if weight > 400 else "text.secondary"
                text = cut(words, room, canvas.small, weight)
                canvas.text(middle, y - up * px, text, token, canvas.small, weight, "middle")
    canvas.y = top + tall
    last = holders[-1]
    names = [holder.name for holder in holders]
    back = names.index(last.held_by) if last.held_by in names else -1
    if count > 1 and 0 <= back < count - 1:
        y = canvas.y + px * 1.5
        start, end = lefts[-1] + box / 2, lefts[back] + box / 2
        _arrow(canvas, [(start, canvas.y + px * 0.2), (start, y), (end, y), (end, canvas.y + px * 0.3)])
        _said(canvas, (start + end) / 2, y + px, last, start - end, "middle")
        canvas.y = y + px * 1.2
    canvas.y += px * 0.9
    room = max(2, int(min(MOST_LINES, (most - canvas.y - px) / (canvas.small * LINE))))
    stacks = [fit(holder.stack, column, canvas.small, room, wrapped=True) for holder in holders]
    if any(stacks):
        lines = max(map(len, stacks))
        ends = [
            panel(canvas, PAD + i * (column + gap), canvas.y, column, stack, lines) for i, stack in enumerate(stacks)
        ]
        canvas.y = max(ends)


def _down(canvas: Canvas, holders: Sequence[Holder], most: float) -> None:
    px = canvas.px
    tall, gap, channel = px * 4.6, px * 2.6, px * 2.2
    x, box = PAD + channel, min(px * 18, (canvas.width - 2 * PAD - channel) * 0.4)
    beside = canvas.right - x - box - px
    stack_room = (most - canvas.y) / len(holders) - gap - px
    lines = int(max(tall - px, min(MOST_LINES * canvas.small * LINE, stack_room)) / (canvas.small * LINE))
    tops: dict[str, float] = {}
    for i, holder in enumerate(holders):
        top = canvas.y
        tops.setdefault(holder.name, top)
        _box(canvas, x, top, box, tall, holder)
        stack = fit(holder.stack, beside, canvas.small, max(2, lines), wrapped=True)
        end = panel(canvas, x + box + px, top, beside, stack) if stack else top
        canvas.y = max(top + tall, end) + (gap if i + 1 < len(holders) else 0)
        if i + 1 < len(holders) and holder.held_by == holders[i + 1].name:
            at = x + px * 1.5
            _arrow(canvas, [(at, top + tall + px * 0.2), (at, canvas.y - px * 0.2)])
            _said(canvas, at + px, canvas.y - gap / 2, holder, canvas.right - at - px, "start")
    last = holders[-1]
    if len(holders) > 1 and last.held_by in tops and last.held_by != last.name:
        start, end = tops[last.name] + tall / 2, tops[last.held_by] + tall / 2
        _arrow(canvas, [(x - px * 0.2, start), (PAD + px * 0.4, start), (PAD + px * 0.4, end), (x - px * 0.2, end)])
        _said(canvas, x, canvas.y + px, last, canvas.right - x, "start")
        canvas.y += px * 1.7


def _box(canvas: Canvas, x: float, y: float, width: float, height: float, holder: Holder) -> None:
    px, pad = canvas.px, canvas.px * 0.9
    canvas.rect(x, y, width, height, "surface.raised", 8, edge="surface.border")
    canvas.rect(x, y + height * 0.18, 3, height * 0.64, LOCK.color)
    room = width - 2 * pad
    canvas.text(x + pad, y + height * 0.3, cut(holder.name, room, px * 1.07, 600), px=px * 1.07, weight=600)
    words = "holds " if holder.holds else "holds nothing"
    canvas.text(x + pad, y + height * 0.68, cut(words, room, px), "text.secondary")
    used = text_width(words, px) * 1.04
    canvas.text(x + pad + used, y + height * 0.68, cut(holder.holds, room - used, px, 600), weight=600)


def _said(canvas: Canvas, x: float, y: float, holder: Holder, room: float, anchor: str) -> None:
    words = f"waits for {holder.waits_for}, held by {holder.held_by}"
    canvas.text(x, y, cut(words, room, canvas.small), "text.secondary", canvas.small, anchor=anchor)


def _arrow(canvas: Canvas, points: Sequence[tuple[float, float]]) -> None:
    """A line along ``points`` with its head at the last."""
    (x1, y1), (x2, y2) = points[-2:]
    size = canvas.px * 0.5
    dx, dy = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    foot = (x2 - dx * size, y2 - dy * size)
    path = "L".join(f"{n(x)} {n(y)}" for x, y in [*points[:-1], foot])
    canvas.stroke(f"M{path}", LOCK.color, 2.2)
    wide = size * 0.75
    canvas.fill(
        f"M{n(x2)} {n(y2)}L{n(foot[0] - dy * wide - dx * size * 0.5)} {n(foot[1] - dx * wide - dy * size * 0.5)}"
        f"L{n(foot[0] + dy * wide - dx * size * 0.5)} {n(foot[1] + dx * wide - dy * size * 0.5)}z",
        LOCK.color,
    )
