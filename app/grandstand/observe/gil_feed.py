"""Who holds the GILs of our own workers: an observer of this very process and what it starts, while it is wanted.

``want`` and ``watch`` may be called from any thread; everything else belongs to the pump's, whose turns call it.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from grandstand.engine import messages as m
from grandstand.engine import observed
from grandstand.engine.clocks import now_ns as clock
from grandstand.observe.observer import Observer

_REST_S = 5.0
"""After an observer has failed, before another one is tried."""


class GilFeed:
    """Says GilSeen, ThreadsSeen and ProcessSeen of the workers' processes, Looking, and Watching (an observer begins).

    Where nothing can be seen, a ProcessSeen without a GIL says why.
    """

    def __init__(self) -> None:
        self._wanted = False
        self._pids: frozenset[int] = frozenset()
        self._observer: Observer | None = None
        self._leaving: list[Observer] = []
        self._about: dict[int, observed.ProcessSeen] = {}
        self._told: set[int] = set()
        self._not_before = 0.0
        self._closed = False

    def want(self, on: bool) -> None:
        """Whether somebody looks at the GIL."""
        self._wanted = on

    def watch(self, pids: frozenset[int]) -> None:
        """The processes that workers are in; none when nothing runs."""
        self._pids = pids

    def __call__(self, now: float) -> list[Any]:
        """What there is to say at ``now`` (time.monotonic)."""
        pids = self._pids
        needed = self._wanted and bool(pids) and not self._closed
        news: list[Any] = []
        if needed and self._observer is None and now >= self._not_before:
            news += self._begin(now)
        elif not needed and self._observer is not None:
            self._observer.let_go()
            self._leaving.append(self._observer)
            self._observer = None
        for old in list(self._leaving):
            old.events()
            if old.over:
                self._leaving.remove(old)
                old.close()
        if self._observer is not None:
            news += self._news(self._observer, pids, now)
        return news

    def _begin(self, now: float) -> list[Any]:
        self._about.clear()
        self._told.clear()
        if not sys.platform.startswith("linux"):
            self._not_before = float("inf")
            return [_unseen("The GIL can be watched from outside on Linux only.")]
        try:
            self._observer = Observer(pid=os.getpid())
        except OSError as problem:
            self._not_before = now + _REST_S
            return [_unseen(f"The observer of the GIL cannot be started: {problem}.")]
        return []

    def _news(self, observer: Observer, pids: frozenset[int], now: float) -> list[Any]:
        news: list[Any] = []
        for event in observer.events():
            if isinstance(event, observed.ProcessSeen):
                self._about[event.pid] = event
                self._told.discard(event.pid)
            elif isinstance(event, observed.GilSeen | observed.ThreadsSeen):
                if event.pid in pids:
                    news.append(_without_slices(event))
            elif isinstance(event, observed.Looking | observed.Watching):
                news.append(event)
            elif isinstance(event, observed.ProcessGone):
                self._about.pop(event.pid, None)  # its number may be given to another one
                self._told.discard(event.pid)
            elif isinstance(event, m.Trouble):
                news.append(_unseen(event.text, event.remedy))
        for pid in (pids & self._about.keys()) - self._told:
            self._told.add(pid)
            news.append(self._about[pid])
        if observer.over:
            news += [_unseen(observer.problem)] if observer.problem else []
            observer.close()
            self._observer = None
            self._not_before = now + _REST_S
        return news

    def close(self) -> None:
        """Ends every observer; the pump's own thread must have ended or be this one."""
        self._closed = True
        for one in [*self._leaving, *([self._observer] if self._observer is not None else [])]:
            one.close()
        self._leaving.clear()
        self._observer = None


def _without_slices(event: Any) -> Any:
    """Of threads only their totals are compared."""
    return event._replace(slices=b"") if isinstance(event, observed.ThreadsSeen) else event


def _unseen(text: str, remedy: str = "") -> observed.ProcessSeen:
    return observed.ProcessSeen(os.getpid(), 0, clock(), (), "", False, "", "", text, remedy)
