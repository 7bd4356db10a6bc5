"""What the Watch page knows of one program while it is watched. GUI thread."""

from __future__ import annotations

import logging
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal

from grandstand.observe.machine import Machine, usable_cores
from grandstand.ui.pages.watch.row_words import RowWords
from grandstand.ui.pages.watch.watch_thread import Leaving, WatchThread
from grandstand.watch.lately import Lately
from grandstand.watch.program import Program
from grandstand.watch.rows import Rows

log = logging.getLogger(__name__)
_LAG_NS = 150_000_000
"""What the observer sees is told twenty times a second."""


class Seen(Protocol):
    """What is known of a program. ``live``: somebody looks at it now, or did a moment ago; else it is a recording.

    ``made_on``: on which machine, if not on this one. ``lag_ns``: how far behind the present it is known. ``cores``:
    how many cores' time the machine has to give.
    """

    live: bool
    lag_ns: int
    made_on: Machine | None
    program: Program
    rows: Rows
    lately: Lately
    words: RowWords

    @property
    def pid(self) -> int: ...

    @property
    def running(self) -> bool: ...

    @property
    def problem(self) -> str: ...

    @property
    def cores(self) -> float: ...


class Watched(QObject):
    """What is known of one program while a thread hears of it. ``over``: nothing more comes.

    ``heard``: what the observer has just said, in order.
    """

    over = Signal()
    heard = Signal(object)
    live = True
    lag_ns = _LAG_NS
    made_on: Machine | None = None

    def __init__(self, pid: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.program, self.rows, self.lately = Program(), Rows(), Lately()
        self.words = RowWords(self.program, self.lately)
        self.pid = pid
        self.running = True
        self.listener = WatchThread(pid, self)
        self.listener.heard.connect(self.hear, Qt.ConnectionType.QueuedConnection)
        self.listener.finished.connect(self._finished, Qt.ConnectionType.QueuedConnection)

    @property
    def cores(self) -> float:
        return usable_cores()

    @property
    def problem(self) -> str:
        """What went wrong with the watching; '' where nothing did."""
        if self.program.everything:
            return self.listener.problem
        told = next((f"{one.text} {one.remedy}".strip() for one in self.program.troubles), "")
        return told or self.listener.problem

    def begin(self) -> None:
        self.listener.start()

    def stop(self) -> None:
        """Watches no longer; the last words still come."""
        self.listener.leave()

    def end(self, leaving: Leaving) -> None:
        """At once, and nothing more is heard."""
        self.running = False
        self.listener.heard.disconnect(self.hear)
        self.listener.finished.disconnect(self._finished)
        leaving.let_go(self.listener)

    def hear(self, events: list[Any]) -> None:
        """News of the observer, in their order."""
        self.program.apply(events)
        self.lately.hear(events)
        self.rows.apply(events)
        self.heard.emit(events)

    def _finished(self) -> None:
        self.running = False
        if self.listener.details:
            log.error("Watching failed:\n%s", self.listener.details)
        self.over.emit()
