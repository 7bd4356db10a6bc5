"""One message of the ToastStack: icon, words, buttons, and details that open on demand.

Role: the card itself; where it goes and when it is pushed out is the stack's business. GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from grandstand.ui.theme.fonts import mono_font
from grandstand.ui.theme.icons import paint_icon, set_icon
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import make_label

#: Room for the shadow around the card, in pixels at scale 1.
SHADOW_PX = 10

_ICONS = {"info": "info", "good": "check", "warn": "warning", "bad": "error"}
_SPOKEN = {"info": "Note", "good": "Done", "warn": "Warning", "bad": "Error"}


class Toast(QWidget):
    """One message; `details` opens below the words; `action` is the text of one more button."""

    closed = Signal()
    resized = Signal()

    def __init__(
        self,
        text: str,
        tone: str,
        details: str,
        action: str,
        on_action: Callable[[], None] | None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.text, self.tone, self.details, self.count = text, tone, details, 1
        self._words = make_label(text, "body")
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = QToolButton()
        set_icon(self._close, "close", "text.secondary", 16)
        self._close.setObjectName("toast.close")
        self._close.setAccessibleName("Close this message")
        self._close.clicked.connect(self.dismiss)
        self._more = QPushButton("Details")
        self._more.setObjectName("toast.details")
        self._more.setAccessibleName("Show the details")
        self._more.setCheckable(True)
        self._more.setVisible(bool(details))
        self._more.toggled.connect(self._show_details)
        self._act = QPushButton(action)
        self._act.setObjectName("toast.action")
        self._act.setAccessibleName(action)
        self._act.setVisible(bool(action))
        if on_action is not None:
            self._act.clicked.connect(self.dismiss)
            self._act.clicked.connect(on_action)
        self._box = QPlainTextEdit(details)
        self._box.setProperty("role", "code")
        self._box.setReadOnly(True)
        self._box.setAccessibleName("Details")
        self._box.setObjectName("toast.text")
        self._box.hide()
        for button in (self._more, self._act):
            button.setProperty("role", "outline")
        for widget in (self._close, self._more, self._act, self._box):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)

        top = QHBoxLayout()
        top.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self._act)
        self._buttons.addWidget(self._more)
        self._buttons.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(top)
        if details or action:
            self._column.addLayout(self._buttons)
        self._column.addWidget(self._box)

        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        theme_manager().changed.connect(self._restyle)
        self._restyle()
        self._name()

    def hide_after(self, milliseconds: int) -> None:
        """Close by itself after that long without the mouse over it; 0 keeps it."""
        self._timer.setInterval(milliseconds)
        if milliseconds:
            self._timer.start()

    def height_at(self, width: int) -> int:
        """The height, shadow included, at which all words show when it is `width` wide."""
        return self._column.heightForWidth(width)

    def again(self) -> None:
        """The same message came once more: count it instead of stacking it."""
        self.count += 1
        self._words.setText(f"{self.text}  (\u00d7{self.count})")
        if self._timer.isActive():
            self._timer.start()
        self._name()

    def dismiss(self) -> None:
        """Close it."""
        self._timer.stop()
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        # Somebody who has just read it gets the whole time again.
        if self._timer.interval() and not self._more.isChecked():
            self._timer.start()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        theme, px = manager.theme, manager.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = px(SHADOW_PX)
        card = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        # A soft shadow out of a few see-through rings: a blur effect would be worked out anew with every
        # chart frame.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 14 if theme.dark else 7))
        for ring in range(edge, 0, -2):
            painter.drawRoundedRect(card.adjusted(-ring, -ring + 3, ring, ring), px(9) + ring, px(9) + ring)
        shape = QPainterPath()
        shape.addRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), px(9), px(9))
        painter.fillPath(shape, QColor(theme.surface.raised if theme.dark else theme.surface.panel))
        color = theme.tone(self.tone)
        painter.setClipPath(shape)
        painter.fillRect(QRectF(card.left(), card.top(), px(4), card.height()), QColor(color))
        painter.setClipping(False)
        painter.setPen(QColor(theme.surface.border))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape)
        painter.fillRect(QRectF(card.left(), card.top() + px(9), px(4), card.height() - 2 * px(9)), QColor(color))
        side = px(20)
        icon = _ICONS.get(self.tone, "info")
        paint_icon(painter, icon, color, QRectF(card.left() + px(18), card.top() + px(16), side, side))
        painter.end()

    def _show_details(self, shown: bool) -> None:
        self._timer.stop()
        self._box.setVisible(shown)
        self._more.setText("Hide details" if shown else "Details")
        self.resized.emit()

    def _name(self) -> None:
        times = f", {self.count} times" if self.count > 1 else ""
        self.setAccessibleName(f"{_SPOKEN.get(self.tone, 'Note')}: {self.text}{times}")

    def _restyle(self) -> None:
        manager = theme_manager()
        px, edge = manager.px, manager.px(SHADOW_PX)
        self._column.setContentsMargins(edge + px(50), edge + px(10), edge + px(10), edge + px(12))
        self._column.setSpacing(px(8))
        self._buttons.setSpacing(px(8))
        self._words.setMinimumHeight(px(32))
        self._box.setFont(mono_font(13, manager.scale))
        self._box.setFixedHeight(px(150))
        self.resized.emit()
