"""The picture of a watched program: a heading for each process, its GIL, a lane for each thread. GUI thread.

Only the rows that are on the screen are in the image, so a frame costs what is seen, not what there is.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QRegion, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QWidget

from grandstand.session.lanes import Ints, LaneStore, Raster
from grandstand.ui.charts.lane_image import LaneGeometry, LaneImage, Look
from grandstand.ui.charts.lanes_view import LanesView
from grandstand.ui.pages.watch.row_words import RowWords
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.mixing import mix
from grandstand.ui.theme.tokens import Theme
from grandstand.vocabulary.states import IDLE
from grandstand.watch.rows import COLORS, FIRST, FREE, KINDS, OTHER, Group, Row, Rows

_NAMES, _FIGURE = 232, 56
"""Widths at the left: names with their figure; the figure alone."""
_HEAD, _LEAST, _MOST = 32, 20, 52
"""Heights at scale 1: of a heading, of a row at least and at most."""
_LETTERS = 13
_ARRANGED_NS = 250_000_000
"""Threads may come and go by the hundred a second: lines change their places no more often than can be read."""


@dataclass(frozen=True)
class Line:
    """One line of the picture: the heading of a group where it has no ``row``."""

    group: Group
    row: Row | None = None


class ShownLanes(LaneStore):
    """The lanes of some rows, numbered as they are shown. A lane that has gone to another row is shown no more."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._store = rows.lanes
        self.shown: list[tuple[int, int]] = []
        """The lane of each, and which of its owners is meant."""
        self._owners: dict[int, int] = {}
        self._place = np.full(len(self._store.lanes), -1, np.int64)

    def show(self, numbers: Sequence[int]) -> None:
        self.shown = [(number, self._rows.owners[number]) for number in numbers]
        self._owners = dict(self.shown)
        self._place[:] = -1
        self._place[list(numbers)] = np.arange(len(self.shown))

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self._owners.get(number) == self._rows.owners[number]

    def take_new(self, among: Container[int] | None = None) -> tuple[Ints, Ints]:
        lanes, slices = self._store.take_new(self)
        return self._place[lanes], slices

    def all_since(self, t_ns: int, end_ns: int = 1 << 62) -> tuple[Ints, Ints]:
        parts = [
            (i, self._store.lanes[number].between(t_ns, end_ns))
            for i, (number, _) in enumerate(self.shown)
            if number in self
        ]
        if not parts:
            return np.empty(0, np.int64), np.empty((0, 3), np.int64)
        lanes = np.repeat([i for i, _ in parts], [len(rows) for _, rows in parts])
        return lanes.astype(np.int64), np.concatenate([rows for _, rows in parts])


class ThreadsView(LanesView):
    """``chosen(pid, thread)``: a click on a thread. A click on a heading folds its group, or unfolds it.

    The wheel zooms over the lanes and scrolls over the names.
    """

    chosen = Signal(int, int)

    def __init__(self, rows: Rows, words: RowWords, parent: QWidget | None = None) -> None:
        self._rows, self._words = rows, words
        self._shown = ShownLanes(rows)
        self._folded: set[tuple[int, int]] = set()
        self._lines: list[Line] = []
        self._visible: list[tuple[Line, int, int]] = []  # with top and height in logical pixels
        self._geometry = LaneGeometry((0,), 1, 1)
        self._version = -1
        self._arranged_ns = 0
        self._bottom = 1 << 20  # where the last line ends; below it are the times
        self._between = QRegion()
        self._paused: tuple[tuple[Group, tuple[Row, ...]], ...] = ()
        self.marked: tuple[int, int] | None = None
        """The thread whose details are shown beside."""
        super().__init__(rows, parent)
        self.setObjectName("watched_lanes")
        self.setAccessibleName("Lanes: what each thread does, and who holds each GIL")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.bar.setAccessibleName("Scroll the threads")
        self.bar.valueChanged.connect(lambda _: self.rebuild())

    # -- what is shown ----------------------------------------------------------------------------------------

    @property
    def store(self) -> LaneStore:
        return self._shown

    def blank_raster(self, columns: int, column_ns: int) -> Raster:
        return Raster(max(1, len(self._shown.shown)), columns, column_ns, KINDS)

    def blank_image(self, columns: int) -> LaneImage:
        theme = theme_manager().theme
        return LaneImage(self._geometry, columns, theme, _look(theme))

    def plot_rect(self) -> QRect:
        px = theme_manager().px
        wide = self.width() - self._left() - (self._bar_width() if self._scrolls() else 0)
        return QRect(self._left(), 0, max(10, wide), max(4, min(self._bottom, self.height() - px(20))))

    def geometry_rows(self) -> LaneGeometry:
        return self._geometry

    def advance(self, edge_ns: int) -> None:
        if self.live and self._rows.version != self._version and not 0 <= edge_ns - self._arranged_ns < _ARRANGED_NS:
            self._arranged_ns = edge_ns
            before = (self._shown.shown, self._geometry)
            self._version = self._rows.version
            self._arrange()
            if before != (self._shown.shown, self._geometry):
                super().rebuild()
            self.update()
        super().advance(edge_ns)

    def set_live(self, live: bool) -> None:
        """While the picture is paused, its lines stay, whoever comes and goes."""
        if live != self.live:
            self._paused = () if live else tuple((group, tuple(group.rows)) for group in self._rows.groups)
        super().set_live(live)

    def rebuild(self) -> None:
        self._version = self._rows.version
        self._arrange()
        super().rebuild()

    @property
    def lines(self) -> list[Line]:
        """All of them, from the top; what is folded left out."""
        return list(self._lines)

    def fold(self, group: Group) -> None:
        """Its rows disappear under its heading, or come back."""
        self._folded ^= {(group.pid, group.since)}
        self.rebuild()

    def is_folded(self, group: Group) -> bool:
        return (group.pid, group.since) in self._folded

    def _arrange(self) -> None:
        """Which lines there are, which of them are on the screen, and where."""
        self._lines = []
        for group, rows in self._paused or ((group, group.rows) for group in self._rows.groups):
            self._lines.append(Line(group))
            if not self.is_folded(group):
                self._lines += [Line(group, row) for row in rows]
        px, room = theme_manager().px, max(4, self.height() - theme_manager().px(20))
        heads = sum(line.row is None for line in self._lines)
        count = len(self._lines) - heads
        pitch = (room - heads * px(_HEAD)) / count if count else 0.0
        pitch = int(min(px(_MOST), max(px(_LEAST), pitch)))
        fits = heads * px(_HEAD) + count * pitch <= room
        self.bar.blockSignals(True)
        self.bar.setVisible(not fits)
        self.bar.setRange(0, 0 if fits else self._last_first(room, pitch))
        self.bar.setPageStep(max(1, room // pitch if pitch else 1))
        self.bar.blockSignals(False)
        self._visible, top = [], 0
        for line in self._lines[self.bar.value() :]:
            high = px(_HEAD) if line.row is None else pitch
            if top + high > room:
                break
            self._visible.append((line, top, high))
            top += high
        self._bottom = top if fits and count else 1 << 20
        ratio = self.devicePixelRatioF()
        placed = [(line.row, y) for line, y, _ in self._visible if line.row is not None]
        self._shown.show([row.number for row, _ in placed])
        self._lanes = max(1, len(placed))
        self._between = self._without_headings(room)
        gap = max(1, round(0.18 * pitch * ratio))
        tops = tuple(round(y * ratio) for _, y in placed) or (0,)
        self._geometry = LaneGeometry(tops, max(1, round(pitch * ratio) - gap), max(1, round(room * ratio)))

    def _without_headings(self, room: int) -> QRegion:
        """Where lanes and times are: what a frame paints anew."""
        left = self._left()
        region = QRegion(left, min(self._bottom, room), self.width() - left, self.height())
        for line, top, high in self._visible:
            if line.row is not None:
                region += QRect(left, top, self.width() - left, high)
        return region

    def update_lanes(self) -> None:
        self.update(self._between)

    def _last_first(self, room: int, pitch: int) -> int:
        """The first line that is shown when the last one is."""
        left = room
        for place in range(len(self._lines) - 1, -1, -1):
            left -= theme_manager().px(_HEAD) if self._lines[place].row is None else pitch
            if left < 0:
                return place + 1
        return 0

    def _scrolls(self) -> bool:
        return self.bar.maximum() > 0

    def _left(self) -> int:
        px = theme_manager().px
        return min(px(_NAMES), max(px(120), self.width() // 3))

    @staticmethod
    def _bar_width() -> int:
        return theme_manager().px(14)

    # -- events -----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: object) -> None:
        wide = self._bar_width()
        self.bar.setGeometry(self.width() - wide, 0, wide, max(0, self.height() - theme_manager().px(20)))
        super().resizeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.scrolls_at(event.position()):
            self.bar.setValue(self.bar.value() - round(event.angleDelta().y() / 40))
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pages = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}.get(Qt.Key(event.key()), 0)
        if pages:
            self.bar.setValue(self.bar.value() + pages * self.bar.pageStep())
        else:
            super().keyPressEvent(event)

    def scrolls_at(self, point: QPointF) -> bool:
        """Whether a wheel there scrolls; elsewhere it zooms."""
        return point.x() < self._left() and self._scrolls()

    def line_at(self, point: QPointF) -> Line | None:
        return next((line for line, top, high in self._visible if top <= point.y() < top + high), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        line = self.line_at(event.position())
        hand = line is not None and (line.row is None or bool(line.row.thread)) and self._drag is None
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if event.button() != Qt.MouseButton.LeftButton or drag is None:
            return
        if (event.position() - drag[0]).manhattanLength() > 4:
            return
        line = self.line_at(event.position())
        if line is None:
            return
        if line.row is None:
            self.fold(line.group)
        elif line.row.thread:
            self.chosen.emit(line.row.pid, line.row.thread)

    # -- painting ---------------------------------------------------------------------------------------------

    def paint_labels(self, painter: QPainter) -> None:
        """Headings, names and figures."""
        for line, top, high in self._visible:
            if line.row is None:
                self._paint_heading(painter, line.group, QRectF(0, top, self.plot_rect().right() + 1, high))
            else:
                self._paint_name(painter, line.row, QRectF(0, top, self._left(), high * 0.82))

    def _paint_heading(self, painter: QPainter, group: Group, where: QRectF) -> None:
        manager = theme_manager()
        px, theme = manager.px, manager.theme
        font, light = ui_font(_LETTERS + 1, 600, manager.scale), ui_font(_LETTERS, 400, manager.scale)
        title, facts, warning = self._words.heading(group)
        painter.setFont(font)
        painter.setPen(QColor(theme.text.disabled if group.ended_ns else theme.text.primary))
        arrow = "▸" if self.is_folded(group) else "▾"
        metrics, small = QFontMetricsF(font), QFontMetricsF(light)
        least = min(where.width() * 0.4, metrics.horizontalAdvance(f"{arrow} {title}") + 2)
        room = max(least, where.width() - small.horizontalAdvance(facts) - px(24))
        text = metrics.elidedText(f"{arrow}  {title}", Qt.TextElideMode.ElideRight, room)
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(px(2), where.top(), room, where.height()), flags, text)
        x = px(2) + metrics.horizontalAdvance(text) + px(14)
        painter.setFont(light)
        painter.setPen(QColor(theme.accent.warning if warning else theme.text.secondary))
        facts = small.elidedText(facts, Qt.TextElideMode.ElideRight, max(0.0, where.right() - x))
        painter.drawText(QRectF(x, where.top(), where.right() - x, where.height()), flags, facts)

    def _paint_name(self, painter: QPainter, row: Row, where: QRectF) -> None:
        manager = theme_manager()
        px, theme = manager.px, manager.theme
        if row.thread and (row.pid, row.thread) == self.marked:
            painter.fillRect(where, QColor(mix(theme.surface.panel, theme.accent.primary, 0.16)))
        mark = QRectF(where.right() - px(6), where.top(), px(4), where.height())
        if row.thread:
            painter.fillRect(mark, QColor(theme.core_color(row.color % COLORS)))
        name, figure = self._words.row(row)
        faint = bool(row.ended_ns)
        painter.setFont(ui_font(_LETTERS, 600 if not row.thread else 500, manager.scale))
        metrics = QFontMetricsF(painter.font())
        wide = where.width() - px(18) - px(_FIGURE) - px(12)
        painter.setPen(QColor(theme.text.disabled if faint else theme.text.primary))
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        cut = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, wide)
        painter.drawText(QRectF(px(18), where.top(), wide, where.height()), left, cut)
        painter.setPen(QColor(theme.text.disabled if faint else theme.text.secondary))
        figures = QRectF(mark.left() - px(_FIGURE) - px(8), where.top(), px(_FIGURE), where.height())
        painter.drawText(figures, right, figure)

    def _paint_open(self, painter: QPainter) -> None:
        """What comes next is not known: nobody has looked yet."""


def _look(theme: Theme) -> Look:
    states = Look.of_states(theme)
    holders = tuple(theme.core_color(color) for color in range(COLORS))
    return Look(
        (*states.stack, *range(FIRST, FIRST + COLORS), OTHER, FREE),
        (*states.colors, *holders, theme.text.secondary, theme.states[IDLE.key]),
        theme.surface.panel,
        states.striped,
    )
