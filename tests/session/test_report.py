"""The document of a run: the keys that were promised, numbers that are numbers, and nothing lost in between."""

from __future__ import annotations

import json
from typing import Any

import pytest
from grandstand.engine import messages as m
from grandstand.engine.samples import CoresSample
from grandstand.session.report import SCHEMA, run_report
from grandstand.session.run_state import RunState
from grandstand.vocabulary.states import KEYS

from tests.session.made import MS, T0, S, Stage, goodbye, progress

MACHINE = {
    "cpu": "A", "cores": 2, "python": "3.11.7", "gil": "on", "os": "Linux 6", "priority": "workers at nice +10",
}  # fmt: skip


def document(stage: Stage) -> dict[str, Any]:
    made = run_report(stage.session, stage.run, "numbers", MACHINE)
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    return made


def played(mode: str = "threads", window: bool = False) -> Stage:
    """Two workers for 5 s: one finishes, one fails; messages ten times a second."""
    stage = Stage(workers=2, mode=mode)
    stage.all_hello()
    for i in range(1, 51):
        t = T0 + i * 100 * MS
        stage.say(progress(1, t, 20 * i), progress(2, t, 30 * i))
        if i % 2 == 0:
            stage.say(CoresSample(t, (50.0, 50.0), (i * 0.05, i * 0.1), (i * 0.1, i * 0.1), 100.0, 0.0), handle=0)
        if window:
            stage.session.beat(t, 33.0)
        stage.session.apply([], t)
    stage.run.to(RunState.STOPPING)
    stage.say(goodbye(1, T0 + 5 * S), goodbye(2, T0 + 5 * S, "failed", error="E: x", traceback="Traceback …"))
    stage.say(m.ChildExit(4_000, T0 + 5_100 * MS, 0, (), "flag"))
    stage.session.end_run(stage.run, RunState.FINISHED, T0 + 5_200 * MS)
    return stage


def test_the_keys_that_were_promised():
    made = document(played())
    assert made["schema"] == SCHEMA == 2
    assert set(made["machine"]) >= {"cpu", "cores", "python", "gil", "os", "priority"}
    assert set(made["run"]) >= {"workload", "mode", "workers", "parameters", "options", "seconds"}
    assert set(made["throughput"]) >= {"unit", "per_second", "series"}
    for worker in made["workers"]:
        assert set(worker) >= {"id", "pid", "thread", "units", "cpu_seconds", "states", "exit"}
        assert set(worker["states"]) == set(KEYS)
    assert set(made) >= {"cores", "heartbeat_ms"}


def test_the_figures():
    made = document(played())
    assert made["machine"] == MACHINE
    run = made["run"]
    assert (run["workload"], run["mode"], run["workers"], run["state"]) == ("primes", "threads", 2, "finished")
    assert run["parameters"] == {"batch": 60.0, "size": 100_000.0}
    assert run["options"] == {}
    assert run["seconds"] == pytest.approx(4.7)
    assert run["problem"] is None
    assert run["start_up_seconds"] == pytest.approx(0.1)
    rate = made["throughput"]
    assert (rate["unit"], rate["bin_seconds"]) == ("numbers", 0.1)
    assert (rate["per_second"], rate["low"], rate["high"]) == pytest.approx((500, 500, 500))
    assert made["cores"] == pytest.approx([50.0, 100.0])
    assert made["rungs"] == {"flag": 1}
    assert made["heartbeat_ms"] is None
    one, two = made["workers"]
    assert (one["id"], one["pid"], one["thread"], one["units"], one["exit"]) == (1, 4_000, 4_001, 1_000, "stopped")
    assert (one["trouble"], one["traceback"]) == (None, None)
    assert (two["exit"], two["trouble"], two["traceback"]) == ("failed", "E: x", "Traceback …")
    assert (one["seconds"], one["cpu_seconds"]) == pytest.approx((5.0, 2.5))
    assert sum(one["states"].values()) == pytest.approx(one["seconds"])


def test_the_series_is_of_the_measured_stretch_and_ends_with_whole_bins():
    series = document(played())["throughput"]["series"]
    assert [t for t, _ in series] == pytest.approx([0.05 + 0.1 * i for i in range(47)])
    assert [rate for _, rate in series] == pytest.approx([500] * 47)


def test_a_bin_in_which_the_workers_ended_is_no_bin_of_the_series():
    stage = Stage(workers=1)
    stage.all_hello()
    for i in range(1, 21):
        stage.say(progress(1, T0 + i * 100 * MS, 20 * i))
    stage.say(progress(1, T0 + 2_030 * MS, 406), goodbye(1, T0 + 2_030 * MS))
    stage.run.to(RunState.STOPPING)
    stage.session.end_run(stage.run, RunState.FINISHED, T0 + 2_300 * MS)
    assert [rate for _, rate in document(stage)["throughput"]["series"]] == pytest.approx([200] * 17)


def test_a_window_gives_its_heartbeat():
    beat = document(played("qthreads", window=True))["heartbeat_ms"]
    assert beat == {"p50": 33.0, "p95": 33.0, "p99": 33.0, "max": 33.0}


@pytest.mark.parametrize(("mode", "options"), [("qthreads", (("frame_slots", True),)), ("threads", ())])
def test_frame_slots_are_told_where_they_mean_something(mode, options):
    assert document(Stage(workers=1, mode=mode, options=options))["run"]["options"] == dict(options)


def test_a_run_of_which_nothing_came():
    stage = Stage(workers=2)
    stage.say(m.Trouble("limits", "No room.", "Choose fewer."))
    stage.session.end_run(stage.run, RunState.FAILED, T0 + S)
    made = document(stage)
    assert (made["run"]["state"], made["run"]["problem"]) == ("failed", "No room.")
    assert (made["run"]["seconds"], made["run"]["start_up_seconds"]) == (0, None)
    assert made["throughput"]["per_second"] == 0
    assert (made["throughput"]["low"], made["throughput"]["series"]) == (None, [])
    assert (made["workers"], made["cores"], made["heartbeat_ms"]) == ([], [], None)


def test_workers_that_never_said_a_figure():
    stage = Stage(workers=2)
    stage.all_hello()
    made = document(stage)
    assert made["run"]["state"] == "running"
    assert [w["seconds"] for w in made["workers"]] == [0, 0]
    assert made["throughput"]["series"] == []


def test_lies_do_not_get_into_the_document():
    stage = Stage(workers=1)
    stage.all_hello()
    for t in range(1, 4):
        stage.say(progress(1, T0 + t * S, 100 * t))
        stage.say(progress(1, T0 + t * S, 0)._replace(units=float("nan"), cpu_ns=float("inf")))
    assert document(stage)["throughput"]["per_second"] == pytest.approx(100)
