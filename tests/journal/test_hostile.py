"""Files that are damaged, foreign or made to do harm: a clear message, or what is left of the session."""

import random
import sqlite3
import time
from pathlib import Path

import pytest
from grandstand.journal import schema
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording, Unreadable

from tests.journal.hostile import MUTATIONS, play
from tests.journal.made import record


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "good.grandstand"
    record(path)
    return path.read_bytes()


@pytest.mark.parametrize("name", MUTATIONS)
def test_no_mutation_does_harm(name: str, good: bytes, tmp_path: Path):
    for seed in range(8):
        path = tmp_path / f"{seed}.grandstand"
        path.write_bytes(good)
        MUTATIONS[name](path, random.Random(f"{name}/{seed}"))
        began = time.monotonic()
        play(path)
        assert time.monotonic() - began < 5


def edited(good: bytes, path: Path, *statements: str) -> Path:
    path.write_bytes(good)
    db = sqlite3.connect(path)
    for statement in statements:
        db.executescript(statement)
    db.commit()
    db.close()
    return path


REFUSED = {
    "a trigger": ("CREATE TRIGGER t AFTER UPDATE ON runs BEGIN DELETE FROM runs; END", "tables are not those"),
    "a view": ("CREATE VIEW v AS SELECT 1", "tables are not those"),
    "another table": ("CREATE TABLE more (x)", "tables are not those"),
    "a text for a number": ("UPDATE runs SET workers = 'many'", "wrong kinds"),
    "too many workers": ("UPDATE runs SET workers = 65", "number of workers"),
    "parameters that are a list": ("UPDATE runs SET parameters = '[1]'", "parameter"),
    "deep JSON": ("UPDATE sessions SET machine = '" + "[" * 50_000 + "'", "where it was made"),
    "no session": ("DELETE FROM sessions", "one session"),
    "two sessions": ("INSERT INTO sessions SELECT 2, title, app_version, machine, began_at, began_s, began_ns,"
                     " last_ns, ended_ns, cores, warm_up_ns, window, longest_ns, dropped, pinned, watched"
                     " FROM sessions",
                     "one session"),
    "a session of a thousand years": (f"UPDATE sessions SET ended_ns = began_ns + {10**9 * 86400 * 365000 // 1000}",
                                      "times"),
    "a newer format that lacks something": (
        "PRAGMA user_version = 99; ALTER TABLE runs RENAME COLUMN at_ns TO at_us", "newer Grandstand"
    ),
    "a column that is computed": ("ALTER TABLE runs ADD COLUMN g TEXT AS (upper(hex(workload)))", "tables are not"),
    "a condition": ("CREATE TABLE more (x INTEGER CHECK (x > 0))", "tables are not those"),
    "an index of a function": ("CREATE INDEX odd ON progress (abs(steps))", "tables are not those"),
    "a virtual table": ("CREATE VIRTUAL TABLE texts USING fts5(x)", "tables are not those"),
    "a column twice": ("CREATE TABLE more (x INTEGER); ALTER TABLE more ADD COLUMN 'y' TEXT", "tables are not those"),
    "another program's": ("PRAGMA application_id = 1", "another program"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_refused_with_a_reason(case: str, good: bytes, tmp_path: Path):
    statement, reason = REFUSED[case]
    path = edited(good, tmp_path / "x.grandstand", statement)
    with pytest.raises(Unreadable, match=reason):
        Recording.open(path)


def test_not_a_database(tmp_path: Path):
    path = tmp_path / "x.grandstand"
    path.write_bytes(b"MZ" + bytes(5_000))
    with pytest.raises(Unreadable, match="not a recording"):
        Recording.open(path)
    with pytest.raises(Unreadable, match="cannot be opened"):
        Recording.open(tmp_path / "none.grandstand")


def test_what_contradicts_itself_is_said_and_what_came_before_stays(good: bytes, tmp_path: Path):
    path = edited(good, tmp_path / "x.grandstand", "UPDATE progress SET units = 'lots' WHERE seq > 500")
    player = Player(Recording.open(path))
    player.seek(player.end_ns)
    with pytest.raises(Unreadable, match="damaged"):
        player.work(5.0)
    assert player.session.current is not None
    player.close()


def test_a_file_cannot_be_written_through_the_reader(good: bytes, tmp_path: Path):
    path = tmp_path / "x.grandstand"
    path.write_bytes(good)
    recording = Recording.open(path)
    for statement in ("DELETE FROM runs", "ATTACH 'y' AS y", "SELECT load_extension('x')", "PRAGMA writable_schema=1"):
        with pytest.raises(Unreadable):
            recording.rows(statement)
    recording.close()
    assert path.read_bytes() == good


def test_a_query_that_takes_too_long_ends(good: bytes, tmp_path: Path):
    path = tmp_path / "x.grandstand"
    path.write_bytes(good)
    recording = Recording.open(path)
    began = time.monotonic()
    with pytest.raises(Unreadable, match="too long"):
        recording.rows("SELECT count(*) FROM progress a, progress b, progress c, progress d", (), 0.2)
    assert time.monotonic() - began < 2
    recording.close()


def test_schema_is_what_the_files_hold(good: bytes, tmp_path: Path):
    path = tmp_path / "x.grandstand"
    path.write_bytes(good)
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")} == set(schema.TABLES)
    assert db.execute("SELECT count(*) FROM slices").fetchone()[0] > 100
    db.close()
