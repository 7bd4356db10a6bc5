"""What is spoiled is kept under another name; what is a person's own is for that person alone."""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path

import pytest
from grandstand.claims.base import Result, Verdict
from grandstand.files.aside import set_aside
from grandstand.files.private import private_folder, tighten, tighten_folder
from grandstand.journal import library
from grandstand.ui.pages.claims import store

from tests.journal.made import Story, record

posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nothing_that_was_set_aside_is_ever_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.claims.json"
    for number in range(3):
        path.write_text(str(number))
        assert "set aside" in set_aside(path, "broken")
    kept = {there.name: there.read_text() for there in tmp_path.iterdir()}
    assert kept == {"a.claims.broken.json": "0", "a.claims.broken-2.json": "1", "a.claims.broken-3.json": "2"}


def test_what_cannot_be_set_aside_is_said(tmp_path: Path) -> None:
    assert "could not be set aside" in set_aside(tmp_path / "nothing", "broken")


@pytest.mark.skipif(sys.platform != "linux", reason="a device by name")
def test_a_device_stays_and_a_link_to_one_goes(tmp_path: Path) -> None:
    assert "left where it is" in set_aside(Path("/dev/full"), "broken")
    assert Path("/dev/full").exists()
    link = tmp_path / "link"
    link.symlink_to("/dev/full")
    assert "set aside" in set_aside(link, "broken")
    assert Path("/dev/full").exists()


@posix
def test_a_recording_is_its_owners_alone_while_it_is_made_and_after(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.grandstand"
    seen: dict[str, int] = {}

    def telling(story: Story) -> None:
        story.run("threads", 2, 1.0)
        end = time.monotonic() + 10
        while not path.exists() and time.monotonic() < end:  # it is made on the recorder's thread
            time.sleep(0.01)
        seen.update({there.name: mode(there) for there in path.parent.iterdir()})

    before = os.umask(0o000)  # as permissive as a system can be
    try:
        record(path, telling)
    finally:
        os.umask(before)
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700
    assert path.name in seen
    assert set(seen.values()) == {0o600}, seen


@posix
def test_a_folder_that_the_person_chose_keeps_its_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o755)
    record(tmp_path / "x.grandstand")
    assert mode(tmp_path / "x.grandstand") == 0o600
    (tmp_path / "old.grandstand").touch(0o644)
    (tmp_path / "old.grandstand").chmod(0o644)
    monkeypatch.setenv("GRANDSTAND_RECORDINGS", str(tmp_path))
    library.tighten(library.folder())
    assert (mode(tmp_path), mode(tmp_path / "old.grandstand")) == (0o755, 0o644)


@posix
@pytest.mark.skipif(sys.platform != "linux", reason="the folder is named by XDG_DATA_HOME")
def test_what_older_versions_left_open_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRANDSTAND_RECORDINGS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    where = library.folder()
    assert where == tmp_path / "grandstand" / "recordings"
    where.mkdir(parents=True)
    where.chmod(0o755)
    names = ["a.grandstand", "a.grandstand-wal", "b.grandstand", "mine.txt"]
    for name in names:
        (where / name).touch()
        (where / name).chmod(0o644)
    (where / "b.grandstand").chmod(0o400)  # and never more open than it was
    (where / "link.grandstand").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").touch()
    (tmp_path / "elsewhere").chmod(0o644)
    library.tighten(where)
    assert mode(where) == 0o700
    assert [mode(where / name) for name in names] == [0o600, 0o600, 0o400, 0o644]
    assert mode(tmp_path / "elsewhere") == 0o644


@posix
def test_kept_results_are_their_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.claims.json"
    result = Result("a", "A.", Verdict.HOLDS, "So.", {}, 1, 1.0, "2026")
    store.save(path, [result], {})
    assert mode(path) == 0o600
    path.chmod(0o644)
    results, trouble = store.load(path, {})
    assert (list(results), trouble, mode(path)) == (["a"], "", 0o600)


@posix
def test_what_is_not_there_or_not_ours_is_no_trouble(tmp_path: Path) -> None:
    tighten(tmp_path / "nothing")
    tighten_folder(tmp_path / "nothing", (".x",))
    private_folder(tmp_path / "a" / "b")
    private_folder(tmp_path / "a" / "b")
    assert mode(tmp_path / "a" / "b") == 0o700
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        private_folder(tmp_path / "file" / "b")
