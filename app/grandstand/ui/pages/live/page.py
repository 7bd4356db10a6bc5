"""The live page: controls at the left, charts, and the sentence under it all. GUI thread.

It shows what the controller holds and passes on wishes.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from grandstand.hosts.base import MOST_WORKERS
from grandstand.hosts.frame_slots import frame_slots
from grandstand.modes import described
from grandstand.modes import keys as mode_keys
from grandstand.modes.qthreads import FRAME_SLOTS
from grandstand.session import words
from grandstand.session.sentence import Sentence
from grandstand.ui.pages.live.arrangements import Arrangements
from grandstand.ui.pages.live.dashboard import Dashboard
from grandstand.ui.pages.live.sentences import current_sentence
from grandstand.ui.pages.live.sidebar import Sidebar
from grandstand.ui.shell.page import Page
from grandstand.ui.shell.services import Services
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.charts_area import ChartsArea
from grandstand.ui.widgets.sentence_bar import SentenceBar
from grandstand.vocabulary.panels import GIL


class LivePage(Page):
    """``refresh`` when the choice has changed, ``frame`` thirty times a second."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.setObjectName("live_page")
        self.controller = controller = services.controller
        self.sidebar = Sidebar(controller, services.desk.wish, services.tell)
        self.dashboard = Dashboard(controller, scrolls=True)
        self.area = ChartsArea(self.dashboard)
        self.sentence_bar = SentenceBar()
        self.sentence_bar.setObjectName("sentence")
        self.arrangements = Arrangements(services, self)
        self._body = QVBoxLayout(self)
        self._middle = QHBoxLayout()
        self._middle.addWidget(self.sidebar)
        self._middle.addWidget(self.area, 1)
        self._body.addLayout(self._middle, 1)
        self._body.addWidget(self.sentence_bar)
        self._connect()
        self.sidebar.setVisible(self.with_sidebar)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self.show_sentence()

    def _connect(self) -> None:
        settings, lanes = self.services.settings, self.dashboard.lanes
        self.dashboard.arranged.connect(self._look_at_gil)
        self.sidebar.gil.toggled.connect(self._ask_for_gil)
        self.sidebar.gil.setChecked(settings.text("gil/watched", "no") == "yes")
        self.dashboard.scored.connect(self.show_sentence)
        self.dashboard.enlarged.connect(self.arrangements.show)
        self.dashboard.lane_clicked.connect(self.show_lane)
        self.sidebar.set_most_workers(int(settings.number("workers/most", MOST_WORKERS)))
        self.sidebar.most_changed.connect(lambda most: settings.put("workers/most", most))
        self.sidebar.span_changed.connect(lanes.set_span)
        lanes.span_changed.connect(self.sidebar.set_span)
        lanes.live_changed.connect(lambda _: self.changed.emit())

    # -- page ---------------------------------------------------------------------------------------------------

    def take_focus(self) -> None:
        self.dashboard.lanes_panel.setFocus(Qt.FocusReason.OtherFocusReason)

    def come(self) -> None:
        self.arrangements.settle(shown=True)

    def leave(self) -> None:
        self.arrangements.settle(shown=False)

    def present(self, on: bool) -> None:
        self.sidebar.setVisible(not on and self.with_sidebar)
        self.dashboard.arrange(on)
        self.arrangements.settle()

    def advance(self, t_ns: int) -> None:
        """One frame of the charts, also for a run that nobody sees: its lanes must not begin anew."""
        self.dashboard.advance(t_ns)

    # -- what a person does -------------------------------------------------------------------------------------

    def space(self) -> None:
        """A button that has the keyboard, else the run."""
        if not self.press_focused():
            self.services.desk.toggle_run()

    def more_workers(self, by: int) -> None:
        count = self.controller.choice.workers + by
        if 1 <= count <= MOST_WORKERS:
            self.services.desk.wish(workers=count)
            self.refresh()

    def choose_mode(self, number: int) -> None:
        """The n-th mode (1-based)."""
        there = mode_keys()
        if number <= len(there):
            self.services.desk.wish(mode=there[number - 1])
            self.refresh()

    def toggle_live(self) -> None:
        self.dashboard.lanes.set_live(not self.dashboard.lanes.live)

    @property
    def with_sidebar(self) -> bool:
        """Whether the controls are beside the charts; remembered."""
        return self.services.settings.text("sidebar/shown", "yes") != "no"

    def toggle_sidebar(self) -> None:
        """The charts take the controls' room, or give it back."""
        self.services.settings.put("sidebar/shown", "no" if self.with_sidebar else "yes")
        self.sidebar.setVisible(self.with_sidebar and not self.services.desk.presenting)
        self.changed.emit()

    def watch_gil(self) -> None:
        """Who holds the GIL is looked at, or no longer."""
        self.sidebar.gil.setChecked(not self.sidebar.gil.isChecked())

    def _ask_for_gil(self, on: bool) -> None:
        self.services.settings.put("gil/watched", "yes" if on else "no")
        self.dashboard.ask_for(GIL.key, on)

    def _look_at_gil(self) -> None:
        """It is measured while it is shown: that takes a part of a core."""
        self.controller.gil_feed.want(GIL.key in self.dashboard.layout_keys)

    def note(self) -> None:
        """A marker in the recording, at this moment."""
        if self.services.recorder.note("marked by hand"):
            self.services.tell("info", "Marked in the recording.")
        else:
            self.services.tell("info", "Nothing is being recorded: start a run, with recording switched on (R).")

    def snapshot(self) -> None:
        self.services.snapshots.take(self.controller, self.dashboard)

    def copy(self) -> None:
        self.services.snapshots.copy(self.controller, self.dashboard)

    def show_lane(self, lane: int) -> None:
        """What happened to the worker of a lane, with its traceback."""
        run = self.controller.session.current
        record = next((r for r in run.present if r.lane == lane), None) if run else None
        if record is not None and record.note:
            from grandstand.ui.dialogs.lane_details import LaneDetails

            LaneDetails(record, self.services.desk.frame_widget).show()

    # -- what it shows ------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """The controls follow what was chosen."""
        self.sidebar.refresh()

    def sentence(self) -> Sentence:
        return current_sentence(self.controller)

    def show_sentence(self) -> None:
        """The sentence under it all, from the figures as they are now."""
        sentence = self.sentence()
        self.sentence_bar.set_sentence(sentence.text, sentence.tone)
        choice = self.controller.choice
        if described(choice.mode).in_window:
            slots = frame_slots()
            kept = words.kept(slots.share, slots.gate.crowd.most, choice.workers)
            on = choice.option(FRAME_SLOTS.key, FRAME_SLOTS.default)
            off = "Off: the window fights for the GIL like everybody else."
            self.sidebar.options.set_note(f"{kept[0].upper()}{kept[1:]}." if on else off)

    def _rescale(self) -> None:
        px = theme_manager().px
        self._body.setContentsMargins(px(14), px(12), px(14), px(12))
        self._body.setSpacing(px(12))
        self._middle.setSpacing(px(12))
