"""What other packages bring to the window: imported on a thread, taken up on the GUI thread."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from grandstand import extensions, modes
from grandstand.control.controller import Controller
from grandstand.control.discovery import GROUPS, discover
from grandstand.engine import workloads
from grandstand.extensions import Refused
from grandstand.ui.charts import registry
from grandstand.ui.shell.settings import Settings
from grandstand.ui.shell.window import MainWindow
from grandstand.vocabulary.panels import Panel

CHARTS = "charts"


def take_chart(brought: Any) -> None:
    """An entry point names a function without arguments, so that its file may do without Qt until a window wants it.
    It returns a vocabulary.panels.Panel, and what makes its chart (see ui.charts.registry).
    """
    if not callable(brought):
        raise Refused("it must be a function that returns a Panel and what makes its chart")
    made = brought()
    if not (isinstance(made, tuple) and len(made) == 2 and isinstance(made[0], Panel) and callable(made[1])):
        raise Refused("it must return a Panel and what makes its chart")
    try:
        registry.add(*made)
    except (ValueError, TypeError) as problem:
        raise Refused(str(problem)) from None


class Plugins(QObject):
    """``begin`` once the window is painted. A package whose import never ends keeps nobody: the thread is a daemon."""

    _loaded = Signal()

    def __init__(self, controller: Controller, settings: Settings, window: MainWindow) -> None:
        super().__init__(window)
        self._controller, self._settings, self._window = controller, settings, window
        self._chosen = controller.choice
        self._loaded.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        threading.Thread(target=self._load, name="plug-ins", daemon=True).start()

    def _load(self) -> None:
        for group in (*GROUPS, CHARTS):
            extensions.load(group)
        with contextlib.suppress(RuntimeError):  # the window may be gone
            self._loaded.emit()

    def _take(self) -> None:
        before = modes.keys(), workloads.keys()
        discover()
        extensions.bring(CHARTS, take_chart)
        self._window.live.dashboard.take_up()
        if (modes.keys(), workloads.keys()) != before:
            if self._controller.choice == self._chosen and not self._controller.active:
                self._settings.restore_choice(self._controller)  # it may have been one of these
            self._window.live.sidebar.renew()
        for problem in extensions.problems():
            self._window.tell("warning", problem.text)
