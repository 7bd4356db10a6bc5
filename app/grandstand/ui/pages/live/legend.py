"""The legend of states, painted in one go: swatch and words, only the states that have been seen. GUI thread."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from grandstand.engine import messages as m
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager

_ALWAYS = ("computing", "interpreter", "core", "io", "idle")


class Legend(QWidget):
    """The usual states; the rarer ones appear once they occur. Short words where room is short."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: tuple[str, ...] = _ALWAYS
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend: " + ", ".join(m.STATE_TITLES[k] for k in _ALWAYS))
        theme_manager().changed.connect(self._restyle)

    def set_seen(self, seen: set[str]) -> None:
        keys = tuple(k for k in m.STATE_KEYS if k in _ALWAYS or k in seen)
        if keys != self._keys:
            self._keys = keys
            self._restyle()

    def _entries(self, room: float) -> list[tuple[str, str]]:
        """(key, words) that fit into ``room``: whole words, else short ones."""
        whole = [(k, m.STATE_TITLES[k]) for k in self._keys]
        if self._width(whole) <= room:
            return whole
        return [(k, _SHORT[k]) for k in self._keys]

    def _width(self, entries: list[tuple[str, str]]) -> float:
        px = theme_manager().px
        metrics = QFontMetricsF(ui_font(13, 400, theme_manager().scale))
        return sum(metrics.horizontalAdvance(words) + px(12) + px(7) + px(18) for _, words in entries)

    def sizeHint(self) -> QSize:
        return QSize(ceil(self._width([(k, m.STATE_TITLES[k]) for k in self._keys])), theme_manager().px(22))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._width([(k, _SHORT[k]) for k in self._keys])), theme_manager().px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        px = manager.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = ui_font(13, 400, manager.scale)
        metrics = QFontMetricsF(font)
        entries = self._entries(self.width())
        x = self.width() - self._width(entries) + px(18)
        side = px(12)
        for key, words in entries:
            painter.setPen(QColor(manager.theme.text.secondary) if key == "idle" else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(manager.theme.states[key]))
            painter.drawRoundedRect(QRectF(x, (self.height() - side) / 2, side, side), 3, 3)
            painter.setPen(QColor(manager.theme.text.secondary))
            painter.setFont(font)
            x += side + px(7)
            wide = metrics.horizontalAdvance(words)
            painter.drawText(QRectF(x, 0, wide + 2, self.height()), int(Qt.AlignmentFlag.AlignVCenter), words)
            x += wide + px(18)
        painter.end()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


_SHORT = {
    "computing": "computing",
    "interpreter": "interpreter",
    "lock": "lock",
    "core": "core",
    "io": "I/O",
    "handover": "handing over",
    "idle": "idle",
    "unknown": "interpreter or core",
}
