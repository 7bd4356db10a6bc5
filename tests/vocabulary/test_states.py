"""States are data: complete, and spelled in one place."""

from __future__ import annotations

import ast
import re

import pytest
from grandstand.render.palette import THEMES, palette
from grandstand.vocabulary.states import BY_KEY, FORMER_KEYS, IN_ORDER, KEYS, NEITHER, STACK, STATES, WAIT, WAITS, WORK

from tests.places import SOURCES

PACKAGE = SOURCES / "grandstand"
FREE = ("vocabulary", "engine")
"""Rooms that may spell keys: the words themselves, and the experiments of the claims."""
COMMON = {"idle", "unknown", "waiting", "lock", "core", "loop", "io", "gil", "interpreter"}
"""Keys that are other things' names too: they are looked for in color roles and lookups alone."""


def test_numbers_and_orders_are_whole() -> None:
    assert [state.number for state in STATES] == list(range(len(STATES)))
    assert sorted(state.order for state in STATES) == list(range(len(STATES)))
    assert sorted(state.stack for state in STATES) == list(range(len(STATES)))
    assert len(set(KEYS)) == len({state.title for state in STATES}) == len({state.letter for state in STATES})
    assert {state.counts for state in STATES} == {WORK, WAIT, NEITHER}
    assert [state.key for state in STATES if not state.stack] == ["idle"]
    assert len(STACK) == len(IN_ORDER) - 1


def test_every_wait_can_be_said_and_nothing_else_is_one() -> None:
    assert all(bool(state.wait) == (state.counts == WAIT) == (state in WAITS) for state in STATES)
    assert all(state.explained and state.short for state in STATES)


def test_former_keys_lead_to_todays() -> None:
    assert set(FORMER_KEYS.values()) <= set(KEYS)
    assert not set(FORMER_KEYS) & set(KEYS)


@pytest.mark.parametrize("theme", THEMES)
def test_every_state_has_a_color(theme: str) -> None:
    colors = palette(theme)
    assert {state.color for state in STATES} == {token for token in colors if token.startswith("states.")}


def test_nobody_else_spells_a_state() -> None:
    """Keys that are nobody else's words, color roles, and lookups by a literal key."""
    own = {key for key in (*KEYS, *FORMER_KEYS) if key not in COMMON}
    literal = re.compile(rf"""(states|waits)(\[|\.get\()["']({"|".join((*KEYS, *FORMER_KEYS))})["']""")
    faults = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] in FREE:
            continue
        text = path.read_text(encoding="utf-8")
        constants = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
        words = {value for value in constants if type(value) is str}
        roles = {f"states.{key}" for key in (*KEYS, *FORMER_KEYS)}
        faults += [f"{path.name}: {word!r}" for word in sorted(words & (own | roles))]
        faults += [f"{path.name}: {found[0]}" for found in literal.finditer(text)]
    assert not faults


def test_words_on_screen_name_the_gil() -> None:
    assert BY_KEY["gil"].title == "waiting for the GIL"
    told = [state.title for state in STATES] + [state.explained for state in STATES] + [state.wait for state in STATES]
    assert not [text for text in told if "the interpreter" in text]
