"""The threads of the Watch page: one hears the observer, one looks which programs run. News comes by signals."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from typing import Any

import psutil
from PySide6.QtCore import QObject, Qt, QThread, Signal

from grandstand.observe.cpu_only import PERIOD_S, CpuOnly
from grandstand.observe.observer import Observer
from grandstand.observe.running import RunningPythons

log = logging.getLogger(__name__)
_WAIT_S = 0.05
_LIST_S = 2.0


class WatchThread(QThread):
    """``heard(list)``: events of process ``pid``. After ``finished``: ``problem`` in words, '' where all went well."""

    heard = Signal(object)

    def __init__(self, pid: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("watch")
        self.pid = pid
        self.problem = self.details = ""
        self._leave = threading.Event()

    def leave(self) -> None:
        """Watches no longer; what was seen until now is still said."""
        self._leave.set()

    def run(self) -> None:
        try:
            if sys.platform.startswith("linux"):
                self._watch()
            else:
                self._watch_elsewhere()
        except OSError as problem:
            self.problem = f"The observer cannot be started: {problem}."
        except Exception as problem:  # a defect becomes a message, not a dead thread
            self.problem, self.details = f"{type(problem).__name__}: {problem}", traceback.format_exc()

    def _watch(self) -> None:
        observer = Observer(pid=self.pid)
        try:
            while not observer.over:
                if self._leave.is_set():
                    observer.let_go()
                self._say(observer.events(_WAIT_S))
            self.problem = observer.problem
        finally:
            observer.close()

    def _watch_elsewhere(self) -> None:
        """Where another program's memory cannot be read: CPU time by thread."""
        try:
            looking = CpuOnly(self.pid)
        except psutil.Error:
            self.problem = f"There is no process {self.pid}."
            return
        self._say(list(looking.begin()))
        while not looking.over and not self._leave.wait(PERIOD_S):
            self._say(list(looking.look()))

    def _say(self, events: list[Any]) -> None:
        if events:
            self.heard.emit(events)


class ListThread(QThread):
    """``listed(list of Running)`` every two seconds, until ``leave``. ``failed(words)``: it cannot be known."""

    listed = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("running programs")
        self._leave = threading.Event()

    def run(self) -> None:
        looking = RunningPythons()
        wait = 0.3  # the second look comes soon: only two tell how busy a program is
        while not self._leave.is_set():
            try:
                self.listed.emit(looking.look())
            except Exception as problem:  # what was listed stays, and the next look may go well
                log.exception("Looking for programs failed")
                self.failed.emit(f"{type(problem).__name__}: {problem}")
            if self._leave.wait(wait):
                return
            wait = _LIST_S

    def leave(self) -> None:
        """Looks no longer."""
        self._leave.set()


class Leaving(QObject):
    """Threads that have been told to end, until they have: the window does not wait for them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[WatchThread | ListThread] = []

    def let_go(self, thread: WatchThread | ListThread) -> None:
        """Nobody hears it any more."""
        thread.setParent(self)
        self._threads.append(thread)
        thread.finished.connect(lambda: self._ended(thread), Qt.ConnectionType.QueuedConnection)
        thread.leave()
        if thread.isFinished():
            self._ended(thread)

    def _ended(self, thread: WatchThread | ListThread) -> None:
        if thread in self._threads:
            self._threads.remove(thread)
            thread.wait(1000)
            thread.deleteLater()

    def wait(self) -> bool:
        """The window closes; False if one of them would not end."""
        ended = [thread.wait(8000) for thread in self._threads]
        return all(ended)
