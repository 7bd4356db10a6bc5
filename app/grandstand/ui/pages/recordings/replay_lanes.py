"""Lanes of a recording: they look as they did live; a drag and a wheel move through the recording. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent

from grandstand.ui.charts.lanes_view import LONGEST_NS, SHORTEST_NS, LanesView

_CLICK_PX = 4


class ReplayLanes(LanesView):
    """``sought`` asks for the edge (recorded ns) that a drag or a zoom wants; who plays decides what it gets."""

    sought = Signal(object)  # an int of more than 32 bits

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
