"""Many Qt threads in the window's own process: the window goes on drawing, and hears of every one of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pyqtgraph
import pytest
from grandstand.engine import messages as m
from grandstand.engine.clocks import now_ns
from grandstand.hosts import window
from grandstand.hosts.frame_slots import frame_slots
from grandstand.ui.shell.bridge import FrameClock
from grandstand.vocabulary.states import GIL, IDLE
from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from tests.control.workloads_for_tests import PLACE
from tests.ui.conftest import Seat

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

STILL_MS = 4_000.0
"""A window that stands still for longer is frozen, even on a machine that is very busy; it was minutes once."""


class Beats:
    """The gaps between the window's frames from here on, in ms."""

    def __init__(self, seat: Seat) -> None:
        self.gaps: list[float] = []
        clock: Any = seat.window.clock
        heard = clock._beat

        def beat(t_ns: int, gap_ms: float) -> None:
            self.gaps.append(gap_ms)
            heard(t_ns, gap_ms)

        clock._beat = beat


def sit_down(seats: Callable[..., Seat], workload: str, workers: int) -> tuple[Seat, Beats]:
    seat = seats(workload=workload, mode="qthreads", workers=workers)
    return seat, Beats(seat)


@pytest.mark.parametrize("workload", ["primes", "compress", "mixed"])
def test_sixty_four_start_work_and_stop_while_the_window_draws(seats: Callable[..., Seat], workload: str) -> None:
    seat, beats = sit_down(seats, workload, 64)
    seat.press(Qt.Key.Key_Space)
    seat.until(seat.working, 60)
    seat.wait(1.0)
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: not seat.controller.active, 30)
    assert max(beats.gaps) < STILL_MS
    assert len(beats.gaps) > 20


def test_what_a_person_does_meanwhile_does_not_stop_it(seats: Callable[..., Seat]) -> None:
    seat, beats = sit_down(seats, "primes", 32)
    seat.start()
    for workers in (64, 8, 32):
        assert seat.window.wish(workers=workers)
        seat.until(seat.working, 60)
    for _ in range(2):
        seat.window.present()
        seat.wait(0.3)
    for _ in range(2):
        seat.window.toggle_theme()
        seat.wait(0.3)
    for mode in ("threads", "qthreads"):
        assert seat.window.wish(mode=mode)
        seat.until(seat.working, 60)
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: not seat.controller.active, 30)
    assert max(beats.gaps) < STILL_MS


def test_accounts_add_up_and_waiting_at_the_gate_is_told_as_idle(seats: Callable[..., Seat]) -> None:
    seat, _ = sit_down(seats, "primes", 24)
    seat.start()
    seat.wait(1.5)
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: not seat.controller.active, 30)
    summary = seat.controller.session.summary(seat.run)
    assert len(summary.workers) == 24
    for worker in summary.workers:
        assert sum(worker.states.values()) == pytest.approx(worker.seconds, abs=1e-5)
    assert summary.share(IDLE) > 0.6
    assert summary.share(GIL) < 0.3
    seat.until(lambda: "of the time it was not their turn" in seat.window.live.sentence().text, 5)


def test_without_frame_slots_nobody_is_held(seats: Callable[..., Seat], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "rescue", lambda: None)  # which turns them on where a machine is slow
    seat, _ = sit_down(seats, "primes", 3)
    assert seat.window.wish(options={"frame_slots": False})
    seat.start()
    seat.wait(0.5)
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: not seat.controller.active, 30)
    assert seat.controller.session.summary(seat.run).share(IDLE) == 0


def test_rescued_the_window_draws_again(seats: Callable[..., Seat]) -> None:
    """As the reader thread does it when no frame has come for seconds."""
    seat, beats = sit_down(seats, "primes", 12)
    assert seat.window.wish(options={"frame_slots": False})
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: seat.controller.active and len(seat.run.workers) > 2, 60)
    window.rescue()
    seat.until(seat.working, 60)
    beats.gaps.clear()
    seat.wait(1.0)
    assert frame_slots().enabled
    assert len(beats.gaps) > 5
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: not seat.controller.active, 30)


def test_workers_that_fail_are_told_of_and_the_others_can_be_changed(seats: Callable[..., Seat]) -> None:
    seat, _ = sit_down(seats, "wait", 4)
    assert seat.window.wish(workload=PLACE + "Raises", workers=4, parameters={"who": 4})
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: seat.run and any(r.exit == "failed" for r in seat.run.present))
    assert seat.window.wish(workers=2)
    seat.until(lambda: seat.run.setting.workers == 2 and len(seat.run.alive) == 2)


def test_a_system_without_threads_to_give_is_told_of(seats: Callable[..., Seat], monkeypatch: Any) -> None:
    start, started = window._WorkerThread.start, itertools.count()
    monkeypatch.setattr(window._WorkerThread, "start", lambda self: start(self) if next(started) < 2 else None)
    seat, _ = sit_down(seats, "primes", 4)
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: seat.run and len(seat.run.workers) == 4)
    seat.until(lambda: any("no more threads" in text for text in seat.toasts()))
    seat.until(lambda: [r.exit for r in seat.run.present] == ["running", "running", "failed", "failed"])
    seat.until(lambda: all(r.last is not None and r.last.units for r in seat.run.alive))
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: not seat.controller.active, 30)


@pytest.mark.parametrize("kind", [QWidget, pyqtgraph.PlotWidget])
def test_the_interpreter_is_the_windows_until_everything_is_painted(qtbot: Any, kind: type[QWidget]) -> None:
    """What a frame asks for is painted after it, by events of their own; a chart needs two."""
    happened: list[str] = []

    class Canvas(kind):  # type: ignore[misc, valid-type]
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            happened.append("painted, the window's" if frame_slots().closed_for(now_ns()) else "painted, anybody's")

    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.show()
    qtbot.waitExposed(canvas)

    def frame(_: int) -> None:
        happened.append("frame")
        if isinstance(canvas, pyqtgraph.PlotWidget):
            canvas.plot([happened.count("frame"), 2, 3], clear=True)
        else:
            canvas.update()

    clock = FrameClock(frame, lambda *_: None)
    clock.start()
    qtbot.waitUntil(lambda: happened.count("frame") > 5, timeout=20_000)
    qtbot.waitUntil(lambda: not frame_slots().closed_for(now_ns()), timeout=20_000)
    clock.stop()
    asked = happened[happened.index("frame") :]
    assert "painted, the window's" in asked
    assert "painted, anybody's" not in asked


def test_messages_come_in_order_and_none_is_missing(seats: Callable[..., Seat]) -> None:
    seat, _ = sit_down(seats, "primes", 16)
    heard: list[tuple[int, Any]] = []
    apply = seat.controller.session.apply
    seat.controller.session.apply = lambda said, now: (heard.extend(said), apply(said, now))[1]
    seat.start()
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: not seat.controller.active, 30)
    kinds: dict[int, list[str]] = {}
    for ident, message in heard:
        if ident and isinstance(message, m.Hello | m.Progress | m.Goodbye):
            kinds.setdefault(message.worker, []).append(type(message).__name__)
    assert len(kinds) == 16
    for told in kinds.values():
        assert told[0] == "Hello"
        assert told[-1] == "Goodbye"
        assert set(told[1:-1]) == {"Progress"}
