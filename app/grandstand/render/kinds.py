"""Pictures as data: drawn by ``grandstand.render.drawing``. Frozen, so that any thread may hand them on.

Colors are names of theme tokens: a state (``states.lock``), a mode (``modes.threads``) or ``accent.primary``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stretch:
    """Part of a lane, seconds from the picture's start. ``text`` is written into it where there is room."""

    color: str
    start: float
    end: float
    text: str = ""


@dataclass(frozen=True)
class Lanes:
    """Lanes or a Gantt chart: ``rows`` of (label, stretches) over 0 to ``seconds``. ``marks``: (second, words)."""

    title: str
    seconds: float
    rows: tuple[tuple[str, tuple[Stretch, ...]], ...]
    legend: tuple[tuple[str, str], ...] = ()
    """(words, color) of what the colors mean."""
    marks: tuple[tuple[float, str], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar; ``low`` and ``high`` of its interval, where there is one."""

    label: str
    value: float
    color: str
    low: float | None = None
    high: float | None = None
    words: str = ""
    """What is written at its end; the value and the unit when empty."""
    pale: bool = False
    """Of a second series: the same color, weaker."""


@dataclass(frozen=True)
class Bars:
    title: str
    unit: str
    bars: tuple[Bar, ...]
    line: float | None = None
    """A value to compare with: drawn across all bars."""
    note: str = ""


@dataclass(frozen=True)
class Curve:
    """``points``: (x, y) or (x, y, low, high); a ``guide`` was not measured: dashed, without markers.

    ``dashed``: of a second series, in the same color, with markers.
    """

    label: str
    color: str
    points: tuple[tuple[float, ...], ...]
    guide: bool = False
    dashed: bool = False


@dataclass(frozen=True)
class Curves:
    title: str
    x_title: str
    y_title: str
    curves: tuple[Curve, ...]
    x_log: bool = False
    y_log: bool = False
    note: str = ""


@dataclass(frozen=True)
class Holder:
    """Somebody in a ring of waiting: who, what it holds, what it waits for and who has that; its stack as text."""

    name: str
    holds: str
    waits_for: str
    held_by: str
    stack: str


@dataclass(frozen=True)
class Ring:
    title: str
    holders: tuple[Holder, ...]
    note: str = ""


@dataclass(frozen=True)
class Texts:
    """Texts side by side: (heading, text, lines that are marked as broken, 0-based)."""

    title: str
    columns: tuple[tuple[str, str, tuple[int, ...]], ...]
    note: str = ""


@dataclass(frozen=True)
class Stack:
    """A row of shares of 1: ``parts`` of (color, share)."""

    label: str
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Stacks:
    title: str
    rows: tuple[Stack, ...]
    legend: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Square:
    """One place of a Grid; ``hatched``: what it says is not sure."""

    color: str
    text: str
    hatched: bool = False


@dataclass(frozen=True)
class Grid:
    """``rows`` from the top down, each (label, a square per column)."""

    title: str
    x_title: str
    y_title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Square, ...]], ...]
    legend: tuple[tuple[str, str], ...] = ()
    note: str = ""


Picture = Lanes | Bars | Curves | Ring | Texts | Stacks | Grid
