"""The Compare page within the main window: how it opens and closes. GUI thread.

Page, statistics and plans are imported when they are first wanted, so that the window opens as fast as without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from grandstand.ui.pages.compare.page import ComparePage
    from grandstand.ui.shell.window import MainWindow


class CompareInWindow:
    """``pages`` holds ``live``, what is seen of the run; the Compare page is added to it."""

    def __init__(self, window: MainWindow, pages: QStackedWidget, live: QWidget) -> None:
        self._window, self._pages, self._live = window, pages, live
        self.page: ComparePage | None = None

    @property
    def shown(self) -> bool:
        return self.page is not None and self._pages.currentWidget() is self.page

    @property
    def busy(self) -> bool:
        return self.page is not None and self.page.busy

    def show(self, on: bool | None = None) -> None:
        """The Compare page, or the run again; None: the other one."""
        on = not self.shown if on is None else on
        if on != self.shown:
            page = self._made()
            if not on:
                self._window.dashboard.lanes_panel.setFocus(Qt.FocusReason.OtherFocusReason)
            self._pages.setCurrentWidget(page if on else self._live)
        self._window.show_pages()

    def may_start(self) -> bool:
        """For the Start button: False, with a message, while a comparison goes on. Else the charts come back."""
        if self.busy:
            self._window.tell(
                "warning", "A comparison or a map is being measured, alone on this machine. Cancel that first."
            )
            return False
        self.show(False)
        return True

    def close_down(self) -> None:
        if self.page is not None:
            self.page.close_down()

    def _made(self) -> ComparePage:
        if self.page is None:
            from grandstand.ui.pages.compare.page import ComparePage

            window = self._window
            self.page = ComparePage(window.controller.choice, window.settings, window.tell, self._alone)
            self.page.changed.connect(window.show_pages)
            self._pages.addWidget(self.page)
        return self.page

    def _alone(self) -> bool:
        controller = self._window.controller
        if controller.wanted:
            controller.stop()
            self._window.tell("info", "The run was stopped: comparisons are measured alone.")
        return not controller.active and not self._window.claims.busy
