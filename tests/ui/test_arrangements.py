"""Presenting without a talk: the charts that fill the screen, by keys, by a clicker, by a double click."""

from __future__ import annotations

import pytest
from grandstand.talk.library import starter
from grandstand.vocabulary import panels
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.ui.conftest import Seat

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
KEY = Qt.Key


def shown(seat: Seat) -> set[str]:
    return {key for key, panel in seat.dashboard.panels.items() if panel.isVisible()}


def double_click(seat: Seat, key: str) -> None:
    seat.wait(0.05)
    panel = seat.dashboard.panels[key]
    QTest.mouseDClick(panel, Qt.MouseButton.LeftButton, pos=QPoint(panel.width() // 2, 12))


def test_a_clicker_chooses_the_charts_and_the_last_ones_are_remembered(seat: Seat):
    window = seat.window
    seat.press(KEY.Key_F)
    assert shown(seat) == set(panels.story())
    seat.press(KEY.Key_PageDown)
    assert shown(seat) == {"lanes", "cores", "heartbeat"}
    seat.press(KEY.Key_Right)
    assert shown(seat) == {"lanes", "gil"}
    seen = {"lanes"}
    for _ in range(7):
        seat.press(KEY.Key_Right)
        (only,) = shown(seat)
        seen.add(only)
    assert seen == set(panels.usual())
    seat.press(KEY.Key_PageDown)  # round again
    assert shown(seat) == set(panels.story())
    seat.press(KEY.Key_PageUp)
    assert shown(seat) == {"memory"}
    seat.press(KEY.Key_Escape)
    assert not window.presenting
    assert shown(seat) == set(panels.usual())
    seat.press(KEY.Key_F)
    assert shown(seat) == {"memory"}
    seat.press(KEY.Key_Home)
    assert shown(seat) == set(panels.story())


def test_the_screen_can_be_black(seat: Seat):
    seat.press(KEY.Key_F)
    seat.press(KEY.Key_B)
    blank = seat.part("blank", QWidget)
    assert blank.isVisible()
    assert blank.size() == seat.window.size()
    seat.press(KEY.Key_Period)
    assert not blank.isVisible()
    seat.press(KEY.Key_B)
    seat.press(KEY.Key_F)
    assert not blank.isVisible()


def test_a_double_click_on_a_heading_shows_that_chart_alone_and_goes_back(seat: Seat):
    double_click(seat, "cores")
    assert seat.window.presenting
    assert shown(seat) == {"cores"}
    double_click(seat, "cores")
    assert not seat.window.presenting
    assert shown(seat) == set(panels.usual())


def test_a_talk_has_the_keys_for_itself_and_pages_their_own(seat: Seat):
    arrangements = seat.window.live.arrangements
    seat.press(KEY.Key_F)
    assert arrangements.active
    seat.press(KEY.Key_C)  # the claims
    assert not arrangements.active
    seat.press(KEY.Key_C)
    assert arrangements.active
    talk = seat.window.talk
    talk.open(starter())
    assert not arrangements.active
    seat.press(KEY.Key_PageDown)
    assert talk.at == 1
    talk.close()
    assert seat.window.presenting, "a talk gives back what was there before it"
    assert arrangements.active
    seat.press(KEY.Key_Escape)
    assert not arrangements.active
    assert not seat.window.presenting
    assert len(panels.arrangements()) == len(set(panels.arrangements()))
