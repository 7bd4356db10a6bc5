"""The bar at the foot of the window: one sentence that says what the measurements mean.

Role: shows a sentence and, as a colored edge, what it is about or how serious it is. Its height does not
follow the sentence, so that the charts above it stay where they are. GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.icons import paint_icon
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.foreign import plain_tip

_WIDE, _NARROW = 820, 700
"""Below these widths (px at scale 1) there is a third and a fourth line: two recordings side by side, half a slide."""
_TONE_ICONS = {"good": "check", "warn": "warning", "bad": "error", "info": "info"}


class SentenceBar(QWidget):
    """One sentence on two lines, more where it is narrow; what does not fit is cut, and the tooltip has the whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sentence")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text, self._tone = "", "neutral"
        self._lines: list[str] = []
        self._most = 2
        theme_manager().changed.connect(self._restyle)

    def text(self) -> str:
        return self._text

    def tone(self) -> str:
        return self._tone

    def set_sentence(self, text: str, tone: str = "neutral") -> None:
        """Show `text`; `tone` is neutral, info, good, warn, bad, or the key of a mode or a state."""
        if (text, tone) == (self._text, self._tone):
            return
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self._wrap()
        self.update()

    def lines(self) -> list[str]:
        """What is drawn, line by line."""
        return list(self._lines)

    def sizeHint(self) -> QSize:
        return QSize(theme_manager().px(480), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_manager().px(240), self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()
        self._wrap()

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        theme, px = manager.theme, manager.px
        color = theme.tone(self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(bar, px(8), px(8))
        painter.fillPath(shape, QColor(theme.surface.panel))
        painter.setClipPath(shape)
        painter.fillRect(QRectF(0, 0, px(5), self.height()), QColor(color))
        painter.setClipping(False)
        if not theme.dark:
            painter.setPen(QColor(theme.surface.border))
            painter.drawPath(shape)
            painter.fillRect(QRectF(0, px(8), px(5), self.height() - 2 * px(8)), QColor(color))
        if icon := _TONE_ICONS.get(self._tone):
            side = px(22)
            paint_icon(painter, icon, color, QRectF(px(20), (self.height() - side) / 2, side, side))
        font = self._font()
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(QColor(theme.text.primary))
        top = (self.height() - len(self._lines) * self._line_height(metrics)) / 2
        for index, line in enumerate(self._lines):
            base = top + index * self._line_height(metrics) + (self._line_height(metrics) - metrics.height()) / 2
            painter.drawText(QPointF(self._left(), base + metrics.ascent()), line)
        painter.end()

    def _wrap(self) -> None:
        """Break the sentence into lines for the present width."""
        room = max(1, self.width() - self._left() - theme_manager().px(18))
        font = self._font()
        # Of the same length, and about as wide: no line ends before a percent sign, or within I/O.
        layout = QTextLayout(self._text.replace(" %", "\u00a0%").replace("I/O", "I1O"), font)
        layout.beginLayout()
        starts: list[int] = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(room)
            starts.append(line.textStart())
        layout.endLayout()
        kept = starts[: self._most]
        ends = [*kept[1:], len(self._text)] if kept else []
        self._lines = [self._text[start:end].strip() for start, end in zip(kept, ends, strict=True)]
        if self._lines:
            self._lines[-1] = QFontMetricsF(font).elidedText(self._lines[-1], Qt.TextElideMode.ElideRight, room)
        cut = len(starts) > self._most
        self.setToolTip(plain_tip(self._text if cut else ""))

    def _left(self) -> int:
        return theme_manager().px(52 if self._tone in _TONE_ICONS else 22)

    def _font(self) -> QFont:
        return ui_font(17, 500, theme_manager().scale)

    def _line_height(self, metrics: QFontMetricsF) -> float:
        return metrics.height() * 1.06

    def _height(self) -> int:
        return round(self._most * self._line_height(QFontMetricsF(self._font()))) + theme_manager().px(18)

    def _measure(self) -> None:
        px = theme_manager().px
        most = 2 + (self.width() < px(_WIDE)) + (self.width() < px(_NARROW))
        if most != self._most:
            self._most = most
            self.updateGeometry()

    def _restyle(self) -> None:
        self._measure()
        self._wrap()
        self.updateGeometry()
        self.update()
