"""Walking through a talk or through arrangements of charts, with the keys that a clicker sends. GUI thread.

A clicker sends Page Up, Page Down, B or full stop, F5 and Escape.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class Walker(Protocol):
    """What the keys do."""

    def next(self) -> bool: ...

    def previous(self) -> bool: ...

    def first(self) -> bool: ...

    def last(self) -> bool: ...

    def again(self) -> bool: ...

    def blank(self, on: bool | None = None) -> None: ...

    def toggle_notes(self) -> None: ...

    def step_out(self) -> bool:
        """Esc: leaves one level; False where there is none to leave."""


KEYS = (
    ("Page Down, →", "the next scene, or the next arrangement of charts"),
    ("Page Up, ←", "the one before"),
    ("Home, End", "the first one, the last one"),
    ("F5", "this scene once more, from its beginning"),
    ("B, full stop", "a black screen, and back; the work goes on"),
    ("N", "the speaker's notes"),
    ("Esc", "leave the talk, or stop presenting"),
)
"""For the page of keys and words."""


def add_walk_keys(widget: QWidget, walker: Walker | Callable[[], Walker | None]) -> list[QShortcut]:
    """The shortcuts, for as long as ``widget`` has the keyboard; they belong to it."""
    names = {
        "PgDown": "next", "Right": "next", "PgUp": "previous", "Left": "previous", "Home": "first", "End": "last",
        "F5": "again", "Shift+F5": "again", "B": "blank", ".": "blank", "N": "toggle_notes",
    }  # fmt: skip
    made = []

    def walk(name: str) -> None:
        who = walker() if callable(walker) else walker
        if who is not None:
            getattr(who, name)()

    for key, name in names.items():
        shortcut = QShortcut(QKeySequence(key), widget)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda name=name: walk(name))
        made.append(shortcut)
    return made


class Walkers:
    """Who walks: the last one that took the keys and has not given them back. Without one the keys are free."""

    def __init__(self, window: QWidget) -> None:
        self._there: list[Walker] = []
        self._keys = add_walk_keys(window, lambda: self.current)
        self._settle()

    @property
    def current(self) -> Walker | None:
        return self._there[-1] if self._there else None

    def take(self, walker: Walker) -> None:
        """``walker`` has the keys now."""
        self.drop(walker)
        self._there.append(walker)
        self._settle()

    def drop(self, walker: Walker) -> None:
        """Gives them back to whoever had them before."""
        self._there = [other for other in self._there if other is not walker]
        self._settle()

    def _settle(self) -> None:
        for shortcut in self._keys:
            shortcut.setEnabled(bool(self._there))
