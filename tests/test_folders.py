"""Where this user's files belong, and that there may be no such place."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from grandstand import folders
from grandstand.journal import library

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the places of Linux")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "GRANDSTAND_RECORDINGS"):
        monkeypatch.delenv(name, raising=False)


def test_recordings_are_where_they_always_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert library.folder() == tmp_path / ".local/share/grandstand/recordings"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert library.folder() == tmp_path / "data/grandstand/recordings"
    monkeypatch.setenv("GRANDSTAND_RECORDINGS", str(tmp_path / "named"))
    assert library.folder() == tmp_path / "named"
    assert not list(tmp_path.iterdir()), "asking made something"


def test_what_can_be_found_out_again_has_a_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folders.cache() == tmp_path / ".cache/grandstand"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert folders.cache() == tmp_path / "cache/grandstand"
    assert not list(tmp_path.iterdir()), "asking made something"


@pytest.mark.parametrize("home", ["/no/such/folder", "relative", "", "~"])
def test_nowhere_is_an_answer(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", home)
    assert folders.home() is None
    assert folders.data() is None
    assert folders.cache() is None
    assert library.folder() is None
    assert library.entries(None) == []
    assert folders.start() == Path("/")


def test_an_unknown_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    def unknown(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert folders.home() is None
    assert library.folder() is None


def test_without_a_home_a_named_place_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/no/such/folder")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert library.folder() == tmp_path / "grandstand/recordings"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert library.folder() is None
