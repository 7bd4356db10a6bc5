"""The window at work: Start, Stop, keys; what it says, and what is left when it closes."""

from __future__ import annotations

import re

import pytest
from grandstand.vocabulary import panels
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.control.leftovers import children, wait_until_gone
from tests.ui.conftest import Seat

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_space_starts_and_stops(seat: Seat):
    button = seat.part("start")
    assert (button.text(), seat.state) == ("Start", "idle")
    seat.press(Qt.Key.Key_Space)
    assert seat.controller.wanted
    assert button.text() == "Starting…"
    seat.until(seat.working)
    seat.until(lambda: button.text() == "Stop")
    workers = children()
    assert workers
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: not seat.controller.active)
    assert seat.state == "finished"
    seat.until(lambda: button.text() == "Start")
    wait_until_gone(workers, 2)
    assert seat.toasts() == []


def test_the_button_does_the_same(seat: Seat):
    seat.click(seat.part("start"))
    seat.until(seat.working)
    seat.click(seat.part("start"))
    seat.until(lambda: seat.state == "finished")
    seat.click(seat.part("start"))
    seat.until(seat.working)


def test_digits_choose_the_mode(seat: Seat):
    seat.start()
    for key, mode in (("1", "sequential"), ("3", "processes"), ("4", "qthreads"), ("2", "threads")):
        seat.press(key)
        assert seat.controller.choice.mode == mode
        assert seat.sidebar.modes.current() == mode
        assert seat.sidebar.modes.card(mode).isChecked()
        seat.until(seat.working)
    modes = [run.setting.mode for run in seat.controller.session.runs]
    assert modes == ["threads", "sequential", "processes", "qthreads", "threads"]
    for key in "789":  # beyond the modes
        seat.press(key)
    assert seat.controller.choice.mode == "threads"


def test_arrows_change_the_workers(seat: Seat):
    seat.start()
    for _ in range(3):
        seat.press(Qt.Key.Key_Up)
    assert seat.controller.choice.workers == 5
    assert seat.sidebar.workers.value() == 5
    seat.until(seat.working)
    seat.press(Qt.Key.Key_Down)
    assert seat.controller.choice.workers == 4
    seat.until(seat.working)


def test_arrows_stop_at_the_ends(seat: Seat):
    seat.controller.choose(workers=1)
    seat.press(Qt.Key.Key_Down)
    assert seat.controller.choice.workers == 1
    seat.controller.choose(workers=64)
    seat.press(Qt.Key.Key_Up)
    assert seat.controller.choice.workers == 64
    assert seat.toasts() == []


def test_p_freezes_the_view_and_not_the_work(seat: Seat):
    seat.start()
    seat.wait(0.3)
    seat.press("P")
    lanes, button = seat.dashboard.lanes, seat.part("pause_view")
    assert not lanes.live
    assert button.isChecked()
    edge, units = lanes.edge_ns, seat.run.alive[0].last.units
    seat.wait(0.4)
    assert lanes.edge_ns == edge
    assert seat.run.alive[0].last.units > units
    seat.press("P")
    assert lanes.live
    assert lanes.edge_ns > edge
    edge = lanes.edge_ns
    seat.until(lambda: lanes.edge_ns > edge + 300_000_000)
    assert not button.isChecked()
    seat.press("P")
    seat.press(Qt.Key.Key_Space)  # stops
    seat.press(Qt.Key.Key_Space)  # a new start wants to be seen
    assert lanes.live


def test_f_presents_and_escape_ends_it(seat: Seat):
    seat.start()
    seat.press("F")
    assert not seat.sidebar.isVisible()
    assert not seat.window.toolbar.isVisible()
    assert seat.window.isFullScreen()
    assert {k for k, panel in seat.dashboard.panels.items() if panel.isVisible()} == {
        "lanes", "throughput", "scoreboard",
    }  # fmt: skip
    seat.press(Qt.Key.Key_Up)  # the keys stay alive
    assert seat.controller.choice.workers == 3
    seat.press(Qt.Key.Key_Escape)
    assert seat.sidebar.isVisible()
    assert seat.window.toolbar.isVisible()
    assert not seat.window.isFullScreen()
    assert {key for key, panel in seat.dashboard.panels.items() if panel.isVisible()} == set(panels.usual())
    assert seat.controller.wanted
    seat.press("F")
    seat.press("F")
    assert seat.sidebar.isVisible()


def test_lanes_and_figures_move_while_it_runs(seat: Seat):
    seat.start()
    before = seat.dashboard.lanes.grab().toImage()
    seat.until(lambda: seat.dashboard.charts["heartbeat"].widget.recent(seat.window.clock.last_ns) is not None)
    seat.wait(0.6)
    assert seat.dashboard.lanes.grab().toImage() != before
    panels = seat.dashboard.panels
    seat.until(lambda: any("waits/s" in label.text() for label in panels["throughput"].findChildren(QLabel)))
    seat.until(lambda: any(label.text().endswith("ms") for label in panels["heartbeat"].findChildren(QLabel)))
    seat.until(lambda: any(label.text().endswith("MB") for label in panels["memory"].findChildren(QLabel)))


def test_the_sentence_follows_what_happens(seat: Seat):
    bar = seat.window.live.sentence_bar
    assert bar.text().startswith("Threads: ")
    assert bar.text().endswith("Press Space to start.")
    seat.press("3")
    seat.until(lambda: bar.text().startswith("Processes: "), 3)
    seat.start()
    seat.until(lambda: bar.text().startswith("2 processes"), 5)
    seat.until(lambda: "waits/s" in bar.text(), 10)
    assert "for I/O" in bar.text()
    assert bar.tone() == "processes"
    assert bar.accessibleName() == bar.text()


def test_a_switch_keeps_the_earlier_result_on_the_scoreboard_and_marks_the_charts(seat: Seat):
    seat.press("1")
    seat.start()
    seat.until(lambda: seat.controller.session.scoreboard.baseline(seat.run.setting.work), 10)
    seat.press("2")
    seat.until(seat.working)
    seat.until(lambda: "Threads: " in seat.dashboard.charts["scoreboard"].widget.accessibleDescription(), 10)
    said = seat.dashboard.charts["scoreboard"].widget.accessibleDescription()
    assert said.startswith("Sequential: 1.00×; Threads: ")
    assert [k.mode for k in seat.controller.session.markers] == ["sequential", "threads"]
    seat.until(lambda: " as much work as running sequentially" in seat.window.live.sentence_bar.text(), 5)


def test_whenever_a_picture_is_taken_sentence_and_scoreboard_say_the_same(seat: Seat):
    """Real work, whose figures change all the time: a slide once said 1.09× here and 1.08× there."""
    seat.controller.choose(workload="primes", mode="sequential", workers=2)
    seat.start()
    seat.until(lambda: seat.controller.session.scoreboard.baseline(seat.run.setting.work), 10)
    seat.press("2")
    seat.until(lambda: "Threads: " in seat.dashboard.charts["scoreboard"].widget.accessibleDescription(), 10)
    said: set[str] = set()
    looks = 0
    while looks < 60 or (len(said) < 2 and looks < 300):
        looks += 1
        seat.wait(0.03)
        board = seat.dashboard.charts["scoreboard"].widget.accessibleDescription()
        ratio = re.search(r"[\d.]+×", seat.window.live.sentence_bar.text())
        assert ratio is not None
        assert f"Threads: {ratio[0]}" in board
        said.add(ratio[0])
    assert len(said) > 1


@pytest.mark.parametrize("mode", ["threads", "processes", "qthreads"])
def test_closing_the_window_while_it_runs_leaves_nothing(seat: Seat, mode):
    seat.controller.choose(mode=mode, workers=3)
    seat.start()
    workers = children()
    seat.window.close()
    seat.finish()
    wait_until_gone(workers, 2)


def test_a_closed_window_is_gone_before_the_disk_has_taken_everything(seat: Seat, monkeypatch: pytest.MonkeyPatch):
    """A locked recording is waited for some seconds: not with a dead window on the screen."""
    seen: list[bool] = []
    close = seat.window.recorder.close
    monkeypatch.setattr(seat.window.recorder, "close", lambda: (seen.append(seat.window.isVisible()), close()))
    assert seat.window.isVisible()
    seat.window.close()
    assert seen == [False]


def test_closing_the_window_while_it_starts_leaves_nothing(seat: Seat):
    seat.controller.choose(mode="processes", workers=16)
    seat.press(Qt.Key.Key_Space)
    seat.wait(0.03)
    seat.finish()


def test_help_lists_every_key(seat: Seat):
    seat.press("?")
    dialog = seat.part("help_dialog")
    assert dialog.isVisible()
    assert not dialog.isModal()
    dialog.close()
