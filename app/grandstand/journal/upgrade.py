"""What older schemas call otherwise. Reading maps it; the files stay as they are. Pure; any thread.

1 (version 0.1.0): states have no table of their own, two of them other keys; three states did not exist.
2: ``states``.
"""

from __future__ import annotations

from grandstand.vocabulary.states import BY_KEY, KEYS, todays_key

_NS = "_ns"
KEYS_OF_1 = KEYS[:8]
"""States of schema 1 by number, with today's keys."""


def column(table: str, name: str) -> str:
    """Today's name of a column."""
    key = name.removesuffix(_NS)
    if table == "progress" and name.endswith(_NS) and todays_key(key) in BY_KEY:
        return todays_key(key) + _NS
    return name


def renumbered(states: dict[int, str]) -> tuple[int, ...] | None:
    """Today's number of each state of a file (-1: nobody here knows it); None where they are the same."""
    if not states:
        return None
    keys = [todays_key(states.get(number, "")) for number in range(max(states) + 1)]
    found = tuple(BY_KEY[key].number if key in BY_KEY else -1 for key in keys)
    return None if found == tuple(range(min(len(found), len(KEYS)))) else found
