"""The strip above a scene: its title, and which one it is. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager

_TITLE_PX, _COUNT_PX = 20, 14


class SceneStrip(QWidget):
    """One line; a title that is too long for it is set smaller, and only then cut."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scene_strip")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._title, self._count = "", ""
        theme_manager().changed.connect(self.updateGeometry)

    def set_scene(self, title: str, number: int, of: int) -> None:
        """``number`` counts from 1."""
        self._title, self._count = title, f"{number} / {of}"
        self.setAccessibleName(f"Scene {number} of {of}: {title}")
        self.update()

    def title_font(self) -> QFont:
        """The largest of the sizes in which the title fits; 30 px and up when presenting, or just above 28."""
        scale = theme_manager().scale
        for size in (_TITLE_PX, 19, 18.5):
            font = ui_font(size, 700, scale)
            if QFontMetricsF(font).horizontalAdvance(self._title) <= self._room():
                break
        return font

    def sizeHint(self) -> QSize:
        return QSize(theme_manager().px(300), theme_manager().px(40))

    minimumSizeHint = sizeHint

    def _room(self) -> float:
        px = theme_manager().px
        count = QFontMetricsF(ui_font(_COUNT_PX, 500, theme_manager().scale)).horizontalAdvance("88 / 88")
        return self.width() - count - px(30) - px(16)

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        theme, px = manager.theme, manager.px
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.surface.window))
        line = QRectF(self.rect()).adjusted(px(30), px(8), -px(30), 0)
        font = self.title_font()
        painter.setFont(font)
        painter.setPen(QColor(theme.text.primary))
        words = QFontMetricsF(font).elidedText(self._title, Qt.TextElideMode.ElideRight, self._room())
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(line, middle, words)
        painter.setFont(ui_font(_COUNT_PX, 500, manager.scale))
        painter.setPen(QColor(theme.text.secondary))
        painter.drawText(line, middle | int(Qt.AlignmentFlag.AlignRight), self._count)
        painter.end()
