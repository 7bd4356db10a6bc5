"""The app's pulse: a thread that does nothing but sleep, whose beats the scheduler counts (see engine.stops).

It lives while somebody holds it. It wants the GIL ten times a second, for some microseconds.
"""

from __future__ import annotations

import os
import threading

from grandstand.engine.stops import PULSE_NS


class Pulse:
    """One for the app; any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def hold(self) -> tuple[int, int]:
        """Keeps it beating until ``release``; returns its process and thread id, (0, 0) where it cannot beat."""
        with self._lock:
            self._holders += 1
            if self._thread is None:
                self._end = threading.Event()
                thread = threading.Thread(target=_beat, args=(self._end,), name="pulse", daemon=True)
                try:
                    thread.start()
                except RuntimeError:  # the system gives no more threads: a freeze then looks like any wait
                    return 0, 0
                self._thread = thread
            return os.getpid(), self._thread.native_id or 0

    def release(self) -> None:
        with self._lock:
            self._holders -= 1
            if not self._holders and self._thread is not None:
                self._end.set()
                self._thread.join(1.0)
                self._thread = None


def _beat(end: threading.Event) -> None:
    while not end.wait(PULSE_NS / 1e9):
        pass


_pulse = Pulse()


def pulse() -> Pulse:
    return _pulse
