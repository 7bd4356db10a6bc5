"""A session under a CPU quota, recorded and told again."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from grandstand.export.tables import TABLES
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording, Unreadable
from grandstand.session.report import run_report

from tests.journal.made import record


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "held.grandstand"


def test_it_is_told_again_to_the_digit(path: Path):
    story = record(path, quota=0.75)
    recording = Recording.open(path)
    assert recording.machine.quota == 0.75
    assert recording.machine.usable_cores == 0.75
    player = Player(recording)
    try:
        _play(player)
        for live, again in zip(story.session.runs, player.session.runs, strict=True):
            told = run_report(player.session, again, "numbers", {})["quota"]
            assert told == run_report(story.session, live, "numbers", {})["quota"]
            assert told["cores"] == 0.75
            assert 0.4 < told["throttled_periods"] / told["periods"] < 0.6
        assert player.session.quota == 0.75
    finally:
        player.close()


def test_the_exported_samples_have_it(path: Path):
    record(path, quota=1.5)
    with closing(Recording.open(path)) as recording:
        rows = [row for row in TABLES["samples"][1](recording) if "quota" in str(row[1])]
    assert {row[1] for row in rows} == {"quota", "held back by the quota"}
    assert {row[3] for row in rows if row[1] == "quota"} == {1.5}


def _play(player: Player) -> None:
    player.seek(player.end_ns)
    while not player.work(1.0):
        pass


def edit(path: Path, statement: str, *values: object) -> Path:
    db = sqlite3.connect(path)
    db.execute(statement, values)
    db.commit()
    db.close()
    return path


def machine_of(path: Path) -> dict[str, object]:
    with closing(sqlite3.connect(path)) as db:
        found: dict[str, object] = json.loads(db.execute("SELECT machine FROM sessions").fetchone()[0])
    return found


@pytest.mark.parametrize("machine", ["older", "newer"])
def test_machines_that_were_described_by_another_version(path: Path, machine: str):
    record(path, quota=0.5)
    here = machine_of(path)
    if machine == "older":
        del here["quota"], here["usable_cores"]
    else:
        here["caches"] = {"L1": [1, 2]}
    with closing(Recording.open(edit(path, "UPDATE sessions SET machine = ?", json.dumps(here)))) as recording:
        found = recording.machine
    assert found.quota == (None if machine == "older" else 0.5)
    assert found.cores == 2


@pytest.mark.parametrize("quota", ["half", -1, 0, True, [1], 1e400, "NaN"])
def test_a_quota_that_is_none_is_refused(path: Path, quota: object):
    record(path, quota=0.5)
    here = machine_of(path)
    edit(path, "UPDATE sessions SET machine = ?", json.dumps({**here, "quota": quota}))
    with pytest.raises(Unreadable, match="quota"):
        Recording.open(path)


@pytest.mark.parametrize(
    "data", ["[]", "[1, 2, 3]", '["a", 1, 1, 1]', "[1, 1.5, 1, 1]", "[-1, 1, 1, 1]", "[1, 1, 1, 1e999]", "{}"]
)
def test_a_sample_that_is_none_is_damage(path: Path, data: str):
    record(path, quota=0.5)
    edit(path, "UPDATE samples SET data = ? WHERE kind = 'quota'", data)
    player = Player(Recording.open(path))
    try:
        with pytest.raises(Unreadable, match="damaged"):
            _play(player)
    finally:
        player.close()
