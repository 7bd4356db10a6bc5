"""Draws bars with their intervals, and curves over an axis. Pure functions; any thread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate
from grandstand.render.drawing_canvas import PAD, Canvas, clean, cut, text_width
from grandstand.render.drawing_frame import header, marker
from grandstand.render.kinds import Bar, Bars, Curve, Curves
from grandstand.render.ticks import linear_ticks, log_ticks, tick_words
from grandstand.render.whisker import whisker

MOST_BARS, MOST_CURVES, MOST_POINTS = 40, 12, 600
_WIDEST_WHISKER = 2.5
"""A whisker ends at this many times the largest value: else one noisy bar would make all the others tiny."""
_MARKED_POINTS = 40
_LARGEST = 1e100


def bars(canvas: Canvas, picture: Bars) -> None:
    """A bar a row: label, bar with whisker, the value; the interval in figures at the right edge."""
    px, small = canvas.px, canvas.small
    header(canvas, picture.title)
    below = (small * 1.6 if picture.line is not None else 0) + canvas.note_height(picture.note) + PAD
    room = canvas.most - canvas.y - below
    pitch = max(px * 1.4, min(px * 2.3, room / max(1, len(picture.bars))))
    shown = picture.bars[:MOST_BARS]
    if pitch * len(shown) > room:
        shown = shown[: max(1, int((room - small * 1.4) / pitch))]
    labels = [cut(bar.label, canvas.width * 0.36, px) for bar in shown]
    left = PAD + max([text_width(label, px) * 1.03 for label in labels], default=0) + px
    values = [cut(_words(bar, picture.unit), canvas.width * 0.3, px * 1.07, 600) for bar in shown]
    intervals = [_interval(bar, picture.unit) for bar in shown]
    aside = max([text_width(words, small) for words in intervals], default=0)
    right = canvas.right - (aside + px * 1.5 if aside else 0)
    scale, low, top = _scale(shown, values, picture.line, right - left, px)
    zero, tall, start = left - low * scale, min(px * 1.25, pitch * 0.72), canvas.y
    ends = [zero + _finite(bar.value) * scale for bar in shown]
    for i, (bar, end) in enumerate(zip(shown, ends, strict=True)):
        middle = start + pitch * (i + 0.5)
        wide = max(2.0, abs(end - zero))
        canvas.rect(min(zero, end), middle - tall / 2, wide, tall, bar.color, 4, 0.5 if bar.pale else 1)
    at = zero + picture.line * scale if picture.line is not None and _sane(picture.line) else None
    if at is not None:
        canvas.line(at, start - 2, at, start + pitch * len(shown) + 2, "text.primary", 1.5, dashed=True)
    for bar, label, words, interval, end in zip(shown, labels, values, intervals, ends, strict=True):
        middle = canvas.y + pitch / 2
        canvas.text(PAD, middle, label)
        tip = max(zero, end)
        if bar.low is not None and bar.high is not None:
            tip = max(tip, _whisker(canvas, bar, zero, scale, low, top, middle, tall))
        wide = text_width(words, px * 1.07, 600)
        if at is not None and tip + px * 0.3 < at < tip + px + wide:  # the line must not strike the figure out
            canvas.rect(tip + px * 0.4, middle - px * 0.8, wide + px * 0.4, px * 1.6, "surface.panel")
        canvas.text(tip + px * 0.6, middle, words, px=px * 1.07, weight=600)
        canvas.text(canvas.right, middle, interval, "text.secondary", small, anchor="end")
        canvas.y += pitch
    if at is not None and picture.line is not None:
        words = cut(_unit(tick_words(picture.line), picture.unit), canvas.width * 0.3, small)
        half = text_width(words, small) / 2
        canvas.text(max(at, PAD + half), canvas.y + small * 0.9, words, "text.secondary", small, anchor="middle")
        canvas.y += small * 1.6
    if len(shown) < len(picture.bars):
        canvas.note(f"… and {len(picture.bars) - len(shown)} more")
    if picture.note:
        canvas.note(picture.note)


def _scale(
    shown: Sequence[Bar], values: Sequence[str], line: float | None, room: float, px: float
) -> tuple[float, float, float]:
    """(px per unit, least value, greatest value) so that the words at the ends of all bars find room."""
    finite = [_finite(bar.value) for bar in shown] + ([_finite(line)] if line is not None else [])
    low = min([0.0, *finite])
    top = _WIDEST_WHISKER * max([0.0, *finite]) or 1.0
    scale = math.inf
    for bar, words in zip(shown, values, strict=True):
        end = max(0.0, _finite(bar.value), min(top, _finite(bar.high or 0.0))) - low
        if end > 0:
            scale = min(scale, max(20.0, room - text_width(words, px * 1.07, 600) - px * 0.8) / end)
    if line is not None and _finite(line) > low:
        scale = min(scale, room / (_finite(line) - low))
    return (scale if math.isfinite(scale) else 1.0), low, top


def _whisker(
    canvas: Canvas, bar: Bar, zero: float, scale: float, least: float, top: float, middle: float, tall: float
) -> float:
    """The interval over the end of its bar; returns where it ends."""
    strokes, last = whisker(_finite(bar.low), _finite(bar.high), zero, scale, middle, tall, least, top)
    for px, token in ((4.5, "surface.panel"), (1.8, "text.primary")):  # the ground's color sets it off from the bar
        for stroke in strokes:
            canvas.line(*stroke, token, px)
    return last + 2


def _words(bar: Bar, unit: str) -> str:
    if bar.words:
        return clean(bar.words)
    return figure(Estimate(bar.value, unit)) if math.isfinite(bar.value) else "–"


def _interval(bar: Bar, unit: str) -> str:
    """'1.90 – 1.95', as many figures as in the reasons."""
    if bar.low is None or bar.high is None or not math.isfinite(bar.low + bar.high):
        return ""
    return clean(figure(Estimate(bar.value, unit, bar.low, bar.high)).rpartition("[")[2][:-1].replace(", ", " – "))


def _unit(words: str, unit: str) -> str:
    return words + unit if unit == "×" else f"{words} {unit}".strip()


def _sane(value: float) -> bool:
    """Neither endless nor so large or small that sums and ratios of it would be."""
    return abs(value) < _LARGEST and not 0 < abs(value) < 1 / _LARGEST


def _finite(value: float | None) -> float:
    return value if value is not None and _sane(value) else 0.0


@dataclass(frozen=True)
class _Axis:
    """Values to px: ``low`` is at ``first``, ``high`` at ``last``."""

    low: float
    high: float
    first: float
    last: float
    log: bool

    def at(self, value: float) -> float:
        value = min(self.high, max(self.low, value))
        if self.log:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.first + share * (self.last - self.first)


def curves(canvas: Canvas, picture: Curves) -> None:
    """Lines with markers and whiskers; both axes with round ticks and, in their titles, the units."""
    small = canvas.small
    drawn = [(c, _points(c, picture)) for c in picture.curves[:MOST_CURVES]]
    guides = {i for i, (c, _) in enumerate(drawn) if c.guide}
    dashed = {i for i, (c, _) in enumerate(drawn) if c.guide or c.dashed}
    header(canvas, picture.title, [(c.label, c.color) for c, _ in drawn], True, guides, dashed)
    below = small * 3.2 + canvas.note_height(picture.note) + PAD
    if len(picture.curves) > MOST_CURVES:
        below += small * 1.4
    canvas.text(PAD, canvas.y + small * 0.5, cut(picture.y_title, canvas.width * 0.7, small), "chart.axis", small)
    top = canvas.y + small * 2.1
    height = max(60.0, min(canvas.width * 0.34, canvas.px * 24, canvas.most - top - below))
    bottom = top + height
    points = [p for _, ps in drawn for p in ps]
    if points:
        _plot(canvas, picture, drawn, points, top, bottom)
    else:
        canvas.rect(PAD, top, canvas.width - 2 * PAD, height, "surface.sunken", 4)
        canvas.text(canvas.width / 2, (top + bottom) / 2, "no data", "text.secondary", anchor="middle")
    canvas.y = bottom + small * 1.8
    words = cut(picture.x_title, canvas.width * 0.8, small)
    canvas.text(canvas.right, canvas.y + small * 0.6, words, "chart.axis", small, anchor="end")
    canvas.y += small * 1.3
    if len(picture.curves) > MOST_CURVES:
        canvas.note(f"… and {len(picture.curves) - MOST_CURVES} more curves")
    if picture.note:
        canvas.note(picture.note)


def _plot(
    canvas: Canvas, picture: Curves, drawn: Sequence[tuple[Curve, list[tuple[float, ...]]]],
    points: Sequence[tuple[float, ...]], top: float, bottom: float,
) -> None:  # fmt: skip
    """Grid, ticks and curves between the heights ``top`` and ``bottom``."""
    px, small = canvas.px, canvas.small
    low, high = _range([v for p in points for v in p[1:]], picture.y_log, zero=True)
    y_most = max(2, int((bottom - top) / (small * 3)))
    y_ticks = log_ticks(low, high, y_most) if picture.y_log else linear_ticks(low, high, y_most)
    if not picture.y_log and len(y_ticks) > 1 and y_ticks[-1] < high:
        y_ticks.append(2 * y_ticks[-1] - y_ticks[-2])
        high = y_ticks[-1]
    y = _Axis(low, high, bottom, top, picture.y_log)
    left = PAD + max(text_width(tick_words(v), small) for v in y_ticks) + px * 0.8
    x_low, x_high = _range([p[0] for p in points], picture.x_log)
    x = _Axis(x_low, x_high, left + px * 0.8, canvas.right - px * 1.2, picture.x_log)
    for value in y_ticks:
        canvas.line(left, y.at(value), canvas.right, y.at(value), "chart.grid")
        canvas.text(left - px * 0.6, y.at(value), tick_words(value), "chart.axis", small, anchor="end")
    canvas.line(left, bottom, canvas.right, bottom, "surface.border", 1.5)
    for value in _x_ticks(x, {p[0] for c, line in drawn for p in line if not c.guide}, small):
        canvas.line(x.at(value), bottom, x.at(value), bottom + 4, "chart.axis")
        canvas.text(x.at(value), bottom + small, tick_words(value), "chart.axis", small, anchor="middle")
    for i, (curve, line) in enumerate(drawn):
        if len(line) > 1:
            canvas.stroke(
                "M" + "L".join(f"{x.at(p[0]):.1f} {y.at(p[1]):.1f}" for p in line),
                curve.color,
                2.2,
                curve.guide or curve.dashed,
            )
        if curve.guide or len(line) > _MARKED_POINTS:
            continue
        for p in line:
            if len(p) >= 4:
                at, cap = x.at(p[0]), px * 0.28
                for end in (y.at(p[2]), y.at(p[3])):
                    canvas.line(at - cap, end, at + cap, end, curve.color, 1.5)
                canvas.line(at, y.at(p[2]), at, y.at(p[3]), curve.color, 1.5)
            marker(canvas, i, x.at(p[0]), y.at(p[1]), curve.color)


def _points(curve: Curve, picture: Curves) -> list[tuple[float, ...]]:
    """What can be drawn of a curve, by x; of very many points those that reach furthest up and down."""
    points = [
        p for p in curve.points
        if len(p) >= 2 and all(map(_sane, p))
        and not (picture.x_log and p[0] <= 0) and not (picture.y_log and p[1] <= 0)
    ]  # fmt: skip
    points.sort(key=lambda p: p[0])
    if len(points) > MOST_POINTS:
        size = math.ceil(len(points) / (MOST_POINTS // 2))
        groups = [points[i : i + size] for i in range(0, len(points), size)]
        points = [p for g in groups for p in sorted((min(g, key=lambda p: p[1]), max(g, key=lambda p: p[1])))]
    return points


def _range(values: Sequence[float], log: bool, zero: bool = False) -> tuple[float, float]:
    """The ends of an axis; a linear one of values above zero begins at ``zero``."""
    if log:
        values = [v for v in values if v > 0]
        low, high = min(values), max(values)
        low = max(v for v in _round_values(low) if v <= low * 1.0001) if zero else low
        high = min(v for v in _round_values(high) if v >= high * 0.9999) if zero else high
        return (low, high) if high > low * 1.001 else (low / 2, high * 2)
    low, high = min(values), max(values)
    if zero:
        low = min(0.0, low)
    pad = max(0.5, 1e-9 * abs(high))  # half of one is nothing to a number of sixteen figures
    return (low, high) if high - low > 1e-12 * max(1e-300, abs(high)) else (low - pad, high + pad)


def _round_values(near: float) -> list[float]:
    power = math.floor(math.log10(near))
    return [k * 10.0**e for e in (power - 1, power, power + 1, power + 2) for k in (1, 2, 5)]


def _x_ticks(axis: _Axis, values: set[float], small: float) -> list[float]:
    """The measured places themselves where they have room, else round ones."""
    places = sorted(values)
    if len(places) <= 12:
        words = [text_width(tick_words(v), small) for v in places]
        ends = [(axis.at(v) - w / 2, axis.at(v) + w / 2) for v, w in zip(places, words, strict=True)]
        if all(b[0] - a[1] > small * 0.8 for a, b in pairwise(ends)):
            return places
    most = max(2, int(abs(axis.last - axis.first) / (small * 5)))
    return log_ticks(axis.low, axis.high, most) if axis.log else linear_ticks(axis.low, axis.high, most)
