"""The line of time of recordings: their runs in the modes' colors, their markers, and where we are. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.foreign import plain_tip

_STEP_NS = 1_000_000_000
_FINE_NS = 10_000_000
_NEAR_PX = 6
_KEYS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End}


@dataclass(frozen=True)
class Mark:
    """A change at ``t`` (ns from the start): what began, and the mode that gives the color ('' for a note)."""

    t: int
    text: str
    mode: str = ""


@dataclass(frozen=True)
class Span:
    """A run, ns from the start."""

    start: int
    end: int
    mode: str


def clock_text(ns: int, fine: bool = True) -> str:
    """'1:02.345', or '1:02' where not ``fine``; hours where there are any."""
    ms = max(0, round(ns / 1e6))
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{text}.{ms:03}" if fine else text


class Timeline(QWidget):
    """From 0 to ``length`` ns. ``sought``: a person wants to be there (ns from the start)."""

    sought = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.length = 1
        self.position = 0
        self.rows: tuple[tuple[Span, ...], ...] = ()
        self.marks: tuple[Mark, ...] = ()
        self._dragging = False
        theme_manager().changed.connect(self.updateGeometry)
        self._say()

    def set_recordings(self, length: int, rows: tuple[tuple[Span, ...], ...], marks: tuple[Mark, ...]) -> None:
        """The runs of each recording in a row of its own."""
        self.length, self.rows, self.marks = max(1, length), rows, marks
        self.set_position(0)

    def set_position(self, t: int) -> None:
        if t != self.position:
            self.position = t
            self.update()

    def sizeHint(self) -> QSize:
        px = theme_manager().px
        return QSize(px(240), px(38))

    # -- people -----------------------------------------------------------------------------------------------

    def mark_at(self, x: float) -> Mark | None:
        """The mark near ``x``."""
        near = [(abs(self._x(mark.t) - x), mark) for mark in self.marks]
        best = min(near, key=lambda pair: pair[0], default=None)
        return best[1] if best is not None and best[0] <= theme_manager().px(_NEAR_PX) else None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            x = event.pos().x()
            mark = self.mark_at(x)
            t = mark.t if mark is not None else self._t(x)
            text = f"{clock_text(t)}  {mark.text}" if mark is not None else clock_text(t)
            QToolTip.showText(event.globalPos(), plain_tip(text), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _FINE_NS if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP_NS
        wanted = {
            Qt.Key.Key_Left: self.position - step,
            Qt.Key.Key_Right: self.position + step,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self.length,
        }.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self.sought.emit(min(self.length, max(0, wanted)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
            mark = self.mark_at(event.position().x())
            self.sought.emit(mark.t if mark is not None else self._t(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.sought.emit(self._t(event.position().x()))
        else:
            near = self.mark_at(event.position().x()) is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    # -- painting ---------------------------------------------------------------------------------------------

    def _edges(self) -> tuple[float, float]:
        margin = theme_manager().px(9)
        return margin, max(margin + 1.0, self.width() - margin)

    def _x(self, t: int) -> float:
        left, right = self._edges()
        return left + t / self.length * (right - left)

    def _t(self, x: float) -> int:
        left, right = self._edges()
        return round(min(1.0, max(0.0, (x - left) / (right - left))) * self.length)

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        theme, px = manager.theme, manager.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = self._edges()
        middle, high = self.height() / 2, px(8 if len(self.rows) < 2 else 14)
        track = QRectF(left, middle - high / 2, right - left, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.surface.sunken))
        painter.drawRoundedRect(track, high / 2, high / 2)
        row_high = high / max(1, len(self.rows))
        for i, row in enumerate(self.rows):
            top = track.top() + i * row_high
            for span in row:
                wide = max(2.0, self._x(span.end) - self._x(span.start) - 1)
                painter.setBrush(QColor(theme.tone(span.mode)))
                painter.drawRoundedRect(
                    QRectF(self._x(span.start), top, wide, row_high - (i < len(self.rows) - 1)), 2, 2
                )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for mark in self.marks:
            x = self._x(mark.t)
            painter.setPen(QPen(QColor(theme.text.secondary), px(2)))
            painter.drawLine(QPointF(x, track.top() - px(6)), QPointF(x, track.top() - px(1)))
        x = self._x(self.position)
        painter.setPen(QPen(QColor(theme.text.primary), px(2)))
        painter.drawLine(QPointF(x, middle - px(13)), QPointF(x, middle + px(13)))
        painter.setBrush(QColor(theme.surface.handle))
        rim = theme.accent.focus if self.hasFocus() else theme.text.primary
        painter.setPen(QPen(QColor(rim), 2))
        painter.drawEllipse(QPointF(x, middle), px(7), px(7))
        painter.end()

    def _say(self) -> None:
        self.setAccessibleName("Position in the recording; arrows move a second, with Shift 10 ms")
