"""The list of modes: a card each, the chosen one with a bar in its color, the missing ones with the reason.

Role: shows and chooses; what a mode is and whether it can run here is the catalogue's business. Each card is
a radio button to keyboard and screen readers. GUI thread.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.mixing import mix
from grandstand.ui.widgets.foreign import plain_tip

_CHOOSE = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
_MOVE = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_WRAP = int(Qt.TextFlag.TextWordWrap)
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class ModeItem:
    """A mode as shown; `reason` and `remedy` say why it cannot run here and what would mend that."""

    key: str
    title: str
    shortcut: str = ""
    enabled: bool = True
    reason: str = ""
    remedy: str = ""


class ModeCard(QRadioButton):
    """One mode. A click or Enter chooses it; with the keyboard here, arrows go from card to card."""

    stepped = Signal(int)

    def __init__(self, item: ModeItem, parent: QWidget | None = None) -> None:
        super().__init__(item.title, parent)
        self.item = item
        self.setObjectName(f"mode.{item.key}")
        self.setEnabled(item.enabled)
        self.setAutoExclusive(False)  # the list decides what is chosen, so that a refused change leaves no trace
        self.setAccessibleName(item.title if item.enabled else f"{item.title}, not available")
        self.setAccessibleDescription(" ".join(part for part in (item.reason, item.remedy) if part))
        self.setToolTip(plain_tip(item.remedy if not item.enabled else ""))
        if item.enabled:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme_manager().changed.connect(self._restyle)

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def event(self, event: QEvent) -> bool:
        # Arrows and Enter are the card's while it has the keyboard; Space only where it would choose
        # something, so that on the mode already chosen it still starts and stops the run.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key = event.key()
            if key in _MOVE or (key in _CHOOSE and (key != Qt.Key.Key_Space or not self.isChecked())):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _MOVE:
            self.stepped.emit(_MOVE[key])
        elif key in _CHOOSE:
            self.click()
        else:
            event.ignore()

    # -- size and paint

    def sizeHint(self) -> QSize:
        px = theme_manager().px
        words = QFontMetrics(self._title_font(True)).horizontalAdvance(self.item.title)
        width = px(34) + words + px(44)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        px = theme_manager().px
        return QSize(px(150), px(40))

    def heightForWidth(self, width: int) -> int:
        px = theme_manager().px
        reason = self._reason_height(width)
        return px(40) if not reason else px(34) + reason + px(9)

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        theme, px = manager.theme, manager.px
        color, chosen, live = QColor(theme.tone(self.item.key)), self.isChecked(), self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(card, px(7), px(7))
        if chosen or (live and self.underMouse()):
            fill = theme.surface.raised if chosen else mix(theme.surface.panel, theme.surface.hover, 0.55)
            painter.fillPath(shape, QColor(fill))
        if chosen:
            painter.setClipPath(shape)
            painter.fillRect(QRectF(0, 0, px(4), card.height()), color)
            painter.setClipping(False)
        if self.property("focusVisible"):
            painter.setPen(QPen(QColor(theme.accent.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), px(6), px(6))

        line = QRect(0, 0, self.width(), px(40))
        side = px(10)
        dot = QRectF(px(15), (line.height() - side) / 2, side, side)
        if live:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(dot)
        else:
            painter.setPen(QPen(QColor(theme.text.disabled), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(dot.adjusted(1, 1, -1, -1))
        right = self._paint_shortcut(painter, line)
        painter.setFont(self._title_font(chosen))
        ink = theme.text.primary if chosen else theme.text.secondary
        painter.setPen(QColor(ink if live else theme.text.disabled))
        room = QRect(px(35), 0, right - px(35) - px(6), line.height())
        shown = painter.fontMetrics().elidedText(self.item.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _MIDDLE, shown)
        if not live and self.item.reason:
            painter.setFont(self._reason_font())
            painter.setPen(QColor(theme.text.secondary))
            painter.drawText(self._reason_rect(self.width()), _WRAP, self.item.reason)
        painter.end()

    def _paint_shortcut(self, painter: QPainter, line: QRect) -> int:
        """Draw the digit as a key cap; returns where the title must end."""
        if not self.item.shortcut or not self.isEnabled():
            return line.right()
        manager = theme_manager()
        theme, px = manager.theme, manager.px
        side = px(20)
        cap = QRectF(line.right() - px(10) - side, (line.height() - side) / 2, side, side).adjusted(
            0.5, 0.5, -0.5, -0.5
        )
        painter.setBrush(QColor(theme.surface.sunken))
        painter.setPen(QPen(QColor(theme.surface.border), 1))
        painter.drawRoundedRect(cap, px(5), px(5))
        painter.setFont(ui_font(13, 500, manager.scale))
        painter.setPen(QColor(theme.text.secondary))
        painter.drawText(cap, int(Qt.AlignmentFlag.AlignCenter), self.item.shortcut)
        return round(cap.left())

    def _title_font(self, chosen: bool) -> QFont:
        return ui_font(14, 600 if chosen else 500, theme_manager().scale)

    def _reason_font(self) -> QFont:
        return ui_font(13, 400, theme_manager().scale)

    def _reason_rect(self, width: int) -> QRect:
        px = theme_manager().px
        return QRect(px(35), px(32), width - px(35) - px(10), 10_000)

    def _reason_height(self, width: int) -> int:
        if self.isEnabled() or not self.item.reason:
            return 0
        metrics = QFontMetrics(self._reason_font())
        return metrics.boundingRect(self._reason_rect(width), _WRAP, self.item.reason).height()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class ModeList(QWidget):
    """The cards under one another; `mode_chosen` tells of a person's choice, never of `set_current`."""

    mode_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modes")
        self.setAccessibleName("Mode")
        self._cards: list[ModeCard] = []
        self._current = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def set_modes(self, items: list[ModeItem]) -> None:
        """Show these modes, in this order; the chosen one stays chosen if it is among them."""
        if items == [card.item for card in self._cards]:
            return
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = [ModeCard(item, self) for item in items]
        for card in self._cards:
            card.clicked.connect(self._clicked)
            card.stepped.connect(self._step)
            self._column.addWidget(card)
        self._show_current()

    def set_current(self, key: str) -> None:
        """Show `key` as chosen; an unheard-of key leaves none chosen. `mode_chosen` is not emitted."""
        self._current = key
        self._show_current()

    def current(self) -> str:
        """The key of the chosen mode; '' before the first choice."""
        return self._current

    def card(self, key: str) -> ModeCard:
        """The card of mode `key`; KeyError if it is not shown."""
        for card in self._cards:
            if card.item.key == key:
                return card
        raise KeyError(key)

    def _clicked(self) -> None:
        card = self.sender()
        key = card.item.key if isinstance(card, ModeCard) else self._current
        changed = key != self._current
        self.set_current(key)
        if changed:
            self.mode_chosen.emit(key)

    def _step(self, by: int) -> None:
        """Give the keyboard to the next card that can be chosen; it stops at the ends."""
        live = [card for card in self._cards if card.isEnabled()]
        here = next((index for index, card in enumerate(live) if card.hasFocus()), 0)
        live[min(len(live) - 1, max(0, here + by))].setFocus(Qt.FocusReason.TabFocusReason)

    def _show_current(self) -> None:
        # Tab reaches the list once, at the chosen card (as with any group of radio buttons), and clicks leave
        # the keyboard to the window.
        entry = next((card for card in self._cards if card.item.key == self._current and card.isEnabled()), None)
        entry = entry or next((card for card in self._cards if card.isEnabled()), None)
        for card in self._cards:
            card.setChecked(card.item.key == self._current)
            card.setFocusPolicy(Qt.FocusPolicy.TabFocus if card is entry else Qt.FocusPolicy.NoFocus)
            card.update()

    def _rescale(self) -> None:
        self._column.setSpacing(theme_manager().px(4))
