"""The recording of a watched program as a trace and as tables: what was seen, and nothing else."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from grandstand.cli.export import ExportRequest, export
from grandstand.export.formats import formats, formats_for
from grandstand.export.tables import write_tables
from grandstand.export.trace import write_trace
from grandstand.journal.reader import Recording
from grandstand.vocabulary.states import STATES
from grandstand.watch.program import Program

from tests.watch.test_replay import Tale, recorded


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    return recorded(tmp_path / "x.grandstand", Tale(4.0), monkeypatch)


@pytest.fixture
def trace(program: Program, tmp_path: Path) -> list[dict[str, Any]]:
    with closing(Recording.open(tmp_path / "x.grandstand")) as recording:
        count = write_trace(recording, tmp_path / "x.json")
    events: list[dict[str, Any]] = json.loads((tmp_path / "x.json").read_text())["traceEvents"]
    assert count == sum(event["ph"] == "B" for event in events)
    return events


def spent(trace: list[dict[str, Any]], category: str) -> dict[tuple[int, int, str], float]:
    """Seconds by process, track and name; every beginning has its end, and none overlaps."""
    open_since: dict[tuple[int, int], tuple[float, str]] = {}
    reached: dict[tuple[int, int], float] = {}
    seconds: dict[tuple[int, int, str], float] = {}
    for event in trace:
        if event.get("cat") != category:
            continue
        track = (event["pid"], event["tid"])
        if event["ph"] == "B":
            assert track not in open_since
            assert event["ts"] >= reached.get(track, 0)
            open_since[track] = (event["ts"], event["name"])
        else:
            start, name = open_since.pop(track)
            assert name == event["name"]
            assert event["ts"] >= start
            reached[track] = event["ts"]
            seconds[*track, name] = seconds.get((*track, name), 0.0) + (event["ts"] - start) / 1e6
    assert not open_since
    return seconds


def test_the_slices_of_a_trace_add_up_to_the_accounts(program: Program, trace: list[dict[str, Any]]):
    seconds = spent(trace, "state")
    process = next(one for one in program.everything if one.pid == 10)
    for thread in process.everyone:
        if thread.id not in (10, 1010):
            continue
        for state in STATES:
            assert seconds.get((10, thread.id, state.title), 0.0) == pytest.approx(
                thread.states[state.number] / 1e9, abs=1e-6
            )


def test_the_gil_is_a_track_with_its_holders(program: Program, trace: list[dict[str, Any]]):
    seconds = spent(trace, "gil")
    (gil,) = program.processes[10].gils.values()
    assert {name for _, _, name in seconds} <= {"main thread", "thread 1010", *(f"loop {5 * i}" for i in range(1, 20))}
    assert sum(seconds.values()) == pytest.approx(gil.held / 1e9, abs=1e-6)
    names = {(e["pid"], e["tid"]): e["args"]["name"] for e in trace if e["name"] == "thread_name"}
    assert "GIL" in names.values()
    assert names[10, 10] == "main thread"
    assert {e["args"]["name"] for e in trace if e["name"] == "process_name"} == {
        "python serve.py caf\\xe9", "python child.py"
    }  # fmt: skip


def test_tables_have_what_was_seen(program: Program, tmp_path: Path):
    with closing(Recording.open(tmp_path / "x.grandstand")) as recording:
        counts = write_tables(recording, tmp_path / "tables")
    tables = {
        path.stem: list(csv.DictReader(path.read_text("utf-8").splitlines()))
        for path in (tmp_path / "tables").iterdir()
    }
    assert {name: len(rows) for name, rows in tables.items()} == counts
    main = next(row for row in tables["threads"] if (row["pid"], row["thread"]) == ("10", "10"))
    thread = program.processes[10].threads[10]
    assert int(main["computing_ns"]) == thread.states[0]
    assert int(main["until_ns"]) == thread.until
    ours = [row for row in tables["slices"] if (row["pid"], row["thread"]) == ("10", "10")]
    assert sum(int(row["duration_ns"]) for row in ours) == sum(thread.states)
    assert int(tables["gil"][-1]["held_ns"]) == program.processes[10].gils[0].held
    held = sum(int(row["duration_ns"]) for row in tables["gil_slices"] if row["thread"] != "0")
    assert held == program.processes[10].gils[0].held
    assert tables["cpu"]
    assert {row["command"] for row in tables["processes"]} >= {"python child.py"}


def test_what_it_cannot_be_written_as_is_refused_with_what_it_can(
    program: Program, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with closing(Recording.open(tmp_path / "x.grandstand")) as recording:
        assert set(formats_for(recording)) == {"trace", "csv"} < set(formats())
    code = export(ExportRequest(str(tmp_path / "x.grandstand"), "mp4", str(tmp_path / "x.mp4")))
    assert code == 2
    assert "watched program" in capsys.readouterr().err
    assert not (tmp_path / "x.mp4").exists()
