"""Tables that stay readable on a narrow terminal: nothing in them is ever cut, and no figure breaks. Pure.

What does not fit side by side first loses its ``spare`` columns, then becomes several tables that begin with the same
first column, then a list with an entry a row.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grandstand import plain
from grandstand.cli.terminal import glued, width_of

GAP = 2
_LEAST_WORDS = 18
"""Columns that words get at least before a table becomes a list."""


@dataclass(frozen=True)
class Column:
    """``words``: its cells are sentences that may wrap. ``spare``: left out where there is no room for it."""

    title: str
    right: bool = False
    words: bool = False
    spare: bool = False


Cell = str | Text


def table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int) -> RenderableType:
    """``rows`` for a terminal of so many columns; the first column names a row."""
    made = [[_cell(value, column) for value, column in zip(row, columns, strict=True)] for row in rows]
    shown = list(range(len(columns)))
    widths = _fit([columns[i] for i in shown], [[row[i] for i in shown] for row in made], width)
    while widths is None and any(columns[i].spare for i in shown):
        shown.remove(next(i for i in reversed(shown) if columns[i].spare))
        widths = _fit([columns[i] for i in shown], [[row[i] for i in shown] for row in made], width)
    if widths is not None:
        return _table(columns, made, shown, widths)
    parts = _split(columns, made, width)
    if parts is None:
        return _list(columns, made, width)
    blocks: list[RenderableType] = []
    for part, widths in parts:
        blocks += [_table(columns, made, part, widths), ""]
    return Group(*blocks[:-1])


def table_of(rows: Sequence[Mapping[str, str]], width: int, words: Sequence[str] = ()) -> RenderableType:
    """Rows as dicts: the first column to the left, figures to the right; the columns named in ``words`` may wrap."""
    columns = [Column(key, right=i > 0 and key not in words, words=key in words) for i, key in enumerate(rows[0])]
    return table(columns, [list(row.values()) for row in rows], width)


def _cell(value: Cell, column: Column) -> Text:
    text = value.copy() if isinstance(value, Text) else Text(plain.lines(value))
    if column.words:
        text.plain = glued(text.plain)
    return text


def _lines(text: Text) -> list[str]:
    return text.plain.split("\n")


def _needs(column: Column, cells: Sequence[Text]) -> tuple[int, int]:
    """The least and the greatest width that make sense for a column."""
    longest = max((width_of(line) for cell in cells for line in _lines(cell)), default=0)
    heading = max((width_of(word) for word in column.title.split()), default=0)
    if column.words:
        word = max((width_of(word) for cell in cells for line in _lines(cell) for word in line.split()), default=0)
        least = max(heading, min(longest, max(word, _LEAST_WORDS)))
    else:
        least = max(heading, longest)
    return least, max(longest, width_of(column.title))


def _fit(columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int) -> list[int] | None:
    """A width for each column, or None where even the least ones are too much."""
    needs = [_needs(column, [row[i] for row in rows]) for i, column in enumerate(columns)]
    widths = [least for least, _ in needs]
    room = width - sum(widths) - GAP * (len(columns) - 1)
    if room < 0:
        return None
    for wordy in (False, True):  # figures' headings first, then words share what is left
        growing = [i for i, column in enumerate(columns) if column.words is wordy and widths[i] < needs[i][1]]
        while room and growing:
            for i in growing:
                if room and widths[i] < needs[i][1]:
                    widths[i] += 1
                    room -= 1
            growing = [i for i in growing if widths[i] < needs[i][1]]
    return widths


def _split(
    columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int
) -> list[tuple[list[int], list[int]]] | None:
    """Several tables, as (columns, widths), each with the first column; None where one of them would not fit."""
    if any(column.words for column in columns):
        return None
    parts: list[tuple[list[int], list[int]]] = []
    rest = list(range(1, len(columns)))
    while rest:
        for count in range(len(rest), 0, -1):
            part = [0, *rest[:count]]
            widths = _fit([columns[i] for i in part], [[row[i] for i in part] for row in rows], width)
            if widths is not None:
                parts.append((part, widths))
                rest = rest[count:]
                break
        else:
            return None
    return parts


def _table(
    columns: Sequence[Column], rows: Sequence[Sequence[Text]], shown: Sequence[int], widths: Sequence[int]
) -> Table:
    grid = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)
    headings = []
    for i, width in zip(shown, widths, strict=True):
        column = columns[i]
        grid.add_column(
            width=width, justify="right" if column.right else "left", no_wrap=not column.words, overflow="fold"
        )
        headings.append(Text("\n".join(textwrap.wrap(column.title, width)), style="bold"))
    if any(heading.plain for heading in headings):
        grid.add_row(*headings)
    for row in rows:
        grid.add_row(*(row[i] for i in shown))
    return grid


def _list(columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int) -> Group:
    """An entry a row: its name, and below it each other column with its title."""
    parts: list[RenderableType] = []
    names = 1 if columns[0].title else 2  # a number alone is no name
    for row in rows:
        name = Text("  ", overflow="fold").join(row[:names])
        name.stylize("bold")
        parts.append(name)
        for column, value in zip(columns[names:], row[names:], strict=True):
            if value.plain:
                parts += _entry(column.title, value, width)
        parts.append("")
    return Group(*parts[:-1])


def _entry(title: str, value: Text, width: int) -> Iterator[RenderableType]:
    together = Text.assemble(f"{title}: " if title else "", value)
    widest = max(width_of(line) for line in _lines(together))
    if widest + 2 <= width or not title:
        yield Padding(together, (0, 0, 0, 2))
        return
    yield Padding(Text(f"{title}:"), (0, 0, 0, 2))
    value.plain = glued(value.plain)
    value.overflow = "fold"
    yield Padding(value, (0, 0, 0, 4))
