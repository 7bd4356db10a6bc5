"""Recordings of other versions: read as far as they are understood, never rewritten. Old ones: recordings_of_old."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from pathlib import Path

import numpy as np
import pytest
from grandstand.journal import library, schema, upgrade
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording, Unreadable
from grandstand.vocabulary.states import KEYS

from tests.journal.made import record


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "good.grandstand"
    record(path)
    return path.read_bytes()


def changed(good: bytes, path: Path, script: str) -> Path:
    path.write_bytes(good)
    db = sqlite3.connect(path)
    db.executescript(script)
    db.commit()
    db.close()
    return path


def played(path: Path) -> tuple[Player, list[object]]:
    """A player at its end, and the figures of every run."""
    player = Player(Recording.open(path))
    player.seek(player.end_ns)
    while not player.work(1.0):
        pass
    lanes, slices = player.session.lanes.all_since(player.start_ns)
    figures: list[object] = [player.session.summary(run) for run in player.session.runs]
    picture = hashlib.sha256(np.column_stack([lanes, slices]).tobytes()).hexdigest()
    player.close()
    return player, [*figures, picture]


FUTURE = """
PRAGMA user_version = 9;
ALTER TABLE runs ADD COLUMN planet TEXT;
ALTER TABLE progress ADD COLUMN napping_ns INTEGER;
UPDATE progress SET napping_ns = 5;
CREATE TABLE channels (seq INTEGER PRIMARY KEY, key TEXT NOT NULL, value REAL);
CREATE INDEX channels_by_key ON channels (key, seq);
INSERT INTO states VALUES (11, 'napping');
INSERT INTO markers SELECT max(seq) + 100000, max(at_ns), 1, 'applause', '[1]' FROM markers;
INSERT INTO samples SELECT max(seq) + 200000, max(at_ns), max(t_ns), 'gpu', 1.0, NULL FROM samples;
UPDATE markers SET data = json_set(data, '$.mood', 'good') WHERE kind = 'goodbye';
UPDATE sessions SET machine = json_set(machine, '$.planet', 'Earth');
"""


def test_a_recording_from_the_future_plays_as_far_as_it_is_understood(good: bytes, tmp_path: Path) -> None:
    plain = tmp_path / "plain.grandstand"
    plain.write_bytes(good)
    path = changed(good, tmp_path / "future.grandstand", FUTURE)
    before = path.read_bytes()
    player, figures = played(path)
    assert figures == played(plain)[1]
    skipped = player.recording.skipped
    assert skipped.startswith("A newer Grandstand wrote this. Not shown: ")
    for part in ("table channels", "column runs.planet", "column progress.napping_ns", "state 'napping'",
                 "1 markers of kind 'applause'", "1 samples of kind 'gpu'"):  # fmt: skip
        assert part in skipped, part
    assert path.read_bytes() == before
    assert not library.entry(path).problem


def test_of_a_recording_of_today_nothing_is_skipped(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.grandstand"
    path.write_bytes(good)
    recording = Recording.open(path)
    assert recording.skipped == ""
    recording.close()


def test_slices_in_a_state_that_nobody_knows_are_left_out(good: bytes, tmp_path: Path) -> None:
    """And states may have other numbers: the file says which."""
    plain = tmp_path / "plain.grandstand"
    plain.write_bytes(good)
    script = "PRAGMA user_version = 9; DELETE FROM states; "
    others = ["napping", *KEYS]  # every number is one more
    script += "".join(f"INSERT INTO states VALUES ({n}, '{key}');" for n, key in enumerate(others))
    path = changed(good, tmp_path / "other.grandstand", script)
    db = sqlite3.connect(path)
    for seq, data in db.execute("SELECT seq, data FROM slices").fetchall():
        rows = np.frombuffer(data, np.int64).reshape(-1, 3).copy()
        rows[:, 0] += 1
        db.execute("UPDATE slices SET data = ? WHERE seq = ?", (rows.tobytes(), seq))
    db.execute("UPDATE progress SET open_state = open_state + 1")
    db.commit()
    db.close()
    player, figures = played(path)
    assert figures == played(plain)[1]
    assert "state 'napping'" in player.recording.skipped


MISSING = {
    "no machine": "ALTER TABLE sessions DROP COLUMN machine",
    "no nice": "ALTER TABLE workers DROP COLUMN nice",
    "no state": "ALTER TABLE progress DROP COLUMN loop_ns",
    "no counts": "ALTER TABLE slices DROP COLUMN count",
    "no reason": "ALTER TABLE runs DROP COLUMN text",
    "a goodbye with less": "UPDATE markers SET data = json_remove(data, '$.tail', '$.t_ns') WHERE kind = 'goodbye'",
}


@pytest.mark.parametrize("script", MISSING.values(), ids=MISSING)
def test_what_is_missing_has_a_default(script: str, good: bytes, tmp_path: Path) -> None:
    plain = tmp_path / "plain.grandstand"
    plain.write_bytes(good)
    path = changed(good, tmp_path / "x.grandstand", script)
    player, figures = played(path)
    assert figures == played(plain)[1]
    assert player.recording.skipped == ""


def test_a_mode_that_nobody_knows_plays_under_its_key(good: bytes, tmp_path: Path) -> None:
    plain = tmp_path / "plain.grandstand"
    plain.write_bytes(good)
    path = changed(good, tmp_path / "x.grandstand", "UPDATE runs SET mode = 'warp' WHERE number = 2")
    player, figures = played(path)
    assert [run.setting.mode for run in player.session.runs] == ["sequential", "warp", "processes"]
    assert player.session.runs[1].setting.words.endswith(" of warp")
    assert [found.per_second for found in figures[:-1]] == [found.per_second for found in played(plain)[1][:-1]]


def test_a_workload_from_outside_plays_with_its_own_words_and_is_not_loaded(good: bytes, tmp_path: Path) -> None:
    about = json.dumps({"title": "Resize pictures", "unit": "pictures", "parameters": [["width", "Width", "px"]]})
    path = changed(
        good,
        tmp_path / "x.grandstand",
        f"UPDATE runs SET workload = 'antigravity:Fly', about = '{about}', parameters = '{{\"width\": 90}}'",
    )
    player, _ = played(path)
    told = player.session.runs[0].setting.about
    assert (told.title, told.unit, told.told("width", 90)) == ("Resize pictures", "pictures", "width 90 px")
    assert player.choice.setting().about == told
    assert "antigravity" not in sys.modules


@pytest.mark.parametrize(
    "about", ["[]", "{", '{"title": 5, "unit": "x"}', '{"title": "x", "unit": "y", "parameters": [[1]]}']
)
def test_words_that_are_none_are_damage(about: str, good: bytes, tmp_path: Path) -> None:
    path = changed(good, tmp_path / "x.grandstand", f"UPDATE runs SET about = '{about}'")
    with pytest.raises(Unreadable, match="damaged"):
        Recording.open(path)


def test_options_of_older_files_have_columns_of_their_own(good: bytes, tmp_path: Path) -> None:
    script = """
    ALTER TABLE runs RENAME COLUMN parameters TO knobs; ALTER TABLE runs DROP COLUMN options;
    ALTER TABLE runs DROP COLUMN python; ALTER TABLE runs DROP COLUMN python_name;
    ALTER TABLE runs DROP COLUMN about;
    ALTER TABLE runs ADD COLUMN start_method TEXT; ALTER TABLE runs ADD COLUMN frame_slots INTEGER;
    UPDATE runs SET start_method = 'spawn', frame_slots = 0; PRAGMA user_version = 2;
    """
    player, _ = played(changed(good, tmp_path / "x.grandstand", script))
    assert {run.setting.options for run in player.session.runs} == {(("start_method", "spawn"),)}
    assert player.recording.skipped == ""


def test_what_is_needed_and_missing_is_said(good: bytes, tmp_path: Path) -> None:
    path = changed(good, tmp_path / "x.grandstand", "DROP TABLE states; DROP TABLE markers")
    with pytest.raises(Unreadable, match="tables are not those"):
        Recording.open(path)
    path = changed(good, tmp_path / "y.grandstand", "PRAGMA user_version = 9; DROP TABLE markers")
    with pytest.raises(Unreadable, match="newer Grandstand wrote it"):
        Recording.open(path)


def test_a_column_of_version_1_is_read_under_its_name_of_today() -> None:
    assert upgrade.column("progress", "interpreter_ns") == "gil_ns"
    assert upgrade.column("progress", "handover_ns") == "serializing_ns"
    assert upgrade.column("workers", "interpreter_ns") == "interpreter_ns"
    assert upgrade.renumbered(dict(enumerate(upgrade.KEYS_OF_1))) is None


def test_the_file_says_what_its_numbers_mean(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.grandstand"
    path.write_bytes(good)
    db = sqlite3.connect(path)
    assert dict(db.execute("SELECT number, key FROM states")) == dict(enumerate(KEYS))
    assert db.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    db.close()


def test_a_file_with_more_in_it_can_be_renamed_and_pinned(good: bytes, tmp_path: Path) -> None:
    path = changed(good, tmp_path / "x.grandstand", FUTURE)
    library.rename(path, "Another title")
    library.pin(path, True)
    entry = library.entry(path)
    assert (entry.title, entry.pinned) == ("Another title", True)
    db = sqlite3.connect(path)
    assert json.loads(db.execute("SELECT machine FROM sessions").fetchone()[0])["planet"] == "Earth"
    db.close()
