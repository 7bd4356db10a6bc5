"""The microscope: a frozen fifth of a second out of the lanes, in which single turns are seen. GUI thread."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from grandstand.render.ticks import span_text
from grandstand.session.lanes import LaneStore, Raster
from grandstand.ui.charts.lane_canvas import LaneCanvas, Laned
from grandstand.ui.charts.lane_image import LaneImage
from grandstand.ui.theme.manager import theme_manager

SPAN_NS = 200_000_000
EVERY_NS = 500_000_000


class MicroscopeView(LaneCanvas):
    """Renewed twice a second with the newest complete stretch; ``window_ns`` tells which one it shows.

    Which one that is follows from the time alone, so that a replay shows the same. ``every_ns``: how often; a replay
    in slow motion wants it more often.
    """

    def __init__(self, session: Laned, parent: QWidget | None = None) -> None:
        self.window_ns: tuple[int, int] | None = None
        self.every_ns = EVERY_NS
        self._turn = 0
        super().__init__(session, parent)
        self.setObjectName("microscope")
        self.setAccessibleName("Microscope: 200 milliseconds in which single turns are seen")

    # -- what is shown: a subclass may show something else -----------------------------------------------------

    @property
    def store(self) -> LaneStore:
        """Where its slices come from."""
        return self._session.lanes

    def blank_raster(self, columns: int, column_ns: int) -> Raster:
        return Raster(self._lanes, columns, column_ns)

    def blank_image(self, columns: int) -> LaneImage:
        return LaneImage(self.geometry_rows(), columns, theme_manager().theme)

    # ----------------------------------------------------------------------------------------------------------

    def advance(self, edge_ns: int, until_ns: int) -> None:
        """Renews itself when it is time; ``until_ns`` is how far every lane's slices reach."""
        turn = edge_ns // self.every_ns
        if turn != self._turn:
            self._turn = turn
            end = min(turn * self.every_ns, until_ns)
            self.window_ns = (end - SPAN_NS, end)
            self.rebuild()

    def show_until(self, end_ns: int) -> None:
        """The stretch that ends there."""
        self.window_ns = (end_ns - SPAN_NS, end_ns)
        self.rebuild()

    def rebuild(self) -> None:
        columns = self.columns()
        self._image = self.blank_image(columns)
        if self.window_ns is not None:
            start, end = self.window_ns
            column_ns = max(1, (end - start) // columns)
            raster = self.blank_raster(columns, column_ns)
            lanes, slices = self.store.all_since(start, end)
            here = lanes < len(raster.shares)
            lanes, slices = lanes[here], slices[here].copy()
            np.clip(slices[:, 1:], start, start + columns * column_ns, out=slices[:, 1:])
            slices[:, 1:] -= start
            seen = slices[:, 2] > slices[:, 1]
            lanes, slices = lanes[seen], slices[seen]
            changed = raster.add(lanes, slices)
            self._image.paint(raster, changed[changed < columns])
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_ground(painter)
        area = self.plot_rect()
        if self._image is not None:
            size = self._image.image.size()
            ratio = self.devicePixelRatioF()
            target = QRectF(area.left(), area.top(), size.width() / ratio, size.height() / ratio)
            painter.drawImage(target, self._image.image)
        self.paint_labels(painter)
        for share in (0, 0.25, 0.5, 0.75, 1):
            self.paint_time_label(
                painter, area.left() + share * area.width(), span_text(share * SPAN_NS) if share else "0"
            )
        painter.end()
