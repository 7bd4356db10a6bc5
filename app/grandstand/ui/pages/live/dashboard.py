"""All charts in their panels, and what each says in figures. Reads the session; GUI thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from grandstand.hosts.base import flush_ns
from grandstand.ui.charts.chart import Chart
from grandstand.ui.charts.lanes_view import LanesView
from grandstand.ui.charts.legend import Legend
from grandstand.ui.charts.microscope_view import MicroscopeView
from grandstand.ui.charts.registry import chart
from grandstand.ui.pages.live.figures import Figures
from grandstand.ui.stage import Stage
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import GivingLabel, Panel, make_label
from grandstand.vocabulary.panels import GIL, LANES, SCOREBOARD, every, keys, story, usual

_LEAST_TURNS = 3
_MOST_WIDE = 0.4
"""Of the height, for a wide panel beside others."""
_NO_LIMIT = 16_777_215  # QWIDGETSIZE_MAX
_WIDE = frozenset(panel.key for panel in every() if panel.wide)
"""Frames in which each of the paced charts is drawn once."""
_NARROWEST, _LOWEST, _LOWEST_LANES = 216, 146, 212
"""Of a panel, in px at scale 1: with less its chart says nothing any more."""


class Dashboard(QWidget):
    """The right side of the window. ``advance`` is called each frame.

    ``enlarged``: the panel of that key is to fill the screen (a double click on its heading). ``scored``: the
    scoreboard was renewed; who says the same figures elsewhere does so now. ``arranged``: other panels are shown.
    """

    lane_clicked = Signal(int)
    enlarged = Signal(str)
    scored = Signal()
    arranged = Signal()

    def __init__(
        self, stage: Stage, parent: QWidget | None = None, lanes: type[LanesView] = LanesView, scrolls: bool = False
    ) -> None:
        """``scrolls``: it lies in a scroll area, so that no panel needs to be lower than its chart can bear."""
        super().__init__(parent)
        self._stage, self._scrolls = stage, scrolls
        self._columns = 0
        self._rooms: tuple[int, ...] = ()
        session = stage.session
        self.lanes = lanes(session)
        self.microscope = MicroscopeView(session)
        self.legend = Legend()
        self._turn = 0
        self._turns: tuple[Chart, ...] = ()
        self._built = False
        self.layout_keys: tuple[str, ...] = ()
        self.asked_for: set[str] = set()
        """Keys of panels that are shown because somebody asked for them (Panel.asked)."""

        self.lanes_panel = Panel(LANES.title, "last 10 s")
        self.lanes_panel.add_corner(self.legend)
        self.lanes_panel.body.addWidget(self.lanes, 3)
        self.microscope_words = GivingLabel("caption")
        line = QHBoxLayout()
        line.addWidget(make_label("Microscope", "heading"))
        line.addWidget(self.microscope_words, 1)
        self.lanes_panel.body.addLayout(line)
        self.lanes_panel.body.addWidget(self.microscope, 2)
        self.panels: dict[str, Panel] = {}
        self.charts: dict[str, Chart] = {}
        """By the panel's key, lanes apart."""
        self._figures = Figures(self, stage)
        self._add_panels()
        self._grid = QGridLayout()
        self._outer = QVBoxLayout(self)
        self._outer.addWidget(self.lanes_panel, 12)
        for key, panel in self.panels.items():
            if key in _WIDE:
                self._outer.addWidget(panel)
        self._outer.addLayout(self._grid, 13)
        self.lanes.lane_clicked.connect(self.lane_clicked)
        self.lanes.span_changed.connect(self._span_changed)
        theme_manager().changed.connect(self._rescale)
        self.arrange(False)
        self._rescale()
        self.figures(self._stage.session.clock())

    def _add_panels(self) -> bool:
        """Panels that are not here yet, in their frames; whether there were any."""
        there = every(self._stage.session.channels.described)
        fresh = [panel for panel in there if panel.key not in self.panels]
        for panel in fresh:
            frame = self.panels[panel.key] = self.lanes_panel if panel == LANES else Panel(panel.title)
            frame.set_title(panel.title, panel.short)
            frame.setObjectName(f"panel_{panel.key}")
            frame.enlarged.connect(lambda key=panel.key: self.enlarged.emit(key))
            # All columns equally wide, whatever figures they show.
            frame.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            if panel != LANES:
                made = self.charts[panel.key] = chart(panel, self._stage, frame)
                if panel == SCOREBOARD:
                    made.told = self.scored.emit
        self.panels = {panel.key: self.panels[panel.key] for panel in there if panel.key in self.panels}
        self._figures.take_up(self.charts[key] for key in self.panels if key in self.charts)
        return bool(fresh)

    def take_up(self) -> None:
        """Panels that have come since this was made, as plug-ins and unknown channels of a recording bring them."""
        all_of_them = self.shows_all
        if not self._add_panels():
            return
        if self._built:
            self._build(self.panels)
        self.arrange(False if all_of_them else self.layout_keys)

    @property
    def built(self) -> bool:
        """Whether the line charts are there."""
        return self._built

    def _usual(self) -> tuple[str, ...]:
        there = usual()
        return tuple(key for key in self.panels if key in there or key in self.asked_for or key not in keys())

    def ask_for(self, key: str, on: bool) -> None:
        """Shows a panel that is not there of itself, or takes it away again."""
        all_of_them = self.shows_all
        (self.asked_for.add if on else self.asked_for.discard)(key)
        if all_of_them:
            self.arrange(False)

    @property
    def shows_all(self) -> bool:
        """Whether all panels are shown at once."""
        return set(self.layout_keys) == set(self._usual())

    @property
    def round(self) -> int:
        """Frames after which each chart and each figure has been renewed."""
        return max(self._figures.round, len(self._turns)) + 1

    def build_charts(self, wanted: Sequence[str] = ()) -> None:
        """The line charts, once the window is on the screen: importing pyqtgraph takes as long as all the rest.

        Only those of the panels ``wanted`` (none: all): each takes 20 to 30 ms (seen on two cores).
        """
        if not self._built:
            self._build(wanted or self.panels)

    def _build(self, wanted: Iterable[str]) -> None:
        for key in wanted:
            if key in self.charts:
                self.charts[key].build()
        self._turns = tuple(one for one in self.charts.values() if one.paced and one.widget is not None)
        self._built = True
        self._span_changed(self.lanes.span_ns)
        self.figures(self._stage.session.clock())

    def arrange(self, layout: bool | Sequence[str]) -> None:
        """The panels named, in this order: lanes wide at the top, the others below. False: all; True: the story's.

        A key that there is no panel for is left out.
        """
        if isinstance(layout, bool):
            layout = story() if layout else self._usual()
        self.layout_keys = tuple(dict.fromkeys(key for key in layout if key in self.panels))
        self._columns = 0
        self._reflow()
        self.arranged.emit()

    def _reflow(self) -> None:
        """As many columns as there is room for; with fewer of them more rows."""
        below = [key for key in self.layout_keys if key not in _WIDE and key != LANES.key]
        px, gap = theme_manager().px, self._grid.spacing()
        columns = len(below) if len(below) < 4 else (len(below) + 1) // 2
        if self.width() > px(_NARROWEST):
            columns = max(1, min(columns, (self.width() + gap) // (px(_NARROWEST) + gap)))
            # On a tall screen wide charts in more rows, and not slim ones in two.
            while columns > 2 and self.height() / 2 / -(-len(below) // columns) > self.width() / columns:
                columns -= 1
        rooms = (self.height(), *(self.charts[key].room() for key in self.layout_keys if key in _WIDE))
        if (columns, rooms) == (self._columns, self._rooms):
            return
        self._rooms = rooms
        self._columns = columns
        for key, panel in self.panels.items():
            if key != LANES.key and key not in _WIDE:
                self._grid.removeWidget(panel)
            if key not in self.layout_keys:
                panel.hide()
        for i, key in enumerate(below):
            self._grid.addWidget(self.panels[key], i // columns, i % columns)
        for key in self.layout_keys:
            self.panels[key].show()
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        rows = -(-len(below) // columns) if columns else 0
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 1 if row < rows else 0)
        lanes = LANES.key in self.layout_keys
        self._outer.setStretch(0, 12 if lanes else 0)
        self._outer.setStretch(self._outer.count() - 1, (0, 7, 13)[rows] if rows < 3 else 6 * rows)
        for key in _WIDE & self.panels.keys():
            # Beside others as high as it must be; alone it fills the screen.
            alone = not below and not lanes
            self._outer.setStretchFactor(self.panels[key], 12 if alone else 0)
            room = px(self.charts[key].room())
            if not alone and not self._scrolls_now:
                room = min(room, int(_MOST_WIDE * self.height()))
            self.panels[key].setMinimumHeight(room)
            self.panels[key].setMaximumHeight(_NO_LIMIT if alone else room)
        if self._scrolls:
            desk = self._scrolls_now
            self.lanes_panel.setMinimumHeight(px(_LOWEST_LANES) if desk else 0)
            for row in range(self._grid.rowCount()):
                self._grid.setRowMinimumHeight(row, px(_LOWEST) if desk and row < rows else 0)

    @property
    def _scrolls_now(self) -> bool:
        """Whether there is always room below; an audience cannot scroll: there everything fits, however low."""
        return self._scrolls and theme_manager().scale <= 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reflow()

    # -- frames -----------------------------------------------------------------------------------------------

    def advance(self, t_ns: int) -> None:
        """Lanes each frame; each line chart every third, in turn; one part of the figures."""
        session = self._stage.session
        run = session.current
        count = run.setting.workers if run is not None else self._stage.choice.workers
        records = {r.lane: r for r in run.present} if run is not None else {}
        shown = max([count, *(lane + 1 for lane in records)])
        self.lanes.set_lanes(shown, records)
        self.microscope.set_lanes(shown, records)
        edge = t_ns - flush_ns(count) - 25_000_000
        self.lanes.advance(edge)
        if self.lanes.live and run is not None and not run.state.ended:
            reach = [session.lanes.lanes[r.lane].reach_ns for r in records.values() if r.alive]
            self.microscope.advance(t_ns, max(min(reach, default=edge), edge - 1_000_000_000))
            self.lanes.microscope = self.microscope.window_ns
            self._show_window()
        if not self._built:
            return
        self._turn = (self._turn + 1) % max(_LEAST_TURNS, len(self._turns))
        if self._turn < len(self._turns):
            self._turns[self._turn].advance(t_ns)
        self._figures.advance(t_ns)
        told_apart = GIL.key in self.layout_keys and not self.panels[GIL.key].is_empty()
        self.lanes.in_color = self.microscope.in_color = told_apart
        if any(key in _WIDE for key in self.layout_keys):
            self._reflow()  # a wide panel may have become higher

    def _show_window(self) -> None:
        for key in self.layout_keys:
            if key in _WIDE:
                self.charts[key].set_window(self.microscope.window_ns)

    def still(self, t_ns: int) -> None:
        """Everything as it is at ``t_ns``, drawn anew; news are left to whoever follows the session frame by frame."""
        session = self._stage.session
        run = session.current
        count = run.setting.workers if run is not None else self._stage.choice.workers
        records = {r.lane: r for r in run.present} if run is not None else {}
        shown = max([count, *(lane + 1 for lane in records)])
        edge = t_ns - flush_ns(count) - 25_000_000
        self.lanes.edge_ns = edge
        for lanes in (self.lanes, self.microscope):
            lanes.set_lanes(shown, records)
        if run is not None:
            end = run.ended_ns - 150_000_000 if run.state.ended else edge  # the last moments are the stop
            self.microscope.show_until(min(end, edge))
        self.lanes.microscope = self.microscope.window_ns
        self._show_window()
        self.lanes.rebuild()
        for one in self.charts.values():
            one.advance(t_ns)
        self.figures(t_ns)

    def figures(self, t_ns: int) -> None:
        """Every heading and figure at once, as they are now."""
        self._figures.renew(t_ns)

    def _span_changed(self, span_ns: float) -> None:
        for one in self.charts.values():
            one.set_span(span_ns)

    def _rescale(self) -> None:
        gap = theme_manager().px(12)
        self._grid.setSpacing(gap)
        self._outer.setSpacing(gap)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._columns = 0
        self._reflow()
