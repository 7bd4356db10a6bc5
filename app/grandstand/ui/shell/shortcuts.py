"""The window's keys. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from grandstand.ui.shell.window import MainWindow

_REPEATING = ("Up", "Down")


def add_shortcuts(window: MainWindow) -> None:
    """Keys that always work; what they do on another page than the run's, its page decides."""
    pages, here = window.pages, window.pages.here
    keys: list[tuple[str | Qt.Key, Callable[[], Any]]] = [
        ("Space", window.space),
        ("Up", lambda: here(lambda: window.more_workers(1), "step", -1)),
        ("Down", lambda: here(lambda: window.more_workers(-1), "step", 1)),
        ("C", pages.claims.show),
        ("V", pages.compare.show),
        ("R", pages.recordings.show),
        ("Ctrl+O", pages.recordings.ask_open),
        ("M", lambda: here(window.note, "note")),
        ("S", lambda: here(window.snapshots.take, "snapshot")),
        ("Ctrl+C", lambda: here(window.snapshots.copy, "copy")),
        ("T", window.edit_talk),
        ("F", window.present),
        ("F11", window.present),
        ("Escape", window.escape),
        ("P", lambda: here(window.toggle_live)),
        ("D", window.toggle_theme),
        ("?", window.show_help),
        ("F1", window.show_help),
        ("Ctrl+Q", window.close),
    ]
    keys += [(str(n), lambda n=n: here(lambda: window.choose_mode(n))) for n in range(1, 10)]  # type: ignore[misc]
    for key, action in keys:
        shortcut = QShortcut(QKeySequence(key), window)
        shortcut.setAutoRepeat(key in _REPEATING)
        shortcut.activated.connect(action)
