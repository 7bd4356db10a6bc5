"""The trace, held against the published format (Google, "Trace Event Format") field by field."""

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grandstand.export.base import Cancelled
from grandstand.export.trace import write_trace
from grandstand.journal.reader import Recording
from grandstand.vocabulary.states import BY_KEY, KEYS

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


def slices_of(document: dict[str, Any]) -> list[tuple[int, str, Any, Any]]:
    """Lane (from 1), name, begin and end of each slice, in the order of the file."""
    found, begun = [], {}
    for e in document["traceEvents"]:
        if e["ph"] == "B":
            assert e["tid"] not in begun, "one slice at a time in a lane"
            begun[e["tid"]] = e
        elif e["ph"] == "E":
            begin = begun.pop(e["tid"])
            assert {k: e[k] for k in ("name", "cat", "pid")} == {k: begin[k] for k in ("name", "cat", "pid")}
            found.append((e["tid"], e["name"], begin["ts"], e["ts"]))
    assert not begun
    return found


def test_every_slice_once_and_each_lanes_time_to_the_nanosecond(made):
    recording, story, document, count = made
    lanes, slices = story.session.lanes.all_since(recording.start_ns)
    events = slices_of(document)
    assert count == len(events) == len(slices) > 1_000
    total: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for lane, name, begin, end in events:
        total[lane - 1, name] += (end - begin) * 1000
    for lane in np.unique(lanes):
        for state, key in enumerate(KEYS):
            mine = slices[(lanes == lane) & (slices[:, 0] == state)]
            assert total[int(lane), BY_KEY[key].title] == int((mine[:, 2] - mine[:, 1]).sum())


def test_fields_have_the_types_of_the_format(made):
    _, _, document, _ = made
    assert set(document) == {"displayTimeUnit", "otherData", "traceEvents"}
    wanted = {"B": {"ts", "name", "cat"}, "E": {"ts", "name", "cat"}, "C": {"ts", "name", "args"},
              "i": {"ts", "name", "s"}, "M": {"name", "args"}}  # fmt: skip
    kinds = set()
    for e in document["traceEvents"]:
        kinds.add(e["ph"])
        assert wanted[e["ph"]] <= set(e), e
        assert isinstance(e["pid"], int)
        assert isinstance(e["tid"], int)
        if "ts" in e:
            assert isinstance(e["ts"], Decimal)
        if e["ph"] == "C":
            assert e["args"]
            assert all(isinstance(v, Decimal | int) for v in e["args"].values())
        if e["ph"] == "i":
            assert e["s"] in ("g", "p", "t")
    assert kinds == {"B", "E", "C", "i", "M"}


def sparse(seed: int) -> Callable[[Story], None]:
    """Runs at odd times up to hours after the start, where doubles of microseconds are coarser than a nanosecond."""
    choose = random.Random(seed)

    def tell(story: Story) -> None:
        for _ in range(4):
            story.t += choose.randint(1, 4 * 3600 * 10**9)
            story.run(choose.choice(("threads", "processes")), choose.randint(1, 6), 2.0)

    return tell


# As viewers read a time: JSON's double (speedscope, chrome://tracing), thousandths of it (Firefox Profiler), whole
# nanoseconds cut off from it or from the digits (Perfetto's ways).
READINGS: dict[str, Callable[[str], float]] = {
    "double": float,
    "milliseconds": lambda text: float(text) / 1000,
    "cut": lambda text: int(float(text) * 1000),
    "digits": lambda text: int(Decimal(text) * 1000),
}


@pytest.mark.parametrize("seed", range(8))
def test_slices_lie_flat_however_a_viewer_reads_the_times(tmp_path: Path, seed: int):
    record(tmp_path / "x.grandstand", sparse(seed), seed)
    recording = Recording.open(tmp_path / "x.grandstand")
    write_trace(recording, tmp_path / "x.json")
    recording.close()
    for name, reading in READINGS.items():
        document = json.loads((tmp_path / "x.json").read_text(), parse_float=reading)
        last: dict[int, float] = {}
        found = slices_of(document)
        assert len(found) > 500
        for lane, _, begin, end in found:
            assert last.get(lane, begin) <= begin <= end, f"{name}, lane {lane}: nested"
            last[lane] = end
        # Sorted by time, as Perfetto does, each end still closes its own beginning: slices_of looks.
        assert sorted(slices_of({"traceEvents": by_time(document)})) == sorted(found)


def by_time(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Begins and ends by time; what is at one time stays in order."""
    return sorted((e for e in document["traceEvents"] if e["ph"] in "BE"), key=lambda e: e["ts"])


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
