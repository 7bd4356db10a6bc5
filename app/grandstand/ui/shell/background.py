"""Work that may take longer than a frame, in a thread of its own. Made and heard on the GUI thread.

``Job`` is one such piece of work; ``Worker`` does one after the other and hands the answers back.
"""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread

from grandstand.compare.politeness import polite

log = logging.getLogger(__name__)


class Job(QThread):
    """Does ``work``. After ``finished``: ``result``, or ``problem`` in words; ``details`` of a defect: a traceback.

    ``expected``: exceptions whose text is meant for people. ``error`` is the exception itself.
    """

    def __init__(
        self, work: Callable[[], Any], expected: tuple[type[Exception], ...] = (), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("background")
        self._work, self._expected = work, expected
        self.result: Any = None
        self.error: Exception | None = None
        self.problem = self.details = ""

    def run(self) -> None:
        try:
            with polite():
                self.result = self._work()
        except Exception as problem:  # a defect becomes a message, not a dead thread
            if isinstance(problem, self._expected):
                self.problem = str(problem) or type(problem).__name__
            else:
                self.problem, self.details = f"{type(problem).__name__}: {problem}", traceback.format_exc()
            self.error = problem.with_traceback(None)  # else it keeps alive all that it went through


class Worker(QObject):
    """``busy`` while something is being done. ``expected`` as of Job; what else happens is a defect, and logged."""

    def __init__(self, expected: tuple[type[Exception], ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._expected = expected
        self._job: Job | None = None
        self._waiting: deque[tuple[Callable[[], Any], Callable[[Any], None], Callable[[Exception], None]]] = deque()
        self._closed = False

    @property
    def busy(self) -> bool:
        return self._job is not None

    def do(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        """``work()`` in the thread; then ``then(answer)`` or ``failed(error)`` here."""
        if self._closed:
            return
        if self._job is not None:
            self._waiting.append((work, then, failed))
            return
        job = self._job = Job(work, self._expected, self)

        def over() -> None:
            self._job = None
            if job.details:
                log.error("%s", job.details)
            if not self._closed:
                failed(job.error) if job.error is not None else then(job.result)
            job.deleteLater()
            if self._waiting and self._job is None:
                self.do(*self._waiting.popleft())

        job.finished.connect(over, Qt.ConnectionType.QueuedConnection)
        job.start()

    def close_down(self) -> None:
        """Waits for what is being done; its answer is not wanted any more."""
        self._closed = True
        self._waiting.clear()
        if self._job is not None:
            self._job.wait()
