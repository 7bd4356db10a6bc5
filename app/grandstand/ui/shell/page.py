"""What a page of the window is: how it is described, and what the shell asks of it. GUI thread.

A page gets the services handed to it and knows no window; the shell knows no page but through this.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from grandstand.ui.shell.actions import ActionSpec
from grandstand.ui.shell.services import Services


class Page(QWidget):
    """``changed``: how far its work is, or what can be done on it, has changed."""

    changed = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services

    @property
    def share(self) -> float | None:
        """How far what it measures is, 0 to 1; None while it measures nothing."""
        return None

    @property
    def busy(self) -> bool:
        return self.share is not None

    def why_no_start(self) -> str:
        """Why a run must not start now, and what to do; '' where it may."""
        return ""

    def come(self) -> None:
        """It is about to be on the screen."""

    def take_focus(self) -> None:
        """It is on the screen: the keyboard goes where keys mean most."""
        self.setFocus()

    def leave(self) -> None:
        """It goes off the screen."""

    def frame(self, t_ns: int) -> None:
        """One frame of the window, while it is on the screen."""

    def present(self, on: bool) -> None:
        """An audience looks: only what is for it stays."""

    def snapshot(self) -> object:
        """A picture of what is on the page, where it has one."""

    @property
    def pictured(self) -> bool:
        """Whether it has a picture of its own."""
        return type(self).snapshot is not Page.snapshot

    def step_out(self) -> bool:
        """Esc: leaves one level within the page; False where it is at its outermost."""
        return False

    def close_down(self) -> bool:
        """The window closes: ends what goes on; False if something would not end."""
        return True

    # -- shared by pages ----------------------------------------------------------------------------------------

    not_pressed: type[QWidget] | None = None
    """Buttons of this page that Space and Enter do not press: rows of a list that are chosen by them."""

    def press_focused(self) -> bool:
        """Presses the button of this page that has the keyboard; False when there is none."""
        widget = QApplication.focusWidget()
        if not isinstance(widget, QAbstractButton) or not self.isAncestorOf(widget):
            return False
        if self.not_pressed is not None and isinstance(widget, self.not_pressed):
            return False
        widget.click()
        return True

    def alone(self, what: str) -> bool:
        """Stops the live run; true once nothing of it is left. ``what`` is measured with nothing beside it."""
        controller = self.services.controller
        if controller.wanted:
            controller.stop()
            self.services.tell("info", f"The run was stopped: {what} are measured alone.")
        return not controller.active and not self.services.desk.measuring(but=self)


@dataclass(frozen=True)
class PageSpec:
    """``made_by``: 'module:Class' of its Page, imported when it is first wanted. ``order``: in the toolbar."""

    key: str
    title: str
    does: str
    made_by: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    order: int = 0
    actions: tuple[ActionSpec, ...] = field(default=())

    def opener(self) -> ActionSpec:
        """The action that shows it, and shows the run again."""
        return ActionSpec(
            self.key, self.title, self.does, self.keys, self.icon, "toggle_page", (self.key,), checkable=True
        )

    def make(self, services: Services) -> Page:
        module, _, name = self.made_by.partition(":")
        made: Page = getattr(importlib.import_module(module), name)(services)
        return made
