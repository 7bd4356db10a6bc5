"""Widgets of which one is on the screen. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QWidget, QWidgetItem


class Stack(QStackedWidget):
    """As QStackedWidget, but what is not on the screen wants no room.

    Otherwise the widest of all pages would say how narrow the window can be, in large letters most of all: a
    presentation could not shrink to the projector's size.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(lambda: self.updateGeometry())

    def sizeHint(self) -> QSize:
        shown = self.currentWidget()
        return QWidgetItem(shown).sizeHint() if shown is not None else QSize()

    def minimumSizeHint(self) -> QSize:
        shown = self.currentWidget()
        return QWidgetItem(shown).minimumSize() if shown is not None else QSize()
