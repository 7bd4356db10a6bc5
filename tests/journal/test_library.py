"""The folder of recordings: listed, named, pinned, deleted, kept within its room."""

import os
import sqlite3
import time
from pathlib import Path

import pytest
from grandstand.journal import library
from grandstand.journal.reader import Recording, Unreadable
from grandstand.journal.recorder import Recorder

from tests.journal.made import MACHINE, Story, record


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
        "Count primes: 2 sequential workers", "Count primes: 4 threads", "Count primes: 2 processes"
    )  # fmt: skip
    assert 8.5 < good.seconds < 9.0
    assert good.bytes == (tmp_path / "a.grandstand").stat().st_size
    assert "not a recording" in found["b.grandstand"].problem
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
    assert library.tidy(tmp_path, 0) == []
    gone = library.tidy(tmp_path, 3 * size + size // 2, live=paths[1])
    assert gone == [paths[2]], "the oldest that may go"
    assert library.tidy(tmp_path, size // 2, live=paths[1]) == [], "not the newest, nor what is pinned or live"
    assert library.tidy(tmp_path, size // 2) == [paths[1]]
    assert [p.exists() for p in paths] == [True, False, False, True]


def test_what_is_being_recorded_is_not_deleted(tmp_path: Path):
    path = tmp_path / "a.grandstand"
    story = Story()
    recorder = Recorder.start(story.session, path, "now", MACHINE, window=True)
    short(story)
    until = time.monotonic() + 5
    while not (path.exists() and library.entry(path).runs) and time.monotonic() < until:
        time.sleep(0.05)
    assert library.entry(path).live
    with pytest.raises(OSError, match="being recorded"):
        library.delete(path)
    library.rename(path, "then")
    recorder.close()
    assert not recorder.problem
    found = library.entry(path)
    assert (found.title, found.live, len(found.runs)) == ("then", False, 1)
    library.delete(path)()


def test_a_log_that_was_left_because_somebody_read_is_put_back(tmp_path: Path):
    path = tmp_path / "a.grandstand"
    story = Story()
    recorder = Recorder.start(story.session, path, "x", MACHINE, window=True)
    short(story)
    time.sleep(0.6)
    reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    assert reader.execute("SELECT count(*) FROM runs").fetchone() == (1,)
    recorder.close()
    reader.close()
    assert len(list(tmp_path.iterdir())) > 1
    library.entry(path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.grandstand"]


def test_five_hundred_are_listed_quickly(tmp_path: Path):
    first = tmp_path / "0.grandstand"
    record(first, short)
    for i in range(1, 500):
        os.link(first, tmp_path / f"{i}.grandstand")
    began = time.perf_counter()
    assert len(library.entries(tmp_path)) == 500
    assert time.perf_counter() - began < 5.0  # about 0.5 s on two quiet cores


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
