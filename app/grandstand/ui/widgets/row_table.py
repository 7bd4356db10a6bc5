"""A table whose rows are chosen one at a time and whole: recordings, programs. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget


class RowTable(QTableView):
    """``stretched``: the column that takes the room that is left."""

    def __init__(
        self, name: str, label: str, model: QAbstractTableModel, stretched: int, parent: QWidget | None = None
    ):
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)

    @property
    def row(self) -> int:
        """The chosen one; -1 where none is."""
        rows = self.selectionModel().selectedRows()
        return rows[0].row() if rows and rows[0].row() < self.model().rowCount() else -1

    def choose(self, by: int) -> None:
        """The next row, or the one before."""
        at = self.row + by
        if 0 <= at < self.model().rowCount():
            self.selectRow(at)
