"""A drop-down list in the look of the theme.

Role: a QComboBox whose list obeys the style sheet, and that the mouse wheel does not change by accident. GUI
thread.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QWidget

_OWN_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space, Qt.Key.Key_F4}


class Select(QComboBox):
    """Use it like any QComboBox; `name` is its accessible name."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        # The default delegate of a combo box ignores the ::item rules of style sheets.
        self.setItemDelegate(QStyledItemDelegate(self))
        # Tab only: after a click the keyboard stays with the window (Space starts, arrows change the
        # workers).
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMaxVisibleItems(16)

    def event(self, event: QEvent) -> bool:
        # With the keyboard here, its keys belong to the list, not to the window's shortcuts.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
