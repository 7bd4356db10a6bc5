"""What a person can do, as data: words, keys, icon. Toolbar, shortcuts, menus and help are made of it. GUI thread.

An ``ActionSpec`` says it, and is known before its page is made; ``Action`` is the live object (a QAction: it tells
whoever shows it when it is renamed, checked or disabled).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from grandstand.ui.widgets.foreign import plain_tip

_SHOWN = {
    "Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "PgDown": "Page Down", "PgUp": "Page Up", "Escape": "Esc",
}  # fmt: skip


@dataclass(frozen=True)
class ActionSpec:
    """``text`` is on the button, ``does`` is the sentence for tooltip, help and screen readers.

    ``method``: what is called on whoever offers it (default: ``name``). ``repeats``: a key held down goes on.
    ``group``: actions of one group share a line of help, which ``does`` of the first of them describes.
    """

    name: str
    text: str
    does: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    method: str = ""
    arguments: tuple[Any, ...] = ()
    repeats: bool = False
    checkable: bool = False
    group: str = ""

    @property
    def shown_keys(self) -> str:
        """The keys as a person reads them."""
        return ", ".join(_SHOWN.get(key, key) for key in self.keys)

    @property
    def tip(self) -> str:
        """For a tooltip: what it does, and the first key."""
        does = self.does[:1].upper() + self.does[1:]
        return f"{does} ({_SHOWN.get(self.keys[0], self.keys[0])})" if self.keys else does


class Action(QAction):
    """``spec`` alive: triggering it calls ``run``."""

    def __init__(self, spec: ActionSpec, run: Callable[..., object], parent: QWidget) -> None:
        super().__init__(spec.text, parent)
        self.spec = spec
        self.setObjectName(f"action_{spec.name}")
        self.setShortcuts([QKeySequence(key) for key in spec.keys])
        self.setAutoRepeat(spec.repeats)
        self.setCheckable(spec.checkable)
        self.setToolTip(plain_tip(spec.tip))
        self.triggered.connect(lambda _=False: run(*spec.arguments))


def actions_of(specs: Iterable[ActionSpec], owner: object, parent: QWidget) -> dict[str, Action]:
    """By name, each bound to its method of ``owner``. Raises AttributeError where there is no such method."""
    return {spec.name: Action(spec, getattr(owner, spec.method or spec.name), parent) for spec in specs}


def help_lines(specs: Iterable[ActionSpec]) -> list[tuple[str, str]]:
    """(keys, what they do) for every action with a key; a group is one line."""
    lines: list[tuple[str, str]] = []
    groups: dict[str, int] = {}
    for spec in specs:
        if not spec.keys:
            continue
        if spec.group in groups:
            keys, does = lines[groups[spec.group]]
            first = keys.split(" – ")[0]
            joined = f"{first} – {spec.shown_keys}" if first.isdigit() else f"{keys}  {spec.shown_keys}"
            lines[groups[spec.group]] = (joined, does)
            continue
        if spec.group:
            groups[spec.group] = len(lines)
        lines.append((spec.shown_keys, spec.does))
    return lines
