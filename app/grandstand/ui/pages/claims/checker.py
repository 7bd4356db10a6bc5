"""The thread on which claims are checked. News reaches the GUI thread by a signal, never faster than it is taken.

What is said 8 times a second or more is kept here until the window asks: of two pieces of progress only the newer one
matters, so the window cannot fall behind. Results are never dropped.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QThread, Signal

from grandstand.claims.base import Claim, Result
from grandstand.claims.check import News, check
from grandstand.claims.lab import Cancelled

Check = Callable[[Sequence[Claim], Callable[[News], None], threading.Event, float], list[Result]]


class Checker(QThread):
    """Checks ``claims`` in turn. ``news`` says that ``take`` has something; after ``finished`` look at ``problem``."""

    news = Signal()

    def __init__(
        self, claims: Sequence[Claim], longer: float = 1.0, check: Check = check, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("claims")
        self.claims = tuple(claims)
        self.longer = longer
        self.problem = ""
        self.details = ""
        self._check = check
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._waiting: list[News] = []

    def cancel(self) -> None:
        """Wants it to end, within 2 s."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def take(self) -> list[News]:
        """What has been said since the last call, in order; progress that is out of date is left out."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        return waiting

    def hear(self, news: News) -> None:
        """Called on this thread by the check."""
        with self._lock:
            first = not self._waiting
            last = self._waiting[-1] if self._waiting else None
            if last is not None and last.result is None and last.claim == news.claim:
                if news.picture is None and news.result is None:
                    news = News(news.claim, news.progress, news.overall, news.words or last.words, last.picture)
                self._waiting.pop()
            self._waiting.append(news)
        if first:
            self.news.emit()

    def run(self) -> None:
        try:
            self._check(self.claims, self.hear, self._cancelled, self.longer)
        except Cancelled:
            self._cancelled.set()
        except BaseException as problem:
            # Whatever it was, the page must come to rest and say so: a thread that just dies tells nobody.
            self.problem = f"{type(problem).__name__}: {problem}"
            self.details = traceback.format_exc()

    def finish(self, seconds: float = 5.0) -> bool:
        """Cancels and waits; False if it is still there."""
        self.cancel()
        return self.wait(int(1000 * seconds))
