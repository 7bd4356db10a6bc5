"""The Watch page: the list of programs, or the one that is watched. GUI thread."""

from __future__ import annotations

import shlex
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from grandstand import plain
from grandstand.observe.running import Running
from grandstand.observe.stacks import NoStacks
from grandstand.ui.pages.watch import watched_files
from grandstand.ui.pages.watch.programs_list import ProgramsList
from grandstand.ui.pages.watch.recording import WatchRecording
from grandstand.ui.pages.watch.watch_thread import Leaving, ListThread
from grandstand.ui.pages.watch.watched import Watched
from grandstand.ui.pages.watch.watching import WatchingView
from grandstand.ui.shell.background import Worker
from grandstand.ui.shell.page import Page
from grandstand.ui.shell.services import Services
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.button import make_button
from grandstand.ui.widgets.panel import ElidedLabel
from grandstand.ui.widgets.stack import Stack
from grandstand.ui.widgets.toggle import Toggle

_MOST_TITLE = 400


class WatchPage(Page):
    """Watching goes on while another page is on the screen; looking for programs does not."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.setObjectName("watch_page")
        self.programs = ProgramsList()
        self._name = ""
        self.view: WatchingView | None = None
        self.watched: Watched | None = None
        self._lister: ListThread | None = None
        self._leaving = Leaving(self)
        self._stacks = Worker((NoStacks, OSError), self)
        self.back_button = make_button("Programs", "chevron-down", "watch_back", self.back)
        self.stop_button = make_button("Stop watching", "stop", "watch_stop", self.stop)
        self.save_button = make_button("Save…", "save", "watch_save", self.ask_save)
        self.record = Toggle("Record")
        self.record.setObjectName("watch_record")
        self.title = ElidedLabel("", "secondary")
        self._bar = QFrame()
        self._bar.setProperty("role", "panel")
        self._row = QHBoxLayout(self._bar)
        for widget in (self.back_button, self.stop_button, self.save_button):
            self._row.addWidget(widget)
        self._row.addWidget(self.record)
        self._row.addStretch(1)
        self._row.addWidget(self.title)
        self._watching = QWidget()
        self._inside = QVBoxLayout(self._watching)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.addWidget(self._bar)
        self.stack = Stack()
        self.stack.addWidget(self.programs)
        self.stack.addWidget(self._watching)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.stack)
        self.programs.wanted.connect(self.watch)
        self.recording = WatchRecording(services, self)
        self.recording.changed.connect(self._refresh)
        self.record.toggled.connect(self._set_recording)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    # -- page -------------------------------------------------------------------------------------------------

    def come(self) -> None:
        if not self.watching:
            self._look_for_programs()

    def leave(self) -> None:
        self._look_no_longer()

    def take_focus(self) -> None:
        if self.view is not None:
            self.view.lanes.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.programs.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def frame(self, t_ns: int) -> None:
        if self.view is not None:
            self.view.advance(t_ns)
            self.recording.look(t_ns)

    def present(self, on: bool) -> None:
        self._bar.setVisible(not on)

    def step_out(self) -> bool:
        """Details, then the watching."""
        if self.view is None:
            return False
        if not self.view.close_details():
            self.back()
        return True

    def close_down(self) -> bool:
        self._look_no_longer()
        self._end_watching()
        self.recording.close_down()
        self._stacks.close_down()
        return self._leaving.wait()

    # -- what a person does -----------------------------------------------------------------------------------

    @property
    def watching(self) -> bool:
        """Whether a program is on the screen, and not the list."""
        return self.view is not None

    def watch(self, program: Running) -> None:
        """Watches it from now on, in place of the list."""
        self.watch_process(program.pid, shlex.join(program.command))

    def watch_process(self, pid: int, title: str) -> None:
        self._look_no_longer()
        self._drop_view()
        watched = self.watched = Watched(pid)
        view = self.view = WatchingView(watched, self._stacks)
        watched.setParent(view)
        watched.over.connect(self._over)
        watched.heard.connect(self.recording.hear)
        self._inside.addWidget(view, 1)
        self._name = plain.one_line(title, most=_MOST_TITLE)
        self.title.setText(self._name)
        if self.services.recorder.wanted:
            self.recording.begin(self._name, watched.program)
        self.stack.setCurrentIndex(1)
        self._refresh()
        watched.begin()
        self.take_focus()

    def stop(self) -> None:
        """Watches no longer; what was seen stays on the screen."""
        if self.watched is not None:
            self.stop_button.setEnabled(False)
            self.watched.stop()

    def back(self) -> None:
        """The list again; what was seen is given up."""
        self._drop_view()
        self.stack.setCurrentIndex(0)
        self._refresh()
        self._look_for_programs()
        self.take_focus()

    def enter(self) -> None:
        """The button that has the keyboard, else: watches the chosen program."""
        if not self.press_focused() and self.view is None:
            self.programs.watch_button.click()

    def choose(self, by: int) -> None:
        """Another program, or a line further up or down."""
        if self.view is None:
            self.programs.table.choose(by)
        else:
            self.view.lanes.bar.setValue(self.view.lanes.bar.value() + by)

    def toggle_live(self) -> None:
        if self.view is not None:
            self.view.lanes.set_live(not self.view.lanes.live)

    def snapshot(self) -> None:
        """S: a picture of what is shown."""
        if self.view is not None:
            watched_files.take(self.view, self.services)

    def copy(self) -> None:
        """The picture on the clipboard."""
        if self.view is not None:
            watched_files.copy(self.view, self.services)

    def ask_save(self) -> None:
        """A report, all figures or a picture, in a place that is asked for."""
        if self.view is not None:
            watched_files.ask(self.view, self.services)

    def save(self, path: Path) -> None:
        """HTML, Markdown, JSON or PNG by the ending."""
        if self.view is not None:
            watched_files.save(self.view, path, self.services)

    # -- inside -----------------------------------------------------------------------------------------------

    def _look_for_programs(self) -> None:
        if self._lister is None:
            self._lister = ListThread(self)
            self._lister.listed.connect(self.programs.set_programs, Qt.ConnectionType.QueuedConnection)
            self._lister.failed.connect(self.programs.set_problem, Qt.ConnectionType.QueuedConnection)
            self._lister.start()

    def _look_no_longer(self) -> None:
        lister, self._lister = self._lister, None
        if lister is not None:
            lister.listed.disconnect(self.programs.set_programs)
            lister.failed.disconnect(self.programs.set_problem)
            self._leaving.let_go(lister)

    def _end_watching(self) -> None:
        watched, self.watched = self.watched, None
        if watched is not None:
            watched.end(self._leaving)
        if self.view is not None:
            self.view.end()

    def _over(self) -> None:
        """Nothing more comes; what was seen stays on the screen."""
        if self.view is not None:
            self.view.tell(0)
        self.recording.end()
        self._refresh()

    def _set_recording(self, on: bool) -> None:
        """Of this program alone; whether others are recorded from the start is a setting of the Recordings page."""
        if on and self.watched is not None and self.watched.running:
            self.recording.begin(self._name, self.watched.program)
        elif not on:
            self.recording.end()
        self._refresh()

    def _drop_view(self) -> None:
        self._end_watching()
        self.recording.end()
        view, self.view = self.view, None
        if view is not None:
            self._inside.removeWidget(view)
            view.hide()
            view.deleteLater()

    def _refresh(self) -> None:
        running = self.watched is not None and self.watched.running
        self.stop_button.setEnabled(running)
        self.record.setEnabled(running)
        with QSignalBlocker(self.record):
            self.record.setChecked(self.recording.on)
        self.changed.emit()

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(px(14), px(12), px(14), px(12))
        self._inside.setSpacing(px(12))
        self._row.setContentsMargins(px(10), px(8), px(16), px(8))
        self._row.setSpacing(px(8))
