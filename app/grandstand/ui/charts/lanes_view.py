"""Lanes: the last seconds of every worker, scrolling; a wheel zooms, a drag pans, a double click goes live again.

GUI thread. The picture lives in a ring of columns: a frame adds the new ones and shifts.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from grandstand.engine import messages as m
from grandstand.render.ticks import span_text
from grandstand.session.lanes import LaneStore, Raster
from grandstand.session.session import LANES
from grandstand.ui.charts.lane_canvas import LaneCanvas, Laned
from grandstand.ui.charts.lane_image import LaneImage
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.vocabulary.states import KEYS

SHORTEST_NS, LONGEST_NS = 1_000_000, 60_000_000_000


class LanesView(LaneCanvas):
    """``span_ns`` of time up to ``edge_ns``; while ``live``, the edge follows the clock."""

    edge_words = "now"
    """What the right edge is called."""
    span_changed = Signal(float)
    live_changed = Signal(bool)

    def __init__(self, session: Laned, parent: QWidget | None = None) -> None:
        self.span_ns = 10_000_000_000
        self.live = True
        self.edge_ns = session.clock()
        self.microscope: tuple[int, int] | None = None
        self._head = 0
        self._drag: tuple[QPointF, int] | None = None
        super().__init__(session, parent)
        self._raster = self.blank_raster(20, 1_000_000)
        self.setObjectName("lanes")
        self.setAccessibleName("Lanes: what each worker does")
        self.setMouseTracking(True)

    # -- what is shown: a subclass may show something else -----------------------------------------------------

    @property
    def store(self) -> LaneStore:
        """Where its slices come from."""
        return self._session.lanes

    def blank_raster(self, columns: int, column_ns: int) -> Raster:
        return Raster(LANES, columns, column_ns)

    def blank_image(self, columns: int) -> LaneImage:
        return LaneImage(self.geometry_rows(), columns, theme_manager().theme)

    # -- what the window calls --------------------------------------------------------------------------------

    def advance(self, edge_ns: int) -> None:
        """One frame: new slices into the picture, the edge to ``edge_ns`` while live."""
        lanes, slices = self.store.take_new()
        if self._image is None:
            self.rebuild()
            return
        if not self.live:
            return
        self._image.paint(self._raster, self._raster.add(lanes, slices))
        self._move_edge(edge_ns)
        self.update_lanes()

    def set_span(self, span_ns: float, around_ns: int | None = None) -> None:
        """Another stretch of time, kept within 1 ms to 60 s; while paused, ``around_ns`` stays where it is."""
        span = int(min(LONGEST_NS, max(SHORTEST_NS, span_ns)))
        if span == self.span_ns:
            return
        if not self.live and around_ns is not None:
            share = (self.edge_ns - around_ns) / self.span_ns
            self.edge_ns = around_ns + int(share * span)
        self.span_ns = span
        self.rebuild()
        self.span_changed.emit(span)

    def set_live(self, live: bool) -> None:
        if live == self.live:
            return
        self.live = live
        if live:
            self.edge_ns = self._session.clock()
            self.rebuild()
        self.live_changed.emit(live)
        self.update()

    def rebuild(self) -> None:
        columns = self.columns()
        column_ns = max(1, self.span_ns // columns)
        self._raster = self.blank_raster(2 * columns + 2, column_ns)
        self._image = self.blank_image(self._raster.columns)
        start = self.edge_ns - self.span_ns - column_ns
        end = 1 << 62 if self.live else self.edge_ns + column_ns
        lanes, slices = self.store.all_since(start, end)
        self._head = self.edge_ns // column_ns
        self._raster.advance(self._head)
        self._image.paint(self._raster, self._raster.add(lanes, slices))
        self.update()

    def _move_edge(self, edge_ns: int) -> None:
        self.edge_ns = edge_ns
        head = edge_ns // self._raster.column_ns
        if head > self._head:
            before = self._raster.head
            self._raster.advance(head)
            if self._image is not None and head > before:  # columns that no slice has reached yet are empty
                self._image.paint(self._raster, np.arange(max(before + 1, head - self._raster.columns + 1), head + 1))
            self._head = head

    # -- mouse ------------------------------------------------------------------------------------------------

    def time_at(self, x: float) -> int:
        area = self.plot_rect()
        return self.edge_ns - int((area.right() - x) / area.width() * self.span_ns)

    def x_at(self, t_ns: int) -> float:
        area = self.plot_rect()
        return area.right() + 1 - (self.edge_ns - t_ns) / self.span_ns * area.width()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        self.set_span(self.span_ns * 0.8**steps, self.time_at(event.position().x()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = (event.position(), self.edge_ns)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            lane = self.lane_at(event.position())
            record = self._records.get(lane) if lane is not None else None
            hand = record is not None and bool(record.note)
            self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
            return
        moved = event.position().x() - self._drag[0].x()
        if abs(moved) < 4 and self.live:
            return
        self.set_live(False)
        self.edge_ns = self._drag[1] - int(moved / self.plot_rect().width() * self.span_ns)
        self.edge_ns = min(self.edge_ns, self._session.clock())
        self.rebuild()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged = self._drag is not None and (event.position() - self._drag[0]).manhattanLength() > 4
        self._drag = None
        if not dragged:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.set_live(True)

    # -- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_ground(painter)
        area = self.plot_rect()
        if self._image is not None:
            columns = self.columns()
            first = (self._head - columns + 1) % self._raster.columns
            rows = self._image.geometry.total
            left = min(columns, self._raster.columns - first)
            ratio = self.devicePixelRatioF()
            target = QRectF(area.left(), area.top(), left / ratio, rows / ratio)
            painter.drawImage(target, self._image.image, QRectF(first, 0, left, rows))
            if left < columns:
                rest = QRectF(area.left() + left / ratio, area.top(), (columns - left) / ratio, rows / ratio)
                painter.drawImage(rest, self._image.image, QRectF(0, 0, columns - left, rows))
        self._paint_open(painter)
        if self.labels_due(event):
            self.paint_labels(painter)
        taken = self._paint_markers(painter)
        self._paint_axis(painter, taken)
        self.paint_troubles(painter)
        painter.end()

    def _paint_open(self, painter: QPainter) -> None:
        """What a worker said it would go on doing, until it says more; and how long a silent one has been silent."""
        manager = theme_manager()
        theme = manager.theme
        for lane in range(self._lanes):
            told = self._session.lanes.lanes[lane]
            record = self._records.get(lane)
            if record is None or not record.alive or told.reach_ns <= 0:
                continue
            rect = self.lane_rect(lane)
            x = max(self.x_at(told.reach_ns), rect.left())
            if x >= rect.right() - 1:
                continue
            if told.open_state not in (m.COMPUTING, m.IDLE, -1):
                color = QColor(theme.states[KEYS[told.open_state]])
                painter.fillRect(QRectF(x, rect.top(), rect.right() + 1 - x, rect.height()), color)
            silent = (self.edge_ns - told.reach_ns) / 1e9
            if silent > 1.2 and told.open_state in (m.COMPUTING, -1) and rect.height() >= 15 * manager.scale:
                painter.setFont(ui_font(13, 500, manager.scale))
                painter.setPen(QColor(theme.text.secondary))
                words = f"silent for {silent:.0f} s " if rect.right() - x > 110 else ""
                painter.drawText(rect, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), words)

    def _paint_axis(self, painter: QPainter, taken: list[tuple[float, float]]) -> None:
        """Times below the lanes, where no change's name stands already."""
        area = self.plot_rect()
        if self.live:
            for share, text in (
                (0.0, f"−{span_text(self.span_ns)}"),
                (0.5, f"−{span_text(self.span_ns / 2)}"),
            ):
                self.paint_time_label(painter, area.left() + share * area.width(), text, taken=taken)
            self.paint_time_label(painter, area.right(), self.edge_words)
            return
        ago = max(0, self._session.clock() - self.edge_ns)
        self.paint_time_label(painter, area.left(), f"−{span_text(self.span_ns)}", taken=taken)
        self.paint_time_label(painter, area.right(), f"paused {span_text(ago)} ago · double-click: live")

    def _paint_markers(self, painter: QPainter) -> list[tuple[float, float]]:
        """Changes: a dashed line, a dot in the mode's color, and what began. Returns where names stand."""
        manager = theme_manager()
        theme = manager.theme
        area = self.plot_rect()
        if self.microscope is not None and self.live:
            left, right = (self.x_at(t) for t in self.microscope)
            painter.setPen(QPen(QColor(theme.text.primary), 1.5 * manager.scale))
            y = area.bottom() + 3
            painter.drawLine(QPointF(max(left, area.left()), y), QPointF(min(right, area.right()), y))
        font = ui_font(13, 600, manager.scale)
        metrics = QFontMetricsF(font)
        right_words = "now  " if self.live else "paused 8.88 s ago · double-click: live  "
        free_until = area.right() - metrics.horizontalAdvance(right_words)
        taken: list[tuple[float, float]] = []
        for marker in reversed(self._session.markers):
            x = self.x_at(marker.t_ns)
            if not area.left() <= x <= area.right():
                continue
            painter.setPen(QPen(QColor(theme.text.primary), 1.5 * manager.scale, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() + manager.px(6)))
            dot = manager.px(9)
            wide = metrics.horizontalAdvance(marker.text) + dot + manager.px(6)
            start = x + manager.px(6)
            if start + wide > free_until:
                start = x - wide - manager.px(6)
            if start < area.left() or start + wide > free_until:
                continue
            words = QRectF(start - 3, area.bottom() + 2, wide + 6, self.height() - area.bottom() - 2)
            painter.setFont(font)
            painter.setPen(QColor(theme.text.primary))
            painter.drawText(words, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), marker.text)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.tone(marker.mode)))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawEllipse(QRectF(start, words.center().y() - dot / 2, dot, dot))
            taken.append((words.left(), words.right()))
            free_until = start - manager.px(10)
        return taken
