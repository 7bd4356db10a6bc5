"""Ctrl+C, SIGTERM and SIGHUP are one wish: stop, keep what there is, tell it. Main thread.

While a command measures, the first of them only asks it to stop. Whoever started the app so that it ignores one of
them (nohup, a background job of a shell) has it ignored.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Interrupts:
    """``number``: the signal that asked first, 0 for none. ``raised``: whether it became a KeyboardInterrupt."""

    def __init__(self) -> None:
        self.number = 0
        self.raised = False
        self._stop: Callable[[], None] | None = None
        self._installed = False

    @property
    def code(self) -> int:
        """The exit code of a command that was interrupted: 130, 143 or 129, as a shell has it."""
        return 128 + (self.number or signal.SIGINT)

    @property
    def asked(self) -> bool:
        return self.number != 0

    @contextlib.contextmanager
    def heard(self, to_the_end: bool = False) -> Iterator[None]:
        """Signals become a KeyboardInterrupt here, except within `stopping` and `deferred`.

        ``to_the_end``: the process ends after this; once one has come, more of them must not disturb that.
        """
        if self._installed or threading.current_thread() is not threading.main_thread():
            yield
            return
        self.number, self.raised, self._installed = 0, False, True
        before: dict[int, Any] = {}
        for name in _NAMES:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, self._hear)
        try:
            yield
        finally:
            self._installed = False
            for number, handler in before.items():
                signal.signal(number, signal.SIG_IGN if to_the_end and self.number else handler)

    @contextlib.contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """Signals call ``stop``, which must be quick; so does one that came before, within another `stopping`.

        `asked` tells afterwards whether one came.
        """
        with self.heard():
            if self.number:
                stop()
            before, self._stop = self._stop, stop
            try:
                yield
            finally:
                self._stop = before

    @contextlib.contextmanager
    def deferred(self) -> Iterator[None]:
        """While results are written and told the first signal waits; a second one ends it, should a disk hang."""
        count = 0

        def hear() -> None:
            nonlocal count
            count += 1
            if count > 1:
                self._raise()

        with self.heard():
            before, self._stop = self._stop, hear
            try:
                yield
            finally:
                self._stop = before

    def kept(self) -> contextlib.AbstractContextManager[None]:
        """Signals only set `asked`: around measuring and telling, so that none can come in between and cost both."""
        return self.stopping(lambda: None)

    @contextlib.contextmanager
    def at_once(self) -> Iterator[None]:
        """Within the others: a signal interrupts. For what may wait for ever, such as a pipe that nobody reads."""
        before, self._stop = self._stop, None
        try:
            yield
        finally:
            self._stop = before

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.number = self.number or number
        if self._stop is not None:
            self._stop()
        else:
            self._raise()

    def _raise(self) -> None:
        self.raised = True
        raise KeyboardInterrupt


interrupts = Interrupts()
"""Of this process: it has one set of signal handlers."""
