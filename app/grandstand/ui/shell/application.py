"""The window's life: QApplication, reader thread, window, and a tidy end. GUI thread."""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from grandstand.engine.stops import Stops
from grandstand.ui.shell import overrides  # noqa: F401 - before any class of the window is made

# isort: split
from grandstand.control.controller import Controller
from grandstand.observe.scheduling import wake_promptly
from grandstand.ui.shell.bridge import ReaderThread
from grandstand.ui.shell.collector import Collector
from grandstand.ui.shell.errors import Errors
from grandstand.ui.shell.plugins import Plugins
from grandstand.ui.shell.settings import Settings
from grandstand.ui.shell.window import MainWindow
from grandstand.ui.theme.manager import theme_manager

log = logging.getLogger(__name__)

WINDOW_SWITCH_INTERVAL = 0.001
"""Seconds after which the reader thread must let the window go on; workers elsewhere keep Python's 5 ms."""


def make_application() -> QApplication:
    """The one QApplication, dressed."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["grandstand"])
        app.setApplicationName("Grandstand")
        app.setApplicationDisplayName("Grandstand")
        app.setDesktopFileName("grandstand")
    return app


class Running:
    """Controller, reader and window, wired; ``finish`` takes them apart again."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        manager = theme_manager()
        wanted = self.settings.text("theme", "dark")
        manager.set_theme(wanted if wanted in ("dark", "light") else "dark")
        self.controller = Controller(window=True)
        self.settings.restore_choice(self.controller)
        self.reader = ReaderThread(self.controller.pump)
        self.reader.batch.connect(self.controller.deliver, Qt.ConnectionType.QueuedConnection)
        self.controller.pump.deliver_to(self.reader.emit_batch)
        self.window = MainWindow(self.controller, self.settings)
        self.window.live.dashboard.lanes.set_span(self.settings.number("span", 10e9))
        self._collector = Collector()
        self._plugins = Plugins(self.controller, self.settings, self.window)
        self._interval = sys.getswitchinterval()

    def begin(self) -> None:
        """Once the window has been painted: what may come a moment later."""
        self.settings.tell_to(self.window.tell)
        self.window.live.dashboard.build_charts()
        wake_promptly()
        sys.setswitchinterval(WINDOW_SWITCH_INTERVAL)
        self._collector.start()
        self.reader.start()
        self.window.clock.start()
        self._plugins.begin()
        if self.settings.python:
            self._take_up_python()
        if not self.settings.kept:
            self.window.tell("warning", "Settings cannot be kept: their file or its folder is write-protected.")

    def _take_up_python(self) -> None:
        """The Python that was chosen last, once it has been found again: a file alone names no program to be run."""
        picker, choice = self.window.live.sidebar.python, self.controller.choice

        def known() -> None:
            python = next((p for p in picker.pythons if p.executable == self.settings.python and p.usable), None)
            if python is not None and self.controller.choice == choice and not self.controller.active:
                self.window.wish(python=python)

        picker.known.connect(known)
        picker.look()

    def finish(self) -> int:
        """Ends every worker; returns how many threads of this process would not end."""
        self.window.clock.stop()
        self.window.live.sidebar.python.stop()
        self.controller.stop()
        self.reader.finish()
        self.controller.close()
        left = 0
        if "grandstand.hosts.window" in sys.modules:
            from grandstand.hosts import window

            left = window.end_all(1.0)
        self._collector.stop()
        sys.setswitchinterval(self._interval)
        return left


def run_window(recording: Path | None = None) -> int:
    """Opens the window, with a recording if there is one, and stays until it closes; returns the exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    Stops().watch()  # before there are threads: one that takes SIGCONT takes it from the workers' witness
    app = make_application()
    running = Running()
    errors = Errors(running.window.tell)
    errors.install()
    _leave_on_signals(app, running.window)
    running.window.place()
    running.window.show()

    def begin() -> None:
        running.begin()
        if recording is not None:
            running.window.show_page("recordings")
            running.window.page("recordings").open(recording)

    running.window.on_first_paint(begin)
    code = app.exec()
    left = running.finish()
    errors.remove()
    if left:
        # A thread stuck in foreign code cannot be ended; leaving at once is the only way to leave at all.
        log.warning("%d Qt thread(s) did not end; leaving without them.", left)
        logging.shutdown()
        os._exit(code)
    return code


def _leave_on_signals(app: QApplication, window: MainWindow) -> None:
    """Ctrl+C and SIGTERM close the window properly; the frame clock gives Python the chance to notice."""

    def close() -> None:
        # Not by quit(): it would ask every window, and a talk that is not saved would ask back. It is kept anyway.
        window.close()
        app.exit(0)

    def leave(number: int, frame: FrameType | None) -> None:
        QTimer.singleShot(0, close)  # Python calls this between any two lines of ours, also in the middle of painting

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Ignored from the start, by nohup say, it stays ignored.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, leave)
