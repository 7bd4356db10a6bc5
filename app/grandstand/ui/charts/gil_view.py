"""Who holds each GIL: a band each, in the color of the worker that has it. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from grandstand.session.gils import BANDS, FIRST, FREE, OTHER, GilFigures, Gils
from grandstand.session.lanes import LaneStore, Raster
from grandstand.session.session import LANES, Session
from grandstand.ui.charts.lane_canvas import LaneCanvas
from grandstand.ui.charts.lane_image import LaneImage, Look
from grandstand.ui.charts.lanes_view import LanesView
from grandstand.ui.charts.microscope_view import MicroscopeView
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.tokens import Theme
from grandstand.vocabulary.states import IDLE

_KEY_PX = 13
_LEAST_TIMED = 160


class _Bands(LaneCanvas):
    """What both views of GILs have in common: their bands, and which lanes share one."""

    _gils: Gils
    _rows: tuple[int, ...] = (0,)
    _figures: tuple[GilFigures, ...] = ()

    @property
    def store(self) -> LaneStore:
        return self._gils.store

    def blank_raster(self, columns: int, column_ns: int) -> Raster:
        return Raster(BANDS, columns, column_ns, self._gils.kinds)

    def blank_image(self, columns: int) -> LaneImage:
        theme = theme_manager().theme
        return LaneImage(self.geometry_rows(), columns, theme, _look(theme), self._rows)

    def show_figures(self, figures: Sequence[GilFigures]) -> None:
        """What each GIL did of late: those bands are shown."""
        self._figures = tuple(figures)
        rows = tuple(one.row for one in figures) or (0,)
        if rows != self._rows:
            self._rows = rows
            self._lanes = len(rows)
            self.rebuild()
        self.update()

    def paint_labels(self, painter: QPainter) -> None:
        """The lanes that share a GIL, at its left."""
        manager = theme_manager()
        painter.setFont(ui_font(_KEY_PX, 500, manager.scale))
        painter.setPen(QColor(manager.theme.text.secondary))
        right = self.plot_rect().left() - manager.px(6)
        high = QFontMetricsF(painter.font()).height()
        below = -high
        for place, one in enumerate(self._figures):
            middle = max(self.lane_rect(place).center().y(), high / 2)
            if middle - high / 2 < below:  # thin bands: as many labels as there is room for
                continue
            below = middle + high / 2
            lanes = sorted(one.shares)
            text = f"{lanes[0] + 1}–{lanes[-1] + 1}" if len(lanes) > 1 else str(lanes[0] + 1) if lanes else ""
            where = QRectF(-2, middle - high, right + 2, 2 * high)
            painter.drawText(where, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)


class GilView(_Bands, LanesView):
    """Zoomed and moved like the lanes. Where nothing is drawn, nobody looked."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._gils = session.gils
        super().__init__(session, parent)
        self.setObjectName("gil")
        self.setAccessibleName("Who holds the GIL")

    def plot_rect(self) -> QRect:
        """Without room for times where it is low: the lanes above have the same ones."""
        area = super().plot_rect()
        if not self._timed:
            area.setHeight(max(4, self.height() - theme_manager().px(2)))
        return area

    @property
    def _timed(self) -> bool:
        return self.height() >= theme_manager().px(_LEAST_TIMED)

    def _paint_markers(self, painter: QPainter) -> list[tuple[float, float]]:
        if self._timed:
            return super()._paint_markers(painter)
        theme, area = theme_manager().theme, self.plot_rect()
        painter.setPen(QPen(QColor(theme.text.primary), 1.5 * theme_manager().scale, Qt.PenStyle.DashLine))
        for marker in self._session.markers:
            x = self.x_at(marker.t_ns)
            if area.left() <= x <= area.right():
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        return []

    def _paint_axis(self, painter: QPainter, taken: list[tuple[float, float]]) -> None:
        if self._timed:
            super()._paint_axis(painter, taken)

    def _paint_open(self, painter: QPainter) -> None:
        """What comes next is not known: nobody has looked yet."""


class GilMicroscope(_Bands, MicroscopeView):
    """The stretch that the microscope shows, turn by turn."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._gils = session.gils
        super().__init__(session, parent)
        self.setObjectName("gil_microscope")
        self.setAccessibleName("Microscope: 200 milliseconds in which single turns of the GIL are seen")


def _look(theme: Theme) -> Look:
    lanes = range(FIRST, FIRST + LANES)
    return Look(
        (*lanes, OTHER, FREE),
        (*(theme.core_color(kind - FIRST) for kind in lanes), theme.text.secondary, theme.states[IDLE.key]),
        theme.surface.panel,
    )
