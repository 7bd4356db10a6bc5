"""An experiment of the claims: the same job on a window's own thread, beside it, and in a process; and its heartbeat.

It runs in a process of its own (grandstand.hosts.isolated) with a small window in memory, so that nobody's screen
freezes.
GUI thread of that process.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEventLoop, QThread
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from grandstand.engine.experiments.job import job, steps_for
from grandstand.hosts.frame_slots import frame_slots
from grandstand.hosts.window import SWITCH_INTERVAL, USUAL_INTERVAL
from grandstand.ui.shell.bridge import FrameClock

_SETTLE_S = 0.15
_MANY = 4


class Dial(QWidget):
    """Something that moves: it is painted anew each frame."""

    angle = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i in range(60):
            painter.setPen(QColor.fromHsv((self.angle + 6 * i) % 360, 180, 220))
            painter.drawArc(10 + i, 10 + i, 300 - 2 * i, 300 - 2 * i, 16 * (self.angle + 5 * i), 16 * 200)
        painter.end()


class Worker(QThread):
    """The job in a QThread; with ``slots`` it leaves the first milliseconds of each frame to the window."""

    def __init__(self, steps: int, slots: bool) -> None:
        super().__init__()
        self._steps, self._slots = steps, slots

    def run(self) -> None:
        job(self._steps, frame_slots().leave_alone if self._slots else lambda: None)


def on_the_window_thread(steps: int, pump: Callable[[Callable[[], bool]], None]) -> None:
    job(steps)


def in_a_qthread(steps: int, pump: Callable[[Callable[[], bool]], None], slots: bool = False) -> None:
    worker = Worker(steps, slots)
    worker.start()
    pump(worker.isFinished)
    worker.wait()


def in_four_qthreads(steps: int, pump: Callable[[Callable[[], bool]], None]) -> None:
    workers = [Worker(steps // _MANY, False) for _ in range(_MANY)]
    for worker in workers:
        worker.start()
    pump(lambda: all(worker.isFinished() for worker in workers))
    for worker in workers:
        worker.wait()


def in_a_qthread_with_frame_slots(steps: int, pump: Callable[[Callable[[], bool]], None]) -> None:
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        in_a_qthread(steps, pump, slots=True)
    finally:
        sys.setswitchinterval(USUAL_INTERVAL)


def in_a_process(steps: int, pump: Callable[[Callable[[], bool]], None]) -> None:
    process = multiprocessing.get_context("spawn").Process(target=job, args=(steps,))
    process.start()
    pump(lambda: not process.is_alive())
    process.join()


WAYS: dict[str, Callable[[int, Callable[[Callable[[], bool]], None]], None]] = {
    "window": on_the_window_thread,
    "qthread": in_a_qthread,
    "four": in_four_qthreads,
    "slots": in_a_qthread_with_frame_slots,
    "process": in_a_process,
}


def _after(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until


def run(tell: Any, job_seconds: float, repeats: int) -> dict[str, Any]:
    """Each way ``repeats`` times, in turn. Returns ``gaps``: by way, for each repeat the ms between frames."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QApplication(["grandstand experiment"])
    dial = Dial()
    dial.resize(320, 320)
    dial.show()
    gaps: list[float] = []

    def frame(t: int) -> None:
        dial.angle += 6
        dial.update()

    clock = FrameClock(frame, lambda t, gap: gaps.append(gap))
    clock.start()

    def pump(done: Callable[[], bool]) -> None:
        while not done():
            application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 5)

    steps = steps_for(job_seconds)
    times: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    order = list(WAYS)
    for repeat in range(repeats):
        for number, way in enumerate(order[repeat % len(order) :] + order[: repeat % len(order)]):
            pump(_after(_SETTLE_S))
            gaps.clear()
            tell(progress=(repeat + number / len(order)) / repeats, words=f"{way}, repeat {repeat + 1} of {repeats}")
            WAYS[way](steps, pump)
            pump(_after(0.05))  # the frame that was late comes now
            times[way].append(list(gaps))
    clock.stop()
    return {"gaps": times}
