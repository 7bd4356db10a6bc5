"""Channels that are recorded: told again, described where their code is not, exported, and damaged."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from grandstand.engine.samples import Sample
from grandstand.export.tables import TABLES, write_tables
from grandstand.export.trace import events
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording
from grandstand.journal.recorder import Recorder
from grandstand.session.report import run_report
from grandstand.vocabulary import channels
from grandstand.vocabulary.channels import CORES_EACH, MACHINE, SERIES, TRACK, WINDOW, Channel

from tests.journal.made import MACHINE as HERE
from tests.journal.made import S, Story, record

WATTS = Channel("watts", "Power", "W", MACHINE, SERIES, "the meter in the wall", ("all",), CORES_EACH, 15.0)
HOLDER = Channel("holder", "Who has it", "", WINDOW, TRACK, "asked now and then")


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    channels.add(WATTS)
    channels.add(HOLDER)
    yield
    channels.remove("watts")
    channels.remove("holder")


def telling(story: Story) -> None:
    for _ in range(4):
        story.run("threads", 2, 1.0)
        said = [
            Sample(story.t, "watts", (20.0, 30.5, 50.5)), Sample(story.t, "holder", (2,)),
            Sample(story.t, "strange", (1.0, -2.5)), Sample(story.t, "watts", (math.nan,)),
            Sample(story.t, "a b", (1.0,)), Sample(None, "watts", (1.0,)),  # type: ignore[arg-type]
        ]  # fmt: skip
        story.session.apply([(0, one) for one in said], story.t)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.grandstand"
    record(path, telling)
    return path


def played(path: Path, share: float = 1.0) -> Player:
    player = Player(Recording.open(path))
    player.seek(player.start_ns + round(share * (player.end_ns - player.start_ns)))
    while not player.work(1.0):
        pass
    return player


def series(session: Any) -> dict[str, Any]:
    def known(x: float) -> float | None:
        return None if math.isnan(x) else x

    return {
        key: (one.since(0)[0].tolist(), [[known(x) for x in row] for row in one.since(0)[1].tolist()])
        for key, one in session.channels.items()
    }


def test_any_channel_is_told_again_to_the_digit_and_what_was_refused_is_refused_again(tmp_path: Path) -> None:
    path = tmp_path / "y.grandstand"
    story = record(path, telling, quota=0.75)
    player = played(path)
    assert series(player.session) == series(story.session)
    assert player.session.rejected == story.session.rejected == 12
    player.close()


def test_it_plays_where_its_code_is_not(file: Path) -> None:
    channels.remove("watts")
    channels.remove("holder")
    player = played(file)
    assert player.recording.channels == (WATTS, HOLDER, channels.unknown("strange"))
    assert player.session.channels.described == [WATTS, HOLDER, channels.unknown("strange")]
    assert player.session.channels["watts"].last()[:3].tolist() == [20.0, 30.5, 50.5]
    assert player.recording.skipped == ""
    player.close()
    channels.add(WATTS._replace(title="Something else", columns=()))
    player = played(file)
    assert player.session.channels.channel("watts") == WATTS, "what was recorded counts"
    player.close()


def test_going_back_takes_the_channels_along(file: Path) -> None:
    player = played(file)
    whole = series(player.session)
    player.seek(player.start_ns + S // 2)
    while not player.work(1.0):
        pass
    assert "watts" not in player.session.channels
    assert WATTS in player.session.channels.described
    player.seek(player.end_ns)
    while not player.work(1.0):
        pass
    assert series(player.session) == whole
    player.close()


def test_channels_of_before_the_recording_are_described(tmp_path: Path) -> None:
    story = Story()
    telling(story)
    recorder = Recorder.start(story.session, tmp_path / "late.grandstand", "late", HERE, window=True)
    telling(story)
    recorder.close()
    recording = Recording.open(tmp_path / "late.grandstand")
    assert recording.channels == (WATTS, HOLDER, channels.unknown("strange"))
    recording.close()


def test_a_recording_describes_the_apps_own_channels(file: Path) -> None:
    db = sqlite3.connect(file)
    found = dict(db.execute("SELECT key, source FROM channels").fetchall())
    db.close()
    assert {channel.key: channel.source for channel in channels.OWN}.items() <= found.items()


def test_one_that_was_made_before_there_were_channels_opens(file: Path) -> None:
    db = sqlite3.connect(file)
    db.execute("DROP TABLE channels")
    db.commit()
    db.close()
    player = played(file)
    assert player.recording.channels == ()
    assert player.session.channels.channel("strange").title == "strange"
    assert len(player.session.channels["strange"]) == 4
    player.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE channels SET title = ''", "UPDATE channels SET title = x'00ff'", "UPDATE channels SET place = 'x'",
        "UPDATE channels SET names = '['", "UPDATE channels SET names = '[5]'", "UPDATE channels SET key = 'a b'",
        "UPDATE channels SET what = 'planet'", "UPDATE channels SET key = 'cores'",
        "UPDATE channels SET names = '" + json.dumps(["x"] * 1_000) + "'",
        "UPDATE channels SET title = '" + "x" * 50_000 + "', source = char(10) || '<b>'",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO channels "
        "SELECT 'c' || i, 't', '', 'machine', 'series', '', '', '[]', 1.0 FROM n",
    ],
)  # fmt: skip
def test_descriptions_that_are_none_cost_nothing_but_themselves(file: Path, change: str) -> None:
    db = sqlite3.connect(file)
    db.execute(change)
    db.commit()
    db.close()
    player = played(file)
    assert len(player.session.channels["strange"]) == 4
    assert len(player.session.channels.described) <= 24
    for channel in player.recording.channels:
        channels.check(channel)
    player.close()


@pytest.mark.parametrize(
    "data", ["[1e999]", "[NaN]", '["x", 1]', "[[]]", "[" * 3_000, "{}", "9" * 5_000, "[" + "1," * 100 + "1]", ""]
)
def test_samples_that_are_none_are_refused_and_the_rest_plays(file: Path, data: str, tmp_path: Path) -> None:
    db = sqlite3.connect(file)
    db.execute("UPDATE samples SET data = ? WHERE kind = 'strange'", (data,))
    db.commit()
    db.close()
    player = played(file)
    assert "strange" not in player.session.channels
    assert len(player.session.channels["watts"]) == 4
    write_tables(player.recording, tmp_path / "tables")
    player.close()


def test_exports_have_every_channel(file: Path, tmp_path: Path) -> None:
    recording = Recording.open(file)
    columns, rows = TABLES["samples"]
    found = [dict(zip(columns, row, strict=True)) for row in rows(recording)]
    watts = [row for row in found if row["what"] == "watts"]
    assert [(row["which"], row["value"], row["unit"]) for row in watts[:3]] == [
        ("core 1", 20.0, "W"), ("core 2", 30.5, "W"), ("all", 50.5, "W"),
    ]  # fmt: skip
    assert len(watts) == 12
    assert [row["value"] for row in found if row["what"] == "strange"] == [1.0, -2.5] * 4
    described = {row[0]: row[1:] for row in TABLES["channels"][1](recording)}
    assert described.keys() == {"cores", "heartbeat", "memory", "quota", "watts", "holder", "strange"}
    assert described["watts"] == ("Power", "W", "machine", "series", "the meter in the wall")
    counters = {event["name"]: event["args"] for event in events(recording) if event["ph"] == "C"}
    assert counters["Power (W)"] == {"core 1": 20.0, "core 2": 30.5, "all": 50.5}
    assert counters["Who has it"] == {"holder": 2.0}
    assert counters["strange"] == {"value 1": 1.0, "value 2": -2.5}
    recording.close()


def test_the_json_of_a_run_has_what_was_sampled_while_it_was_measured() -> None:
    story = Story()
    story.session.apply([(0, Sample(story.t, "watts", (9.0,)))], story.t)
    real, times = story._cores, []

    def cores() -> Any:
        times.append(story.t)
        story.session.apply([(0, Sample(story.t, "watts", (1.0, 2.0)))], story.t)
        return real()

    story._cores = cores  # type: ignore[method-assign]
    story.run("threads", 2, 2.0)
    run = story.session.current
    document = json.loads(json.dumps(run_report(story.session, run, "numbers", {}), allow_nan=False))["channels"]
    assert set(document) == {"cores", "heartbeat", "memory", "watts"}, "what told nothing has no key"
    watts = document["watts"]
    assert {key: watts[key] for key in ("title", "unit", "of", "kind", "source")} == {
        "title": "Power", "unit": "W", "of": "machine", "kind": "series", "source": "the meter in the wall",
    }  # fmt: skip
    assert watts["columns"] == ["core 1", "all"]
    measured = [t for t in times if t >= run.measure_from_ns and t <= run.all_at_work_until()]
    assert watts["series"] == [[round((t - run.measure_from_ns) / 1e9, 3), 1.0, 2.0] for t in measured]
    assert 0 < len(measured) < len(times)
    assert document["cores"]["columns"] == ["core 1", "core 2", "ours", "window"]
    assert document["memory"]["columns"] == ["lane 1"], "two threads share a process"
