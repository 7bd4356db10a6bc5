"""The Recordings page in the real window: what was run is recorded, listed and played again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from grandstand.journal import library
from grandstand.journal.player import Player
from grandstand.ui.export_dialog import ExportDialog
from grandstand.ui.pages.recordings.listing import RUNS
from grandstand.ui.pages.recordings.page import RecordingsPage
from grandstand.ui.theme.manager import theme_manager
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.journal.made import S, record
from tests.ui.conftest import Seat

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    where = tmp_path / "recordings"
    where.mkdir()
    monkeypatch.setitem(os.environ, "GRANDSTAND_RECORDINGS", str(where))
    return where


def opened(seat: Seat) -> RecordingsPage:
    seat.press(Qt.Key.Key_R)
    page = seat.window.pages.slots["recordings"].page
    assert page is not None
    seat.until(lambda: not page._worker.busy)
    return page


def shown(seat: Seat, page: RecordingsPage, path: Path) -> None:
    page.open(path)
    seat.until(lambda: page.playing)


def settled(seat: Seat, page: RecordingsPage) -> None:
    def there(player: Player) -> bool:
        wanted = min(player.end_ns, player.start_ns + max(0, page.player.position))  # the next frame seeks it
        return player.reached_ns == player.t_ns == wanted

    seat.until(lambda: all(there(track.player) for track in page.player.tracks))
    seat.wait(0.1)


def test_its_lanes_stay_high_enough_in_a_low_window(seat: Seat, folder: Path):
    record(folder / "a.grandstand")
    page = opened(seat)
    seat.window.resize(1_024, 640)
    shown(seat, page, folder / "a.grandstand")
    seat.wait(0.1)
    assert page.player.tracks[0].dashboard.lanes.height() >= 100


def test_what_is_run_is_recorded_and_plays_to_the_same_figures(seat: Seat, folder: Path):
    seat.press(Qt.Key.Key_Space)
    seat.until(seat.working)
    seat.wait(1.2)
    seat.press(Qt.Key.Key_M)
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: not seat.controller.active)
    live = seat.controller.session.summary(seat.run)
    page = opened(seat)
    (entry,) = page._entries
    assert entry.live
    seat.window.recorder.close()
    shown(seat, page, entry.path)
    page.player.seek(page.player.length)
    settled(seat, page)
    track = page.player.tracks[0]
    assert track.player.session.summary(track.player.session.current) == live
    assert [text for _, text in track.player.recording.notes] == ["marked by hand"]


def test_no_run_no_file(seat: Seat, folder: Path):
    page = opened(seat)
    assert page._entries == ()
    assert page.listing._stack.currentWidget() is page.listing.empty
    seat.press(Qt.Key.Key_Escape)
    assert seat.window.pages.live_shown
    assert list(folder.iterdir()) == []


def test_played_with_keys_and_mouse(seat: Seat, folder: Path):
    record(folder / "a.grandstand")
    page = opened(seat)
    QTest.keyClick(page.listing.table, Qt.Key.Key_Tab)
    seat.click(page.listing.open_button)
    seat.until(lambda: page.playing)
    player = page.player
    assert page.playing
    assert player.position == 0
    seat.press(Qt.Key.Key_Space)
    assert player.playing
    seat.until(lambda: player.position > 0.15 * S)
    seat.press(Qt.Key.Key_Space)
    assert not player.playing
    at = player.position
    seat.wait(0.1)
    assert player.position == at
    player.setFocus()
    QTest.keyClick(player, Qt.Key.Key_PageDown)
    assert player.position == player.tracks[0].marks()[1].t
    QTest.keyClick(player, Qt.Key.Key_Right)
    assert player.position == player.tracks[0].marks()[1].t + S
    QTest.keyClick(player, Qt.Key.Key_End)
    assert player.position == player.length
    QTest.keyClick(player, Qt.Key.Key_Minus)
    assert player.speed == 0.5
    assert player.transport.speed.currentText() == "0.5×"
    QTest.keyClick(player, Qt.Key.Key_Home)
    assert player.position == 0
    timeline = player.transport.timeline
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=timeline.rect().center())
    assert abs(player.position / player.length - 0.5) < 0.02
    settled(seat, page)
    run = player.tracks[0].player.session.current
    assert run is not None
    there = [mark for mark in player.tracks[0].marks() if mark.t <= player.position]
    assert run.setting.mode == there[-1].mode  # which run is in the middle depends on how busy the machine was
    seat.press(Qt.Key.Key_R)
    assert seat.window.pages.live_shown
    assert not player.playing


def test_wheel_zooms_and_a_drag_moves(seat: Seat, folder: Path):
    record(folder / "a.grandstand")
    page = opened(seat)
    shown(seat, page, folder / "a.grandstand")
    page.player.seek(6 * S)
    settled(seat, page)
    lanes = page.player.tracks[0].dashboard.lanes
    seat.until(lambda: lanes.width() > 700)  # laid out
    area = lanes.plot_rect()
    middle = QPointF(area.center())
    under = lanes.time_at(middle.x())
    event = QWheelEvent(
        middle, lanes.mapToGlobal(middle), QPoint(), QPoint(0, 960), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(lanes, event)
    settled(seat, page)
    assert lanes.span_ns < 2 * S
    assert abs(lanes.time_at(middle.x()) - under) < lanes.span_ns / 50, "what is under the mouse stays there"
    before = page.player.position
    QTest.mousePress(lanes, Qt.MouseButton.LeftButton, pos=area.center())
    QTest.mouseMove(lanes, area.center() + QPoint(area.width() // 4, 0))
    QTest.mouseRelease(lanes, Qt.MouseButton.LeftButton, pos=area.center() + QPoint(area.width() // 4, 0))
    assert abs(before - page.player.position - lanes.span_ns / 4) < lanes.span_ns / 20


def test_two_beside_each_other_from_their_starts(seat: Seat, folder: Path):
    record(folder / "a.grandstand")
    record(folder / "b.grandstand", lambda story: story.run("processes", 2, 2.0), seed=2)
    page = opened(seat)
    shown(seat, page, folder / "a.grandstand")
    page.open_beside(folder / "b.grandstand")
    seat.until(lambda: len(page.player.tracks) == 2)
    page.player.seek(int(1.5 * S))
    settled(seat, page)
    one, two = page.player.tracks
    assert one.player.t_ns - one.player.start_ns == two.player.t_ns - two.player.start_ns == int(1.5 * S)
    assert one.isVisible()
    assert two.isVisible()
    one.dashboard.lanes.set_span(S)
    assert two.dashboard.lanes.span_ns == S
    page.player.seek(page.player.length)
    settled(seat, page)
    assert two.player.t_ns == two.player.end_ns, "the shorter one waits at its end"
    seat.click(page.alone_button)
    assert page.player.tracks == [one]


def test_renamed_pinned_deleted_and_brought_back(seat: Seat, folder: Path):
    path = folder / "a.grandstand"
    record(path)
    page = opened(seat)
    page.listing.model.setData(page.listing.model.index(0, 0), "Better name")
    seat.until(lambda: page._entries and page._entries[0].title == "Better name")
    seat.click(page.listing.pin_button)
    seat.until(lambda: page._entries[0].pinned)
    assert page.listing.pin_button.text() == "Unpin"
    seat.click(page.listing.delete_button)
    seat.until(lambda: page._entries == () and seat.window.toasts.toasts())
    (toast,) = seat.window.toasts.toasts()
    seat.click(next(b for b in toast.findChildren(QPushButton) if b.text() == "Undo"))
    seat.until(lambda: len(page._entries) == 1)
    assert library.entry(path).title == "Better name"


def test_the_list_shows_the_runs_in_their_colors(seat: Seat, folder: Path):
    record(folder / "a.grandstand")
    page = opened(seat)
    table = page.listing.table
    row = table.visualRect(page.listing.model.index(0, RUNS))
    image = table.viewport().grab().toImage()
    seen = {
        image.pixelColor(x, y).name() for x in range(row.left(), row.right()) for y in range(row.top(), row.bottom())
    }
    modes = theme_manager().theme.modes
    assert {modes["sequential"], modes["threads"], modes["processes"]} <= seen


def test_enter_opens_and_delete_deletes_the_chosen_one(seat: Seat, folder: Path):
    record(folder / "a.grandstand")
    page = opened(seat)
    assert page.listing.table.hasFocus()
    QTest.keyClick(page.listing.table, Qt.Key.Key_Return)
    seat.until(lambda: page.playing)
    page.close_player()
    page.take_focus()
    QTest.keyClick(page.listing.table, Qt.Key.Key_Delete)
    seat.until(lambda: page._entries == () and seat.window.toasts.toasts())


def test_a_file_that_is_none_is_said_and_nothing_else_happens(seat: Seat, folder: Path):
    (folder / "x.grandstand").write_text("no")
    page = opened(seat)
    assert page._entries[0].problem
    assert not page.listing.open_button.isEnabled()
    page.open(folder / "x.grandstand")
    seat.until(lambda: seat.window.toasts.toasts())
    assert "not a recording" in seat.window.toasts.toasts()[-1].text
    assert not page.playing


def dialog_of(seat: Seat, page: RecordingsPage) -> ExportDialog:
    seat.click(page.export_button)
    return seat.part("export_dialog", ExportDialog)


@pytest.mark.parametrize("kind", ["gif", "mp4", "trace", "csv"])
def test_exported_from_the_window(seat: Seat, folder: Path, kind: str, tmp_path: Path):
    record(folder / "a.grandstand")
    page = opened(seat)
    shown(seat, page, folder / "a.grandstand")
    dialog = dialog_of(seat, page)
    dialog.kind.setCurrentIndex(dialog.kind.findData(kind))
    dialog.end.setText("0.4")
    dialog.fps.setText("10")
    target = tmp_path / "out"
    dialog.begin(target)
    seat.until(lambda: not dialog._running)
    assert "Exported" in seat.window.toasts.toasts()[-1].text
    assert target.exists()
    dialog.close()
    seat.wait(0.05)


def test_a_cancelled_export_leaves_nothing(seat: Seat, folder: Path, tmp_path: Path):
    record(folder / "a.grandstand")
    page = opened(seat)
    shown(seat, page, folder / "a.grandstand")
    dialog = dialog_of(seat, page)
    dialog.begin(tmp_path / "film.mp4")
    seat.until(lambda: dialog._share > 0)
    dialog.cancel()
    seat.until(lambda: not dialog._running)
    assert "cancelled" in seat.window.toasts.toasts()[-1].text
    assert not list(tmp_path.glob("film*"))
    dialog.start.setText("9")
    assert "the start before the end" in dialog.words.text()
    dialog.close()
    seat.wait(0.05)


def test_recording_can_be_switched_off(seat: Seat, folder: Path):
    page = opened(seat)
    seat.click(page.listing.record)
    assert not seat.window.recorder.wanted
    seat.press(Qt.Key.Key_R)
    seat.press(Qt.Key.Key_Space)
    seat.until(seat.working)
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: not seat.controller.active)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [("trace", "a.grandstand", "a recording that is open"), ("trace", "soft.json", "a recording that is open"),
     ("csv", "a.grandstand", "is there already"), ("mp4", "a.grandstand", "a recording that is open"),
     ("gif", "x.mp4", "writes .gif"), ("mp4", "x.gif", "writes .mp4"), ("trace", "x.png", "writes .gz or .json"),
     ("csv", "x.json", "a file's ending"), ("trace", "nowhere/x.json", "takes no files")],
)  # fmt: skip
def test_an_export_destroys_nothing(seat: Seat, folder: Path, kind: str, name: str, words: str):
    record(folder / "a.grandstand")
    (folder / "soft.json").symlink_to("a.grandstand")
    page = opened(seat)
    shown(seat, page, folder / "a.grandstand")
    before = (folder / "a.grandstand").read_bytes()
    dialog = dialog_of(seat, page)
    dialog.kind.setCurrentIndex(dialog.kind.findData(kind))
    dialog.begin(folder / name)
    seat.until(lambda: not dialog._running)
    assert words in seat.window.toasts.toasts()[-1].text
    assert (folder / "a.grandstand").read_bytes() == before
    assert sorted(p.name for p in folder.iterdir() if "-" not in p.name) == ["a.grandstand", "soft.json"]
    dialog.close()
    seat.wait(0.05)


def test_a_cancelled_export_leaves_the_film_before_it(seat: Seat, folder: Path, tmp_path: Path):
    record(folder / "a.grandstand")
    (tmp_path / "film.mp4").write_text("the one before")
    page = opened(seat)
    shown(seat, page, folder / "a.grandstand")
    dialog = dialog_of(seat, page)
    dialog.begin(tmp_path / "film.mp4")
    seat.until(lambda: dialog._share > 0)
    dialog.cancel()
    seat.until(lambda: not dialog._running)
    assert "cancelled" in seat.window.toasts.toasts()[-1].text
    assert (tmp_path / "film.mp4").read_text() == "the one before"
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["film.mp4"]
    dialog.close()
    seat.wait(0.05)
