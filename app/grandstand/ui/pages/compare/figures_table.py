"""A table of words, as high as its rows up to a limit; a thousand rows cost nothing until seen. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from grandstand.ui.theme.manager import theme_manager

MOST_ROWS_SEEN = 14
_WIDEST = 420
_Index = QModelIndex | QPersistentModelIndex


class Rows(QAbstractTableModel):
    """The table's words; a thousand rows cost nothing until they are seen."""

    def __init__(self, left: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left = left
        self.rows: Sequence[dict[str, str]] = ()
        self.heads: list[str] = []

    def set_rows(self, rows: Sequence[dict[str, str]]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.heads = list(rows[0]) if rows else []
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.heads)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.rows[index.row()].get(self.heads[index.column()], "")
        return self._alignment(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.heads[section]
        return self._alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _alignment(self, column: int) -> int:
        side = Qt.AlignmentFlag.AlignRight if column and not self._left else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)


class FiguresTable(QTableView):
    """``name`` is for tests, ``title`` for people; ``left``: its words begin at the left, as texts do."""

    def __init__(self, name: str, title: str, left: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.rows = Rows(left, self)
        self.setModel(self.rows)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def set_rows(self, rows: Sequence[dict[str, str]]) -> None:
        """Shows them; who has scrolled stays where they are, and columns only grow while their heads are the same."""
        at, heads = self.verticalScrollBar().value(), self.rows.heads
        self.rows.set_rows(rows)
        self.verticalScrollBar().setValue(at)
        self._fit(grow=heads == self.rows.heads)
        self._rescale()

    def _fit(self, grow: bool) -> None:
        """By the longest words of each column: measuring every cell of a thousand rows would take a frame."""
        px = theme_manager().px
        cells, head = self.fontMetrics(), self.horizontalHeader().fontMetrics()
        for column, title in enumerate(self.rows.heads):
            longest = max((row.get(title, "") for row in self.rows.rows), key=len, default="")
            wide = max(cells.horizontalAdvance(longest), head.horizontalAdvance(title)) + px(28)
            wide = min(px(_WIDEST), wide)
            if not grow or wide > self.columnWidth(column):
                self.setColumnWidth(column, wide)

    def _rescale(self) -> None:
        px = theme_manager().px
        seen = min(MOST_ROWS_SEEN, len(self.rows.rows))
        self.verticalHeader().setDefaultSectionSize(px(28))
        self.setFixedHeight(px(28) * seen + self.horizontalHeader().sizeHint().height() + px(20))
