"""The main window: toolbar, pages, messages, and what every page shares. GUI thread.

Thirty times a second it takes a batch of messages, applies it and lets the page on the screen read the session. It is
the desk that pages ask (see services.Desk); it knows a page only through its contract.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from grandstand.control import catalogue
from grandstand.control.choice import called
from grandstand.control.controller import Controller
from grandstand.modes.qthreads import FRAME_SLOTS
from grandstand.observe.machine import Machine
from grandstand.session import words
from grandstand.ui.shell.actions import actions_of
from grandstand.ui.shell.background import Worker
from grandstand.ui.shell.bridge import FrameClock, Rescue
from grandstand.ui.shell.drops import Drops
from grandstand.ui.shell.pages import HOME, Pages, page_specs
from grandstand.ui.shell.presentation import Presentation
from grandstand.ui.shell.services import Services
from grandstand.ui.shell.session_recorder import SessionRecorder
from grandstand.ui.shell.settings import Settings
from grandstand.ui.shell.walking import Walkers
from grandstand.ui.shell.window_actions import WINDOW, toolbar_of
from grandstand.ui.snapshot_actions import SnapshotActions
from grandstand.ui.theme.icons import app_icon
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import SEPARATOR
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
        self.toasts = ToastStack(self)
        self.background = Worker((OSError,), self)
        self.presentation = Presentation(self)
        self.services = Services(
            controller, settings, self.tell, self.toasts, self.background,
            SessionRecorder(controller, settings, self.tell, self.background),
            SnapshotActions(settings, self.tell, self.toasts, self.background, self),
            Walkers(self), self,
        )  # fmt: skip
        self.recorder, self.snapshots = self.services.recorder, self.services.snapshots
        self._talk: Any = None
        self._seen: tuple[int, Machine] | None = None
        self._recording = False
        self._first_paint: Callable[[], None] | None = None

        specs = page_specs()
        self.pages = Pages(specs, self.services, self)
        self.actions_by_name = actions_of([*(s.opener() for s in specs if s.key != HOME), *WINDOW], self, self)
        for action in self.actions_by_name.values():
            self.addAction(action)
        self.live = self.pages.slots[HOME].made()
        self.toolbar = toolbar_of(specs, {**self.actions_by_name, **self.pages.slots[HOME].actions})
        center = QWidget()
        self.setCentralWidget(center)
        self._column = column = QVBoxLayout(center)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addWidget(self.pages, 1)
        self.clock = FrameClock(self.frame, controller.session.beat, self)
        self.rescue = Rescue(self.clock)
        controller.pump.every_turn(self.rescue)
        self.pages.switched.connect(self._show_pages)
        self.pages.changed.connect(self._show_pages)
        self.pages.show_page(HOME)
        theme_manager().changed.connect(self._restyle)
        self._restyle()
        self.resize(1440, 900)
        self.placed = settings.restore_geometry(self)
        Drops(self, self.open_function)
        self._refresh_controls()

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
        page = self.pages.page
        if controller.active or page is self.live:  # what nobody sees must not take a core from what is measured
            self.live.advance(t_ns)
        if page is not self.live:
            page.frame(t_ns)
        self.recorder.look(t_ns)
        self._show_recording()
        if (controller.revision, controller.machine) != self._seen:  # a CPU quota may be changed meanwhile
            self._refresh_controls()
        while controller.notices:
            notice = controller.notices.popleft()
            self.tell(notice.level, f"{notice.text} {notice.remedy}".strip())
        if self.rescue.happened:
            self.rescue.happened = False
            self.wish(options={FRAME_SLOTS.key: True})
            self.tell("warning", f"No frame for {Rescue.AFTER_S:g} s: frame slots are on again.")

    # -- the desk (see services.Desk) -------------------------------------------------------------------------

    @property
    def frame_widget(self) -> QWidget:
        return self

    @property
    def presenting(self) -> bool:
        return self.presentation.on

    def page(self, key: str) -> Any:
        return self.pages.slots[key].made()

    def shown(self, key: str) -> bool:
        return self.pages.slots[key].shown

    def show_page(self, key: str) -> None:
        self.pages.show_page(key)

    def toggle_page(self, key: str) -> None:
        """The page, or the run's charts again."""
        self.pages.slots[key].show()

    def busy(self, key: str) -> bool:
        return self.pages.slots[key].busy

    def measuring(self, but: QWidget | None = None) -> bool:
        return any(slot.busy for slot in self.pages.slots.values() if slot.page is not but)

    def may_start(self) -> bool:
        for page in self.pages.made():
            reason = page.why_no_start()
            if reason:
                self.tell("warning", reason)
                return False
        self.show_page(HOME)
        return True

    def wish(self, **changes: Any) -> bool:
        try:
            self.controller.choose(**changes)
        except (ValueError, KeyError) as problem:
            self.tell("warning", str(problem.args[0]))
            return False
        return True

    def toggle_run(self) -> None:
        if self.controller.wanted:
            self.controller.stop()
        elif self.may_start():
            self.live.dashboard.lanes.set_live(True)
            self.recorder.begin()
            self.controller.start()
        self._refresh_controls()

    def tell(self, level: str, text: str, details: str = "") -> None:
        """A message at the top right."""
        self.toasts.show_message(text, _TONES.get(level, level), details=details)

    def headline(self, widget: QWidget) -> None:
        self._column.insertWidget(0, widget)

    def present(self, on: bool | None = None) -> None:
        """Large letters, full screen, only the charts that were chosen for it; the keys stay alive."""
        on = not self.presenting if on is None else on
        if on == self.presenting:
            return
        if on:
            self.presentation.begin()
        else:
            self.presentation.end()
        self.toolbar.setVisible(not on)
        for page in self.pages.made():
            page.present(on)
        if not on:
            QTimer.singleShot(0, self, self.presentation.scroll_back)

    # -- actions ----------------------------------------------------------------------------------------------

    def toggle_present(self) -> None:
        """F: presents, or ends presenting and the talk with it."""
        if self._talk is not None and self._talk.opened:
            self._talk.close()
            if self.presenting:
                self.present(False)
        else:
            self.present()

    def toggle_theme(self) -> None:
        manager = theme_manager()
        manager.set_theme("light" if manager.theme.dark else "dark")
        self.settings.put("theme", manager.theme.name)

    @property
    def talk(self) -> Any:
        """The talk on the screen, or none yet; made when it is first wanted."""
        if self._talk is None:
            from grandstand.ui.pages.talk.in_window import TalkInWindow

            self._talk = TalkInWindow(self.services)
        return self._talk

    def edit_talk(self) -> None:
        """The scene list: talks, made and presented. It is for the speaker, not for the audience."""
        if self._talk is None or not self._talk.opened:
            self.present(False)
        self.talk.edit()

    def take_picture(self) -> None:
        self.pages.page.snapshot()

    def snapshot_menu(self) -> None:
        self.snapshots.menu(self.toolbar.buttons["snapshot_more"], self.controller, self.live.dashboard)

    def open_recording(self) -> None:
        self.show_page("recordings")
        self.page("recordings").ask_open()

    def open_function(self, path: Path) -> None:
        """A Python file that was dropped: its functions are listed, and nothing of it runs."""
        self.show_page("race")
        self.page("race").open(path)

    def show_help(self) -> None:
        from grandstand.ui.dialogs.help import HelpDialog

        HelpDialog(WINDOW, [slot.spec for slot in self.pages.slots.values()], self).show()

    def escape(self) -> None:
        """Exactly one level: a black screen, a talk, presenting, a level within the page, the page, a message."""
        walker = self.services.walkers.current
        if walker is not None:
            walker.step_out()
        elif self.presenting:
            self.present(False)
        elif self.pages.page.step_out():
            pass
        elif not self.pages.live_shown:
            self.show_page(HOME)
        else:
            self.toasts.close_newest()

    # -- inside -----------------------------------------------------------------------------------------------

    def _show_pages(self) -> None:
        """The toolbar follows: which page is on the screen, and how far its work is."""
        for key, slot in self.pages.slots.items():
            action = self.actions_by_name.get(key)
            if action is not None:
                share = slot.page.share if slot.page is not None else None
                text = slot.spec.title if share is None else f"{slot.spec.title} {100 * share:.0f} %"
                action.setChecked(slot.shown)
                if action.text() != text:
                    action.setText(text)
        self.actions_by_name["snapshot_menu"].setEnabled(self.pages.live_shown)
        self.actions_by_name["picture"].setEnabled(self.pages.page.pictured)
        self.pages.slots[HOME].actions["sidebar"].setChecked(self.live.with_sidebar)
        pause = self.pages.slots[HOME].actions["pause_view"]
        live = self.live.dashboard.lanes.live
        pause.setChecked(not live)
        if pause.text() != ("Pause view" if live else "Go live"):
            pause.setText("Pause view" if live else "Go live")
            self.toolbar.buttons["pause_view"].show_icon("pause" if live else "play")

    def _show_recording(self) -> None:
        """Red while the session is being recorded."""
        on = self.recorder.recording
        if on != self._recording:
            self._recording = on
            spec = self.pages.slots["recordings"].spec.opener()
            self.toolbar.buttons["recordings"].show_icon("record", "accent.danger" if on else "")
            tip = spec.tip.replace("Recordings", "Recordings: this session is being recorded", 1) if on else spec.tip
            self.actions_by_name["recordings"].setToolTip(plain_tip(tip))

    def _refresh_controls(self) -> None:
        here = self.controller.machine
        self._seen = (self.controller.revision, here)
        self.live.refresh()
        self.toolbar.show_state(self.controller.state, self.controller.wanted)
        choice = self.controller.choice
        kind = catalogue.workload(choice.workload)
        version, free = here.python, not here.gil.startswith("on")
        if choice.python is not None:
            version, free = choice.python.version or called(choice.python), bool(choice.python.free_threaded)
        gil = "no GIL" if free else "GIL"
        cores = words.cores(here.cores, here.quota)
        parts = (words.workers(choice.mode, choice.workers), kind.title, f"Python {version} ({gil})", cores)
        self.toolbar.set_facts(SEPARATOR.join(parts))

    def _restyle(self) -> None:
        self.toolbar.buttons["theme"].show_icon("sun" if theme_manager().theme.dark else "moon")

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
        self.settings.put("window/geometry", self.presentation.geometry)
        self.settings.save_choice(self.controller.choice)
        self.settings.put("span", self.live.dashboard.lanes.span_ns)
        self.settings.save()
        self.hide()  # what follows may have to wait for a disk
        if self._talk is not None:
            self._talk.close_down()
        self.pages.close_down()
        self.background.close_down()
        self.recorder.close()
        super().closeEvent(event)
