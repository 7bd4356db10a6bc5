"""The figures of a result: what, value with its interval, and how many of what stand behind it. GUI thread."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate
from grandstand.ui.pages.claims.verdict_card import SizedLabel
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import make_label

_HEAD = ("Figure", "Value [95 % interval]", "n")


class FiguresTable(QFrame):
    """Rows of words that can be selected and copied; nothing in it is pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "sunken")
        self.setObjectName("figures")
        self.setAccessibleName("Figures")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.rows: list[tuple[str, str, str]] = []
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(0, 5)
        self._grid.setColumnStretch(1, 4)
        self._grid.setColumnStretch(2, 3)
        for column, text in enumerate(_HEAD):
            head = make_label(text, "caption")
            self._grid.addWidget(head, 0, column)
        self._cells: list[tuple[SizedLabel, SizedLabel, SizedLabel]] = []
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def set_figures(self, figures: Mapping[str, Estimate]) -> None:
        """Shows these, in their order."""
        self.rows = [(name, figure(e), f"{e.n} {e.how}".strip()) for name, e in figures.items()]
        while len(self._cells) < len(self.rows):
            cells = (SizedLabel(15), SizedLabel(16, 700), SizedLabel(15))
            for column, cell in enumerate(cells):
                self._grid.addWidget(cell, len(self._cells) + 1, column, Qt.AlignmentFlag.AlignVCenter)
            self._cells.append(cells)
        for index, cells in enumerate(self._cells):
            for cell, text in zip(cells, self.rows[index] if index < len(self.rows) else ("", "", ""), strict=True):
                cell.setText(text)
                cell.setVisible(bool(text))

    def _rescale(self) -> None:
        px = theme_manager().px
        self._grid.setContentsMargins(px(16), px(12), px(16), px(12))
        self._grid.setHorizontalSpacing(px(20))
        self._grid.setVerticalSpacing(px(8))
