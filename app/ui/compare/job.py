"""Something that takes too long for a frame: reading and writing files, making figures. A thread of its own each."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread

from app.compare.politeness import polite


class Job(QThread):
    """Does ``work``. After ``finished``: ``result``, or ``problem`` in words; ``details`` of a defect: a traceback.

    ``expected``: exceptions whose text is meant for people.
    """

    def __init__(
        self, work: Callable[[], Any], expected: tuple[type[Exception], ...] = (), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("compare job")
        self._work, self._expected = work, expected
        self.result: Any = None
        self.problem = self.details = ""

    def run(self) -> None:
        try:
            with polite():
                self.result = self._work()
        except self._expected as problem:
            self.problem = str(problem) or type(problem).__name__
        except Exception as problem:  # a defect becomes a message, not a dead thread
            self.problem, self.details = f"{type(problem).__name__}: {problem}", traceback.format_exc()
