"""The legend of states, painted in one go: swatch and words, only the states that have been seen. GUI thread."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.vocabulary.states import COMPUTING, CORE, GIL, IDLE, IN_ORDER, IO, State

_SMALLEST = 0.66
"""A legend never makes a window wider than the screen: its words become smaller, down to this share."""
_ALWAYS = (COMPUTING, GIL, CORE, IO, IDLE)


class Legend(QWidget):
    """The usual states; the rarer ones appear once they occur. Where room is short: short words, then small ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states: tuple[State, ...] = tuple(s for s in IN_ORDER if s in _ALWAYS)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend: " + ", ".join(s.title for s in self._states))
        theme_manager().changed.connect(self._restyle)

    def set_seen(self, seen: set[str]) -> None:
        states = tuple(s for s in IN_ORDER if s in _ALWAYS or s.key in seen)
        if states != self._states:
            self._states = states
            self._restyle()

    def _entries(self, room: float) -> list[tuple[State, str]]:
        """States and words that fit into ``room``: whole words, else short ones."""
        whole = [(s, s.title) for s in self._states]
        return whole if self._width(whole) <= room else [(s, s.short) for s in self._states]

    def _width(self, entries: list[tuple[State, str]], size: float = 1.0) -> float:
        """``size``: of letters and gaps, as a share of the usual one."""
        scale = theme_manager().scale * size
        metrics = QFontMetricsF(ui_font(13, 400, scale))
        return sum(metrics.horizontalAdvance(words) + (12 + 7 + 18) * scale for _, words in entries)

    def _size(self, entries: list[tuple[State, str]]) -> float:
        """Of letters and gaps, so that they fit."""
        room, wide = self.width(), self._width(entries)
        size = 1.0 if wide <= room else max(_SMALLEST, room / wide)
        while size > _SMALLEST and self._width(entries, size) > room:  # letters come in whole pixels
            size = max(_SMALLEST, size - 0.02)
        return size

    def sizeHint(self) -> QSize:
        return QSize(ceil(self._width([(s, s.title) for s in self._states])), theme_manager().px(22))

    def minimumSizeHint(self) -> QSize:
        least = self._width([(s, s.short) for s in self._states], _SMALLEST)
        return QSize(ceil(least), theme_manager().px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        entries = self._entries(self.width())
        size = self._size(entries)
        scale = manager.scale * size
        font = ui_font(13, 400, scale)
        metrics = QFontMetricsF(font)
        side, near, far = (length * scale for length in (12, 7, 18))
        x = self.width() - self._width(entries, size) + far
        for state, words in entries:
            swatch = QRectF(x, (self.height() - side) / 2, side, side)
            painter.setPen(QColor(manager.theme.text.secondary) if state == IDLE else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(manager.theme.states[state.key]))
            painter.drawRoundedRect(swatch, 3, 3)
            if state.texture:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QBrush(QColor(manager.theme.surface.panel), Qt.BrushStyle.BDiagPattern))
                painter.drawRoundedRect(swatch, 3, 3)
            painter.setPen(QColor(manager.theme.text.secondary))
            painter.setFont(font)
            x += side + near
            wide = metrics.horizontalAdvance(words)
            painter.drawText(QRectF(x, 0, wide + 2, self.height()), int(Qt.AlignmentFlag.AlignVCenter), words)
            x += wide + far
        painter.end()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
