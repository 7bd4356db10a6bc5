"""Workers: how far each one has come, as bars with figures; many workers as a strip of columns. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from grandstand.session import words
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.vocabulary.states import IDLE

_MOST_GROWTH = 2.0
_WIDE = 420
"""px at scale 1 from which words may grow."""


@dataclass(frozen=True)
class WorkerBar:
    """One worker: ``units`` done since it began; ``failed`` when it has ended badly."""

    lane: int
    units: float
    steps: int
    failed: bool


class WorkersView(QWidget):
    """Bars relative to the worker that has come farthest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: list[WorkerBar] = []
        self._unit = ""
        self._mode = ""
        self.setObjectName("workers")
        self.setAccessibleName("Workers: units done by each")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme_manager().changed.connect(self.update)

    def set_bars(self, bars: list[WorkerBar], unit: str, mode: str) -> None:
        if (bars, unit, mode) != (self._bars, self._unit, self._mode):
            self._bars, self._unit, self._mode = bars, unit, mode
            self.setAccessibleDescription(
                ", ".join(f"worker {b.lane + 1}: {words.number(b.units)} {unit}" for b in bars[:8])
            )
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(manager.theme.surface.panel))
        if self._bars:
            row = self.height() / len(self._bars)
            if row >= manager.px(17):
                growth = self._growth(row)
                self._paint_rows(painter, min(row, manager.px(34) * growth), growth)
            else:
                self._paint_columns(painter)
        painter.end()

    def _color(self, bar: WorkerBar) -> QColor:
        theme = theme_manager().theme
        return QColor(theme.accent.warning if bar.failed else theme.tone(self._mode))

    def _growth(self, row: float) -> float:
        """Larger than the window's scale where an audience sees the workers alone."""
        manager = theme_manager()
        if manager.scale <= 1:
            return 1.0
        return min(_MOST_GROWTH, max(1.0, row / manager.px(34)), max(1.0, self.width() / manager.px(_WIDE)))

    def _paint_rows(self, painter: QPainter, row: float, growth: float) -> None:
        manager = theme_manager()
        scale = manager.scale * growth

        def px(length: float) -> float:
            return manager.px(length) * growth

        theme = manager.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        number, figure = ui_font(13, 500, scale), ui_font(13, 600, scale)
        texts = [words.number(b.units) for b in self._bars]
        wide = max(QFontMetricsF(figure).horizontalAdvance(t) for t in [*texts, "888 k"]) + px(8)
        left = px(26)
        room = max(10.0, self.width() - left - wide)
        most = max((b.units for b in self._bars), default=0) or 1
        thick = min(px(12), row * 0.5)
        for i, (bar, text) in enumerate(zip(self._bars, texts, strict=True)):
            line = QRectF(0, i * row, self.width(), row)
            painter.setFont(number)
            painter.setPen(QColor(theme.text.secondary))
            label = QRectF(0, line.top(), left - px(8), row)
            painter.drawText(
                label, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), str(bar.lane + 1)
            )
            painter.setPen(Qt.PenStyle.NoPen)
            track = QRectF(left, line.center().y() - thick / 2, room, thick)
            painter.setBrush(QColor(theme.states[IDLE.key]))
            painter.drawRoundedRect(track, thick / 3, thick / 3)
            filled = QRectF(track)
            filled.setWidth(max(2.0, room * bar.units / most))
            painter.setBrush(self._color(bar))
            painter.drawRoundedRect(filled, thick / 3, thick / 3)
            painter.setFont(figure)
            painter.setPen(QColor(theme.text.primary))
            value = QRectF(self.width() - wide, line.top(), wide, row)
            painter.drawText(value, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_columns(self, painter: QPainter) -> None:
        manager = theme_manager()
        theme = manager.theme
        foot = manager.px(20)
        tall = max(4, self.height() - foot)
        pitch = self.width() / len(self._bars)
        most = max((b.units for b in self._bars), default=0) or 1
        gap = 1 if pitch < 6 else pitch * 0.25
        for i, bar in enumerate(self._bars):
            high = max(1.0, tall * bar.units / most)
            painter.fillRect(QRectF(i * pitch, 0, pitch - gap, tall), QColor(theme.states[IDLE.key]))
            painter.fillRect(QRectF(i * pitch, tall - high, pitch - gap, high), self._color(bar))
        painter.setFont(ui_font(13, 400, manager.scale))
        painter.setPen(QColor(theme.text.secondary))
        where = QRectF(0, tall, self.width(), foot)
        least = min(b.units for b in self._bars)
        painter.drawText(where, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), "worker 1")
        painter.drawText(where, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), str(len(self._bars)))
        text = f"{words.number(least)} to {words.number(most)}"
        aside = painter.fontMetrics().horizontalAdvance("worker 1")
        if painter.fontMetrics().horizontalAdvance(text) + 2 * aside + manager.px(16) <= self.width():
            painter.drawText(where, int(Qt.AlignmentFlag.AlignCenter), text)
