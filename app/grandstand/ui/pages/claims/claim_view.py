"""One claim opened: sentence, test, verdict and reason, pictures, figures, the code that runs. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from grandstand.claims.base import Result
from grandstand.ui.pages.claims.entry import Entry
from grandstand.ui.pages.claims.figures_table import FiguresTable
from grandstand.ui.pages.claims.picture_view import PictureView
from grandstand.ui.pages.claims.verdict_card import SizedLabel, VerdictCard
from grandstand.ui.theme.icons import set_icon
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.code_view import CodeView
from grandstand.ui.widgets.panel import make_label


class ClaimView(QScrollArea):
    """``longer``: the person wants more repeats; ``trouble``: words for a message."""

    longer = Signal()
    trouble = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("claim_view")
        self.setAccessibleName("The open claim")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._shown_claim = ""
        self._shown_result: Result | None = None
        self.number = make_label("", "heading")
        self.says = SizedLabel(25, 600)
        self.says.setObjectName("says")
        self.test = SizedLabel(15)
        self.test.setObjectName("test")
        self.card = VerdictCard()
        self.card.longer.connect(self.longer)
        self.live = PictureView()
        self.live.setObjectName("live_picture")
        self.live.steady = True
        self.live.failed.connect(self.trouble)
        self.no_pictures = make_label("Pictures are not kept: they appear when it is checked again.", "secondary")
        self.no_pictures.setObjectName("no_pictures")
        self.pictures: list[PictureView] = []
        self._picture_box = QVBoxLayout()
        self._figures_title = make_label("Figures", "heading")
        self.figures = FiguresTable()
        self.code_button = QPushButton("Show the code that runs")
        self.code_button.setObjectName("show_code")
        self.code_button.setAccessibleName("Show or hide the code that runs")
        self.code_button.setCheckable(True)
        self.code_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(self.code_button, "chevron-down", px=16)
        self.code_button.toggled.connect(self._show_code)
        self.code = CodeView(lines=16)
        self.code.setObjectName("claim_code")
        self.code.hide()

        inner = QWidget()
        inner.setProperty("role", "scrolled")
        self._column = column = QVBoxLayout(inner)
        for widget in (self.number, self.says, self.test, self.card, self.live):
            column.addWidget(widget)
        column.addLayout(self._picture_box)
        column.addWidget(self._figures_title)
        column.addWidget(self.figures)
        column.addWidget(self.no_pictures)
        column.addWidget(self.code_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.code)
        column.addStretch(1)
        self.setWidget(inner)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def show_entry(self, entry: Entry, busy: bool) -> None:
        """The entry as it is now; what has not changed is left alone. ``busy``: claims are being checked."""
        claim = entry.claim
        if claim.id != self._shown_claim:
            self._shown_claim = claim.id
            self.number.setText(f"Claim {claim.number}  ·  {claim.id}")
            self.says.setText(claim.says)
            self.test.setText(f"How it is tested: {claim.test}")
            source = claim.source()
            self.code.set_code(source, f"Claim {claim.number}: the code that runs")
            self.code_button.setVisible(bool(source))
            self.code.setVisible(bool(source) and self.code_button.isChecked())
            self.verticalScrollBar().setValue(0)
        self.card.show_entry(entry, busy)
        live = entry.picture if entry.at_work else None
        if live is None:
            self.live.start_afresh()
        else:
            self.live.set_picture(live)
        self.live.setVisible(live is not None)
        self._show_result(entry.result if entry.status in ("", "cancelled") else None)

    def turn_pages(self, pages: float) -> None:
        """By so many heights of what is seen."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + round(pages * bar.pageStep()))

    def shown_pictures(self) -> list[PictureView]:
        """Those on the screen, the live one included."""
        return [view for view in (self.live, *self.pictures) if view.isVisibleTo(self)]

    # -- inside -----------------------------------------------------------------------------------------------

    def _show_result(self, result: Result | None) -> None:
        if result is self._shown_result and result is not None:
            return
        self._shown_result = result
        there = result is not None and bool(result.figures)
        self._figures_title.setVisible(there)
        self.figures.setVisible(there)
        self.no_pictures.setVisible(there and result is not None and not result.pictures)
        for view in self.pictures:
            self._picture_box.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.pictures = []
        if result is None:
            return
        self.figures.set_figures(result.figures)
        for index, picture in enumerate(result.pictures):
            view = PictureView()
            view.setObjectName(f"picture_{index + 1}")
            view.failed.connect(self.trouble)
            view.set_picture(picture)
            self._picture_box.addWidget(view)
            self.pictures.append(view)

    def _show_code(self, shown: bool) -> None:
        self.code.setVisible(shown)
        self.code_button.setText("Hide the code that runs" if shown else "Show the code that runs")
        set_icon(self.code_button, "chevron-up" if shown else "chevron-down", px=16)

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(0, 0, px(14), px(4))
        self._column.setSpacing(px(12))
        self._picture_box.setSpacing(px(14))
