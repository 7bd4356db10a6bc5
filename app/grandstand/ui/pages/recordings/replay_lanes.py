"""Lanes of a recording: they look as they did live; a drag and a wheel move through the recording. GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent

from grandstand.ui.charts.lanes_view import LONGEST_NS, SHORTEST_NS, LanesView
from grandstand.ui.pages.watch.threads_view import ThreadsView

_CLICK_PX = 4


if TYPE_CHECKING:
    _Base = LanesView
else:
    _Base = object  # two bases that are widgets would have their signals mixed up


class Replayed(_Base):
    """``sought`` asks for the edge (recorded ns) that a drag or a zoom wants; who plays decides what it gets."""

    sought: Any
    edge_words = "0 s"

    def jump(self, edge_ns: int) -> None:
        """Another place, drawn anew."""
        self._session.lanes.take_new()
        self.edge_ns = edge_ns
        self.rebuild()

    def set_live(self, live: bool) -> None:
        """A recording has no other present than its position."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms around the mouse."""
        around = self.time_at(event.position().x())
        share = (self.edge_ns - around) / self.span_ns
        span = self.span_ns * 0.8 ** (event.angleDelta().y() / 120)
        span = min(LONGEST_NS, max(SHORTEST_NS, span))
        if span != self.span_ns:
            self.set_span(span)
            self.sought.emit(around + int(share * span))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            super().mouseMoveEvent(event)
            return
        moved = event.position().x() - self._drag[0].x()
        if abs(moved) >= _CLICK_PX or self.cursor().shape() is Qt.CursorShape.ClosedHandCursor:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.sought.emit(self._drag[1] - int(moved / self.plot_rect().width() * self.span_ns))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.unsetCursor()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Nothing: there is no live view to go back to."""


class ReplayLanes(Replayed, LanesView):
    """Of a run's workers."""

    sought = Signal(object)  # an int of more than 32 bits


class ReplayThreads(Replayed, ThreadsView):
    """Of a watched program's threads; the wheel scrolls over their names."""

    sought = Signal(object)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.scrolls_at(event.position()):
            ThreadsView.wheelEvent(self, event)
        else:
            super().wheelEvent(event)
