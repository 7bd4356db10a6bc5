"""The trace, held against the published format (Google, "Trace Event Format") field by field."""

import gzip
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grandstand.engine import messages as m
from grandstand.export.base import Cancelled
from grandstand.export.trace import write_trace
from grandstand.journal.reader import Recording

from tests.journal.made import Story, record


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recording, Story, dict[str, Any], int]:
    folder = tmp_path_factory.mktemp("trace")
    story = record(folder / "x.grandstand")
    recording = Recording.open(folder / "x.grandstand")
    count = write_trace(recording, folder / "x.json")
    document = json.loads((folder / "x.json").read_text(), parse_float=Decimal)
    recording.close()
    return recording, story, document, count


def test_every_slice_once_and_each_lanes_time_to_the_nanosecond(made):
    recording, story, document, count = made
    lanes, slices = story.session.lanes.all_since(recording.start_ns)
    events = [e for e in document["traceEvents"] if e["ph"] == "X"]
    assert count == len(events) == len(slices) > 1_000
    total: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for e in events:
        total[e["tid"] - 1, e["name"]] += Decimal(e["dur"]) * 1000
    for lane in np.unique(lanes):
        for state, key in enumerate(m.STATE_KEYS):
            mine = slices[(lanes == lane) & (slices[:, 0] == state)]
            assert total[int(lane), m.STATE_TITLES[key]] == int((mine[:, 2] - mine[:, 1]).sum())


def test_fields_have_the_types_of_the_format(made):
    _, _, document, _ = made
    assert set(document) == {"displayTimeUnit", "otherData", "traceEvents"}
    wanted = {"X": {"ts", "dur", "name", "cat"}, "C": {"ts", "name", "args"}, "i": {"ts", "name", "s"},
              "M": {"name", "args"}}  # fmt: skip
    kinds = set()
    for e in document["traceEvents"]:
        kinds.add(e["ph"])
        assert wanted[e["ph"]] <= set(e), e
        assert isinstance(e["pid"], int)
        assert isinstance(e["tid"], int)
        if "ts" in e:
            assert isinstance(e["ts"], Decimal)
        if e["ph"] == "X":
            assert e["dur"] >= 0
        if e["ph"] == "C":
            assert e["args"]
            assert all(isinstance(v, Decimal | int) for v in e["args"].values())
        if e["ph"] == "i":
            assert e["s"] in ("g", "p", "t")
    assert kinds == {"X", "C", "i", "M"}


def test_slices_of_a_lane_do_not_overlap_and_are_in_order(made):
    _, _, document, _ = made
    ends: dict[int, Decimal] = {}
    for e in document["traceEvents"]:
        if e["ph"] == "X":
            assert e["ts"] >= ends.get(e["tid"], Decimal(-1))
            ends[e["tid"]] = e["ts"] + e["dur"]
    assert len(ends) == 4


def test_lanes_have_names_and_switches_are_marked(made):
    _, _, document, _ = made
    names = {e["tid"]: e["args"]["name"] for e in document["traceEvents"] if e["name"] == "thread_name"}
    assert names == {i: f"Lane {i}" for i in (1, 2, 3, 4)}
    marks = [(e["name"], e["args"]["workers"]) for e in document["traceEvents"] if e["ph"] == "i"]
    assert marks == [("Sequential", 2), ("Threads", 4), ("Processes", 2)]


def test_counters_say_what_the_samples_say(made):
    _, _, document, _ = made
    counters = defaultdict(list)
    for e in document["traceEvents"]:
        if e["ph"] == "C":
            counters[e["name"]].append(e["args"])
    assert counters["Cores (% busy)"][0] == {"core 0": Decimal("90.5"), "core 1": Decimal("40.25")}
    assert {float(a["ours"]) for a in counters["Ours (% of a core)"]} == {130.75}
    assert len(counters["Window heartbeat (ms)"]) == 170
    assert all(33 <= a["ms"] <= 34 for a in counters["Window heartbeat (ms)"])


def test_packed_and_cancelled(tmp_path: Path):
    record(tmp_path / "x.grandstand")
    recording = Recording.open(tmp_path / "x.grandstand")
    write_trace(recording, tmp_path / "x.json.gz")
    assert json.loads(gzip.decompress((tmp_path / "x.json.gz").read_bytes()))["traceEvents"]
    with pytest.raises(Cancelled):
        write_trace(recording, tmp_path / "y.json", lambda share: False)
    recording.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.grandstand", "x.json.gz"]
