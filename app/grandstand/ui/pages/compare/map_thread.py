"""The thread that waits for the process in which the break-even map is measured."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from grandstand.compare.break_even import Map, measure
from grandstand.hosts.isolated import ExperimentCancelled, ExperimentError


class MapThread(QThread):
    """``stepped(share, words)`` meanwhile; after ``finished``: ``result``, or ``problem`` in words, or neither.

    ``keep`` writes the result before that; ``not_kept`` says why it could not.
    """

    stepped = Signal(float, str)

    def __init__(self, keep: Callable[[Map], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("break-even map")
        self._keep = keep
        self._cancelled = threading.Event()
        self.result: Map | None = None
        self.problem = self.details = self.not_kept = ""

    def cancel(self) -> None:
        self._cancelled.set()

    def run(self) -> None:
        try:
            self.result = measure(self.stepped.emit, self._cancelled)
            self._keep(self.result)
        except ExperimentCancelled:
            pass
        except ExperimentError as problem:
            self.problem, self.details = str(problem), problem.details
        except OSError as problem:
            if self.result is None:
                self.problem = str(problem)
            else:
                self.not_kept = str(problem)
        except Exception as problem:  # a defect becomes a message, not a dead thread
            self.problem, self.details = f"{type(problem).__name__}: {problem}", traceback.format_exc()
