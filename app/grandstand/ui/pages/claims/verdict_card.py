"""The card that says how a claim came out and why, or how far its check is. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from grandstand.claims.base import Verdict
from grandstand.session import words
from grandstand.ui.pages.claims.entry import Entry, tone, unbroken, when
from grandstand.ui.theme.fonts import mono_font, ui_font
from grandstand.ui.theme.icons import paint_icon, set_icon
from grandstand.ui.theme.manager import set_look, theme_manager
from grandstand.ui.theme.mixing import mix
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import PlainLabel, make_label

LONGER = 3.0
_ICONS = {"good": "check", "warn": "warning", "bad": "close", "info": "info", "neutral": "help", "accent": "lanes"}


class SizedLabel(PlainLabel):
    """Wrapped plain text ``px`` high at scale 1, larger than the roles of the style sheet go."""

    def __init__(self, px: float, weight: int = 400, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._look = (px, weight)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme_manager().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        px, weight = self._look
        self.setFont(ui_font(px, weight, theme_manager().scale))


class VerdictCard(QWidget):
    """``longer``: the person wants more repeats."""

    longer = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("verdict_card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._tone, self._icon = "neutral", "help"
        self.title = SizedLabel(22, 700)
        self.title.setObjectName("verdict")
        self.title.setWordWrap(False)
        self.reason = SizedLabel(17, 500)
        self.reason.setObjectName("reason")
        self.caption = make_label("", "caption")
        self.caption.setObjectName("checked_when")
        self.caption.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setObjectName("claim_progress")
        self.bar.setAccessibleName("Progress of this claim")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.longer_button = QPushButton("Run longer")
        self.longer_button.setObjectName("run_longer")
        set_look(self.longer_button, role="primary")
        set_icon(self.longer_button, "play", "text.on_accent", 16)
        self.longer_button.clicked.connect(lambda: self.longer.emit())
        self.details_button = QPushButton("What happened")
        self.details_button.setObjectName("claim_details")
        self.details_button.setAccessibleName("Show the traceback of the measurement")
        self.details_button.setCheckable(True)
        set_look(self.details_button, role="outline")
        set_icon(self.details_button, "error", px=16)
        self.details_button.toggled.connect(self._show_details)
        for button in (self.longer_button, self.details_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.details = QPlainTextEdit()
        self.details.setProperty("role", "code")
        self.details.setObjectName("claim_traceback")
        self.details.setAccessibleName("Traceback of the measurement")
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.hide()
        self._head = QHBoxLayout()
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.details_button)
        self._head.addWidget(self.longer_button)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        for widget in (self.reason, self.bar, self.details, self.caption):
            self._column.addWidget(widget)
        theme_manager().changed.connect(self._restyle)
        self._restyle()

    def tone(self) -> str:
        return self._tone

    def show_entry(self, entry: Entry, busy: bool) -> None:
        """``busy``: claims are being checked, this one or others, so nothing more can be begun."""
        title, reason, caption, look, icon = self._words(entry)
        self.title.setText(title)
        self.reason.setText(unbroken(reason))
        self.reason.setVisible(bool(reason))
        self.caption.setText(caption)
        self.caption.setVisible(bool(caption))
        self.bar.setVisible(entry.at_work)
        self.bar.setValue(round(1000 * entry.progress))
        rest = entry.status in ("", "cancelled")
        result = entry.result if rest else None
        open_question = result is not None and result.verdict is Verdict.UNDECIDED and not result.problem
        self.longer_button.setVisible(open_question)
        self.longer_button.setEnabled(not busy)
        about = f"{LONGER:g} times as many repeats: about {words.seconds(LONGER * entry.claim.seconds)}"
        self.longer_button.setToolTip(plain_tip(about))
        self.longer_button.setAccessibleName(f"Run longer, {about}")
        problem = result.problem if result is not None else ""
        self.details_button.setVisible(bool(problem))
        if problem != self.details.toPlainText():
            self.details.setPlainText(problem)
            self.details_button.setChecked(False)
        if not problem:
            self.details_button.setChecked(False)
        self.setAccessibleName(f"{title}. {reason}")
        if (look, icon) != (self._tone, self._icon):
            self._tone, self._icon = look, icon
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme_manager().px(400), super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        theme, px = manager.theme, manager.px
        color = theme.tone(self._tone)
        quiet = self._tone == "neutral"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(card, px(8), px(8))
        painter.fillPath(shape, QColor(theme.surface.raised if quiet else mix(theme.surface.panel, color, 0.10)))
        painter.setClipPath(shape)
        painter.fillRect(QRectF(0, 0, px(6), self.height()), QColor(color))
        painter.setClipping(False)
        painter.setPen(QColor(theme.surface.border if quiet else mix(theme.surface.panel, color, 0.35)))
        painter.drawPath(shape)
        side = px(26)
        line = self.title.geometry()
        paint_icon(
            painter, self._icon, color, QRectF(px(22), line.y() + (line.height() - side) / 2, side, side)
        )  # fmt: skip
        painter.end()

    @staticmethod
    def _words(entry: Entry) -> tuple[str, str, str, str, str]:
        """Title, reason, caption, tone and icon."""
        result, claim = entry.result, entry.claim
        if entry.at_work:
            return "Measuring…", entry.words or "begins", "", "accent", "lanes"
        if entry.status == "waiting":
            return "Waiting for its turn", "Claims are measured one after another, each alone.", "", "neutral", "pause"
        if result is None:
            if entry.status == "cancelled":
                text = "It was stopped before there was a verdict. What was measured until then is not used."
                return "Cancelled", text, "", "neutral", "stop"
            text = (
                f"Press Enter or Check this: it takes about {words.seconds(claim.seconds)}. "
                "The fewer other programs run, the surer the verdict."
            )
            return "Not checked yet", text, "", "neutral", "help"
        parts = [when(result)]
        if result.n:
            parts.append(f"at least {result.n} repeats of each figure")
        if entry.status == "cancelled":
            parts.append("the last check was cancelled; this is the one before")
        caption = "; ".join(parts) + "."
        if entry.failed:
            return "The measurement failed", result.reason, caption, "warn", "error"
        look = tone(result.verdict)
        title = result.verdict.value
        return title[0].upper() + title[1:], result.reason, caption, look, _ICONS[look]

    def _show_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.details_button.setText("Hide it" if shown else "What happened")

    def _restyle(self) -> None:
        manager = theme_manager()
        px = manager.px
        self._column.setContentsMargins(px(60), px(14), px(18), px(14))
        self._column.setSpacing(px(8))
        self._head.setSpacing(px(8))
        self.title.setMinimumHeight(px(34))
        self.details.setFont(mono_font(13, manager.scale))
        self.details.setFixedHeight(px(200))
        self.update()
