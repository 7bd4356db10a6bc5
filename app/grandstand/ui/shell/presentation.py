"""Presenting: the window fills the screen in large letters, and is exactly what it was afterwards. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QWidget
from shiboken6 import isValid

from grandstand.ui.theme.fonts import PRESENTING_SCALE
from grandstand.ui.theme.manager import theme_manager

_ROOM = (1180, 760)
"""Logical px of a screen that large letters want for the story's charts."""
_SIDES = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen


class Presentation:
    """``on`` while it lasts. ``begin`` and ``end`` change the window; what is on it is the caller's matter."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.on = False
        self._state = Qt.WindowState.WindowNoState
        self._place = QRect()
        self._stored = QByteArray()
        self._scrolled: list[tuple[QAbstractScrollArea, int, int]] = []

    def begin(self) -> None:
        window = self._window
        self.on = True
        self._state = window.windowState()
        self._place = window.geometry()
        self._stored = window.saveGeometry()
        self._scrolled = [
            (area, area.horizontalScrollBar().value(), area.verticalScrollBar().value())
            for area in window.findChildren(QAbstractScrollArea)
        ]
        theme_manager().set_scale(self._scale())
        window.setWindowState((self._state & ~_SIDES) | Qt.WindowState.WindowFullScreen)

    def _scale(self) -> float:
        """So large that the smallest letters have 20 px of the screen; more where there is room for it."""
        screen = self._window.screen()
        if screen is None:
            return PRESENTING_SCALE
        size, ratio = screen.size(), screen.devicePixelRatio()
        room = min(1.0, size.width() / _ROOM[0], size.height() / _ROOM[1])
        return PRESENTING_SCALE * max(1 / max(1.0, ratio), room)

    def end(self) -> None:
        """In ordinary letters first: in large ones what comes back would want a wider window."""
        window = self._window
        self.on = False
        theme_manager().set_scale(1.0)
        window.setWindowState(self._state)
        if not self._state & _SIDES:
            window.setGeometry(self._place)

    def scroll_back(self) -> None:
        """Once the window is laid out again: every list where it was."""
        for area, across, down in self._scrolled:
            if not isValid(area):  # it went meanwhile: a form that showed another scene, say
                continue
            area.horizontalScrollBar().setValue(across)
            area.verticalScrollBar().setValue(down)
        self._scrolled = []

    @property
    def geometry(self) -> QByteArray:
        """What is to be remembered as the window's place: the ordinary one."""
        return self._stored if self.on else self._window.saveGeometry()
