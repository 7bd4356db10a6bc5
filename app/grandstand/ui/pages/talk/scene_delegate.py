"""How a scene looks in the list: its number, its title, the color of its mode and what it runs. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class SceneLine:
    """``tone``: what gives the dot its color, a mode or ``accent`` for a claim."""

    number: int
    title: str
    runs: str
    tone: str


class SceneDelegate(QStyledItemDelegate):
    """Paints items whose LINE is a SceneLine; what does not fit is cut, and the tooltip has the whole."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        px = theme_manager().px
        return QSize(px(160), px(52))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(LINE)
        if not isinstance(line, SceneLine):
            super().paint(painter, option, index)
            return
        manager = theme_manager()
        theme, px = manager.theme, manager.px
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.surface.selection))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(theme.surface.hover))
        left, right = box.left() + px(44), box.right() - px(10)
        upper, lower = box.top() + px(9), box.top() + px(28)
        faint, number = QColor(theme.text.secondary), QRectF(box.left(), upper, px(30), px(19))
        _line(painter, number, str(line.number), ui_font(13, 500, manager.scale), faint, True)
        words = QRectF(left, upper, right - left, px(19))
        _line(painter, words, line.title, ui_font(14, 600, manager.scale), QColor(theme.text.primary))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.tone(line.tone)))
        painter.drawEllipse(QPointF(left + px(4), lower + px(17) / 2), px(4), px(4))
        words = QRectF(left + px(15), lower, right - left - px(15), px(17))
        _line(painter, words, line.runs, ui_font(13, 400, manager.scale), faint)
        painter.restore()


def _line(painter: QPainter, box: QRectF, text: str, font: QFont, color: QColor, right: bool = False) -> None:
    painter.setFont(font)
    painter.setPen(color)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
