"""The app's own files, spoiled: the window opens all the same, says so, loses nothing and waits for nothing."""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import scipy.stats  # noqa: F401  (its threads come with the first import, and stay)
from grandstand.claims import report
from grandstand.claims.base import Result, Verdict
from grandstand.compare import document
from grandstand.observe.machine import machine
from grandstand.talk.toml import write_talk
from grandstand.ui.pages.talk.recent import recent, remember
from grandstand.ui.shell.settings import Settings
from PySide6.QtCore import QSettings

from tests.compare.made import ONE, comparison, threads
from tests.ui.conftest import Seat
from tests.ui.test_talk import TALK

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices have no names there"),
]
RESULT = Result("threads-no-cpu", "So it is.", Verdict.HOLDS, "Two sentences.", {}, 5, 1.5, "2026-01-02T03:04:05")
RATES = [100.0, 101, 99, 100, 100.5]
MADE = comparison({ONE: RATES, threads(2): RATES})
PROMPT_S = 5.0


def pipe(path: Path) -> None:
    os.mkfifo(path)


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2_500_000_000)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


def infinite(path: Path) -> None:
    """Infinity where a whole number must be, in whichever file it is."""
    texts = {
        ".claims.json": json.dumps(report.document([RESULT], machine().as_dict())).replace('"n": 5', '"n": Infinity'),
        ".comparison.json": json.dumps(document.document(MADE)).replace('"repeats": 5', '"repeats": Infinity'),
        ".break-even.json": '{"kind": "break-even", "workers": 1e400, "places": []}',
    }
    path.write_text(texts["".join(path.suffixes)])


def garbage(path: Path) -> None:
    path.write_bytes(b"\xff\xfe[[[[" * 1_000)


SPOILED: list[Callable[[Path], None]] = [pipe, sparse, endless, folder, infinite, garbage]


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_the_claims_page_opens_at_once_and_keeps_the_file(seat: Seat, spoil: Callable[[Path], None]) -> None:
    file = seat.window.settings.claims_file()
    spoil(file)
    kind = stat.S_IFMT(os.lstat(file).st_mode)
    began = time.monotonic()
    seat.press("C")
    page = seat.window.pages.slots["claims"].page
    assert page is not None
    assert page.isVisible()
    assert time.monotonic() - began < PROMPT_S
    seat.until(lambda: not page.loading, PROMPT_S)
    assert page.results() == []
    assert any("could not be read" in text and "set aside as settings.claims.broken.json" in text
               for text in seat.toasts())  # fmt: skip
    assert not os.path.lexists(file)
    assert stat.S_IFMT(os.lstat(file.with_name("settings.claims.broken.json")).st_mode) == kind


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_the_compare_page_opens_at_once_and_keeps_the_files(seat: Seat, spoil: Callable[[Path], None]) -> None:
    file = seat.window.settings.comparison_file()
    files = [file, file.with_name("settings.break-even.json")]
    for there in files:
        spoil(there)
    began = time.monotonic()
    seat.press("V")
    page = seat.window.pages.slots["compare"].page
    assert page is not None
    assert page.isVisible()
    assert time.monotonic() - began < PROMPT_S
    seat.until(lambda: not any(map(os.path.lexists, files)), PROMPT_S)
    for there in files:
        assert os.path.lexists(there.with_name(f"{there.stem}.broken.json"))
    seat.until(lambda: len([text for text in seat.toasts() if "It was set aside as" in text]) == 2)


def test_good_results_stay_beside_a_spoiled_one(seat: Seat) -> None:
    file = seat.window.settings.claims_file()
    texts = report.document([RESULT, RESULT], machine().as_dict())
    texts["claims"][0]["seconds"] = "long"
    file.write_text(json.dumps(texts))
    seat.press("C")
    page = seat.window.pages.slots["claims"].page
    assert page is not None
    seat.until(lambda: not page.loading)
    assert [result.id for result in page.results()] == ["threads-no-cpu"]
    assert any("1 of 2 kept results could not be read" in text for text in seat.toasts())
    assert json.loads(file.with_name("settings.claims.broken.json").read_text()) == texts
    assert len(json.loads(file.read_text())["claims"]) == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("spoil", [pipe, sparse, folder, endless], ids=lambda spoil: spoil.__name__)
def test_settings_that_are_no_file_are_set_aside(
    seats: Any, settings_file: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(settings_file)
    began = time.monotonic()
    seat: Seat = seats()
    assert time.monotonic() - began < 4 * PROMPT_S
    assert any("settings.broken.ini" in text for text in seat.toasts())
    seat.press("D")
    seat.finish()
    assert stat.S_IMODE(settings_file.stat().st_mode) == 0o600
    assert Settings(settings_file).text("theme", "") == "light"


def test_settings_that_are_a_device_are_kept_nowhere(qapp: object) -> None:
    settings = Settings(Path("/dev/full"))
    settings.put("theme", "light")
    settings.save()
    assert settings.text("theme", "dark") == "light"
    assert settings.number("span", 3.0) == 3.0
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)
    assert not Path("/dev/full.lock").exists()
    said: list[str] = []
    settings.tell_to(lambda level, text: said.append(text))
    assert "it is a device" in said[0]


@pytest.mark.parametrize("text", ["[" * 5_000, '["a", 7]', "{}", "null", "[NaN]", '["\\ud800', "x, y"])
def test_a_spoiled_list_of_talks_is_begun_anew_and_kept(qapp: object, tmp_path: Path, text: str) -> None:
    talk = tmp_path / "talk.toml"
    write_talk(talk, TALK)
    settings = Settings(tmp_path / "settings.ini")
    settings.put("talk/recent", text)
    settings.put("talk/recent", text if text != "x, y" else ["x", "y"])
    said: list[str] = []
    settings.tell_to(lambda level, text: said.append(text))
    assert recent(settings) == []
    assert len(said) == 1
    assert "talk/recent.broken" in said[0]
    remember(settings, talk)
    settings.save()
    again = Settings(tmp_path / "settings.ini")
    assert recent(again) == [talk]
    stored = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    assert stored.value("talk/recent.broken") in (text, ["x", "y"])
    assert len(said) == 1


def test_unsaved_changes_that_are_spoiled_are_set_aside(seat: Seat) -> None:
    kept = seat.window.settings.claims_file().with_suffix("").with_suffix(".talk.toml")
    kept.write_text("a." * 25_000 + "a = 1")
    began = time.monotonic()
    made = seat.window.talk.edit()
    assert time.monotonic() - began < PROMPT_S
    assert "set aside as settings.talk.broken.toml" in made.parts.said.text()
    made.open_starter()
    seat.until(lambda: bool(made.draft.talk.scenes))
    assert kept.with_name("settings.talk.broken.toml").read_text().startswith("a.a.")


@pytest.mark.parametrize("spoil", [pipe, sparse, endless, folder], ids=lambda spoil: spoil.__name__)
def test_a_talk_that_is_no_file_is_refused_at_once(seat: Seat, tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = tmp_path / "talk.toml"
    spoil(path)
    made = seat.window.talk.edit()
    before = made.draft.talk
    began = time.monotonic()
    made.open_file(path)
    seat.until(lambda: "cannot be read" in made.parts.said.text(), PROMPT_S)
    assert time.monotonic() - began < PROMPT_S
    assert made.draft.talk == before
