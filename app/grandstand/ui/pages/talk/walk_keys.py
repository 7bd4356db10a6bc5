"""The keys that walk through a talk, for the window and for the speaker's notes. GUI thread.

What a clicker sends is among them: Page Up, Page Down, B or full stop, F5, Escape.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class Walker(Protocol):
    """What keys do."""

    def next(self) -> bool: ...

    def previous(self) -> bool: ...

    def first(self) -> bool: ...

    def last(self) -> bool: ...

    def again(self) -> bool: ...

    def blank(self, on: bool | None = None) -> None: ...

    def toggle_notes(self) -> None: ...


KEYS = (
    ("Page Down, →", "the next scene"),
    ("Page Up, ←", "the scene before"),
    ("Home, End", "the first scene, the last"),
    ("F5", "this scene once more, from its beginning"),
    ("B, full stop", "a black screen, and back; the work goes on"),
    ("N", "the speaker's notes"),
    ("Escape", "leave the talk"),
)
"""For the page of keys and words."""


def add_walk_keys(widget: QWidget, walker: Walker) -> list[QShortcut]:
    """The shortcuts, for as long as ``widget`` has the keyboard; they belong to it."""
    keys: list[tuple[str, Callable[[], object]]] = [
        ("PgDown", walker.next),
        ("Right", walker.next),
        ("PgUp", walker.previous),
        ("Left", walker.previous),
        ("Home", walker.first),
        ("End", walker.last),
        ("F5", walker.again),
        ("Shift+F5", walker.again),
        ("B", walker.blank),
        (".", walker.blank),
        ("N", walker.toggle_notes),
    ]
    made = []
    for key, action in keys:
        shortcut = QShortcut(QKeySequence(key), widget)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda action=action: action())
        made.append(shortcut)
    return made
