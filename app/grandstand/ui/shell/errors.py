"""Exceptions that nobody caught, on whichever thread, as messages in the window."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

log = logging.getLogger(__name__)
_AGAIN_S = 10.0
"""What goes wrong in each frame is said once in so many seconds."""


class Errors(QObject):
    """``tell(level, text, details)`` shows a message; it is called on the GUI thread, from the event loop.

    Made on the GUI thread. From ``install`` to ``remove``; Python calls on the thread that failed.
    """

    happened = Signal(str, str)

    def __init__(self, tell: Callable[[str, str, str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tell = tell
        self._last, self._last_at = "", 0.0
        # Queued, on the GUI thread too: there it may have been in the middle of painting.
        self.happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread

    def remove(self) -> None:
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        now = time.monotonic()
        if text == self._last and now - self._last_at < _AGAIN_S:
            return
        self._last, self._last_at = text, now
        where = "" if threading.current_thread() is threading.main_thread() else " (in the background)"
        log.error("Unexpected error%s:\n%s", where, text)
        self.happened.emit(f"Something went wrong in the window{where}: {kind.__name__}: {error}", text[-4000:])

    def _uncaught_in_thread(self, about: threading.ExceptHookArgs) -> None:
        if about.exc_value is not None and not issubclass(about.exc_type, SystemExit):
            self._uncaught(about.exc_type, about.exc_value, about.exc_traceback)

    def _show(self, text: str, details: str) -> None:
        self._tell("error", text, details)
