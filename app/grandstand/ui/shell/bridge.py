"""Between the engine's threads and the window: the reader QThread, and the clock of frames.

ReaderThread lives as long as the app and is the only one that starts and reads child processes; what they say
reaches the GUI thread through its signal. FrameClock fires on the GUI thread at the start of each frame slot and
measures the window's heartbeat.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QThread, QTimer, Signal

from grandstand.engine.clocks import now_ns
from grandstand.hosts import start_methods
from grandstand.hosts.frame_slots import frame_slots
from grandstand.hosts.pump import Envelope, Pump


class ReaderThread(QThread):
    """Drains the children's queues and emits a ``batch`` (list of Envelopes) at a time."""

    batch = Signal(object)

    def __init__(self, pump: Pump, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pump = pump
        self.setObjectName("reader")

    def emit_batch(self, batch: list[Envelope]) -> None:
        """For the pump: called on this thread."""
        self.batch.emit(batch)

    def run(self) -> None:
        start_methods.warm_up()
        self._pump.run()

    def finish(self) -> None:
        """Ends the pump and every child with it; waits for that."""
        self._pump.quit()
        self.wait(3000)


class Rescue:
    """Called on the reader thread each turn of the pump. When Qt threads without frame slots have kept the window from
    drawing for ``AFTER_S``, it switches the slots on: who wants to see the freeze has seen it, and must get out again.
    """

    AFTER_S = 4.0

    def __init__(self, clock: FrameClock) -> None:
        self._clock = clock
        self.happened = False

    def __call__(self, now: float) -> list[Any]:
        last = self._clock.last_ns
        if last and not frame_slots().enabled and (now_ns() - last) / 1e9 > self.AFTER_S:
            from grandstand.hosts import window

            window.rescue()
            self.happened = True
        return []


_ROUNDS = 2
"""A chart posts that its scene has changed, and only then that the widget is to be painted."""


class FrameClock(QObject):
    """Calls ``frame(now_ns)`` at the start of each frame slot, ``beat(now_ns, gap_ms)`` before it, and says when the
    window is done with it.
    """

    _OVER = QEvent.Type(QEvent.registerEventType())

    def __init__(
        self, frame: Callable[[int], None], beat: Callable[[int, float], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._frame = frame
        self._beat = beat
        self.last_ns = 0
        self._rounds = self._asked = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self.last_ns = 0
        frame_slots().expect(self._arm(now_ns()))

    def stop(self) -> None:
        self._timer.stop()
        self.last_ns = 0
        frame_slots().expect(0)

    def _arm(self, t: int) -> int:
        """Sets the timer to the next frame; returns when that is due."""
        slots = frame_slots()
        due = slots.next_frame_ns(t)
        if due - t < slots.frame_ns // 4:  # this frame began late; a second one right after it would help nobody
            due += slots.frame_ns
        self._timer.start(max(1, -(-(due - t) // 1_000_000)))
        return due

    def _tick(self) -> None:
        t = now_ns()
        frame_slots().begin(t, self._arm(t))
        if self.last_ns:
            self._beat(t, (t - self.last_ns) / 1e6)
        self.last_ns = t
        self._rounds = _ROUNDS
        self._ask_again()
        self._frame(t)

    def _ask_again(self) -> None:
        """Behind all that is posted by now. (QAbstractEventDispatcher.aboutToBlock will not do: with GLib it
        comes between a timer and the painting that the timer asked for.)
        """
        self._rounds -= 1
        self._asked += 1
        QCoreApplication.postEvent(self, QEvent(self._OVER), Qt.EventPriority.LowEventPriority.value - 1)

    def customEvent(self, event: QEvent) -> None:
        if event.type() == self._OVER:
            self._asked -= 1
            if self._asked:  # this one was of an earlier frame
                return
            if self._rounds:
                self._ask_again()
            else:
                frame_slots().done(now_ns())
