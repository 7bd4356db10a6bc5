"""The folder of recordings: listed, named, pinned, deleted, kept within its room."""

import os
import sqlite3
import time
from pathlib import Path

import pytest

from app.recording import library
from app.recording.reader import Recording, Unreadable
from tests.recording.made import MACHINE, Story, record


def short(story: Story) -> None:
    story.run("threads", 2, 0.5)


def aged(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def test_listed_newest_first_with_what_was_run(tmp_path: Path):
    record(tmp_path / "a.grandstand")
    (tmp_path / "b.grandstand").write_text("nothing of the kind")
    (tmp_path / "other.txt").write_text("x")
    found = {e.path.name: e for e in library.entries(tmp_path)}
    assert set(found) == {"a.grandstand", "b.grandstand"}
    good = found["a.grandstand"]
    assert (good.title, good.live, good.pinned, good.problem) == ("A session", False, False, "")
    assert good.runs == (
        "Count primes: 2 workers one by one", "Count primes: 4 threads", "Count primes: 2 processes"
    )  # fmt: skip
    assert 8.5 < good.seconds < 9.0
    assert good.bytes == (tmp_path / "a.grandstand").stat().st_size
    assert "no recording" in found["b.grandstand"].problem
    assert library.entries(tmp_path / "nowhere") == []


def test_renamed_and_pinned_in_the_file_itself(tmp_path: Path):
    path = tmp_path / "a.grandstand"
    record(path, short)
    library.rename(path, "Another name")
    library.pin(path, True)
    moved = path.rename(tmp_path / "elsewhere.grandstand")
    found = library.entry(moved)
    assert (found.title, found.pinned) == ("Another name", True)
    library.pin(moved, False)
    assert not library.entry(moved).pinned
    with pytest.raises(Unreadable):
        library.rename(tmp_path / "none.grandstand", "x")


def test_deleted_comes_back(tmp_path: Path):
    path = tmp_path / "a.grandstand"
    record(path, short)
    before = path.read_bytes()
    back = library.delete(path)
    assert library.entries(tmp_path) == []
    back()
    assert path.read_bytes() == before
    library.delete(path)
    library.empty_trash(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_make_room_but_not_what_is_pinned_or_live(tmp_path: Path):
    paths = [tmp_path / f"{name}.grandstand" for name in "abcd"]
    for i, path in enumerate(paths):
        record(path, short)
        db = sqlite3.connect(path)
        db.execute("UPDATE sessions SET began_at = ?", (f"2026-01-0{i + 1}T10:00:00+00:00",))
        db.commit()
        db.close()
    library.pin(paths[0], True)
    size = library.size_of(paths[1])
    gone = library.tidy(tmp_path, 2 * size + size // 2, live=paths[1])
    assert gone == [paths[2], paths[3]]
    assert library.tidy(tmp_path, 0) == []
    assert [p.exists() for p in paths] == [True, True, False, False]


def test_what_a_crash_left_is_finished(tmp_path: Path):
    path = tmp_path / "a.grandstand"
    record(path, short)
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("UPDATE sessions SET ended_ns = NULL")
    db.commit()
    assert library.entry(path).live, "it was written to a moment ago"
    db.close()
    aged(path, 60)
    assert not library.entry(path).live
    recording = Recording.open(path)
    assert recording.ended
    recording.close()
    assert [p.name for p in tmp_path.iterdir()] == ["a.grandstand"]
    assert MACHINE.cores == recording.machine.cores


def test_names_are_free(tmp_path: Path):
    first = library.new_path(tmp_path)
    first.touch()
    assert library.new_path(tmp_path) != first
