"""Pictures that are laid out anew: their size, theme and ground, and that the same input gives the same picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording
from grandstand.ui.snapshot import SnapshotError, caption
from grandstand.ui.studio import PRESETS, Studio, parse_size
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.tokens import load_theme
from grandstand.ui.widgets.panel import SEPARATOR
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtWidgets import QApplication, QMenu

from tests.journal.made import record
from tests.ui.conftest import Seat


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("studio") / "x.grandstand"
    record(path)
    return path


@pytest.fixture
def player(file: Path, qapp: QApplication) -> Iterator[Player]:
    theme_manager().set_theme("dark")
    found = Player(Recording.open(file))
    found.seek(found.end_ns)
    while not found.work(1.0):
        pass
    yield found
    found.close()


def picture(player: Player, **how: object) -> QImage:
    studio = Studio(player, **{"size": (1280, 720), **how})  # type: ignore[arg-type]
    studio.still(player.t_ns)
    image = studio.image()
    studio.close()
    return image


def png(image: QImage, path: Path) -> bytes:
    image.save(str(path))
    return path.read_bytes()


def test_same_input_same_picture_to_the_byte(player: Player, tmp_path: Path):
    first = png(picture(player), tmp_path / "a.png")
    theme_manager().set_theme("light")  # whatever the window shows
    assert png(picture(player, theme="dark"), tmp_path / "b.png") == first


@pytest.mark.parametrize("name", PRESETS)
def test_presets_have_their_sizes(name: str, player: Player):
    image = picture(player, size=PRESETS[name])
    assert (image.width(), image.height()) == PRESETS[name]


def test_light_for_print_while_the_window_stays_dark(player: Player):
    image = picture(player, theme="light")
    assert image.pixelColor(2, 2) == QColor(load_theme("light").surface.window)
    assert theme_manager().theme.name == "dark"
    assert theme_manager().scale == 1.0


def test_without_a_ground(player: Player):
    image = picture(player, transparent=True)
    assert image.pixelColor(2, 2).alpha() == 0
    assert image.pixelColor(640, 60).alpha() == 255


def test_svg_and_pdf_have_words_as_words(player: Player, tmp_path: Path):
    studio = Studio(player, (1280, 720))
    studio.still(player.t_ns)
    studio.write(tmp_path / "x.svg")
    studio.write(tmp_path / "x.pdf")
    with pytest.raises(SnapshotError, match="Choose another folder"):
        studio.write(tmp_path / "nowhere" / "x.png")
    studio.close()
    texts = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", (tmp_path / "x.svg").read_text()))
    for words in ("Scoreboard", "computing", "A processor", "Processes"):
        assert words.lower() in texts.lower()
    pdf = (tmp_path / "x.pdf").read_bytes()
    assert b"/FontFile2" in pdf
    assert b"/ToUnicode" in pdf
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["x.pdf", "x.svg"]


@pytest.mark.parametrize("name", PRESETS)
def test_a_caption_breaks_between_facts(player: Player, name: str):
    studio = Studio(player, PRESETS[name], "light")
    studio.still(player.t_ns)
    shown = [fact for line in studio.caption.text().split("\n") for fact in line.split(SEPARATOR)]
    assert shown == [fact for line in caption(player) for fact in line.split(SEPARATOR)]
    lines = studio.caption.height() // QFontMetrics(studio.caption.font()).lineSpacing()
    assert lines == len(studio.caption.text().split("\n")), "no line was broken once more"
    assert studio.image().text("Description") == "\n".join(caption(player))
    studio.close()


def test_text_grows_with_the_picture(player: Player):
    """20 px of 1,080, so that the back row can read it."""
    for size in ((1920, 1080), (3840, 2160)):
        studio = Studio(player, size)
        assert studio.scale * 13 == pytest.approx(20 * size[1] / 1080)
        studio.close()


@pytest.mark.parametrize("text", ["", "big", "10x10", "1x", "99999x99999", "-5x5", "1280X720"])
def test_sizes_that_are_none(text: str):
    with pytest.raises(ValueError, match="square"):
        parse_size(text)


def test_in_the_window_from_the_menu(seat: Seat, tmp_path: Path):
    seat.window.settings.put("snapshot/folder", str(tmp_path))
    actions = seat.window.snapshots
    menu = actions.build_menu(seat.window, seat.controller, seat.dashboard)
    sizes = next(m for m in menu.findChildren(QMenu) if m.title().startswith("Laid out for slides"))
    next(a for a in sizes.actions() if a.text() == "1920 × 1080, PNG").trigger()
    themes = next(m for m in menu.findChildren(QMenu) if m.title() == "Theme")
    next(a for a in themes.actions() if a.text() == "Light").trigger()
    menu.deleteLater()
    seat.press(Qt.Key.Key_S)
    seat.until(lambda: seat.window.toasts.toasts())
    (path,) = tmp_path.glob("*.png")
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1920, 1080)
    assert image.pixelColor(2, 2) == QColor(load_theme("light").surface.window)
    assert theme_manager().theme.name == "dark"
    seat.wait(0.2)


def test_each_chart_in_a_file_of_its_own(seat: Seat, tmp_path: Path):
    seat.window.settings.put("snapshot/folder", str(tmp_path))
    actions = seat.window.snapshots
    actions._change(what="each", size="1920x1080", format="png")
    seat.press(Qt.Key.Key_S)
    seat.until(lambda: seat.window.toasts.toasts())
    (folder,) = (p for p in tmp_path.iterdir() if p.is_dir() and p.name.startswith("grandstand_"))
    assert sorted(p.stem for p in folder.iterdir()) == sorted(seat.dashboard.panels)
    seat.wait(0.2)
