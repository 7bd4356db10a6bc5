"""The pages beside the charts of the run: which one is on the screen, and what keys do there. GUI thread.

Each page has a host that makes it when it is first wanted; a page answers to what it has methods for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtWidgets import QWidget

from grandstand.ui.pages.claims.in_window import ClaimsInWindow
from grandstand.ui.pages.compare.in_window import CompareInWindow
from grandstand.ui.pages.recordings.in_window import RecordingsInWindow
from grandstand.ui.widgets.stack import Stack

if TYPE_CHECKING:
    from grandstand.ui.shell.window import MainWindow


class Host(Protocol):
    """One page within the window; ``page`` is None until it is first shown."""

    @property
    def shown(self) -> bool: ...

    @property
    def busy(self) -> bool: ...

    def show(self, on: bool | None = None) -> None: ...

    def may_start(self) -> bool: ...

    def close_down(self) -> None: ...


class Pages(Stack):
    """``live`` is what is seen of the run; the other pages come to it."""

    def __init__(self, window: MainWindow, live: QWidget) -> None:
        super().__init__()
        self._window, self._live = window, live
        self.addWidget(live)
        self.claims = ClaimsInWindow(window, self, live)
        self.compare = CompareInWindow(window, self, live)
        self.recordings = RecordingsInWindow(window, self, live)
        self.hosts: dict[str, Host] = {
            "claims": self.claims, "compare": self.compare, "recordings": self.recordings
        }  # fmt: skip

    @property
    def live_shown(self) -> bool:
        """Whether the charts of the run are on the screen, and not another page."""
        return self.currentWidget() is self._live

    @property
    def page(self) -> Any:
        """The page on the screen; None while it is the run's charts."""
        return None if self.live_shown else self.currentWidget()

    def show_live(self) -> None:
        """Back to the charts, from whichever page."""
        for host in self.hosts.values():
            if host.shown:
                host.show(False)

    def may_start(self) -> bool:
        """For the Start button: False, with a message, while something is measured that must be alone."""
        return all(host.may_start() for host in self.hosts.values())

    def here(self, on_live: Callable[[], Any], name: str = "", *arguments: Any) -> None:
        """What a key does, by what is on the screen: ``name`` is the page's method for it, if it has one."""
        if self.live_shown:
            on_live()
            return
        action = getattr(self.page, name, None) if name else None
        if action is not None:
            action(*arguments)

    def press_focused(self) -> bool:
        """The space bar on a page; False where it means the run."""
        return self.page is not None and bool(self.page.press_focused())

    def show_toolbar(self) -> None:
        """The toolbar follows: which page is on the screen, and how far its work is."""
        claims, compare = self.claims.page, self.compare.page
        self._window.toolbar.show_pages(
            {
                "claims": (self.claims.shown, claims.overall if claims is not None and claims.busy else None),
                "compare": (self.compare.shown, compare.share if compare is not None and compare.busy else None),
                "recordings": (self.recordings.shown, None),
            }
        )

    def frame(self, t_ns: int) -> None:
        """One frame of the window, for the page on the screen."""
        if self.recordings.shown:
            self.recordings.frame(t_ns)

    def present(self, on: bool) -> None:
        self.claims.present(on)
        self.recordings.present(on)

    def close_down(self) -> None:
        for host in self.hosts.values():
            host.close_down()
