"""What the Watch page sees is recorded, and the Recordings page plays it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from grandstand.journal.reader import Recording
from grandstand.ui.pages.recordings.page import RecordingsPage
from grandstand.ui.pages.recordings.watch_track import WatchTrack
from grandstand.ui.pages.watch.page import WatchPage
from grandstand.watch.document import document
from grandstand.watch.replay import Replay
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Seat
from tests.ui.test_watch_page import drawn, texts_of, watch

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="programs are seen from outside on Linux only"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    where = tmp_path / "recordings"
    monkeypatch.setenv("GRANDSTAND_RECORDINGS", str(where))
    return where


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.grandstand"))


def seen(seat: Seat, program: subprocess.Popen[bytes], seconds: float) -> WatchPage:
    """Watches it until something was seen for so long."""
    page = watch(seat, program.pid)
    assert page.watched is not None
    watched = page.watched
    seat.until(lambda: drawn(page) and watched.program.seconds > seconds)
    return page


def stopped(seat: Seat, page: WatchPage, folder: Path) -> dict[str, Any]:
    """Stops watching; what was seen of it."""
    seat.click(page.stop_button)
    seat.until(lambda: page.watched is not None and not page.watched.running)
    seat.until(lambda: not seat.window.services.background.busy and not list(folder.glob("*-wal")))
    assert page.watched is not None
    return document(page.watched.program, None, "", {})


def played(seat: Seat, folder: Path) -> tuple[RecordingsPage, WatchTrack]:
    """Opens the newest one, as a person would."""
    with seat.qtbot.waitActive(seat.window):
        seat.window.activateWindow()
    seat.press(Qt.Key.Key_R)
    page: RecordingsPage = seat.window.page("recordings")
    seat.until(lambda: page.listing.model.entries)
    seat.press(Qt.Key.Key_Return)
    seat.until(lambda: page.playing)
    track = page.player.tracks[0]
    assert isinstance(track, WatchTrack)
    return page, track


def arrived(seat: Seat, track: WatchTrack) -> None:
    seat.until(lambda: track.behind == 0 and track.replay.reached_ns == track.replay.t_ns)
    seat.wait(0.1)


def test_what_is_watched_is_recorded_and_plays_to_the_same_figures(
    seat: Seat, folder: Path, program: subprocess.Popen[bytes]
):
    page = seen(seat, program, 2.0)
    assert page.record.isChecked()
    live = stopped(seat, page, folder)
    assert any(text.startswith("Recorded “two threads”") for text in seat.toasts())
    assert not page.record.isEnabled()
    recordings, track = played(seat, folder)
    recordings.player.seek(track.length)
    arrived(seat, track)
    assert document(track.replay.program, None, "", {}) == live
    assert len(track.view.lanes.lines) == 4
    assert "threads" in track.view.sentence.text()
    assert texts_of(track.view.panel).count("2 threads")
    recordings.player.seek(0)
    arrived(seat, track)
    assert track.replay.program.seconds < 0.5
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: track.replay.program.seconds > 1.0)
    seat.press(Qt.Key.Key_Escape)
    assert not recordings.playing


def test_a_wheel_zooms_a_drag_moves_and_a_click_tells(seat: Seat, folder: Path, program: subprocess.Popen[bytes]):
    page = seen(seat, program, 2.5)
    stopped(seat, page, folder)
    recordings, track = played(seat, folder)
    arrived(seat, track)
    lanes = track.view.lanes
    middle = lanes.plot_rect().center() + QPoint(lanes.plot_rect().width() // 2 - 40, 0)  # where something was seen
    wheel = QWheelEvent(
        QPointF(middle), QPointF(lanes.mapToGlobal(middle)), QPoint(), QPoint(0, 1200), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(lanes, wheel)
    assert lanes.span_ns < 2e9
    arrived(seat, track)
    before = recordings.player.position
    QTest.mousePress(lanes, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(lanes, middle - QPoint(-30, 0))
    QTest.mouseRelease(lanes, Qt.MouseButton.LeftButton, pos=middle - QPoint(-30, 0))
    assert recordings.player.position < before
    arrived(seat, track)
    _, top, high = next(one for one in lanes._visible if one[0].row is not None and one[0].row.thread)
    QTest.mouseClick(lanes, Qt.MouseButton.LeftButton, pos=QPoint(60, top + high // 2))
    assert track.view.details.isVisible()
    assert "holds no call stacks" in track.view.details.stack.toPlainText()
    assert not track.view.details.again_button.isEnabled()
    seat.press(Qt.Key.Key_Escape)
    assert recordings.playing
    assert not track.view.details.isVisible()


def test_recording_begins_and_ends_with_the_switch(seat: Seat, folder: Path, program: subprocess.Popen[bytes]):
    page = seen(seat, program, 1.0)
    page.record.click()
    seat.until(lambda: not page.recording.on and not seat.window.services.background.busy)
    seat.wait(0.3)
    page.record.click()
    assert page.recording.on
    assert page.watched is not None
    watched, before = page.watched, page.watched.program.seconds
    seat.until(lambda: watched.program.seconds > before + 1.0)
    live = stopped(seat, page, folder)
    assert len(files(folder)) == 2
    with closing(Recording.open(files(folder)[-1])) as recording:
        assert (recording.end_ns - recording.start_ns) / 1e9 < live["seconds"] - 1.0
        replay = Replay(recording)
        assert replay.to_the_end()
        again = document(replay.program, None, "", {})
    assert again["processes"] == live["processes"]  # totals are of the whole time in which it was watched


def test_who_records_nothing_gets_no_file(seat: Seat, folder: Path, program: subprocess.Popen[bytes]):
    seat.window.services.recorder.set_wanted(False)
    page = seen(seat, program, 0.5)
    assert not page.record.isChecked()
    stopped(seat, page, folder)
    assert files(folder) == []


def test_a_window_that_closes_leaves_a_whole_file(seat: Seat, folder: Path, program: subprocess.Popen[bytes]):
    page = seen(seat, program, 1.0)
    page.back()
    seat.finish()
    (path,) = files(folder)
    assert not path.with_name(path.name + "-wal").exists()
    with closing(Recording.open(path)) as recording:
        assert recording.ended
        assert Replay(recording).to_the_end()


def test_a_full_disk_is_said_and_watching_goes_on(
    seat: Seat, folder: Path, program: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
):
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("no folder")
    page = watch(seat, program.pid)
    seat.until(lambda: drawn(page))
    seat.until(lambda: any("Choose another one" in text for text in seat.toasts()))
    assert not page.record.isChecked()
    assert page.watched is not None
    assert page.watched.running


def test_s_makes_a_picture_live_and_of_a_replay(
    seat: Seat, folder: Path, program: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "pictures").mkdir()
    monkeypatch.setattr(type(seat.window.services.settings), "pictures_folder", lambda _: tmp_path / "pictures")
    page = seen(seat, program, 1.0)
    seat.press(Qt.Key.Key_S)
    seat.until(lambda: len(list((tmp_path / "pictures").glob("*.png"))) == 1)
    stopped(seat, page, folder)
    seat.wait(1.1)  # names are of a second
    _, track = played(seat, folder)
    arrived(seat, track)
    seat.press(Qt.Key.Key_S)
    seat.until(lambda: len(list((tmp_path / "pictures").glob("*.png"))) == 2)
    seat.until(lambda: not seat.window.services.background.busy)
    for path in (tmp_path / "pictures").glob("*.png"):
        assert "watched from outside" in QImage(str(path)).text("Description")


def test_who_has_no_place_for_recordings_is_told(
    seat: Seat, program: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("grandstand.journal.library.folder", lambda: None)
    page = watch(seat, program.pid)
    seat.until(lambda: any("so this is not recorded" in text for text in seat.toasts()))
    assert not page.record.isChecked()
