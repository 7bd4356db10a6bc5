"""The main window: toolbar, sidebar, dashboard, sentence, and what the keys do. GUI thread.

It shows what the controller holds and passes on wishes. Thirty times a second it takes a batch of messages, applies
it and lets the charts read the model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from grandstand.control import catalogue
from grandstand.control.controller import Controller
from grandstand.hosts.base import MOST_WORKERS
from grandstand.hosts.frame_slots import frame_slots
from grandstand.modes import keys as mode_keys
from grandstand.observe.machine import machine
from grandstand.session import words
from grandstand.session.sentence import Sentence
from grandstand.ui.arrangements import Arrangements
from grandstand.ui.pages.live.dashboard import Dashboard
from grandstand.ui.pages.live.sentences import current_sentence
from grandstand.ui.pages.live.sidebar import Sidebar
from grandstand.ui.pages.live.toolbar import Toolbar
from grandstand.ui.pages.recordings.session_recorder import SessionRecorder
from grandstand.ui.shell.background import Worker
from grandstand.ui.shell.bridge import FrameClock, Rescue
from grandstand.ui.shell.pages import Pages
from grandstand.ui.shell.settings import Settings
from grandstand.ui.shell.shortcuts import add_shortcuts
from grandstand.ui.snapshot_actions import SnapshotActions
from grandstand.ui.theme.fonts import PRESENTING_SCALE
from grandstand.ui.theme.icons import app_icon
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import SEPARATOR
from grandstand.ui.widgets.sentence_bar import SentenceBar
from grandstand.ui.widgets.toast import ToastStack

_FRAME = 40
"""Height of a window's frame, at most, where systems have one (px)."""
_TONES = {"info": "info", "warning": "warn", "error": "bad"}


class MainWindow(QMainWindow):
    """``controller`` is the session's; ``settings`` what was remembered. ``placed``: size and place were."""

    def __init__(self, controller: Controller, settings: Settings) -> None:
        super().__init__()
        self.controller = controller
        self.settings = settings
        self.setObjectName("main_window")
        self.setWindowTitle("Grandstand")
        self.setWindowIcon(app_icon())
        self.toolbar = Toolbar()
        self.sidebar = Sidebar(controller, self.wish)
        self.dashboard = Dashboard(controller)
        self.sentence_bar = SentenceBar()
        self.sentence_bar.setObjectName("sentence")
        self.toasts = ToastStack(self)
        self.background = Worker((OSError,), self)
        self.snapshots = SnapshotActions(self)
        self.recorder = SessionRecorder(controller, settings, self.tell, self.background)
        self.clock = FrameClock(self.frame, controller.session.beat, self)
        self.rescue = Rescue(self.clock)
        controller.pump.every_turn(self.rescue)
        self._seen_revision = -1
        self._presenting = False
        self._was_full = False
        self._first_paint: Callable[[], None] | None = None

        center = QWidget()
        self.setCentralWidget(center)
        column = QVBoxLayout(center)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        live = QWidget()
        self._body = QVBoxLayout(live)
        self.pages = Pages(self, live)
        self.arrangements = Arrangements(self)
        self.claims, self.compare, self.recordings = self.pages.claims, self.pages.compare, self.pages.recordings
        column.addWidget(self.pages, 1)
        self._middle = QHBoxLayout()
        self._middle.addWidget(self.sidebar)
        self._middle.addWidget(self.dashboard, 1)
        self._body.addLayout(self._middle, 1)
        self._body.addWidget(self.sentence_bar)

        self._connect()
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self.resize(1440, 900)
        self.placed = settings.restore_geometry(self)
        self._refresh_controls()
        self.show_sentence()

    def place(self) -> None:
        """Where nothing is remembered: 1440 × 900, or all of a smaller screen, a projector's 1280 × 800 say."""
        screen = self.screen()
        if not self.placed and screen is not None:
            room = screen.availableSize()
            if room.width() < self.width() or room.height() < self.height() + theme_manager().px(_FRAME):
                self.resize(min(self.width(), room.width()), min(self.height(), room.height()))
                self.setWindowState(Qt.WindowState.WindowMaximized)

    # -- frames -----------------------------------------------------------------------------------------------

    def frame(self, t_ns: int) -> None:
        """One frame: news into the model, the model onto the screen."""
        controller = self.controller
        if controller.wanted:
            self.recorder.begin()
        controller.tick()
        if controller.active or self.live_shown:  # what nobody sees must not take a core from what is measured
            self.dashboard.advance(t_ns)
        self.pages.frame(t_ns)
        self.recorder.look(t_ns)
        self.toolbar.show_recording(self.recorder.recording)
        if controller.revision != self._seen_revision:
            self._refresh_controls()
        while controller.notices:
            notice = controller.notices.popleft()
            self.tell(notice.level, f"{notice.text} {notice.remedy}".strip())
        if self.rescue.happened:
            self.rescue.happened = False
            self.wish(frame_slots=True)
            self.tell("warning", f"No frame for {Rescue.AFTER_S:g} s: frame slots are on again.")

    def show_sentence(self) -> None:
        """The sentence under it all, from the figures as they are now."""
        said = self.current_sentence()
        self.sentence_bar.set_sentence(said.text, said.tone)
        if self.controller.choice.mode == "qthreads":
            slots = frame_slots()
            note = (
                f"The window keeps {words.percent(slots.share)} of the interpreter."
                if self.controller.choice.frame_slots
                else "Off: the window fights for the interpreter like everybody else."
            )
            self.sidebar.set_slots_note(note)

    def current_sentence(self) -> Sentence:
        return current_sentence(self.controller)

    # -- wishes -----------------------------------------------------------------------------------------------

    def wish(self, **changes: Any) -> bool:
        """Passes changes to the controller; False, with a message, when they cannot be."""
        try:
            self.controller.choose(**changes)
        except (ValueError, KeyError) as problem:
            self.tell("warning", str(problem.args[0]))
            return False
        return True

    def toggle_run(self) -> None:
        if self.controller.wanted:
            self.controller.stop()
        elif self.pages.may_start():
            self.dashboard.lanes.set_live(True)
            self.recorder.begin()
            self.controller.start()
        self._refresh_controls()

    def more_workers(self, by: int) -> None:
        count = self.controller.choice.workers + by
        if 1 <= count <= MOST_WORKERS:
            self.wish(workers=count)
            self._refresh_controls()

    def choose_mode(self, number: int) -> None:
        """The n-th mode (1-based)."""
        there = mode_keys()
        if number <= len(there):
            self.wish(mode=there[number - 1])
            self._refresh_controls()

    def tell(self, level: str, text: str, details: str = "") -> None:
        """A message at the top right."""
        self.toasts.show_message(text, _TONES.get(level, level), details=details)

    def show_lane(self, lane: int) -> None:
        """What happened to the worker of a lane, with its traceback."""
        run = self.controller.session.current
        record = next((r for r in run.present if r.lane == lane), None) if run else None
        if record is not None and record.note:
            from grandstand.ui.dialogs.lane_details import LaneDetails

            LaneDetails(record, self).show()

    def toggle_theme(self) -> None:
        manager = theme_manager()
        manager.set_theme("light" if manager.theme.dark else "dark")
        self.settings.put("theme", manager.theme.name)

    def toggle_live(self) -> None:
        self.dashboard.lanes.set_live(not self.dashboard.lanes.live)

    def note(self) -> None:
        """A marker in the recording, at this moment."""
        if self.recorder.note("marked by hand"):
            self.tell("info", "Marked in the recording.")
        else:
            self.tell("info", "Nothing is being recorded: start a run, with recording switched on (R).")

    @property
    def presenting(self) -> bool:
        return self._presenting

    def present(self, on: bool | None = None) -> None:
        """Large letters, full screen, only the charts that were chosen for it; the keys stay alive."""
        on = not self._presenting if on is None else on
        if on == self._presenting:
            return
        self._presenting = on
        if not on:  # before the bars come back: in large letters they would want a wider window
            theme_manager().set_scale(1.0)
        self.sidebar.setVisible(not on)
        self.toolbar.setVisible(not on)
        self.dashboard.arrange(on)
        self.pages.present(on)
        self.arrangements.settle()
        if on:
            theme_manager().set_scale(PRESENTING_SCALE)
        if on:
            self._was_full = self.isFullScreen()
            self.showFullScreen()
        elif not self._was_full:
            self.showNormal()

    @property
    def talk_opened(self) -> bool:
        """Whether a talk is on the screen, and has the keys."""
        talk = getattr(self, "talk", None)
        return talk is not None and bool(talk.opened)

    def edit_talk(self) -> None:
        """The scene list: talks, made and presented."""
        from grandstand.ui.pages.talk.in_window import talk_in

        talk_in(self).edit()

    def show_help(self) -> None:
        from grandstand.ui.dialogs.help import HelpDialog

        HelpDialog(self).show()

    # -- inside -----------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        bar, pages = self.toolbar, self.pages
        self.dashboard.scored.connect(self.show_sentence)
        self.dashboard.enlarged.connect(self.arrangements.show)
        bar.start_stop.connect(self.toggle_run)
        bar.pause.connect(self.toggle_live)
        bar.claims.connect(self.claims.show)
        bar.compare.connect(self.compare.show)
        bar.recordings.connect(self.recordings.show)
        bar.snapshot.connect(lambda: pages.here(self.snapshots.take, "snapshot"))
        bar.snapshot_menu.connect(lambda: self.snapshots.menu(bar.snapshot_more))
        bar.present.connect(self.present)
        bar.talks.connect(self.edit_talk)
        bar.theme.connect(self.toggle_theme)
        bar.help.connect(self.show_help)
        self.sidebar.set_most_workers(int(self.settings.number("workers/most", MOST_WORKERS)))
        self.sidebar.most_changed.connect(lambda most: self.settings.put("workers/most", most))
        self.sidebar.span_changed.connect(self.dashboard.lanes.set_span)
        self.dashboard.lanes.span_changed.connect(self.sidebar.set_span)
        self.dashboard.lanes.live_changed.connect(bar.show_live)
        self.dashboard.lane_clicked.connect(self.show_lane)
        add_shortcuts(self)

    @property
    def live_shown(self) -> bool:
        """Whether the charts of the run are on the screen, and not another page."""
        return self.pages.live_shown

    def show_live(self) -> None:
        """Back to the charts, from whichever page."""
        self.pages.show_live()

    def show_pages(self) -> None:
        """The toolbar follows what page is on the screen."""
        self.pages.show_toolbar()

    def space(self) -> None:
        """The space bar: the page that wants it, else the run."""
        if not self.pages.press_focused():
            self.toggle_run()

    def escape(self) -> None:
        """One step back: a message, presenting, a page."""
        if self.toasts.close_newest():
            return
        if self._presenting or self.live_shown:
            self.present(False)
        else:
            self.show_live()

    def _refresh_controls(self) -> None:
        self._seen_revision = self.controller.revision
        self.sidebar.refresh()
        self.toolbar.show_state(self.controller.state, self.controller.wanted)
        choice = self.controller.choice
        kind = catalogue.workload(choice.workload)
        here = machine()
        gil = "GIL" if here.gil.startswith("on") else "no GIL"
        cores = f"{here.cores} core{'s' if here.cores > 1 else ''}"
        parts = (words.workers(choice.mode, choice.workers), kind.title, f"Python {here.python} ({gil})", cores)
        self.toolbar.set_facts(SEPARATOR.join(parts))

    def _rescale(self) -> None:
        px = theme_manager().px
        self._body.setContentsMargins(px(14), px(12), px(14), px(12))
        self._body.setSpacing(px(12))
        self._middle.setSpacing(px(12))

    def on_first_paint(self, action: Callable[[], None]) -> None:
        """Has ``action`` called once, when the window has been painted for the first time."""
        self._first_paint = action

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        action, self._first_paint = self._first_paint, None
        if action is not None:
            QTimer.singleShot(0, action)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.clock.stop()
        if not self._presenting:
            self.settings.save_geometry(self)
        self.settings.save_choice(self.controller.choice)
        self.settings.put("span", self.dashboard.lanes.span_ns)
        self.settings.save()
        self.hide()  # what follows may have to wait for a disk
        self.pages.close_down()
        self.background.close_down()
        self.recorder.close()
        super().closeEvent(event)
