"""The runs of a recording in its row of the list: in words, and below them as a strip in the modes' colors.

GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from grandstand.journal.library import Entry
from grandstand.ui.theme.manager import theme_manager

ENTRY = Qt.ItemDataRole.UserRole


class RunsDelegate(QStyledItemDelegate):
    """The strip is as wide as the longest recording's; a shorter one has a shorter strip. ``longest``: in s."""

    longest = 0.0

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        entry = index.data(ENTRY)
        if not isinstance(entry, Entry) or not entry.spans or entry.seconds <= 0:
            return
        theme, px = theme_manager().theme, theme_manager().px
        box: QRect = option.rect  # type: ignore[attr-defined]
        left, room = box.left() + px(11), box.width() - px(22)
        wide = room * entry.seconds / max(entry.seconds, self.longest)
        top, high = box.bottom() - px(13), px(4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.surface.sunken))
        painter.drawRoundedRect(QRectF(left, top, wide, high), high / 2, high / 2)
        scale = wide / (entry.seconds * 1e9)
        for start, end, mode in entry.spans:
            painter.setBrush(QColor(theme.tone(mode)))
            painter.drawRoundedRect(QRectF(left + start * scale, top, max(2.0, (end - start) * scale), high), 1, 1)
        painter.restore()
