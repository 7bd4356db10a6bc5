"""What came of a comparison: the sentence, what to mind, the table, the pictures. GUI thread."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QScrollArea, QTableView, QVBoxLayout, QWidget

from app.ui.claims.picture_view import PictureView
from app.ui.claims.verdict_card import SizedLabel
from app.ui.compare.runner_thread import Shown
from app.ui.theme.manager import theme_manager
from app.ui.widgets.panel import make_label

_MOST_ROWS_SEEN = 14
_MOST_WARNINGS = 6
_MOST_FITTED = 100
_Index = QModelIndex | QPersistentModelIndex


class Rows(QAbstractTableModel):
    """The table's words; a thousand rows cost nothing until they are seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[dict[str, str], ...] = ()
        self.heads: list[str] = []

    def set_rows(self, rows: tuple[dict[str, str], ...]) -> None:
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
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.heads[section]
        return None


class Results(QScrollArea):
    """``trouble``: words for a message."""

    trouble = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare_results")
        self.setAccessibleName("Results of the comparison")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.shown: Shown | None = None
        body = QWidget()
        body.setProperty("role", "scrolled")
        self._column = QVBoxLayout(body)
        self.sentence = SizedLabel(22, 600)
        self.sentence.setObjectName("compare_sentence")
        self.warnings = SizedLabel(15)
        self.warnings.setObjectName("compare_warnings")
        self.rows = Rows(self)
        self.table = QTableView()
        self.table.setObjectName("compare_table")
        self.table.setAccessibleName("Figures of each setup")
        self.table.setModel(self.rows)
        self.table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setHighlightSections(False)
        self.conditions = SizedLabel(13)
        self.pictures: list[PictureView] = []
        self._pictures = QVBoxLayout()
        self._column.addWidget(self.sentence)
        self._column.addWidget(self.warnings)
        self._column.addLayout(self._pictures)
        self._figures = make_label("Figures", "heading")
        self._column.addWidget(self._figures)
        self._column.addWidget(self.table)
        self._column.addWidget(self.conditions)
        self._column.addStretch(1)
        self.setWidget(body)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self.show_nothing("Choose what to compare, then press Start comparison.")

    def show_nothing(self, text: str) -> None:
        """The empty state."""
        self.shown = None
        self.sentence.setText(text)
        self.warnings.setText(
            "Each setup is measured once a block, in random order, so that a noisy minute favours none."
        )
        for widget in (self.table, self._figures, self.conditions, *self.pictures):
            widget.hide()

    def show_results(self, shown: Shown) -> None:
        self.shown = shown
        self.sentence.setText(shown.sentence)
        more = len(shown.warnings) - _MOST_WARNINGS
        lines = [f"Mind: {w}" for w in shown.warnings[:_MOST_WARNINGS]] + ([f"… and {more} more"] if more > 0 else [])
        self.warnings.setText("\n".join(lines))
        self.warnings.setVisible(bool(lines))
        while len(self.pictures) < len(shown.pictures):
            view = PictureView()
            view.setObjectName(f"compare_picture_{len(self.pictures)}")
            view.failed.connect(self.trouble)
            self.pictures.append(view)
            self._pictures.addWidget(view)
        for i, view in enumerate(self.pictures):
            view.setVisible(i < len(shown.pictures))
            if i < len(shown.pictures):
                view.set_picture(shown.pictures[i])
        self.rows.set_rows(shown.rows)
        if len(shown.rows) <= _MOST_FITTED:  # of many the first ones tell how wide a column must be
            self.table.resizeColumnsToContents()
        there = bool(shown.rows)
        for widget in (self.table, self._figures, self.conditions):
            widget.setVisible(there)
        self.conditions.setText(shown.conditions)
        self._size_table()

    def _size_table(self) -> None:
        px = theme_manager().px
        rows = min(_MOST_ROWS_SEEN, len(self.rows.rows))
        self.table.verticalHeader().setDefaultSectionSize(px(28))
        self.table.setFixedHeight(px(28) * rows + self.table.horizontalHeader().sizeHint().height() + px(20))

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(px(4), px(4), px(16), px(8))
        self._column.setSpacing(px(12))
        self._size_table()
