"""The bar above the claims: what can be begun, how far it is, and how many came out how. GUI thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from grandstand.claims.base import Verdict
from grandstand.claims.check import durations
from grandstand.session import words
from grandstand.ui.pages.claims.entry import Entry, counted, tone
from grandstand.ui.theme.icons import set_icon
from grandstand.ui.theme.manager import set_look, theme_manager
from grandstand.ui.widgets.chip import Chip
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import ElidedLabel


class CheckBar(QFrame):
    """Nothing here knows how claims are checked."""

    check_this = Signal()
    check_all = Signal()
    cancel = Signal()
    report = Signal()

    def __init__(self, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setObjectName("check_bar")
        self._entries = entries
        whole = sum(durations([entry.claim for entry in entries]))
        about = f"{round(whole / 60)} minutes" if whole >= 90 else words.seconds(whole)
        self.this_button = self._button("Check this", "play", "Check the open claim (Enter)", self.check_this)
        self.all_button = self._button(
            f"Check all (about {about})",
            "claims",
            f"Check all {len(entries)} claims in turn",
            self.check_all,
        )
        self.cancel_button = self._button("Cancel", "stop", "Stop checking; the verdicts so far are kept", self.cancel)
        set_look(self.cancel_button, role="danger")
        set_icon(self.cancel_button, "stop", "accent.danger", 16)
        self.report_button = self._button(
            "Report…", "save", "Save the results: HTML with pictures, Markdown or JSON", self.report
        )
        for button, name in (
            (self.this_button, "check_this"), (self.all_button, "check_all"), (self.cancel_button, "cancel_check"),
            (self.report_button, "report"),
        ):  # fmt: skip
            button.setObjectName(name)
        set_look(self.this_button, role="primary")
        set_icon(self.this_button, "play", "text.on_accent", 16)
        self.bar = QProgressBar()
        self.bar.setObjectName("check_progress")
        self.bar.setAccessibleName("Progress of the checks")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.words = ElidedLabel("", "body")
        self.words.setObjectName("check_words")
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._chips = {verdict: Chip() for verdict in Verdict}
        self._counts: Counter[Verdict] = Counter()
        self._running = False
        self._row = QHBoxLayout(self)
        for widget in (self.this_button, self.all_button, self.cancel_button, self.report_button):
            self._row.addWidget(widget)
        self._row.addSpacing(6)
        self._row.addWidget(self.bar)
        self._row.addWidget(self.words, 1)
        for chip in self._chips.values():
            self._row.addWidget(chip)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def refresh(self, running: bool, overall: float, text: str) -> None:
        """``text``: what goes on, or what there is to say at rest."""
        self._running = running
        for chip in self._chips.values():
            chip.hide()  # they come back where there is room
        self.this_button.setVisible(not running)
        self.all_button.setVisible(not running)
        self.report_button.setVisible(not running)
        self.cancel_button.setVisible(running)
        self.bar.setVisible(running)
        self.bar.setValue(round(1000 * overall))
        self.words.setText(text)
        results = [entry.result for entry in self._entries if entry.result is not None]
        self.report_button.setEnabled(bool(results))
        self._counts = Counter(result.verdict for result in results)
        self._show_chips()

    def set_cancelling(self, cancelling: bool) -> None:
        self.cancel_button.setText("Cancelling…" if cancelling else "Cancel")
        self.cancel_button.setEnabled(not cancelling)

    def summary(self) -> str:
        """The counts of all verdicts: '3 hold · 1 undecided'."""
        return " · ".join(counted(verdict, self._counts[verdict]) for verdict in Verdict if self._counts[verdict])

    def _show_chips(self) -> None:
        for verdict, chip in self._chips.items():
            count = self._counts[verdict]
            chip.set_chip(counted(verdict, count), tone(verdict))
        chips = [chip for verdict, chip in self._chips.items() if self._counts[verdict]]
        gap = self._row.spacing()
        need = sum(chip.sizeHint().width() + gap for chip in chips)
        buttons = (self.cancel_button, self.bar) if self._running else (
            self.this_button, self.all_button, self.report_button,
        )  # fmt: skip
        taken = sum(max(b.sizeHint().width(), b.minimumWidth()) + gap for b in buttons) + theme_manager().px(120)
        fits = need + taken <= self.width()
        for chip in self._chips.values():
            chip.setVisible(fits and chip in chips)

    def minimumSizeHint(self) -> QSize:
        # Buttons and chips come and go: what is shown for a moment together must not make the window wider.
        return QSize(theme_manager().px(480), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_chips()

    def _button(self, text: str, icon: str, tip: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(text)
        set_icon(button, icon, px=16)
        button.setToolTip(plain_tip(tip))
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: signal.emit())
        return button

    def _rescale(self) -> None:
        px = theme_manager().px
        self._row.setContentsMargins(px(14), px(10), px(16), px(10))
        self._row.setSpacing(px(8))
        self.bar.setFixedWidth(px(220))
