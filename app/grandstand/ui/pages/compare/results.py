"""What came of a comparison: the sentence, what to mind, the table, the pictures. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from grandstand.render.kinds import Picture
from grandstand.ui.pages.claims.picture_view import PictureView
from grandstand.ui.pages.claims.verdict_card import SizedLabel
from grandstand.ui.pages.compare.figures_table import FiguresTable
from grandstand.ui.pages.compare.runner_thread import Shown
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import make_label

_MOST_WARNINGS = 6


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
        self.table = FiguresTable("compare_table", "Figures of each setup")
        self.rows = self.table.rows
        self.laws = FiguresTable("compare_laws", "Laws of scaling", left=True)
        self.laws_note = SizedLabel(14)
        self.laws_note.setObjectName("compare_laws_note")
        self.conditions = SizedLabel(13)
        self.pictures: list[PictureView] = []
        self._pictures = QVBoxLayout()
        self._column.addWidget(self.sentence)
        self._column.addWidget(self.warnings)
        self._column.addLayout(self._pictures)
        self._figures = make_label("Figures", "heading")
        self._column.addWidget(self._figures)
        self._column.addWidget(self.table)
        self._laws = make_label("Laws of scaling", "heading")
        for widget in (self._laws, self.laws, self.laws_note, self.conditions):
            self._column.addWidget(widget)
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
            "Each setup is measured once a block, in random order, so that a noisy minute favors none."
        )
        for widget in (self.table, self._figures, self._laws, self.laws, self.laws_note, self.conditions,
                       *self.pictures):  # fmt: skip
            widget.hide()

    def show_results(self, shown: Shown) -> None:
        self.shown = shown
        self.sentence.setText(shown.sentence)
        more = len(shown.warnings) - _MOST_WARNINGS
        lines = [f"Note: {w}" for w in shown.warnings[:_MOST_WARNINGS]] + ([f"… and {more} more"] if more > 0 else [])
        self.warnings.setText("\n".join(lines))
        self.warnings.setVisible(bool(lines))
        show_pictures(self.pictures, shown.pictures, self._pictures, "compare_picture", self.trouble.emit)
        self.table.set_rows(shown.rows)
        self.laws.set_rows(shown.laws)
        there = bool(shown.rows)
        for widget in (self.table, self._figures, self.conditions, self._laws, self.laws_note):
            widget.setVisible(there)
        self.laws.setVisible(there and bool(shown.laws))
        self.laws_note.setText(shown.laws_note)
        self.laws_note.setVisible(there and bool(shown.laws_note))
        self.conditions.setText(shown.conditions)

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(px(4), px(4), px(16), px(8))
        self._column.setSpacing(px(12))


def show_pictures(
    views: list[PictureView], pictures: Sequence[Picture], place: QVBoxLayout, name: str, trouble: Callable[[str], Any]
) -> None:
    """Shows them in ``views``, adding to ``place`` what is missing and hiding what is not needed."""
    while len(views) < len(pictures):
        view = PictureView()
        view.setObjectName(f"{name}_{len(views)}")
        view.failed.connect(trouble)
        views.append(view)
        place.addWidget(view)
    for i, view in enumerate(views):
        view.setVisible(i < len(pictures))
        if i < len(pictures):
            view.set_picture(pictures[i])
