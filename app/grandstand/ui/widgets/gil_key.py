"""A line that says whose color is whose, and each one's share: ■ 1 24 %  ■ 2 26 % … GUI thread."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.vocabulary.states import IDLE

_PX = 13
_WIDEST = 520
"""Of it, in px at scale 1."""


class GilKey(QWidget):
    """As many as there is room for; then "…"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[tuple[str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = theme_manager().px
        metrics = QFontMetricsF(ui_font(_PX, 500, theme_manager().scale))
        wide = sum(px(10 + 5 + 14) + metrics.horizontalAdvance(text) for _, text in self._parts)
        return QSize(min(px(_WIDEST), math.ceil(wide)), px(20))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, theme_manager().px(20))

    def show_shares(self, shares: list[tuple[int, float]], others: float = 0.0, free: float = 0.0) -> None:
        """(lane, share of the time in which its GIL was seen); other threads' share; when nobody had it."""
        theme = theme_manager().theme
        parts = [(theme.core_color(lane), f"{lane + 1}: {100 * share:.0f} %") for lane, share in shares]
        if shares and others >= 0.005:
            parts.append((theme.text.secondary, f"others: {100 * others:.0f} %"))
        if shares:
            parts.append((theme.states[IDLE.key], f"free: {100 * free:.0f} %"))
        if parts != self._parts:
            self._parts = parts
            self.setAccessibleName(", ".join(text for _, text in parts))
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        painter = QPainter(self)
        font = ui_font(_PX, 500, manager.scale)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        box, gap = manager.px(10), manager.px(14)
        x, middle = 0.0, self.height() / 2
        for i, (color, text) in enumerate(self._parts):
            wide = box + manager.px(5) + metrics.horizontalAdvance(text)
            rest = metrics.horizontalAdvance("…") if i + 1 < len(self._parts) else 0
            painter.setPen(QColor(manager.theme.text.primary))
            if x + wide + rest > self.width():
                painter.drawText(QRectF(x, 0, gap * 2, self.height()), int(Qt.AlignmentFlag.AlignVCenter), "…")
                break
            painter.fillRect(QRectF(x, middle - box / 2, box, box), QColor(color))
            where = QRectF(x + box + manager.px(5), 0, wide, self.height())
            painter.drawText(where, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
            x += wide + gap
        painter.end()
