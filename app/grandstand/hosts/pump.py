"""The pump: looks after every running child and everything that is measured beside them.

It has one thread, the window's reader QThread or the command line's main thread, which lives as long as the app
(Linux ends children with the *thread* that started them). What was said goes to ``deliver`` in batches.
"""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable
from multiprocessing import connection
from typing import Any, NamedTuple

from grandstand.engine import messages as m
from grandstand.hosts import child_run
from grandstand.hosts.base import PumpedHandle

log = logging.getLogger(__name__)

_REST = 0.016
"""Seconds between two turns: several messages are then drained at once, at a fraction of the cost of each alone."""


class Envelope(NamedTuple):
    """A message and the handle it came from (0: nobody's, a sample of the machine)."""

    handle: int
    message: Any


class Pump:
    """``deliver`` is called on the pump's thread with a list of Envelopes."""

    def __init__(self, deliver: Callable[[list[Envelope]], None]) -> None:
        self._deliver = deliver
        self._handles: list[PumpedHandle] = []
        self._jobs: deque[Callable[[], None]] = deque()
        self._wake_r, self._wake_w = multiprocessing.Pipe(duplex=False)
        self._woken = threading.Event()
        self._ends = threading.Lock()
        """Around the pipe's end for waking: closed in the middle of a word, it would be somebody else's file."""
        self._periodic: list[Callable[[float], list[Any]]] = []
        self._quit = False
        self._closed = False
        child_run.wakers.append(self.wake)

    # -- any thread -------------------------------------------------------------------------------------------

    def attach(self, handle: PumpedHandle) -> None:
        """From now on the pump looks after ``handle``, until it is done."""
        self.call(lambda: self._handles.append(handle))

    def deliver_to(self, deliver: Callable[[list[Envelope]], None]) -> None:
        """Another receiver; before the pump's thread has begun."""
        self._deliver = deliver

    def call(self, job: Callable[[], None]) -> None:
        """Has ``job`` done on the pump's thread; it must be short."""
        self._jobs.append(job)
        self.wake()

    def every_turn(self, sample: Callable[[float], list[Any]]) -> None:
        """``sample(now)`` is called each turn; what it returns is delivered as from handle 0."""
        self._periodic.append(sample)

    def wake(self) -> None:
        if self._woken.is_set() or self._closed:
            return
        with self._ends:
            if not self._closed:
                self._woken.set()
                self._wake_w.send_bytes(b"!")

    def quit(self) -> None:
        """Ends run(), with whatever still runs."""
        self._quit = True
        self.wake()

    @property
    def idle(self) -> bool:
        """True when nothing is being looked after."""
        return not self._handles and not self._jobs

    # -- the pump's thread ------------------------------------------------------------------------------------

    def run(self) -> None:
        """Turns until quit(); then ends every child that is left."""
        while not self._quit:
            try:
                self.turn(0.05)
            except Exception as problem:  # a defect ends what runs, not the thread: the next start needs it
                self._deliver(self._give_up(list(self._handles), problem))
            time.sleep(_REST)
        self.close()

    def turn(self, timeout: float) -> None:
        """One turn: waits for news for at most ``timeout`` seconds, then serves every handle."""
        while self._jobs:
            job = self._jobs.popleft()
            try:
                job()
            except Exception:
                log.exception("A job of the pump failed")
        waiting = [self._wake_r]
        for handle in self._handles:
            waiting += handle.waitables()
        if self._jobs or any(getattr(h, "busy", False) for h in self._handles):
            timeout = 0
        ready = connection.wait(waiting, timeout)
        if self._wake_r in ready:
            self._woken.clear()
            while self._wake_r.poll():
                self._wake_r.recv_bytes()
        batch: list[Envelope] = []
        now = time.monotonic()
        for handle in list(self._handles):
            try:
                batch += [Envelope(handle.ident, message) for message in handle.service(ready, now)]
            except Exception as problem:
                batch += self._give_up([handle], problem)
                continue
            if handle.done:
                self._handles.remove(handle)
                batch.append(Envelope(handle.ident, Done()))
        for sample in self._periodic:
            try:
                batch += [Envelope(0, message) for message in sample(now)]
            except Exception:
                log.exception("A sample of the machine failed")
        if batch:
            self._deliver(batch)

    def _give_up(self, handles: list[PumpedHandle], problem: Exception) -> list[Envelope]:
        """Ends runs that a defect of ours has hit; what is to be said of them."""
        log.error("A run could not be looked after", exc_info=problem)
        batch: list[Envelope] = []
        for handle in handles:
            self._handles.remove(handle)
            try:
                handle.abandon()
            except Exception:
                log.exception("A run could not be ended")
            text = f"Something went wrong while this ran: {type(problem).__name__}: {problem}."
            trouble = m.Trouble("defect", text, "Please report this.")
            batch += [Envelope(handle.ident, trouble), Envelope(handle.ident, Done())]
        return batch

    def close(self) -> None:
        """Ends every child at once. Safe to call twice."""
        with self._ends:
            if self._closed:
                return
            self._closed = True
            self._wake_w.close()
        child_run.wakers.remove(self.wake)
        for handle in self._handles:
            handle.abandon()
        self._handles.clear()
        self._wake_r.close()


class Done(NamedTuple):
    """Said by the pump: of this handle nothing is left."""
