"""What each part is called, how large its words are, and what an empty window says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from grandstand.session.run import WorkerRecord
from grandstand.ui.charts import lane_canvas, lanes_view
from grandstand.ui.dialogs.lane_details import LaneDetails
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QWidget,
)

from tests.ui.conftest import Seat

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

INTERACTIVE = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, QPlainTextEdit)


def interactive(root: QWidget) -> Iterator[QWidget]:
    """What a person can press, turn or type into; scroll bars and Qt's own inner parts are not meant."""
    for widget in root.findChildren(QWidget):
        if isinstance(widget, INTERACTIVE) and not isinstance(widget, QScrollBar):
            if not widget.objectName().startswith("qt_"):
                yield widget


def dialogs(seat: Seat) -> list[QWidget]:
    record = WorkerRecord(1, 0, 11, 12, 10, 0, trouble="ValueError: 7", details="Traceback …")
    toast = seat.window.toasts.show_message("Words.", "bad", details="more", action="Do it", on_action=lambda: None)
    seat.window.show_help()
    return [seat.part("help_dialog"), LaneDetails(record, seat.window), toast]


def test_every_interactive_part_has_a_name_for_tests_and_one_for_people(seat: Seat):
    nameless = []
    for root in (seat.window, *dialogs(seat)):
        for widget in interactive(root):
            if not widget.objectName() or not widget.accessibleName().strip():
                text = widget.text() if isinstance(widget, QAbstractButton) else ""
                nameless.append(f"{type(widget).__name__} {widget.objectName()!r} {text!r} in {type(root).__name__}")
    assert nameless == [], nameless


def test_charts_have_names_for_people_too(seat: Seat):
    board = seat.dashboard
    for chart in (board.lanes, board.microscope, *(chart.widget for chart in board.charts.values()),
                  board.legend):  # fmt: skip
        assert chart.accessibleName(), chart
    assert len({panel.accessibleName() for panel in board.panels.values()}) == len(board.panels)


def small_words(root: QWidget, least: float) -> list[str]:
    found = []
    for widget in root.findChildren(QWidget):
        text = getattr(widget, "text", None) or getattr(widget, "currentText", None)
        if isinstance(widget, QLabel | QAbstractButton | QComboBox | QLineEdit | QPlainTextEdit):
            widget.ensurePolished()
            size = QFontInfo(widget.font()).pixelSize()
            words = text() if callable(text) else ""
            if size < least and (words or isinstance(widget, QPlainTextEdit)):
                found.append(f"{size} px: {words!r}")
    return found


@pytest.mark.parametrize(("presenting", "least"), [(False, 13), (True, 20)])
def test_no_words_are_too_small(seat: Seat, presenting, least):
    seat.start()
    seat.window.present(presenting)
    seat.wait(0.4)
    for root in (seat.window, *dialogs(seat)):
        assert small_words(root, least) == []
    for chart in (seat.dashboard.charts["throughput"].widget, seat.dashboard.charts["cores"].widget):
        for side in ("left", "bottom"):
            assert chart.getPlotItem().getAxis(side).style["tickFont"].pixelSize() >= least


def test_no_painted_words_on_the_lanes_are_too_small(seat: Seat, monkeypatch: Any):
    sizes: list[float] = []

    def spy(module: Any) -> None:
        real = module.ui_font

        def ui_font(px: float, weight: int = 400, scale: float = 1.0) -> Any:
            sizes.append(px * scale)
            return real(px, weight, scale)

        monkeypatch.setattr(module, "ui_font", ui_font)

    spy(lane_canvas)
    spy(lanes_view)
    seat.dashboard.lanes_panel.set_empty(None)
    seat.wait(0.1)
    view = seat.dashboard.lanes
    for lanes in (3, 16, 64):
        killed = [WorkerRecord(n, n, 11, 12, 10, 0, trouble="killed by SIGKILL", alive=False) for n in range(lanes)]
        sizes.clear()
        view.set_lanes(lanes, dict(enumerate(killed)))
        view.grab()
        assert sizes
        assert min(sizes) >= 13, f"{lanes} lanes"


# -- states that are no charts ----------------------------------------------------------------------------------------


def words_of(panel: Any) -> str:
    return panel._empty.accessibleName()


def test_an_empty_window_says_what_will_be_where(seat: Seat):
    panels = seat.dashboard.panels
    assert panels["lanes"].is_empty()
    assert "Press Start (Space)" in words_of(panels["lanes"])
    for key in ("throughput", "workers", "memory", "scoreboard"):
        assert panels[key].is_empty(), key
        assert len(words_of(panels[key])) > 20
    for key in ("cores", "heartbeat"):  # they live from the start
        assert not panels[key].is_empty()


def test_the_empty_states_make_room_when_it_starts_and_stay_away_when_it_stops(seat: Seat):
    seat.press("3")
    seat.start()
    panels = seat.dashboard.panels
    seat.until(lambda: not any(panel.is_empty() for panel in panels.values() if panel.isVisible()), 8)
    seat.press("P")
    seat.press("P")
    seat.controller.stop()
    seat.until(lambda: not seat.controller.active)
    seat.wait(0.4)
    assert not any(panel.is_empty() for panel in panels.values() if panel.isVisible())


def test_qt_threads_have_no_memory_of_their_own_and_the_panel_says_so(seat: Seat):
    seat.press("4")
    seat.start()
    panel = seat.dashboard.panels["memory"]
    seat.until(lambda: "this window's own memory" in words_of(panel))
    assert panel.is_empty()


def test_everything_fits_where_it_is_small(seat: Seat):
    """At 1280 × 800 nothing of the sidebar is cut off at the right, and every panel has room for its chart."""
    seat.window.resize(1_280, 800)
    seat.wait(0.2)
    area = seat.sidebar.findChild(QScrollArea)
    assert area.widget().width() <= area.viewport().width()
    for key, panel in seat.dashboard.panels.items():
        assert panel.width() >= 240, key
        assert panel.height() >= 110, key
    assert seat.window.width() == 1_280


def test_a_presentation_shrinks_to_a_smaller_projector(seat: Seat):
    """A page that is not on the screen has no say in how narrow the window can be; in large letters none fits 1280."""
    window = seat.window
    for host in window.pages.slots.values():
        host.show(True)
        seat.wait(0.1)
        host.show(False)
    window.present(True)
    window.showNormal()
    window.resize(1_920, 1_080)
    seat.wait(0.2)
    window.resize(1_280, 800)
    seat.wait(0.2)
    assert (window.width(), window.height()) == (1_280, 800)
    window.present(False)
    seat.until(lambda: window.width() == 1_440, 3)  # exactly the window that was


def test_an_audience_sees_everything_without_scrolling(seat: Seat):
    window = seat.window
    window.present(True)
    window.showNormal()
    for size in ((1_024, 768), (1_280, 800), (1_080, 1_920)):
        window.resize(*size)
        seat.wait(0.1)
        assert window.live.area.verticalScrollBar().maximum() == 0, size
    window.present(False)
    window.resize(1_024, 640)
    seat.until(lambda: window.live.area.verticalScrollBar().maximum() > 0, 3)  # at the desk charts stay high enough


def test_on_a_small_screen_the_first_window_takes_all_of_it(seat: Seat):
    """The screen in memory is 800 × 800: less than the 1440 × 900 that a window begins with elsewhere."""
    window = seat.window
    window.resize(1_440, 900)
    window.placed = True
    window.place()
    assert not window.isMaximized()
    assert window.width() == 1_440
    window.placed = False
    window.place()
    assert window.isMaximized()
