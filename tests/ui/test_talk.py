"""A talk in the real window: scenes, keys, the black screen, notes; and the list in which talks are made."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from grandstand.pythons.record import Python
from grandstand.talk.library import starter
from grandstand.talk.scene import ON_SPACE, Scene, Talk
from grandstand.talk.toml import read_talk, write_talk
from grandstand.ui.pages.live import python_picker
from grandstand.ui.pages.talk.in_window import TalkInWindow
from grandstand.ui.pages.talk.pictures import scenes as pictures
from grandstand.ui.pages.talk.scene_list import SceneList
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from tests.ui.conftest import Seat
from tests.ui.test_window_looks import interactive, small_words

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
KEY = Qt.Key
SPAWN = (("start_method", "spawn"),)
WAITS = Scene("Waiting", "wait", "threads", 2, (("duration_ms", 5.0),), notes="Say this.\n\nAnd that.")
TALK = Talk(
    "Test",
    (
        replace(WAITS, title="First", start=ON_SPACE),
        replace(WAITS, title="Second", workers=3, layout=("lanes", "heartbeat"), span=4.0, options=SPAWN),
        replace(WAITS, title="Third", layout=("scoreboard",)),
    ),
)


def shown(seat: Seat) -> set[str]:
    return {key for key, panel in seat.dashboard.panels.items() if panel.isVisible()}


@pytest.fixture
def talk(seat: Seat) -> TalkInWindow:
    made = seat.window.talk
    assert made.open(TALK)
    seat.wait(0.02)
    return made


def test_a_clicker_walks_through_the_scenes(seat: Seat, talk: TalkInWindow) -> None:
    window, strip = seat.window, seat.part("scene_strip")
    assert window.presenting
    assert strip.accessibleName() == "Scene 1 of 3: First"
    assert not seat.controller.wanted  # it waits for Space
    assert QFontInfo(strip.title_font()).pixelSize() >= 28
    assert small_words(window, 20) == []
    seat.press(KEY.Key_Space)
    seat.until(seat.working)
    seat.press(KEY.Key_PageDown)
    choice = seat.controller.choice
    assert (choice.workload, choice.mode, choice.workers, choice.parameters) == (
        "wait",
        "threads",
        3,
        WAITS.parameters,
    )
    assert choice.option("start_method", "") == "spawn"
    assert shown(seat) == {"lanes", "heartbeat"}
    assert seat.dashboard.lanes.span_ns == 4e9
    seat.press(KEY.Key_Right)
    assert shown(seat) == {"scoreboard"}
    seat.press(KEY.Key_PageDown)
    assert talk.at == 2
    assert seat.toasts() == ["That was the last scene. Escape leaves the talk."]
    seat.press(KEY.Key_PageUp)
    assert (talk.at, seat.toasts()) == (1, [])
    seat.press(KEY.Key_Up)  # the window's own keys are alive
    assert seat.controller.choice.workers == 4
    seat.press(KEY.Key_F5)
    assert seat.controller.choice.workers == 3
    seat.until(seat.working)
    seat.press(KEY.Key_Home)
    assert (talk.at, seat.controller.wanted, seat.controller.choice.option("start_method", "")) == (0, False, "")
    seat.press(KEY.Key_Left)
    assert seat.toasts() == ["This is the first scene."]
    seat.press(KEY.Key_End)
    assert seat.controller.wanted
    seat.press(KEY.Key_Escape)
    assert not talk.opened
    assert not window.presenting
    assert strip.isHidden()
    assert len(shown(seat)) == 7
    assert seat.controller.wanted  # what runs goes on
    seat.press(KEY.Key_PageDown)
    seat.press(KEY.Key_B)
    assert (talk.at, talk.blanked) == (2, False)  # the keys are the window's again


OWN = Python("/own/python", "3.11 · own", "3.11.9", "CPython", False, own=True)
CHOSEN = Python("/opt/python3.13", "3.13", "3.13.1", "CPython", False)
FREE = Python("/opt/python3.14t", "3.14t (free-threaded)", "3.14.0", "CPython", True)
UNDER_PYTHONS = Talk(
    "Pythons",
    (
        replace(WAITS, title="As chosen", start=ON_SPACE),
        replace(WAITS, title="Nobody has it", start=ON_SPACE, python="3.99"),
        replace(WAITS, title="Free-threaded", start=ON_SPACE, python="free-threaded"),
        replace(WAITS, title="Nor that", start=ON_SPACE, python="/no/such/python"),
    ),
)


def told(seat: Seat) -> str:
    return "\n".join(seat.toasts())


def test_a_scene_has_its_python_and_one_that_is_not_here_is_passed_over(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = threading.Event()

    def find(*_: Any) -> list[Python]:
        allowed.wait(20)
        return [OWN, CHOSEN, FREE]

    monkeypatch.setattr(python_picker, "find", find)
    seat.controller.choose(python=CHOSEN)
    talk = seat.window.talk
    assert talk.open(UNDER_PYTHONS, at=2)  # while they are still being looked for
    assert seat.controller.choice.python == CHOSEN
    allowed.set()
    seat.until(lambda: seat.controller.choice.python == FREE)
    seat.press(KEY.Key_PageUp)
    assert talk.scene is not None
    assert talk.scene.title == "As chosen"
    assert seat.controller.choice.python == CHOSEN
    assert "'Nobody has it' was skipped. There is no Python 3.99 here." in told(seat)
    seat.press(KEY.Key_PageDown)
    assert talk.scene.title == "Free-threaded"
    assert seat.controller.choice.python == FREE
    seat.press(KEY.Key_PageDown)
    assert talk.scene.title == "Free-threaded", "there is nothing after it that could be shown"
    assert "'Nor that' was skipped" in told(seat)
    talk.go(1)  # asked for by its number, it says why it shows nothing
    assert not seat.controller.wanted
    assert "There is no Python 3.99 here." in told(seat)
    talk.close()
    assert seat.controller.choice.python == CHOSEN


def test_a_blank_screen_is_black_and_the_work_goes_on(seat: Seat, talk: TalkInWindow) -> None:
    seat.press(KEY.Key_PageDown)
    seat.until(seat.working)
    seat.press(KEY.Key_B)
    before = sum(r.last.units for r in seat.run.alive)
    seat.until(lambda: sum(r.last.units for r in seat.run.alive) > before)
    image = seat.window.grab().toImage()
    places = [(x, y) for x in range(5, image.width(), 97) for y in range(5, image.height(), 61)]
    assert {image.pixelColor(x, y).name() for x, y in places} == {"#000000"}
    seat.press(".")
    assert not talk.blanked
    talk.blank(True)
    seat.press(KEY.Key_PageUp)  # walking on brings the picture back
    assert not talk.blanked
    seat.press("f")
    assert not talk.opened


def test_the_notes_walk_too_and_tell_what_comes_next(seat: Seat, talk: TalkInWindow) -> None:
    seat.press(KEY.Key_N)
    notes = talk.notes
    assert notes is not None
    assert notes.isVisible()
    assert notes.words.text() == "Say this.\n\nAnd that."
    assert notes.next_title.text() == "Next: Second"
    seat.until(seat.window.isActiveWindow)  # it does not take the keyboard away
    talk.began -= 83
    notes.activateWindow()
    seat.until(notes.isActiveWindow)
    QTest.keyClick(notes, KEY.Key_PageDown)
    assert talk.at == 1
    seat.until(lambda: notes.elapsed.text() in ("1:23", "1:24", "1:25"))
    QTest.mouseClick(notes.elapsed, Qt.MouseButton.LeftButton)
    assert notes.elapsed.text() == "0:00"
    QTest.keyClick(notes, KEY.Key_End)
    assert notes.next_title.text() == "The last scene."
    QTest.keyClick(notes, KEY.Key_Escape)
    assert not talk.opened
    assert not notes.isVisible()


def test_what_is_no_talk_changes_nothing_and_a_claim_can_be_a_scene(seat: Seat, tmp_path: Path) -> None:
    talk, bad = seat.window.talk, tmp_path / "bad.toml"
    assert not talk.open(Talk("Empty", ()))
    assert "no scene yet" in seat.toasts()[0]
    assert not seat.window.presenting
    assert seat.window.talk is talk
    claim = Scene("A claim", claim="threads-no-cpu", start=ON_SPACE)
    assert talk.open(Talk("Claims", (claim, replace(WAITS, start=ON_SPACE))))
    page = seat.window.pages.slots["claims"].page
    assert page is not None
    assert page.isVisible()
    assert page.current.claim.id == "threads-no-cpu"
    assert not page.busy
    seat.press(KEY.Key_PageDown)
    assert seat.window.pages.live_shown
    bad.write_text('title = "t"\n[[scene]]\ntitle = "s"\nworkers = 0\n')
    made = talk.edit()
    before = made.draft.talk
    made.open_file(bad)
    seat.until(lambda: "scene 1, workers: 0 is not from 1 to 64" in made.parts.said.text())
    assert made.draft.talk == before
    talk.close()


def test_every_scene_can_be_photographed(seat: Seat) -> None:
    taken = {}
    for name in pictures(seat.window, lambda s: seat.wait(0.02), TALK):
        taken[name] = (seat.part("scene_strip").accessibleName(), seat.controller.wanted)
    assert list(taken) == ["scene_01", "scene_02", "scene_03"]
    assert all(wanted for _, wanted in taken.values())
    assert not seat.window.presenting


# -- the list ---------------------------------------------------------------------------------------------------------


def titles(made: SceneList) -> list[str]:
    texts = [made.parts.items.item(i).text() for i in range(made.parts.items.count())]
    return [text.split("\n")[0].split(maxsplit=1)[1] for text in texts]


@pytest.fixture
def scene_list(seat: Seat) -> SceneList:
    made = seat.window.talk.edit()
    seat.wait(0.01)
    return made


def press(made: SceneList, key: str) -> None:
    made.parts.buttons[key].click()
    QApplication.processEvents()


def test_a_talk_is_made_saved_and_begun(
    seat: Seat, scene_list: SceneList, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, form = scene_list, scene_list.parts.form
    assert all(w.objectName() and w.accessibleName() for w in interactive(made))
    assert small_words(made, 13) == []
    press(made, "first")
    assert made.scene == replace(WAITS, title="Wait: Threads", notes="")
    form.title.setFocus()
    form.title.selectAll()
    QTest.keyClicks(form.title, "  My  first scene ")
    form.notes.setPlainText("Say this.\n")
    form.layout_select.setCurrentIndex(form.layout_select.findData("chosen"))
    form.layout_select.activated.emit(0)
    form.panels["throughput"].click()
    form.panels["scoreboard"].click()
    assert made.scene.layout == ("lanes",)
    form.panels["lanes"].click()  # the last one stays
    assert made.scene.layout == ("lanes",)
    form.panels["cores"].click()
    form.start.setCurrentIndex(1)
    form.start.activated.emit(1)
    form.span.setText("61")
    form.span.editingFinished.emit()
    assert form.span.property("invalid")
    form.span.setText("2,5")
    form.span.editingFinished.emit()
    wanted = replace(
        WAITS, title="My first scene", notes="Say this.", layout=("lanes", "cores"), start=ON_SPACE, span=2.5
    )
    assert made.scene == wanted
    seat.controller.choose(workers=7, options={"start_method": "spawn"})
    press(made, "duplicate")
    form.take_button.click()
    assert made.scene == replace(wanted, workers=7, span=10.0, options=(("start_method", "spawn"),))
    path = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(path), ""))
    QTest.keyClick(made, KEY.Key_S, Qt.KeyboardModifier.ControlModifier)
    path = path.with_suffix(".toml")
    assert read_talk(path) == made.draft.talk
    assert not made.draft.unsaved
    made.choose(0)
    QTest.keyClick(made, KEY.Key_F5)
    assert seat.window.talk.scene == wanted
    assert not made.isVisible()
    seat.until(seat.window.isActiveWindow)
    seat.press(KEY.Key_PageDown)
    seat.window.talk.close()
    assert (made.isVisible(), made.at) == (True, 1)
    press(made, "new")
    assert made.parts.buttons["recent_mine"].isVisible()
    press(made, "recent_mine")
    assert titles(made) == ["My first scene", "My first scene"]


def test_scenes_are_moved_deleted_and_brought_back(scene_list: SceneList, qtbot: Any) -> None:
    made = scene_list
    press(made, "starter")
    qtbot.waitUntil(lambda: bool(titles(made)))
    before = titles(made)
    assert before == [s.title for s in starter().scenes]
    assert made.draft.path is None  # a copy: the app's own file is not written to
    made.choose(2)
    QTest.keyClick(made, KEY.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert titles(made)[:3] == [before[0], before[2], before[1]]
    assert made.at == 1
    made.parts.items.moved.emit(1, len(before) - 1)  # dragged to the end
    assert titles(made) == [before[0], before[1], *before[3:], before[2]]
    made.parts.items.setFocus()
    QTest.keyClick(made.parts.items, KEY.Key_Delete)
    assert before[2] not in titles(made)
    assert "Ctrl+Z" in made.parts.said.text()
    for _ in range(3):
        QTest.keyClick(made, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert titles(made) == before
    press(made, "redo")
    assert titles(made)[1] == before[2]


def test_unsaved_changes_are_asked_about_and_outlive_a_crash(
    seats: Callable[..., Seat], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "talk.toml"
    write_talk(path, TALK)
    seat = seats(workload="wait", mode="threads", workers=2)
    made = seat.window.talk.edit()
    made.open_file(path)
    seat.until(lambda: made.draft.path == path)
    made.parts.form.edited.emit({"title": "Changed"})
    made.close()
    assert made.isVisible()  # the question stands in the window
    assert made.parts.question.isVisible()
    press(made, "question_keep")
    made.open_starter()
    assert made.parts.question.isVisible()
    assert titles(made)[0] == "Changed"
    seat.until(lambda: made.draft.kept.is_file())  # as it lies there should the app die now
    there = made.draft.kept.read_bytes()

    seat = seats(workload="wait", mode="threads", workers=2)
    made = seat.window.talk.edit()
    assert made.draft.kept.read_bytes() == there
    assert titles(made) == ["Changed", "Second", "Third"]
    assert (made.draft.path, made.draft.unsaved) == (path, True)

    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("grandstand.ui.pages.talk.draft.write_talk", full)
        made.close()
        press(made, "question_save")
        assert made.isVisible()
        assert "No space left" in made.parts.said.text()
    made.close()
    press(made, "question_discard")
    assert not made.isVisible()
    assert read_talk(path) == TALK
    assert not made.draft.kept.exists()
    made.come()
    assert titles(made) == ["First", "Second", "Third"]
