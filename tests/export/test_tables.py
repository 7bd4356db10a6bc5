"""CSV tables hold what the recording holds."""

import csv
from pathlib import Path

import pytest
from grandstand.export.base import Cancelled
from grandstand.export.tables import TABLES, write_tables
from grandstand.journal.reader import Recording

from tests.journal.made import record


def test_all_tables(tmp_path: Path):
    story = record(tmp_path / "x.grandstand")
    recording = Recording.open(tmp_path / "x.grandstand")
    counts = write_tables(recording, tmp_path / "tables")
    recording.close()
    rows = {}
    for name in TABLES:
        with (tmp_path / "tables" / f"{name}.csv").open(newline="") as file:
            rows[name] = list(csv.DictReader(file))
    assert {name: len(found) for name, found in rows.items()} == counts
    assert counts["slices"] == len(story.session.lanes.all_since(0)[0])
    assert [row["mode"] for row in rows["runs"]] == ["sequential", "threads", "processes"]
    for row, run in zip(rows["runs"], story.session.runs, strict=True):
        summary = story.session.summary(run)
        assert float(row["per_second"]) == summary.per_second, "to the digit"
        assert float(row["computing_s"]) == summary.states["computing"]
    assert all(int(r["end_ns"]) - int(r["start_ns"]) == int(r["duration_ns"]) for r in rows["slices"])
    assert {row["what"] for row in rows["samples"]} == {"heartbeat", "core", "ours", "window", "memory USS"}
    assert rows["session"][0]["cpu"] == "A processor"


def test_a_folder_that_is_there_is_not_touched_and_a_cancelled_one_vanishes(tmp_path: Path):
    record(tmp_path / "x.grandstand")
    recording = Recording.open(tmp_path / "x.grandstand")
    (tmp_path / "mine").mkdir()
    with pytest.raises(FileExistsError):
        write_tables(recording, tmp_path / "mine")
    with pytest.raises(Cancelled):
        write_tables(recording, tmp_path / "new", lambda share: share < 0.5)
    recording.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine", "x.grandstand"]
