"""When workers end badly: the lane says so, the details are one click away, the window lives on."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.mixing import mix
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from tests.control.workloads_for_tests import PLACE
from tests.ui.conftest import Seat

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def click_lane(seat: Seat, lane: int) -> None:
    lanes = seat.dashboard.lanes
    seat.click(lanes, lanes.lane_rect(lane).center().toPoint())


def fail_one(seat: Seat, mode: str = "processes") -> Any:
    """Three workers, of which the second raises; returns its record."""
    assert seat.window.wish(workload=PLACE + "Raises", mode=mode, workers=3, parameters={"who": 2})
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: seat.run and any(r.exit == "failed" for r in seat.run.present))
    seat.wait(0.2)
    return seat.run.present[1]


@pytest.mark.parametrize("mode", ["processes", "qthreads"])
def test_the_lane_of_a_failed_worker_leads_to_its_traceback(seat: Seat, mode):
    record = fail_one(seat, mode)
    assert record.trouble == "ValueError: fell over at step 6"
    assert len(seat.run.alive) == 2
    click_lane(seat, 1)
    dialog = seat.part("lane_details")
    assert dialog.isVisible()
    assert dialog.windowTitle() == "Worker 2"
    text = dialog.findChild(QPlainTextEdit, "traceback").toPlainText()
    assert "workloads_for_tests.py" in text
    assert "ValueError: fell over at step 6" in text
    assert "these are my last words" in text
    copy = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy")
    seat.click(copy)
    assert "fell over at step 6" in QGuiApplication.clipboard().text()
    dialog.close()
    seat.until(lambda: "Worker 2 ended: ValueError: fell over at step 6" in seat.window.live.sentence_bar.text(), 3)


def test_a_lane_that_is_well_has_nothing_to_say(seat: Seat):
    fail_one(seat)
    click_lane(seat, 0)
    assert not seat.window.findChildren(QPlainTextEdit, "traceback")


def test_the_lane_shows_what_happened(seat: Seat):
    """The words stand on a ground of their own."""
    fail_one(seat)
    seat.wait(0.2)
    theme = theme_manager().theme
    ground = QColor(mix(theme.surface.panel, theme.accent.warning, 0.12)).rgb()
    lanes = seat.dashboard.lanes
    image = lanes.grab().toImage()

    def painted(lane: int) -> bool:
        rect = lanes.lane_rect(lane).toAlignedRect()
        rows, columns = range(rect.top(), rect.bottom() + 1), range(rect.left(), rect.right() - 1)
        return any(image.pixelColor(x, y).rgb() == ground for y in rows for x in columns)

    assert [painted(lane) for lane in range(3)] == [False, True, False]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals of POSIX")
def test_a_worker_killed_from_outside(seat: Seat):
    seat.press("3")
    seat.start()
    os.kill(seat.run.present[0].pid, signal.SIGKILL)
    seat.until(lambda: len(seat.run.alive) == 1)
    seat.until(
        lambda: seat.window.live.sentence_bar.text() == "Worker 1 ended: killed by SIGKILL. The others go on.", 3
    )
    assert seat.window.live.sentence_bar.tone() == "warning"
    click_lane(seat, 0)
    dialog = seat.part("lane_details")
    assert "killed by SIGKILL" in dialog.findChild(QPlainTextEdit, "traceback").toPlainText()
    dialog.close()


def test_when_all_fail_the_window_says_so_and_can_start_again(seat: Seat):
    assert seat.window.wish(workload=PLACE + "Raises", mode="threads", workers=2)
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: seat.state == "failed")
    seat.until(lambda: seat.part("start").text() == "Start")
    seat.until(lambda: "None is left." in seat.window.live.sentence_bar.text(), 3)
    assert seat.window.wish(workload="wait")
    seat.start()
    seat.until(lambda: "ended" not in seat.window.live.sentence_bar.text(), 3)


def test_a_hung_worker_is_ended_and_said_so(seat: Seat):
    assert seat.window.wish(workload=PLACE + "Hangs", mode="processes", workers=2, parameters={"who": 1})
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: seat.run and len(seat.run.workers) == 2 and all(r.last for r in seat.run.alive))
    seat.wait(0.3)
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: not seat.controller.active, 4)
    seat.until(lambda: seat.toasts())
    assert "1 worker process did not answer and had to be terminated" in seat.toasts()[0]


def test_a_workload_from_outside_does_not_upset_the_sidebar(seat: Seat):
    assert seat.window.wish(workload=PLACE + "Gentle")
    seat.start()
    assert seat.part("expect").text() == "Sleeps and counts."
    assert {"parameter_each", "parameter_worth"} <= {w.objectName() for w in seat.sidebar.findChildren(object)}
