"""Who holds each GIL: a band each, in the color of the worker that has it. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from grandstand.session.gils import BANDS, FIRST, FREE, OTHER, GilFigures
from grandstand.session.lanes import LaneStore, Raster
from grandstand.session.session import LANES, Session
from grandstand.ui.charts.lane_image import LaneImage, Look
from grandstand.ui.charts.lanes_view import LanesView
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.tokens import Theme
from grandstand.vocabulary.states import IDLE

_KEY_PX = 13


class GilView(LanesView):
    """Zoomed and moved like the lanes. Where nothing is drawn, nobody looked."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._rows: tuple[int, ...] = (0,)
        self._figures: list[GilFigures] = []
        super().__init__(session, parent)
        self.setObjectName("gil")
        self.setAccessibleName("Who holds the GIL")

    # -- what is shown ----------------------------------------------------------------------------------------

    @property
    def store(self) -> LaneStore:
        return self._session.gils.store

    def blank_raster(self, columns: int, column_ns: int) -> Raster:
        return Raster(BANDS, columns, column_ns, self._session.gils.kinds)

    def blank_image(self, columns: int) -> LaneImage:
        theme = theme_manager().theme
        return LaneImage(self.geometry_rows(), columns, theme, _look(theme), self._rows)

    def show_figures(self, figures: list[GilFigures]) -> None:
        """What each GIL did of late: its row appears, and the key says whose colors they are."""
        self._figures = figures
        rows = tuple(one.row for one in figures) or (0,)
        if rows != self._rows:
            self._rows = rows
            self._lanes = len(rows)
            self.rebuild()
        self.update()

    # -- painting ---------------------------------------------------------------------------------------------

    def paint_labels(self, painter: QPainter) -> None:
        """The lanes that share a GIL, at its left."""
        manager = theme_manager()
        painter.setFont(ui_font(_KEY_PX, 500, manager.scale))
        painter.setPen(QColor(manager.theme.text.secondary))
        right = self.plot_rect().left() - manager.px(6)
        high = QFontMetricsF(painter.font()).height()
        below = 0.0
        for place, one in enumerate(self._figures):
            middle = max(self.lane_rect(place).center().y(), high / 2)
            if middle - high / 2 < below:  # thin bands: as many labels as there is room for
                continue
            below = middle + high / 2
            lanes = sorted(one.shares)
            text = f"{lanes[0] + 1}–{lanes[-1] + 1}" if len(lanes) > 1 else str(lanes[0] + 1) if lanes else ""
            where = QRectF(0, middle - high, right, 2 * high)
            painter.drawText(where, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_open(self, painter: QPainter) -> None:
        """What comes next is not known: nobody has looked yet."""


def _look(theme: Theme) -> Look:
    lanes = range(FIRST, FIRST + LANES)
    return Look(
        (*lanes, OTHER, FREE),
        (*(theme.core_color(kind - FIRST) for kind in lanes), theme.text.secondary, theme.states[IDLE.key]),
        theme.surface.panel,
    )
