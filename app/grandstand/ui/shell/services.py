"""What pages and dialogs are handed: the run, what is remembered, messages, pictures, and the desk. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from grandstand.control.controller import Controller
from grandstand.ui.shell.background import Worker
from grandstand.ui.shell.session_recorder import SessionRecorder
from grandstand.ui.shell.settings import Settings
from grandstand.ui.shell.walking import Walkers
from grandstand.ui.snapshot_actions import SnapshotActions
from grandstand.ui.widgets.toast import ToastStack


class Tell(Protocol):
    """Shows a message: ``level`` is info, good, warning or error; ``details`` open with a button."""

    def __call__(self, level: str, text: str, details: str = "") -> None: ...


class Desk(Protocol):
    """What may be asked of the window that all pages share."""

    @property
    def frame_widget(self) -> QWidget:
        """The window itself: parent of dialogs, and of what covers everything."""

    @property
    def presenting(self) -> bool: ...

    def present(self, on: bool | None = None) -> None:
        """Large letters on the whole screen, or back; None: the other one."""

    def page(self, key: str) -> Any:
        """The page, made if it has not been yet. Raises KeyError."""

    def shown(self, key: str) -> bool: ...

    def show_page(self, key: str) -> None: ...

    def busy(self, key: str) -> bool:
        """Whether that page measures something."""

    def measuring(self, but: QWidget | None = None) -> bool:
        """Whether a page other than ``but`` measures something that must be alone on this machine."""

    def may_start(self) -> bool:
        """Whether a run may start; says why not, and shows the run's page where it may."""

    def toggle_run(self) -> None: ...

    def wish(self, **changes: Any) -> bool:
        """Passes changes to the controller; False, with a message, when they cannot be."""

    def headline(self, widget: QWidget) -> None:
        """Puts a strip above everything."""


@dataclass(frozen=True)
class Services:
    """``walkers``: who has the keys of a clicker."""

    controller: Controller
    settings: Settings
    tell: Tell
    toasts: ToastStack
    background: Worker
    recorder: SessionRecorder
    snapshots: SnapshotActions
    walkers: Walkers
    desk: Desk
