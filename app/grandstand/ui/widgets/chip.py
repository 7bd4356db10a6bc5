"""A chip: a few words in a pill, with a dot or an icon in the color of what they mean.

Role: facts and verdicts beside something else ('GIL on', 'priority low', 'true', 'it depends'). The words
stay in the text color and carry the meaning; the color only helps. GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.icons import paint_icon
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.mixing import mix

#: The icon that goes with a tone when none is given; tones without one wear a dot.
TONE_ICONS = {"good": "check", "bad": "close", "warn": "warning", "info": "info"}


class Chip(QWidget):
    """`tone`: neutral, info, accent, good, warn, bad, a mode or a state; `icon` overrides the tone's."""

    def __init__(self, text: str = "", tone: str = "neutral", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._text, self._tone, self._icon = "", "", ""
        theme_manager().changed.connect(self._restyle)
        self.set_chip(text, tone, icon)

    def text(self) -> str:
        return self._text

    def tone(self) -> str:
        return self._tone

    def set_chip(self, text: str, tone: str = "neutral", icon: str = "") -> None:
        """Show other words, another tone."""
        icon = icon or TONE_ICONS.get(tone, "")
        if (text, tone, icon) == (self._text, self._tone, self._icon):
            return
        self._text, self._tone, self._icon = text, tone, icon
        self.setAccessibleName(text)
        self._restyle()

    def sizeHint(self) -> QSize:
        px = theme_manager().px
        words = QFontMetricsF(self._font()).horizontalAdvance(self._text)
        return QSize(round(words) + px(10) + self._mark() + px(6) + px(10), px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        theme, px = manager.theme, manager.px
        color = theme.tone(self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pill = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        quiet = self._tone == "neutral"
        painter.setBrush(QColor(theme.surface.raised if quiet else mix(theme.surface.panel, color, 0.13)))
        painter.setPen(QColor(theme.surface.border if quiet else mix(theme.surface.panel, color, 0.42)))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        side = self._mark()
        mark = QRectF(px(10), (self.height() - side) / 2, side, side)
        if self._icon:
            paint_icon(painter, self._icon, color, mark)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(color))
            painter.drawEllipse(mark)
        painter.setFont(self._font())
        painter.setPen(QColor(theme.text.primary))
        words = pill.adjusted(mark.right() + px(6), 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self._text)
        painter.end()

    def _font(self) -> QFont:
        return ui_font(13, 500, theme_manager().scale)

    def _mark(self) -> int:
        """The side of the dot or icon, in logical pixels."""
        return theme_manager().px(14 if self._icon else 8)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
