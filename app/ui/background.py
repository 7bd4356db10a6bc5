"""Work on files that may take longer than a frame, one thing at a time, in a thread of its own.

``Worker.do`` is called on the GUI thread; what it is given runs in the QThread, and the answer comes back by a queued
signal. Wishes wait for their turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal


class _Task(QThread):
    answered = Signal(object, object)

    def __init__(self, work: Callable[[], Any], parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("background")
        self._work = work

    def run(self) -> None:
        try:
            answer, error = self._work(), None
        except Exception as problem:
            answer, error = None, problem.with_traceback(None)  # else it keeps alive all that it went through
        self.answered.emit(answer, error)


class Worker(QObject):
    """``busy`` while something is being done."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: _Task | None = None
        self._waiting: deque[tuple[Callable[[], Any], Callable[[Any], None], Callable[[Exception], None]]] = deque()
        self._closed = False

    @property
    def busy(self) -> bool:
        return self._task is not None

    def do(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        """``work()`` in the thread; then ``then(answer)`` or ``failed(error)`` here."""
        if self._closed:
            return
        if self._task is not None:
            self._waiting.append((work, then, failed))
            return
        task = self._task = _Task(work, self)

        def hear(answer: Any, error: Any) -> None:
            task.wait()
            task.deleteLater()
            self._task = None
            if not self._closed:
                failed(error) if error is not None else then(answer)
            if self._waiting and self._task is None:
                self.do(*self._waiting.popleft())

        task.answered.connect(hear, Qt.ConnectionType.QueuedConnection)
        task.start()

    def close_down(self) -> None:
        """Waits for what is being done; its answer is not wanted any more."""
        self._closed = True
        self._waiting.clear()
        if self._task is not None:
            self._task.wait()
