"""The Claims page within the main window: how it opens and closes, and what keys do beside it. GUI thread.

The page and the claims are imported when they are first wanted, so that the window opens as fast as without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from grandstand.ui.pages.claims.page import ClaimsPage
    from grandstand.ui.shell.window import MainWindow


class ClaimsInWindow:
    """``pages`` holds ``live``, what is seen of the run; the Claims page is added to it."""

    def __init__(self, window: MainWindow, pages: QStackedWidget, live: QWidget) -> None:
        self._window, self._pages, self._live = window, pages, live
        self._enter: list[QShortcut] = []
        self.page: ClaimsPage | None = None

    @property
    def shown(self) -> bool:
        """Whether the page is on the screen."""
        return self.page is not None and self._pages.currentWidget() is self.page

    @property
    def busy(self) -> bool:
        """Whether claims are being checked."""
        return self.page is not None and self.page.busy

    def show(self, on: bool | None = None) -> None:
        """The Claims page, or the run again; None: the other one."""
        on = not self.shown if on is None else on
        if on != self.shown:
            page = self._made()
            if not on:  # else Qt hands the keyboard to the first control, and Space would open that
                self._window.dashboard.lanes_panel.setFocus(Qt.FocusReason.OtherFocusReason)
            self._pages.setCurrentWidget(page if on else self._live)
            for shortcut in self._enter:  # beside the charts Enter belongs to the text fields
                shortcut.setEnabled(on)
            if on:
                page.take_focus()
        self._window.show_pages()

    def present(self, on: bool) -> None:
        if self.page is not None:
            self.page.present(on)

    def may_start(self) -> bool:
        """For the Start button: False, with a message, while claims are checked. Else the charts come back."""
        if self.busy:
            self._window.tell("warning", "Claims are being checked, alone on this machine. Cancel that first.")
            return False
        self.show(False)
        return True

    def close_down(self) -> None:
        """Cancels a check and waits for its end."""
        if self.page is not None:
            self.page.close_down()

    # -- inside -----------------------------------------------------------------------------------------------

    def _made(self) -> ClaimsPage:
        if self.page is not None:
            return self.page
        from grandstand.claims import check
        from grandstand.ui.pages.claims.page import ClaimsPage

        window = self._window
        page = self.page = ClaimsPage(check.claims(), window.settings, window.tell, self._alone)
        page.changed.connect(window.show_pages)
        page.present(window.presenting)
        self._pages.addWidget(page)
        for key in ("Return", "Enter"):
            shortcut = QShortcut(QKeySequence(key), window)
            shortcut.activated.connect(page.enter)
            self._enter.append(shortcut)
        return page

    def _alone(self) -> bool:
        """Stops the run; true once nothing of it is left. A claim is measured with nothing beside it."""
        controller = self._window.controller
        if controller.wanted:
            controller.stop()
            self._window.tell("info", "The run was stopped: claims are measured alone.")
        return not controller.active
