"""Two comparisons side by side: what differs first, then both verdicts, pictures and the common setups. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from grandstand.compare import beside_document
from grandstand.compare.beside import Beside, conditions_words, sentence
from grandstand.compare.verdict import sentence as verdict
from grandstand.render.beside import charts
from grandstand.render.kinds import Picture
from grandstand.ui.pages.claims.picture_view import PictureView
from grandstand.ui.pages.claims.verdict_card import SizedLabel
from grandstand.ui.pages.compare.figures_table import FiguresTable
from grandstand.ui.pages.compare.results import show_pictures
from grandstand.ui.theme.icons import set_icon
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import make_label

_NARROW = 900
"""Below this width, at scale 1, the two verdicts stand under each other."""


@dataclass(frozen=True)
class BesideShown:
    """What there is to see; frozen, so that any thread may hand it on. ``sides``: name, verdict, conditions."""

    sentence: str
    differences: tuple[dict[str, str], ...]
    sides: tuple[tuple[str, str, str], ...]
    pictures: tuple[Picture, ...]
    rows: tuple[dict[str, str], ...]
    notes: tuple[str, ...]


def beside_shown(beside: Beside) -> BesideShown:
    """Makes it; any thread."""
    one, two = beside.names
    sides = tuple(
        (name, verdict(made), conditions_words(made))
        for name, made in zip(beside.names, (beside.one, beside.two), strict=True)
    )
    differing = tuple({"what differs": d.what, one: d.one, two: d.two} for d in beside.differences)
    return BesideShown(
        sentence(beside), differing, sides, charts(beside), tuple(beside_document.table(beside)),
        tuple(beside_document.notes(beside)),
    )  # fmt: skip


class BesideView(QScrollArea):
    """``closed``: the second comparison is to go; ``trouble``: words for a message."""

    closed = Signal()
    trouble = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("beside_results")
        self.setAccessibleName("Two comparisons side by side")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget()
        body.setProperty("role", "scrolled")
        self._column = QVBoxLayout(body)
        self.title = make_label("Two comparisons side by side", "heading")
        self.close_button = QPushButton("Close the second")
        self.close_button.setObjectName("beside_close")
        self.close_button.setAccessibleName("Close the second comparison")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(self.close_button, "close", "text.primary", 16)
        self.close_button.clicked.connect(lambda: self.closed.emit())
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        self.sentence = SizedLabel(20, 600)
        self.sentence.setObjectName("beside_sentence")
        self.differences = FiguresTable("beside_differences", "What differs", left=True)
        self._cards = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.sides = [_Card() for _ in range(2)]
        for card in self.sides:
            self._cards.addWidget(card, 1)
        self.pictures: list[PictureView] = []
        self._pictures = QVBoxLayout()
        self._common = make_label("Common setups", "heading")
        self.table = FiguresTable("beside_table", "Figures of the common setups")
        self.notes = SizedLabel(14)
        self.notes.setObjectName("beside_notes")
        self._column.addLayout(head)
        self._column.addWidget(self.sentence)
        self._column.addWidget(self.differences)
        self._column.addLayout(self._cards)
        self._column.addLayout(self._pictures)
        for widget in (self._common, self.table, self.notes):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self.setWidget(body)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def show_beside(self, shown: BesideShown) -> None:
        self.sentence.setText(shown.sentence)
        self.differences.set_rows(shown.differences)
        self.differences.setVisible(bool(shown.differences))
        for card, side in zip(self.sides, shown.sides, strict=True):
            card.show_side(*side)
        show_pictures(self.pictures, shown.pictures, self._pictures, "beside_picture", self.trouble.emit)
        self.table.set_rows(shown.rows)
        for widget in (self.table, self._common):
            widget.setVisible(bool(shown.rows))
        self.notes.setText("\n".join(shown.notes))
        self.verticalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.viewport().width() >= theme_manager().px(_NARROW)
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._cards.direction() != way:
            self._cards.setDirection(way)

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(px(4), px(4), px(16), px(8))
        self._column.setSpacing(px(12))
        self._cards.setSpacing(px(12))
        self._arrange()


class _Card(QFrame):
    """One of the two: its name, its own verdict, where it was measured."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "sunken")
        self.name, self.verdict, self.conditions = make_label("", "title"), SizedLabel(15), SizedLabel(13)
        self._column = QVBoxLayout(self)
        for widget in (self.name, self.verdict, self.conditions):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def show_side(self, name: str, verdict: str, conditions: str) -> None:
        self.name.setText(name)
        self.verdict.setText(verdict)
        self.conditions.setText(conditions)

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(px(14), px(12), px(14), px(12))
        self._column.setSpacing(px(6))
