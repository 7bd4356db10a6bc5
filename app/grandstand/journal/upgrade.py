"""What older schemas call otherwise. Reading maps it; the files stay as they are. Pure; any thread.

1 (version 0.1.0): states have no table of their own, two of them other keys; three states did not exist.
2: ``states``; of the options of modes, two have columns of their own.
3: ``runs.parameters`` (``knobs`` before), ``options``, ``python``, ``about``; ``channels`` and samples of any.
4: ``observed``, ``sessions.watched``: what was seen from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grandstand import plain
from grandstand.vocabulary.options import Values
from grandstand.vocabulary.states import BY_KEY, KEYS, todays_key

_NS = "_ns"
KEYS_OF_1 = KEYS[:8]
"""States of schema 1 by number, with today's keys."""


OPTIONS = (("start_method", "''", str), ("frame_slots", "1", bool))
"""Columns of ``runs`` before 3: name (and option), what stands in its place where it is missing, kind."""


def options(values: Sequence[Any]) -> Values:
    """Options of modes from the columns that older schemas have for them, in their order."""
    named = zip(OPTIONS, values, strict=True)
    named_values = [(name, plain.one_line(str(v)[:40]) if kind is str else bool(v)) for (name, _, kind), v in named]
    return tuple(sorted(named_values))


def column(table: str, name: str) -> str:
    """Today's name of a column."""
    if (table, name) == ("runs", "knobs"):
        return "parameters"
    key = name.removesuffix(_NS)
    if table == "progress" and name.endswith(_NS) and todays_key(key) in BY_KEY:
        return todays_key(key) + _NS
    return name


def renumbered(states: dict[int, str]) -> tuple[int, ...] | None:
    """Today's number of each state of a file (-1: nobody here knows it); None where they are the same."""
    if not states:
        return None
    keys = [todays_key(states.get(number, "")) for number in range(max(states) + 1)]
    numbers = tuple(BY_KEY[key].number if key in BY_KEY else -1 for key in keys)
    return None if numbers == tuple(range(min(len(numbers), len(KEYS)))) else numbers
