"""S: a picture into a file and onto the clipboard, at the size and with the words that were asked for."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from grandstand.ui.snapshot import caption
from grandstand.ui.theme.manager import theme_manager
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QMenu

from tests.ui.conftest import Seat

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
MARGIN = 16


@pytest.fixture
def folder(seat: Seat, tmp_path: Path) -> Path:
    """Where pictures go."""
    made = tmp_path / "pictures"
    made.mkdir()
    seat.running.settings.put("snapshot/folder", str(made))
    QGuiApplication.clipboard().clear()
    return made


def measured(seat: Seat) -> None:
    seat.start()
    seat.until(lambda: seat.controller.session.summary(seat.run).seconds > 0.3)


def pick(seat: Seat, words: str) -> None:
    """An entry of the small menu beside the button."""
    seat.click(seat.part("snapshot_more"))
    menu = seat.part("snapshot_menu", QMenu)
    (action,) = [a for a in menu.actions() if a.text() == words]
    action.trigger()
    menu.close()
    seat.wait(0.05)


def shot(seat: Seat, folder: Path) -> Path:
    """Presses S; returns the file that came."""
    before = set(folder.iterdir())
    seat.press("S")
    (new,) = set(folder.iterdir()) - before
    return new


def test_a_png_at_twice_the_size_with_its_caption(seat: Seat, folder: Path):
    measured(seat)
    file = shot(seat, folder)
    assert file.name.startswith("grandstand_wait_threads_2_")
    assert file.suffix == ".png"
    image = QImage(str(file))
    board = seat.dashboard
    assert image.width() == 2 * (board.width() + 2 * MARGIN)
    foot = image.height() / 2 - (board.height() + 2 * MARGIN)
    assert 30 < foot < 120  # two lines or so of caption
    assert seat.toasts() == [f"Saved {file.name}, and copied to the clipboard."]

    on_clipboard = QGuiApplication.clipboard().image()
    assert on_clipboard.size() == image.size()
    spots = {image.pixelColor(x, y).rgb() for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert len(spots) > 50
    words = image.text("Description")
    for part in ("Wait", "2 threads", "each wait 5 ms", "waits/s over", "Python 3", "GIL", "cores", "priority|nice"):
        assert any(p in words for p in part.split("|")), part


def test_other_sizes(seat: Seat, folder: Path):
    for scale in (1, 3, 4):
        pick(seat, f"PNG at {scale}×")
        file = shot(seat, folder)
        assert QImage(str(file)).width() == scale * (seat.dashboard.width() + 2 * MARGIN)
        file.unlink()


def test_an_svg_in_which_words_are_words(seat: Seat, folder: Path):
    measured(seat)
    pick(seat, "SVG")
    file = shot(seat, folder)
    text = file.read_text()
    assert file.suffix == ".svg"
    painted = html.unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", text)))
    for line in caption(seat.controller):
        for part in line.split("  ·  "):
            if " over " not in part and "sequential" not in part:  # figures go on while it runs
                assert part in painted, part
    for words in ("THROUGHPUT", "SCOREBOARD", "now"):
        assert words.lower() in painted.lower()
    assert "<image" in text  # the lanes


def test_one_chart_alone(seat: Seat, folder: Path):
    pick(seat, "Only throughput")
    image = QImage(str(shot(seat, folder)))
    assert image.width() == 2 * (seat.dashboard.panels["throughput"].width() + 2 * MARGIN)
    pick(seat, "All charts")
    assert QImage(str(seat.window.snapshots.take(seat.controller, seat.dashboard))).width() == 2 * (
        seat.dashboard.width() + 2 * MARGIN
    )


def test_without_the_caption(seat: Seat, folder: Path):
    pick(seat, "With caption")
    image = QImage(str(shot(seat, folder)))
    assert image.height() == 2 * (seat.dashboard.height() + 2 * MARGIN)


def test_what_was_picked_is_remembered(seats, folder: Path, seat: Seat):
    pick(seat, "PNG at 3×")
    pick(seat, "SVG")
    pick(seat, "With caption")
    later = seats()
    assert (later.window.snapshots.scale, later.window.snapshots.format) == (3, "svg")
    assert later.window.snapshots.caption is False


def test_the_picture_alone_on_the_clipboard(seat: Seat, folder: Path):
    seat.press("C", Qt.KeyboardModifier.ControlModifier)
    assert not QGuiApplication.clipboard().image().isNull()
    assert list(folder.iterdir()) == []
    assert seat.toasts() == ["Picture copied to the clipboard."]


def test_the_picture_is_in_the_theme_of_the_window(seat: Seat, folder: Path):
    seat.press("D")
    image = QImage(str(shot(seat, folder)))
    ground = QColor(theme_manager().theme.surface.window)
    assert image.pixelColor(3, 3) == ground
    assert ground.lightness() > 128


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder in which not even root can write")
@pytest.mark.parametrize("form", ["PNG at 2×", "SVG"])
def test_a_folder_in_which_nobody_can_write(seat: Seat, folder: Path, form):
    pick(seat, form)
    seat.running.settings.put("snapshot/folder", "/proc")
    seat.press("S")
    (text,) = seat.toasts()
    assert text.startswith("Cannot write /proc/grandstand_")
    assert "Choose another folder" in text
    assert "The picture is on the clipboard." in text
    assert seat.window.toasts.toasts()[0].tone == "bad"


def test_a_folder_that_is_gone_is_replaced_by_the_usual_one(seat: Seat, folder: Path, monkeypatch, tmp_path: Path):
    folder.rmdir()
    usual = seat.running.settings.pictures_folder()
    assert usual.is_dir()
    assert usual != folder


def test_a_picture_before_anything_has_run(seat: Seat, folder: Path):
    image = QImage(str(shot(seat, folder)))
    assert "Wait" in image.text("Description")
    assert "waits/s" not in image.text("Description")
