"""The list of claims: number, sentence and verdict of each, and how far it is while it is checked. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from grandstand.ui.pages.claims.entry import Entry, tone
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.mixing import mix
from grandstand.ui.widgets.chip import Chip
from grandstand.ui.widgets.foreign import plain_tip

_HEIGHT = 58
_LEFT = 48
_RING = 16


def wrapped(text: str, font: QFont, room: float, most: int = 2) -> list[str]:
    """``text`` on at most ``most`` lines of ``room`` logical pixels; the last one ends in … when there is more."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    starts: list[int] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1.0, room))
        starts.append(line.textStart())
    layout.endLayout()
    kept = starts[:most]
    ends = [*kept[1:], len(text)]
    lines = [text[start:end].strip() for start, end in zip(kept, ends, strict=False)]
    if lines:
        lines[-1] = QFontMetricsF(font).elidedText(lines[-1], Qt.TextElideMode.ElideRight, room)
    return lines


class ClaimRow(QAbstractButton):
    """One claim. A click opens it."""

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setObjectName(f"claim.{entry.claim.id}")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(plain_tip(entry.claim.says))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._chip = Chip(parent=self)
        # The whole row is the button, the chip on it included.
        self._chip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme_manager().changed.connect(self._restyle)
        self.refresh()

    def state_words(self) -> str:
        """What stands at the right: a verdict, 'not checked', 'waiting', '37 %'."""
        entry = self.entry
        if entry.at_work:
            return f"{100 * entry.progress:.0f} %"
        if entry.status == "waiting":
            return "waiting"
        if entry.failed:
            return "failed"
        if entry.result is not None:
            return entry.result.verdict.value
        return "cancelled" if entry.status == "cancelled" else "not checked"

    def refresh(self) -> None:
        """Shows the entry as it is now."""
        entry = self.entry
        words = self.state_words()
        self.setAccessibleName(f"Claim {entry.claim.number}: {entry.claim.says} {words}")
        chip = entry.result is not None and entry.status in ("", "cancelled")
        if chip and entry.result is not None:
            if entry.failed:
                self._chip.set_chip(words, "warn", "error")
            else:
                self._chip.set_chip(words, tone(entry.result.verdict))
        self._chip.setVisible(chip)
        self._place()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme_manager().px(400), theme_manager().px(_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        theme, px = manager.theme, manager.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), px(7), px(7))
        if chosen or self.underMouse():
            fill = theme.surface.raised if chosen else mix(theme.surface.panel, theme.surface.hover, 0.55)
            painter.fillPath(shape, QColor(fill))
        if chosen:
            painter.setClipPath(shape)
            painter.fillRect(QRectF(0, 0, px(4), self.height()), QColor(theme.accent.primary))
            painter.setClipping(False)
        if self.property("focusVisible"):
            painter.setPen(QPen(QColor(theme.accent.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(6), px(6))
        painter.setFont(ui_font(14, 600, manager.scale))
        painter.setPen(QColor(theme.text.secondary))
        number = QRect(0, 0, px(_LEFT - 12), self.height())
        painter.drawText(
            number, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), str(self.entry.claim.number)
        )
        right = self._paint_state(painter)
        font = ui_font(14, 600 if chosen else 400, manager.scale)
        metrics = QFontMetricsF(font)
        lines = wrapped(self.entry.claim.says, font, right - px(_LEFT) - px(12))
        painter.setFont(font)
        painter.setPen(QColor(theme.text.primary))
        step = metrics.height() * 1.08
        top = (self.height() - step * len(lines)) / 2 + (step - metrics.height()) / 2 + metrics.ascent()
        for index, line in enumerate(lines):
            painter.drawText(QPointF(px(_LEFT), top + index * step), line)
        painter.end()

    def _paint_state(self, painter: QPainter) -> int:
        """What stands at the right where there is no chip; returns where the sentence must end."""
        if self._chip.isVisibleTo(self):
            return self._chip.x()
        manager = theme_manager()
        theme, px = manager.theme, manager.px
        font = ui_font(13, 600 if self.entry.at_work else 400, manager.scale)
        words = self.state_words()
        width = round(QFontMetricsF(font).horizontalAdvance(words)) + 1
        left = self.width() - px(14) - width
        painter.setFont(font)
        painter.setPen(QColor(theme.text.primary if self.entry.at_work else theme.text.secondary))
        painter.drawText(QRect(left, 0, width, self.height()), int(Qt.AlignmentFlag.AlignVCenter), words)
        if not self.entry.at_work:
            return left
        side = px(_RING)
        ring = QRectF(left - px(8) - side, (self.height() - side) / 2, side, side)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.surface.border), px(3)))
        painter.drawEllipse(ring)
        pen = QPen(QColor(theme.accent.primary), px(3))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(ring, 90 * 16, -round(360 * 16 * self.entry.progress))
        return round(ring.left())

    def _place(self) -> None:
        size = self._chip.sizeHint()
        self._chip.setGeometry(
            self.width() - theme_manager().px(12) - size.width(), (self.height() - size.height()) // 2,
            size.width(), size.height(),
        )  # fmt: skip

    def _restyle(self) -> None:
        self.updateGeometry()
        self._place()
        self.update()


class ClaimList(QScrollArea):
    """All claims under one another; ``chosen`` tells of a person's choice, never of ``set_current``."""

    chosen = Signal(str)

    def __init__(self, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("claim_list")
        self.setAccessibleName("Claims")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setProperty("role", "scrolled")
        self._column = QVBoxLayout(inner)
        self.rows = {entry.claim.id: ClaimRow(entry) for entry in entries}
        for ident, row in self.rows.items():
            row.clicked.connect(lambda _=False, ident=ident: self._pressed(ident))
            self._column.addWidget(row)
        self._column.addStretch(1)
        self.setWidget(inner)
        self.current = ""
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        if self.rows:
            self.set_current(next(iter(self.rows)))

    def set_current(self, ident: str) -> None:
        """Marks the claim as the open one and brings it into sight."""
        self.current = ident
        for key, row in self.rows.items():
            row.setChecked(key == ident)
            # Tab reaches the list once, at the open claim, as with any group of radio buttons.
            row.setFocusPolicy(Qt.FocusPolicy.TabFocus if key == ident else Qt.FocusPolicy.NoFocus)
        row = self.rows[ident]
        self.ensureWidgetVisible(row, 0, row.height())

    def step(self, by: int) -> None:
        """``by`` claims further down, as the arrow keys do; it stops at the ends."""
        keys = list(self.rows)
        there = keys[min(len(keys) - 1, max(0, keys.index(self.current) + by))]
        had = self.rows[self.current].hasFocus()
        self._pressed(there)
        if had:
            self.rows[there].setFocus(Qt.FocusReason.TabFocusReason)

    def refresh(self, ident: str) -> None:
        self.rows[ident].refresh()

    def _pressed(self, ident: str) -> None:
        self.set_current(ident)
        self.chosen.emit(ident)

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(0, 0, px(6), 0)
        self._column.setSpacing(px(2))
