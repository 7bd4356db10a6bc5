"""What the charts read: rates, markers, cores, memory, heartbeat; and that an hour of it stays small."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from grandstand.engine import messages as m
from grandstand.engine.samples import CoresSample, MemorySample
from grandstand.session.run_state import RunState
from grandstand.session.session import Session

from tests.session.made import HANDLE, MS, T0, S, Stage, goodbye, hello, progress, setting, slices


def cores(t_ns: int, busy: tuple[float, ...], total: tuple[float, ...]) -> CoresSample:
    return CoresSample(t_ns, (50.0,) * len(busy), busy, total, 120.0, 7.0)


def sample(stage: Stage, said: object) -> None:
    stage.say(said, handle=0)


# -- throughput -------------------------------------------------------------------------------------------------------


def test_units_become_rates_of_the_time_in_which_they_were_done():
    stage = Stage(workers=2)
    stage.say(hello(1, T0), hello(2, T0 + 500 * MS))
    stage.say(progress(1, T0 + S, 100), progress(2, T0 + S, 100, T0 + 500 * MS))
    _, rates = stage.session.rates.between(T0, T0 + S)
    assert rates[:, 0].tolist() == pytest.approx([100] * 10)
    assert rates[:, 1].tolist() == pytest.approx([0] * 5 + [200] * 5)


def test_other_work_has_other_units_and_begins_an_empty_chart():
    stage = Stage(workers=1)
    stage.all_hello()
    stage.say(progress(1, T0 + S, 100))
    stage.session.begin_run(HANDLE + 1, setting(1, "processes"), T0 + S, "processes")
    assert len(stage.session.rates.between(T0, T0 + S)[0]) == 10
    stage.session.begin_run(HANDLE + 2, setting(1, workload="wait", parameters=()), T0 + S, "wait")
    assert len(stage.session.rates.between(T0, T0 + S)[0]) == 0


def test_rates_are_complete_up_to_the_slowest_living_workers_last_word():
    stage = Stage(workers=2)
    assert stage.session.known_until(T0 + 9 * S) == T0 + 9 * S  # nobody is there to wait for
    stage.all_hello()
    stage.say(progress(1, T0 + 2 * S, 10), progress(2, T0 + 3 * S, 10))
    assert stage.session.known_until(T0 + 3 * S) == T0 + 2 * S
    assert stage.session.known_until(T0 + 5 * S) == T0 + 3_500 * MS  # at most 1.5 s behind
    stage.say(goodbye(1, T0 + 3 * S))
    assert stage.session.known_until(T0 + 3 * S) == T0 + 3 * S


def test_half_second_windows_give_the_range():
    stage = Stage(workers=1)
    stage.all_hello()
    units = 0
    for i in range(1, 101):  # 10 s, ten messages a second; every fifth half second is slow
        units += 2 if (i // 5) % 5 == 0 else 10
        stage.say(progress(1, T0 + i * 100 * MS, units))
        stage.session.apply([], T0 + i * 100 * MS)
    summary = stage.session.summary(stage.run)
    assert (summary.low, summary.high) == (pytest.approx(20, rel=0.45), pytest.approx(100))
    assert len(stage.run.windows) == 19  # from 0.3 s on


def test_half_seconds_in_which_nothing_was_done_count():
    stage = Stage(workers=1)
    stage.all_hello()
    for i in range(1, 61):
        stage.say(progress(1, T0 + i * 100 * MS, 10 * min(i, 20)))  # stalls after 2 s
        stage.session.apply([], T0 + i * 100 * MS)
    summary = stage.session.summary(stage.run)
    assert summary.low == 0
    assert summary.high == pytest.approx(100)


def test_a_result_enters_the_scoreboard_while_it_runs():
    stage = Stage(workers=1)
    stage.all_hello()
    work = stage.run.setting.work
    for i in range(1, 31):
        stage.say(progress(1, T0 + i * 100 * MS, 10 * i))
        stage.session.apply([], T0 + i * 100 * MS)
    rows = stage.session.scoreboard.rows(work)
    assert [row.per_second for row in rows] == pytest.approx([100])


def test_one_picture_says_one_figure():
    """Scoreboard, sentence and caption: a slide that says 1.09× here and 1.08× there is believed by nobody."""
    stage = Stage(workers=1)
    stage.all_hello()
    work = stage.run.setting.work
    units, differed = 0.0, False
    for i in range(1, 61):
        units += i  # ever faster: the figure changes with each message
        stage.say(progress(1, T0 + i * 40 * MS, units))
        for row in stage.session.scoreboard.rows(work):
            assert stage.session.steady(stage.run).per_second == row.per_second
            differed |= stage.session.summary(stage.run).per_second != row.per_second
    assert differed
    stage.run.to(RunState.STOPPING)
    stage.session.end_run(stage.run, RunState.FINISHED, T0 + 3 * S)
    row = stage.session.scoreboard.rows(work)[0]
    assert stage.session.steady(stage.run).per_second == stage.session.summary(stage.run).per_second == row.per_second


# -- cores, memory, heartbeat -----------------------------------------------------------------------------------------


def test_core_means_are_of_the_measured_stretch_alone():
    stage = Stage(workers=1)
    assert stage.session.core_means() == []
    sample(stage, cores(T0, (0.0, 0.0), (0.0, 0.0)))
    stage.all_hello()
    sample(stage, cores(T0 + 200 * MS, (9.0, 9.0), (10.0, 10.0)))  # before the measurement
    sample(stage, cores(T0 + 400 * MS, (10.0, 10.0), (20.0, 20.0)))
    assert stage.session.core_means() == []
    sample(stage, cores(T0 + 600 * MS, (10.5, 10.0), (21.0, 21.0)))
    sample(stage, cores(T0 + 800 * MS, (11.0, 12.0), (22.0, 22.0)))
    assert stage.session.core_means() == [50.0, 100.0]
    times, values = stage.session.cores.since(0)
    assert len(times) == 5
    assert values[-1].tolist() == [50.0, 50.0, 120.0, 7.0]
    stage.run.to(RunState.STOPPING)
    stage.session.end_run(stage.run, RunState.FINISHED, T0 + S)
    sample(stage, cores(T0 + 2 * S, (99.0, 99.0), (99.0, 99.0)))  # afterwards
    assert stage.session.core_means() == [50.0, 100.0]


def test_a_core_whose_clock_stood_still_is_no_division_by_nothing():
    stage = Stage(workers=1)
    stage.all_hello()
    sample(stage, cores(T0 + S, (1.0, 1.0), (2.0, 2.0)))
    sample(stage, cores(T0 + 2 * S, (1.0, 2.0), (2.0, 3.0)))
    assert stage.session.core_means() == [0.0, 100.0]


def test_the_memory_of_a_shared_process_is_counted_once():
    stage = Stage(workers=4)
    stage.say(hello(1, pid=11), hello(2, pid=11), hello(3, pid=12), hello(4, pid=13))
    sample(stage, MemorySample(T0 + S, "RSS", {11: 5_000, 12: 7_000, 99: 1}))
    row = stage.session.memory.last()
    assert row[:4].tolist() == pytest.approx([5_000, math.nan, 7_000, math.nan], nan_ok=True)
    assert np.nansum(row) == 12_000
    assert stage.session.memory_kind == "RSS"
    stage.say(goodbye(1, T0 + S))  # its process lives on
    sample(stage, MemorySample(T0 + 2 * S, "USS", {11: 5_500}))
    assert stage.session.memory.last()[:2].tolist() == pytest.approx([math.nan, 5_500], nan_ok=True)


def test_memory_without_any_run():
    session = Session(2)
    session.apply([(0, MemorySample(T0, "USS", {1: 5}))], T0)
    assert np.isnan(session.memory.last()).all()


def test_the_heartbeat_of_a_run_is_that_of_its_measured_stretch():
    stage = Stage(workers=1)
    stage.session.beat(T0 + 10 * MS, 500.0)  # starting
    stage.all_hello()
    stage.session.beat(T0 + 299 * MS, 400.0)  # warming up
    for i in range(10):
        stage.session.beat(T0 + 300 * MS + i, 33.0 + i)
    stage.run.to(RunState.STOPPING)
    stage.session.beat(T0 + S, 900.0)
    beat = stage.run.heartbeat
    assert (beat.count, beat.largest) == (10, 42.0)
    assert beat.percentile(0.5) == pytest.approx(37.1)
    assert len(stage.session.heartbeat) == 13


# -- markers and bounds -----------------------------------------------------------------------------------------------


def test_markers_of_the_last_two_minutes_are_kept():
    stage = Stage(workers=1)
    for second in range(30, 301, 30):
        stage.again(T0 + second * S, workers=1)
    assert [k.t_ns - T0 for k in stage.session.markers] == [s * S for s in range(210, 301, 30)]
    assert {(k.text, k.mode) for k in stage.session.markers} == {("changed", "threads")}


def feed_an_hour(session: Session, messages: int) -> int:
    """An hour of a run of four workers in ``messages`` messages, with windows and samples; returns its end."""
    run = session.begin_run(HANDLE, setting(4), T0, "threads")
    session.apply([(HANDLE, hello(n)) for n in range(1, 5)], T0)
    step = 3_600 * S // (messages // 4)
    t = T0
    for i in range(1, messages // 4 + 1):
        t = T0 + i * step
        first = (t - step - T0) // MS
        part = slices(*((m.COMPUTING, first + 10 * k, first + 10 * k + 7) for k in range(5)))
        session.apply([(HANDLE, progress(n, t, 100 * i, slices=part)) for n in range(1, 5)], t)
        session.beat(t, 33.0)
        if i % 5 == 0:
            session.apply([(0, cores(t, (i, i), (2 * i, 2 * i)))], t)
            session.apply([(0, MemorySample(t, "USS", {4_000: i}))], t)
        session.lanes.take_new()
        session.apply([], t)
    assert session.rejected == 0
    assert run.state is RunState.RUNNING
    return t


def test_an_hour_of_messages_takes_no_more_memory_than_some_minutes():
    session = Session(2)
    feed_an_hour(session, 10_000)  # until the lanes have all that they will ever keep
    some = len(pickle.dumps(session))
    session.end_run(session.current, RunState.FAILED, T0 + 3_601 * S)
    end = feed_an_hour(session, 100_000)
    assert len(pickle.dumps(session)) < 1.2 * some
    run = session.current
    assert len(run.windows) == 4_000
    assert session.summary(run).per_second == pytest.approx(4 * 100 * 25_000 / 3_600, rel=0.01)
    assert len(session.rates.between(T0, end)[0]) <= 650
    kept = [len(lane.between(0, 1 << 62)) for lane in session.lanes.lanes[:4]]
    assert all(9_000 < n < 19_000 for n in kept)


def test_hundreds_of_switches_leave_only_the_last_ones_behind():
    session = Session(2)
    for i in range(600):
        run = session.begin_run(i + 1, setting(1, workload="wait", parameters=(("n", float(i)),)), T0 + i * S, "again")
        session.apply([(i + 1, hello(1, T0 + i * S))], T0 + i * S)
        for tenth in (4, 14):
            said = progress(1, T0 + i * S + tenth * 100 * MS, tenth, T0 + i * S)
            session.apply([(i + 1, said)], said.t_ns)
        run.to(RunState.STOPPING)
        session.end_run(run, RunState.FINISHED, T0 + i * S + 1_500 * MS)
        if i == 549:  # the scoreboard is full, too
            some = len(pickle.dumps(session))
    assert len(session.runs) == 200
    assert len(pickle.dumps(session)) < 1.1 * some
    assert set(session.summaries) == {run.number for run in session.runs}
    assert session.runs[-1].number == 600
    assert sum(len(session.scoreboard.rows(run.setting.work)) for run in session.runs) == 200
