"""A switch for something that is on or off at once.

Role: a QCheckBox (so that keyboard and screen readers know it) painted as a switch. superqt's QToggleSwitch
was looked at: it has no focus ring, sits 2 px off the middle of its line, and costs the import of superqt at
start. GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.mixing import mix

_WIDTH, _HEIGHT, _GAP = 34, 20, 10


class Toggle(QCheckBox):
    """A switch with `text` at its right; use it like any QCheckBox (`toggled`, `setChecked`)."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme_manager().changed.connect(self._restyle)
        self._restyle()

    def sizeHint(self) -> QSize:
        px = theme_manager().px
        words = self.fontMetrics().size(0, self.text())
        gap = px(_GAP) if self.text() else 0
        return QSize(px(_WIDTH) + 2 * px(3) + gap + words.width(), max(px(_HEIGHT) + 2 * px(3), words.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        theme, px = manager.theme, manager.px
        on, live = self.isChecked(), self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = px(_HEIGHT)
        groove = QRectF(px(3), (self.height() - height) / 2, px(_WIDTH), height)
        fill = theme.accent.primary if on else mix(theme.surface.border, theme.text.secondary, 0.45)
        if not live:
            fill = mix(theme.surface.panel, fill, 0.4)
        elif self.underMouse():
            fill = mix(fill, theme.text.primary, 0.12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(groove, height / 2, height / 2)
        inset, parameter_color = px(3), theme.surface.handle
        parameter = height - 2 * inset
        left = groove.right() - inset - parameter if on else groove.left() + inset
        painter.setBrush(QColor(parameter_color if live else mix(theme.surface.panel, parameter_color, 0.6)))
        painter.drawEllipse(QRectF(left, groove.top() + inset, parameter, parameter))
        if self.property("focusVisible"):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent.focus), 2))
            painter.drawRoundedRect(groove.adjusted(-2, -2, 2, 2), height / 2 + 2, height / 2 + 2)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.text.primary if live else theme.text.disabled))
        words = QRectF(self.rect()).adjusted(groove.right() + px(_GAP), 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        painter.end()

    def _restyle(self) -> None:
        self.setFont(ui_font(14, 400, theme_manager().scale))
        self.updateGeometry()
        self.update()
