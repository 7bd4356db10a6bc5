"""The Recordings page within the main window: how it opens and closes, and what is recorded meanwhile. GUI thread.

Page and player are imported when they are first wanted, so that the window opens as fast as without them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from grandstand.ui.pages.recordings.page import RecordingsPage
    from grandstand.ui.shell.window import MainWindow


class RecordingsInWindow:
    """``pages`` holds ``live``, what is seen of the run; the Recordings page is added to it."""

    def __init__(self, window: MainWindow, pages: QStackedWidget, live: QWidget) -> None:
        self._window, self._pages, self._live = window, pages, live
        self.page: RecordingsPage | None = None
        self.busy = False

    @property
    def shown(self) -> bool:
        return self.page is not None and self._pages.currentWidget() is self.page

    def show(self, on: bool | None = None) -> None:
        """The Recordings page, or the run again; None: the other one."""
        on = not self.shown if on is None else on
        if on != self.shown:
            page = self._made()
            if on:
                page.refresh()
            else:
                page.leave()
                self._window.dashboard.lanes_panel.setFocus(Qt.FocusReason.OtherFocusReason)
            self._pages.setCurrentWidget(page if on else self._live)
            if on:
                page.take_focus()
        self._window.show_pages()

    def open(self, path: Path) -> None:
        """Shows a recording; a message when it is none."""
        self.show(True)
        if self.page is not None:
            self.page.open(path)

    def ask_open(self) -> None:
        self.show(True)
        if self.page is not None:
            self.page.ask_open()

    def frame(self, t_ns: int) -> None:
        """One frame, while it is on the screen."""
        if self.page is not None:
            self.page.frame(t_ns)

    def present(self, on: bool) -> None:
        if self.page is not None:
            self.page.present(on)

    def may_start(self) -> bool:
        """For the Start button: the charts come back."""
        self.show(False)
        return True

    def close_down(self) -> None:
        if self.page is not None:
            self.page.close_down()

    def _made(self) -> RecordingsPage:
        if self.page is None:
            from grandstand.ui.pages.recordings.page import RecordingsPage

            self.page = RecordingsPage(self._window)
            self.page.present(self._window.presenting)
            self._pages.addWidget(self.page)
        return self.page
