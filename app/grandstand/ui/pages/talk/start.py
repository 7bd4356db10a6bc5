"""The window, opened on a talk. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from grandstand.talk.scene import Talk
from grandstand.ui.shell.application import make_application, run_window
from grandstand.ui.shell.window import MainWindow

_LOOK_AGAIN_MS = 20


def present_talk(talk: Talk, at: int = 0) -> int:
    """Opens the window presenting ``talk`` from scene ``at`` (0-based); returns the exit code."""
    make_application()
    timer = QTimer()

    def look() -> None:
        # The first scene wants charts, which are built once the window has been painted.
        windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
        if windows and windows[0].live.dashboard.built:
            timer.stop()
            windows[0].talk.open(talk, at)

    timer.timeout.connect(look)
    timer.start(_LOOK_AGAIN_MS)
    return run_window()
