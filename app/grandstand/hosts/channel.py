"""A child of this Python with its two pipes: orders down, a ``multiprocessing.Queue`` of messages up. Pump's thread.

One queue per child, because the writers of a shared one take turns with a lock, and a writer killed while it holds
that lock silences all the others. The app closes its own copy of each queue's writing end, so that a dead child
reads as end of file, not as silence.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
from multiprocessing.context import BaseContext
from typing import Any

from grandstand.engine import child, helper_python
from grandstand.engine import messages as m
from grandstand.engine.outbox import DirectQueue

log = logging.getLogger(__name__)

_HANDLES_TO_START = 10
_AT_ONCE = 400
"""Messages taken from one child per turn: a flood must not keep the others waiting."""


def _check_handles() -> None:
    """Raises OSError while too few file handles are left to start a process.

    Found out half-way, that would cost more: the fork server dies of a connection that breaks off, and every child
    that it has forked counts as dead.
    """
    spare: list[int] = []
    try:
        for _ in range(_HANDLES_TO_START):
            spare.append(os.open(os.devnull, os.O_RDONLY))
    finally:
        for handle in spare:
            os.close(handle)


class Channel:
    """One child process. Raises OSError from the constructor when the system gives no process or pipe."""

    begun = True
    failure: m.Trouble | None = None

    def __init__(self, context: BaseContext, plan: m.ChildPlan) -> None:
        self._orders_down: Any = None
        self._queue: Any = None
        receive, self._orders_down = context.Pipe(duplex=False)
        try:
            self._queue = DirectQueue()
            self.process: Any = context.Process(  # type: ignore[attr-defined]
                target=child.child_main, args=(self._queue, receive, plan), daemon=True, name="grandstand worker"
            )
            _check_handles()
            with helper_python.starting():
                self.process.start()
        except EOFError as problem:  # the fork server died while it forked: no process to be had
            self._close_pipes()
            raise BlockingIOError(11, "the fork server could not start another process") from problem
        except BaseException:
            self._close_pipes()
            raise
        finally:
            receive.close()
        self._queue._writer.close()
        self.pid: int = self.process.pid
        if sys.platform != "win32":
            os.set_blocking(self._orders_down.fileno(), False)
        self.silent = False  # its end of the queue is closed: it is ending, or has lost its handles
        self._unsent: list[Any] = []
        self._closed = False

    def waitables(self) -> list[Any]:
        return [] if self.silent else [self._queue._reader]  # what has ended is always ready to be read

    @property
    def sentinel(self) -> int:
        return int(self.process.sentinel)

    def terminate(self) -> None:
        self.process.terminate()

    def kill(self) -> None:
        self.process.kill()

    def ended(self) -> bool:
        """Whether it is gone although its sentinel does not say so: a process that it forked keeps that open."""
        return self.process.exitcode is not None

    def send(self, order: Any) -> None:
        """Queues an order; of several parameter settings that a hung child has not read, the last one is kept."""
        if isinstance(order, m.Parameters):
            self._unsent = [o for o in self._unsent if not isinstance(o, m.Parameters)]
        self._unsent.append(order)
        self.push()

    def push(self) -> None:
        """Sends what a full pipe held back."""
        while self._unsent:
            try:
                self._orders_down.send(self._unsent[0])
            except BlockingIOError:
                return
            except (OSError, ValueError):  # it is gone; its sentinel tells
                self._unsent.clear()
                return
            self._unsent.pop(0)

    def drain(self) -> list[m.Message]:
        """What the child has said since, without waiting. What cannot be read is dropped and logged."""
        messages: list[m.Message] = []
        for _ in range(_AT_ONCE):
            try:
                batch = self._queue.get_nowait()
                if isinstance(batch, m.Batch):
                    messages += batch.messages
                else:
                    messages.append(batch)
            except queue.Empty:
                break
            except (EOFError, OSError, ValueError):
                self.silent = True
                break
            except Exception as problem:
                log.warning("Worker process %s sent something unreadable: %s", self.pid, problem)
        return messages

    def close(self) -> int:
        """Takes leave of a child that is gone; returns its exit code."""
        self.process.join(1.0)
        code = self.process.exitcode
        self._close_pipes()
        try:
            self.process.close()
        except ValueError:  # still there although its sentinel said otherwise
            self.process.kill()
            self.process.join(1.0)
        self._closed = True
        return -9 if code is None else int(code)

    def _close_pipes(self) -> None:
        if self._orders_down is not None:
            self._orders_down.close()
        if self._queue is not None:
            self._queue.close()
            for end in (self._queue._reader, self._queue._writer):
                if not end.closed:
                    end.close()
