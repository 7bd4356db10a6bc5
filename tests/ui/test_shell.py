"""The shell: actions as data, keys that act on what is on the screen, one level at a time, windows of every size."""

from __future__ import annotations

import pytest
from grandstand.talk.library import starter
from grandstand.ui.shell.actions import ActionSpec, help_lines
from grandstand.ui.shell.page import Page, PageSpec
from grandstand.ui.shell.pages import page_specs
from grandstand.ui.shell.window_actions import WINDOW
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from tests.ui.conftest import Seat

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
KEY = Qt.Key
SIZES = [(1024, 640), (1024, 768), (1080, 1920), (1280, 800), (1920, 1080)]
PAGES = [spec.key for spec in page_specs()]


# -- what there is ----------------------------------------------------------------------------------------------------


def test_pages_are_found_in_their_order_and_live_is_the_first():
    assert PAGES == ["live", "compare", "race", "watch", "claims", "recordings"]


@pytest.mark.parametrize("spec", page_specs(), ids=lambda spec: spec.key)
def test_no_key_has_two_meanings_on_a_page(spec: PageSpec):
    everywhere = [*WINDOW, *(page.opener() for page in page_specs() if page.keys)]
    keys = [key for action in (*everywhere, *spec.actions) for key in action.keys]
    assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)
    for key in keys:
        assert not QKeySequence(key).isEmpty(), key


def test_actions_that_share_a_line_of_help():
    first = ActionSpec("a", "A", "choose", ("1",), group="g")
    specs = [first, ActionSpec("b", "B", "", ("2",), group="g"), ActionSpec("c", "C", "", ("3",), group="g")]
    assert help_lines([*specs, ActionSpec("d", "D", "silent")]) == [("1 – 3", "choose")]
    arrows = [ActionSpec("u", "U", "move", ("Up",), group="m"), ActionSpec("v", "V", "", ("Down",), group="m")]
    assert help_lines(arrows) == [("↑  ↓", "move")]


def test_help_has_a_line_for_every_key_there_is(seat: Seat):
    seat.press("?")
    words = [label.text() for label in seat.part("help_dialog").findChildren(QLabel)]
    for spec in page_specs():
        for keys, does in help_lines(spec.actions):
            assert keys in words
            assert does in words
    seat.part("help_dialog").close()


def test_a_button_follows_its_action(seat: Seat):
    action = seat.window.actions_by_name["present"]
    button = seat.window.toolbar.buttons["present"]
    action.setText("Show it")
    assert button.text() == "Show it"
    action.setEnabled(False)
    assert not button.isEnabled()
    action.setEnabled(True)
    action.setToolTip("As large as it can be")
    assert button.accessibleName() == "As large as it can be"


# -- keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["compare", "claims", "recordings"])
def test_space_on_a_page_leaves_the_run_alone(seat: Seat, key: str):
    seat.start()
    seat.window.show_page(key)
    seat.wait(0.1)
    seat.press(KEY.Key_Space)
    seat.press("1")
    assert seat.controller.wanted
    assert seat.controller.choice.mode == "threads"
    seat.press(KEY.Key_Escape)
    assert seat.window.shown("live")
    seat.press("1")
    assert seat.controller.choice.mode == "sequential"


def test_escape_leaves_one_level_at_a_time(seat: Seat):
    window = seat.window
    window.show_page("claims")
    window.present(True)
    window.tell("warning", "Stays until it is read.")
    seat.press(KEY.Key_Escape)
    assert (window.presenting, window.shown("claims"), len(seat.toasts())) == (False, True, 1)
    seat.press(KEY.Key_Escape)
    assert (window.shown("live"), len(seat.toasts())) == (True, 1)
    seat.press(KEY.Key_Escape)
    assert seat.toasts() == []
    seat.press(KEY.Key_Escape)
    assert window.shown("live")


def test_escape_in_a_talk_leaves_the_talk_whatever_is_said(seat: Seat):
    talk = seat.window.talk
    talk.open(starter(), 1)
    seat.window.tell("error", "Something went wrong.")
    seat.press("B")
    assert talk.blanked
    seat.press(KEY.Key_Escape)
    assert (talk.blanked, talk.opened) == (False, True)
    seat.press(KEY.Key_Escape)
    assert (talk.opened, seat.window.presenting) == (False, False)
    assert "Something went wrong." in seat.toasts()


def test_scenes_opened_while_presenting_are_for_the_speaker_and_escape_closes_them(seat: Seat):
    seat.press("F")
    seat.press("T")
    scenes = seat.part("scene_list")
    assert not seat.window.presenting
    assert scenes.width() <= seat.window.screen().availableSize().width()
    seat.qtbot.keyClick(scenes, KEY.Key_Escape)
    assert not scenes.isVisible()


# -- the window keeps still -------------------------------------------------------------------------------------------


def test_presenting_gives_the_window_back_as_it_was(seat: Seat):
    window = seat.window
    window.setGeometry(QRect(17, 23, 1100, 700))
    seat.wait(0.1)
    area = seat.sidebar.findChild(QWidget, "qt_scrollarea_viewport").parentWidget()
    area.verticalScrollBar().setValue(60)
    scrolled = area.verticalScrollBar().value()
    assert scrolled > 0
    place = window.geometry()
    for _ in range(2):
        seat.press("F")
        assert window.isFullScreen()
        seat.press(KEY.Key_Escape)
        seat.until(lambda: window.geometry() == place, 3)
        seat.until(lambda: area.verticalScrollBar().value() == scrolled, 3)


def test_presenting_gives_a_maximized_window_back_maximized(seat: Seat):
    seat.window.showMaximized()
    seat.wait(0.1)
    seat.press("F")
    seat.press("F")
    seat.until(seat.window.isMaximized, 3)


def test_a_window_closed_while_presenting_is_remembered_as_it_was(seats):
    seat = seats()
    seat.window.setGeometry(QRect(11, 12, 720, 610))
    seat.wait(0.1)
    seat.press("F")
    later = seats()
    assert not later.window.isFullScreen()
    assert later.window.size() == QSize(720, 610)


# -- every size -------------------------------------------------------------------------------------------------------


def cut(root: QWidget) -> list[str]:
    """Buttons whose words have no room, and widgets that stick out of the window at the right."""
    found = []
    for button in root.findChildren(QPushButton):
        if button.isVisible() and button.width() < button.minimumSizeHint().width():
            found.append(f"{button.objectName()} {button.text()!r}: {button.width()} px")
    for widget in root.findChildren(QWidget):
        if widget.isVisible() and widget.window() is root and widget.width() and not widget.visibleRegion().isEmpty():
            right = widget.mapTo(root, widget.rect().topRight()).x()
            if right > root.width() and isinstance(widget, QPushButton):
                found.append(f"{widget.objectName()} ends at {right}")
    return found


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_page_fits(seat: Seat, size: tuple[int, int]):
    window = seat.window
    for key in PAGES:
        window.show_page(key)
        window.resize(*size)
        seat.wait(0.15)
        assert (window.width(), window.height()) == size, key
        assert cut(window) == [], key


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_chart_has_room(seat: Seat, size: tuple[int, int]):
    seat.window.resize(*size)
    seat.wait(0.2)
    for key, panel in seat.dashboard.panels.items():
        assert panel.width() >= 210, key
        assert panel.height() >= 140, key


def test_what_leaves_the_bar_is_in_its_menu(seat: Seat):
    bar = seat.window.toolbar
    seat.window.resize(1_920, 1_080)
    seat.wait(0.1)
    assert bar.hidden == []
    assert bar.more.isHidden()
    seat.window.resize(700, 700)
    seat.wait(0.1)
    assert bar.more.isVisible()
    gone = {tool.name for tool in bar.hidden}
    assert "start" not in gone
    assert gone | {b for b, button in bar.buttons.items() if button.isVisible()} == set(bar.buttons)
    seat.click(bar.more)
    menu = seat.part("more_menu")
    assert {action.objectName() for action in menu.actions()} == {tool.action.objectName() for tool in bar.hidden}
    menu.close()


def test_controls_collapse_and_that_is_remembered(seats):
    seat = seats()
    wide = seat.dashboard.width()
    seat.press(KEY.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not seat.sidebar.isVisible()
    seat.until(lambda: seat.dashboard.width() > wide + 200, 3)
    seat.press("F")
    seat.press("F")
    assert not seat.sidebar.isVisible()
    later = seats()
    assert not later.sidebar.isVisible()
    later.press(KEY.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert later.sidebar.isVisible()


def test_a_page_answers_to_the_whole_contract_without_overriding_any_of_it(seat: Seat):
    page = Page(seat.window.services)
    assert page.share is None
    assert not page.busy
    assert page.why_no_start() == ""
    assert page.step_out() is False
    assert page.pictured is False
    assert page.close_down() is True
    page.deleteLater()
