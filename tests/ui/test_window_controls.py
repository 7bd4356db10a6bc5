"""Every control acts at once, while the work runs; what cannot be is said and leaves no trace."""

from __future__ import annotations

import inspect
import textwrap
from typing import Any

import pytest
from grandstand import modes
from grandstand.engine import workloads
from grandstand.ui.widgets.labeled_slider import LabeledSlider
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSlider, QWidget

from tests.ui.conftest import LEFT, Seat

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def drag(slider: QSlider, start: float, end: float, steps: int = 8) -> None:
    """The mouse goes down at one share of the slider's width and up at another."""
    y, width = slider.height() // 2, slider.width() - 1
    QTest.mousePress(slider, LEFT, pos=QPoint(round(start * width), y))
    for i in range(1, steps + 1):
        QTest.mouseMove(slider, QPoint(round((start + (end - start) * i / steps) * width), y))
        QTest.qWait(15)
    QTest.mouseRelease(slider, LEFT, pos=QPoint(round(end * width), y))


def choose_in(select: QComboBox, data: object) -> None:
    """As a person does with the keyboard."""
    index = select.findData(data)
    assert index >= 0
    select.setCurrentIndex(index)
    select.activated.emit(index)


# -- modes, workers, parameters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["processes", "qthreads"])
def test_a_click_on_a_mode_switches_the_running_session(seat: Seat, mode):
    seat.start()
    seat.click(seat.part(f"mode.{mode}"))
    assert seat.controller.choice.mode == mode
    seat.until(seat.working)
    assert [r.setting.mode for r in seat.controller.session.runs] == ["threads", mode]
    every = {option.key for mode_ in modes.every() for option in mode_.options}
    shown = {key for key in every if seat.window.live.sidebar.options.findChild(QWidget, key) is not None}
    own = modes.load(mode).fitting(own=True, free_threaded=False)
    assert shown == {option.key for option in own}, "the mode's own options, and no others"


def test_dragging_the_workers_changes_the_running_session(seat: Seat):
    seat.start()
    slider = seat.part("workers_slider.slider")
    drag(slider, 0.15, 0.6)
    wanted = seat.controller.choice.workers
    assert 4 < wanted < 40
    seat.until(seat.working)
    assert len(seat.run.alive) == wanted
    assert len(seat.controller.session.runs) <= 4  # not one for every pixel
    drag(slider, 0.6, 0.0)
    assert seat.controller.choice.workers == 1
    seat.until(lambda: len(seat.run.alive) == 1)
    seat.until(lambda: [r.lane for r in seat.run.present] == [0])


def test_dragging_a_parameter_changes_the_running_work(seat: Seat):
    seat.start()
    slider = seat.part("parameter_duration_ms.slider")
    drag(slider, 0.2, 0.65)
    value = dict(seat.controller.choice.parameters)["duration_ms"]
    assert value > 30
    seat.until(lambda: seat.run.setting == seat.controller.choice.setting())
    assert seat.part("parameter_duration_ms.value").text().replace("\u202f", "") == f"{value:g}\u00a0ms"
    seat.wait(2.5 * value / 1000)
    before = seat.run.alive[0].last.units
    seat.wait(0.5)
    assert seat.run.alive[0].last.units - before <= 500 / value + 3


def test_a_value_can_be_typed(seat: Seat):
    seat.click(seat.part("parameter_duration_ms.value"))
    field = seat.part("parameter_duration_ms.edit", QLineEdit)
    QTest.keyClicks(field, "250 ms")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert dict(seat.controller.choice.parameters) == {"duration_ms": 250}


def test_the_span_of_the_lanes(seat: Seat):
    slider = seat.part("span.slider")
    drag(slider, 0.5, 1.0)
    assert seat.dashboard.lanes.span_ns == 60_000_000_000
    drag(slider, 1.0, 0.0)
    assert seat.dashboard.lanes.span_ns < 1_000_000_000


def test_frame_slots_can_be_switched_off_and_on(seat: Seat):
    seat.press("4")
    seat.start()
    toggle = seat.part("frame_slots")
    assert toggle.isChecked()
    seat.click(toggle)
    assert seat.controller.choice.option("frame_slots", True) is False
    seat.until(seat.working)
    seat.until(lambda: "Off" in seat.part("options_note").text(), 3)
    seat.click(toggle)
    assert seat.controller.choice.option("frame_slots", False) is True
    seat.until(seat.working)


def test_another_start_method(seat: Seat):
    seat.press("3")
    seat.start()
    choose_in(seat.part("start_method"), "spawn")
    assert seat.controller.choice.option("start_method", "") == "spawn"
    seat.until(seat.working)
    assert dict(seat.run.setting.options)["start_method"] == "spawn"


# -- workloads --------------------------------------------------------------------------------------------------------


def shown_parameters(seat: Seat) -> dict[str, LabeledSlider]:
    found = seat.sidebar.findChildren(LabeledSlider)
    return {w.objectName().removeprefix("parameter_"): w for w in found if w.objectName().startswith("parameter_")}


def test_another_workload_brings_its_parameters_and_the_code_that_runs(seat: Seat):
    for key in reversed(workloads.keys()):
        choose_in(seat.part("workload"), key)
        kind = workloads.load(key)
        seat.until(lambda kind=kind: shown_parameters(seat).keys() == kind.defaults().keys())  # the old ones go later
        assert seat.controller.choice.workload == key
        assert seat.part("workload").currentText() == kind.title
        assert seat.part("expect").text() == kind.expect
        assert {k: w.value() for k, w in shown_parameters(seat).items()} == kind.defaults()
        (text,) = {edit.toPlainText() for edit in seat.sidebar.findChildren(QPlainTextEdit)}
        assert textwrap.dedent(inspect.getsource(kind.step)) in text
        for function in kind.shown:
            assert textwrap.dedent(inspect.getsource(function)) in text


def test_another_workload_while_running(seat: Seat):
    seat.start()
    choose_in(seat.part("workload"), "mixed")
    seat.until(seat.working)
    assert seat.run.setting.workload == "mixed"
    assert seat.dashboard.panels["workers"].isVisible()


# -- refusals ---------------------------------------------------------------------------------------------------------


def test_a_refused_wish_is_a_message_and_the_controls_stay(seat: Seat):
    assert seat.window.wish(workers=0) is False
    assert seat.toasts() == ["Workers must be a whole number from 1 to 64; 0 is not."]
    assert seat.window.wish(parameters={"duration_ms": 5_000}) is False
    assert "from 1 to 1000 ms" in seat.toasts()[-1]
    assert seat.sidebar.workers.value() == 2
    assert seat.window.wish(workers=3) is True
    assert len(seat.toasts()) == 2


def test_a_start_method_that_is_unsafe_here_is_refused_with_its_reason(seat: Seat):
    select = seat.part("start_method")
    if select.findData("fork") < 0:
        pytest.skip("this system has no fork")
    before = seat.controller.choice
    choose_in(select, "fork")
    (text,) = seat.toasts()
    assert "unsafe" in text
    assert "forkserver" in text
    assert seat.controller.choice == before
    assert select.currentData() != "fork"


def test_the_same_refusal_is_counted_and_escape_takes_it_away(seat: Seat):
    for _ in range(3):
        seat.window.wish(workers=99)
    assert len(seat.toasts()) == 1
    assert seat.window.toasts.toasts()[0].count == 3
    seat.press(Qt.Key.Key_Escape)
    assert seat.toasts() == []


def test_no_room_for_a_switch_goes_back_and_says_so(seat: Seat, monkeypatch: Any):
    from grandstand.engine import messages as m
    from grandstand.hosts import limits

    seat.start()
    trouble = m.Trouble("limits", "No room for 2 processes.", "Choose fewer workers.")
    monkeypatch.setattr(limits, "refusal", lambda processes, threads: trouble if processes > 1 else None)
    seat.click(seat.part("mode.processes"))
    seat.until(lambda: len(seat.controller.session.runs) == 3)
    seat.until(seat.working)
    assert seat.controller.choice.mode == "threads"
    assert seat.sidebar.modes.current() == "threads"
    seat.until(lambda: len(seat.toasts()) == 2)
    assert seat.toasts() == ["No room for 2 processes. Choose fewer workers.", "Went back to what ran before."]


def test_a_page_server_that_does_not_come_is_a_message(seat: Seat, monkeypatch: Any):
    from grandstand.hosts.page_server import PageServer, PageServerError

    def fail(self: PageServer, patience: float = 10) -> str:
        raise PageServerError("No free port on 127.0.0.1.", "Close other programs.")

    monkeypatch.setattr(PageServer, "start", fail)
    choose_in(seat.part("workload"), "fetch")
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: seat.toasts() == ["No free port on 127.0.0.1. Close other programs."])
    seat.until(lambda: seat.part("start").text() == "Start")
