"""What lanes and microscope share: where the lanes lie, their numbers, their image, what stands across a lane.

One widget paints all lanes as one image: a chart item per lane would cost more than everything else in the window.
GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from grandstand.session.lanes import LaneStore
from grandstand.session.run import WorkerRecord
from grandstand.session.session import Marker
from grandstand.ui.charts.lane_image import LaneGeometry, LaneImage
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.mixing import mix

_LABEL_PX = 13


class Laned(Protocol):
    """What lanes are drawn of: a session, or what was seen of another program."""

    @property
    def lanes(self) -> LaneStore: ...

    @property
    def markers(self) -> Sequence[Marker]: ...

    @property
    def clock(self) -> Callable[[], int]: ...


class LaneCanvas(QWidget):
    """Base of the two. ``lane_clicked`` tells the number (0-based) of a lane that has something to say."""

    lane_clicked = Signal(int)
    labels_beside = True
    """Whether labels stand at the left of the lanes only: then a frame need not paint them again."""

    def __init__(self, session: Laned, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._lanes = 1
        self._image: LaneImage | None = None
        self._fitted = ((0, 0), LaneGeometry.fit(1, 1))
        self._records: dict[int, WorkerRecord] = {}
        self._in_color = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme_manager().changed.connect(self.rebuild)

    @property
    def in_color(self) -> bool:
        """Whether each lane has a mark in its worker's color, as another chart uses it."""
        return self._in_color

    @in_color.setter
    def in_color(self, wanted: bool) -> None:
        if wanted != self._in_color:
            self._in_color = wanted
            self.update()

    # -- geometry ---------------------------------------------------------------------------------------------

    def plot_rect(self) -> QRect:
        """Where lanes are drawn, in logical pixels; below it is the time axis."""
        px = theme_manager().px
        return QRect(px(30), 0, max(10, self.width() - px(30)), max(4, self.height() - px(20)))

    def columns(self) -> int:
        """Device pixels across."""
        return max(10, round(self.plot_rect().width() * self.devicePixelRatioF()))

    def geometry_rows(self) -> LaneGeometry:
        key = (self._lanes, round(self.plot_rect().height() * self.devicePixelRatioF()))
        if key != self._fitted[0]:  # asked for several times a lane and frame, changed once in a while
            self._fitted = (key, LaneGeometry.fit(*key))
        return self._fitted[1]

    def lane_rect(self, lane: int) -> QRectF:
        """A lane in logical pixels."""
        ratio = self.devicePixelRatioF()
        rows = self.geometry_rows()
        area = self.plot_rect()
        return QRectF(area.left(), area.top() + rows.tops[lane] / ratio, area.width(), rows.height / ratio)

    def rebuild(self) -> None:
        """Everything anew: another size, span, theme or number of lanes."""
        raise NotImplementedError

    def set_lanes(self, lanes: int, records: dict[int, WorkerRecord]) -> None:
        """How many lanes there are and who is in them."""
        self._records = records
        if lanes != self._lanes:
            self._lanes = max(1, lanes)
            self.rebuild()

    # -- events -----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: object) -> None:
        self.rebuild()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        lane = self.lane_at(event.position())
        if lane is not None and event.button() == Qt.MouseButton.LeftButton:
            record = self._records.get(lane)
            if record is not None and record.note:
                self.lane_clicked.emit(lane)
        super().mouseReleaseEvent(event)

    def lane_at(self, point: QPointF) -> int | None:
        for lane in range(self._lanes):
            rect = self.lane_rect(lane)
            if rect.top() - 1 <= point.y() <= rect.bottom() + 1:
                return lane
        return None

    # -- painting ---------------------------------------------------------------------------------------------

    def update_lanes(self) -> None:
        """To be painted anew, but for the labels beside the lanes where these are as they were."""
        if self.labels_beside:
            left = self.plot_rect().left()
            self.update(left, 0, self.width() - left, self.height())
        else:
            self.update()

    def labels_due(self, event: QPaintEvent) -> bool:
        """Whether what is to be painted reaches to the labels."""
        return not self.labels_beside or event.rect().left() < self.plot_rect().left()

    def paint_ground(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(theme_manager().theme.surface.panel))

    def paint_labels(self, painter: QPainter) -> None:
        """Lane numbers at the left; every fourth or eighth one where lanes are thin."""
        manager = theme_manager()
        font = ui_font(_LABEL_PX, 500, manager.scale)
        painter.setFont(font)
        painter.setPen(QColor(manager.theme.text.secondary))
        high = QFontMetricsF(font).capHeight() * 1.6
        pitch = self.plot_rect().height() / self._lanes
        every = next((n for n in (1, 2, 4, 8, 16, 32) if n * pitch >= high), 64)
        right = self.plot_rect().left() - manager.px(9)
        if self._in_color:
            for lane in range(self._lanes):
                rect = self.lane_rect(lane)
                mark = QRectF(rect.left() - manager.px(6), rect.top(), manager.px(4), rect.height())
                painter.fillRect(mark, QColor(manager.theme.core_color(lane)))
        for lane in range(self._lanes):
            if lane % every:
                continue
            middle = max(self.lane_rect(lane).center().y(), high / 2)
            where = QRectF(0, middle - high, right, 2 * high)
            painter.drawText(where, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), str(lane + 1))

    def paint_troubles(self, painter: QPainter) -> None:
        """What happened to a worker, across its lane."""
        manager = theme_manager()
        theme = manager.theme
        font = ui_font(_LABEL_PX, 600, manager.scale)
        metrics = QFontMetricsF(font)
        below = -1.0
        for lane, record in sorted(self._records.items()):
            if not record.note or lane >= self._lanes:
                continue
            rect = self.lane_rect(lane)
            hint = "  ·  click for details" if record.details else ""
            text = metrics.elidedText(record.note + hint, Qt.TextElideMode.ElideRight, rect.width() * 0.7)
            wide = metrics.horizontalAdvance(text) + manager.px(20)
            tall = max(rect.height(), metrics.height())
            pill = QRectF(rect.right() - wide - manager.px(4), rect.center().y() - tall / 2, wide, tall)
            if pill.top() < below:  # thin lanes: every one that there is room for; a click on a lane tells the rest
                continue
            below = pill.bottom()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent.warning), 1))
            painter.setBrush(QColor(mix(theme.surface.panel, theme.accent.warning, 0.12)))
            painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.setFont(font)
            painter.setPen(QColor(theme.text.primary))
            painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), text)

    def paint_time_label(
        self, painter: QPainter, x: float, text: str, taken: Sequence[tuple[float, float]] = ()
    ) -> None:
        """A label below the lanes, centered at ``x`` and kept inside; left out where its place is ``taken``."""
        manager = theme_manager()
        font = ui_font(_LABEL_PX, 400, manager.scale)
        metrics = QFontMetricsF(font)
        wide = metrics.horizontalAdvance(text) + 2
        area = self.plot_rect()
        left = min(max(x - wide / 2, area.left()), area.right() - wide)
        gap = manager.px(10)
        if any(a < left + wide + gap and left - gap < b for a, b in taken):
            return
        painter.setFont(font)
        painter.setPen(QColor(manager.theme.text.secondary))
        room = min(self.height() - area.bottom() - 2, manager.px(18))
        rect = QRectF(left, area.bottom() + 2, wide, room)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), text)
