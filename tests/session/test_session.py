"""A session fed by hand: from the first hello to the frozen figures."""

from __future__ import annotations

import signal

import pytest
from grandstand.engine import messages as m
from grandstand.session.report import run_report
from grandstand.session.run_state import RunState
from grandstand.session.session import LANES

from tests.session.made import HANDLE, MS, T0, S, Stage, goodbye, hello, progress, setting, slices


def test_hello_running_measured():
    stage = Stage(workers=2)
    session, run = stage.session, stage.run
    assert session.current is run
    assert run.state is RunState.STARTING
    stage.say(hello(1, T0 + 10 * MS))
    assert run.state is RunState.STARTING
    stage.say(hello(2, T0 + 50 * MS))
    assert run.state is RunState.RUNNING
    assert run.measure_from_ns == T0 + 350 * MS  # 0.3 s after the last hello
    assert [(r.lane, r.pid, r.thread, r.nice) for r in run.present] == [(0, 4_000, 4_001, 10), (1, 4_000, 4_002, 10)]

    stage.say(progress(1, T0 + 349 * MS, 100))
    assert not session.summary(run).measured
    stage.say(progress(1, T0 + 350 * MS, 101), progress(1, T0 + 2_350 * MS, 501))
    stage.say(progress(2, T0 + 400 * MS, 100), progress(2, T0 + 2_400 * MS, 300))
    summary = session.summary(run)
    assert summary.per_second == pytest.approx(200 + 100)
    assert summary.seconds == pytest.approx(2.0)
    assert summary.states["computing"] == pytest.approx(2.0)
    assert summary.cpu_cores == pytest.approx(1.0)
    assert [w.units for w in summary.workers] == [501, 300]
    assert summary.start_up_seconds == pytest.approx(0.349)


def test_the_warm_up_can_be_chosen():
    stage = Stage(workers=1)
    stage.session.warm_up_ns = 2 * S
    stage.say(hello(1, T0 + 10 * MS))
    assert stage.run.measure_from_ns == T0 + 2_010 * MS


def test_a_resize_begins_a_new_run_with_the_same_workers():
    stage = Stage(workers=2)
    stage.all_hello()
    stage.say(*(progress(n, T0 + t * S, 100 * t) for t in (1, 2, 3) for n in (1, 2)))
    first = stage.run
    second = stage.again(T0 + 3 * S, workers=3)
    assert (first.state, first.ended_ns, second.number) == (RunState.FINISHED, T0 + 3 * S, first.number + 1)
    assert stage.session.summary(first).per_second == pytest.approx(200)
    assert (second.state, len(second.workers)) == (RunState.STARTING, 2)
    assert [k.text for k in stage.session.markers] == ["threads", "changed"]
    assert not stage.session.summary(second).measured

    stage.say(hello(3, T0 + 3_100 * MS))
    assert second.state is RunState.RUNNING
    stage.say(*(progress(n, T0 + t * S, 100 * t) for t in (4, 5) for n in (1, 2)))
    stage.say(*(progress(3, T0 + t * S, 50 * (t - 3), T0 + 3_100 * MS) for t in (4, 5)))
    assert stage.session.summary(second).per_second == pytest.approx(250)
    assert stage.session.summary(first).per_second == pytest.approx(200)  # frozen


def test_other_parameters_begin_a_new_run_that_needs_no_start():
    stage = Stage(workers=2)
    stage.all_hello()
    stage.say(*(progress(n, T0 + t * S, 100 * t) for t in (1, 2, 3) for n in (1, 2)))
    second = stage.again(T0 + 3 * S, parameters=(("batch", 10.0), ("size", 5_000.0)))
    assert second.state is RunState.RUNNING
    assert second.measure_from_ns == T0 + 3_300 * MS
    stage.say(*(progress(n, T0 + t * S, 300 + 700 * (t - 3)) for t in (4, 5) for n in (1, 2)))
    assert stage.session.summary(second).per_second == pytest.approx(1_400)


def test_a_run_that_was_left_before_it_began_is_cancelled():
    stage = Stage(workers=3)
    stage.say(hello(1))
    first = stage.run
    second = stage.again(T0 + 20 * MS, workers=1)
    assert first.state is RunState.CANCELLED
    assert second.state is RunState.RUNNING


def test_workers_that_are_told_to_go_leave_their_lane():
    stage = Stage(workers=3)
    stage.all_hello()
    stage.say(*(progress(n, T0 + S, 10) for n in (1, 2, 3)))
    run = stage.again(T0 + S, workers=1)
    assert [r.lane for r in run.present] == [0, 1, 2]  # still there
    stage.say(goodbye(3, T0 + 1_100 * MS), goodbye(2, T0 + 1_100 * MS))
    assert [r.lane for r in run.present] == [0]
    assert [w.id for w in stage.session.summary(run).workers] == [1]


def test_a_worker_that_will_not_go_keeps_its_lane_which_says_so():
    stage = Stage(workers=2, mode="processes")
    stage.say(hello(1, pid=11), hello(2, pid=12))
    run = stage.again(T0 + S, workers=1, mode="processes")
    stage.say(m.ChildExit(12, T0 + 1_500 * MS, -int(signal.SIGKILL), (2,), "kill"))
    assert [(r.lane, r.trouble) for r in run.present] == [(0, ""), (1, "did not answer to Stop: killed by SIGKILL")]
    assert run.rungs == {"kill": 1}
    run = stage.again(T0 + 2 * S, workers=1, mode="processes", parameters=())
    assert [r.lane for r in run.present] == [0]


def test_a_worker_that_fails_while_it_is_told_to_go_is_not_swept_under_the_carpet():
    stage = Stage(workers=2)
    stage.all_hello()
    run = stage.again(T0 + S, workers=1)
    stage.say(goodbye(2, T0 + 1_100 * MS, "failed", error="OSError: no"))
    assert [(r.lane, r.trouble) for r in run.present] == [(0, ""), (1, "OSError: no")]


# -- how workers end --------------------------------------------------------------------------------------------------


def test_goodbye_says_how_it_went():
    stage = Stage(workers=2)
    stage.all_hello()
    stage.say(goodbye(1, T0 + S))
    stage.say(goodbye(2, T0 + S, "failed", error="ValueError: 7", traceback="Traceback …", tail="last words"))
    one, two = stage.record(1), stage.record(2)
    assert (one.alive, one.exit, one.trouble) == (False, "stopped", "")
    assert (two.alive, two.exit, two.trouble) == (False, "failed", "ValueError: 7")
    assert "Traceback …" in two.details
    assert "last words" in two.details
    assert stage.session.lanes.lanes[1].open_state == -1


@pytest.mark.parametrize(
    ("code", "rung", "exit_", "trouble"),
    [
        (-int(signal.SIGKILL), "", "killed by SIGKILL", "killed by SIGKILL"),
        (-int(signal.SIGSEGV), "", "killed by SIGSEGV", "killed by SIGSEGV"),
        (-99, "", "killed by signal 99", "killed by signal 99"),
        (3, "", "its process ended with exit code 3", "its process ended with exit code 3"),
        (0, "", "its process ended", "its process ended"),
        (-15, "terminate", "terminated", "did not answer to Stop: killed by SIGTERM"),
        (-9, "kill", "killed", "did not answer to Stop: killed by SIGKILL"),
        (0, "flag", "its process ended", "its process ended"),
    ],
)
def test_every_way_for_a_process_to_end(code, rung, exit_, trouble):
    stage = Stage(workers=2, mode="processes")
    stage.say(hello(1, pid=11), hello(2, pid=12), progress(1, T0 + S, 5, slices=slices((m.IO, 0, 900))))
    stage.say(m.ChildExit(11, T0 + 2 * S, code, (1,), rung))
    one, two = stage.record(1), stage.record(2)
    assert (one.alive, one.exit, one.trouble) == (False, exit_, trouble)
    assert stage.session.lanes.lanes[0].open_state == -1
    assert (two.alive, two.exit, two.trouble) == (True, "running", "")
    assert stage.run.rungs == ({rung: 1} if rung else {})
    if rung not in ("terminate", "kill"):
        assert "11" in one.details


def test_the_exit_of_a_process_takes_nothing_back_from_a_worker_that_said_goodbye():
    stage = Stage(workers=2)
    stage.all_hello()
    stage.say(goodbye(1, T0 + S), goodbye(2, T0 + S, "failed", error="no", traceback="where"))
    stage.say(m.ChildExit(4_000, T0 + 2 * S, 0, (), "flag"))
    assert [stage.record(n).exit for n in (1, 2)] == ["stopped", "failed"]
    assert "where" in stage.record(2).details


def test_one_process_takes_all_its_threads_with_it():
    stage = Stage(workers=3)
    stage.all_hello()
    stage.say(m.ChildExit(4_000, T0 + S, -11, (1, 2, 3), ""))
    assert {r.trouble for r in stage.run.present} == {"killed by SIGSEGV"}
    assert stage.run.alive == []


@pytest.mark.parametrize("how", ["process", "thread"])
def test_a_worker_that_never_came_to_say_hello_does_not_hold_up_the_others(how):
    stage = Stage(workers=3, mode="processes")
    stage.say(hello(1, pid=11), hello(3, pid=13))
    assert stage.run.state is RunState.STARTING
    if how == "process":
        stage.say(m.ChildExit(12, T0 + S, -9, (2,), ""))
    else:
        stage.say(goodbye(2, T0 + S, "failed", error="RuntimeError: can't start new thread"))
    assert stage.run.state is RunState.RUNNING
    lost = stage.run.present[1]
    assert (lost.lane, lost.alive) == (1, False)
    assert lost.trouble in ("killed by SIGKILL", "RuntimeError: can't start new thread")


def test_an_end_by_stop_before_hello_is_no_trouble():
    stage = Stage(workers=2, mode="processes")
    stage.run.to(RunState.STOPPING)
    stage.say(m.ChildExit(11, T0 + S, 0, (1,), "flag"), m.ChildExit(12, T0 + S, -15, (2,), "terminate"))
    assert stage.run.workers == {}


# -- who is listened to -----------------------------------------------------------------------------------------------


def test_what_comes_from_unknown_handles_and_workers_is_passed_over():
    stage = Stage(workers=1)
    stage.all_hello()
    stage.say(hello(9), progress(1, T0 + S, 10**6), goodbye(1, T0 + S), handle=HANDLE + 1)
    stage.say(progress(5, T0 + S, 10), hello(6, lane=LANES), hello(7, lane=-1), m.Ready(4_000))
    assert list(stage.run.workers) == [1]
    assert stage.record(1).alive
    assert stage.record(1).last is None


def test_a_second_hello_does_not_begin_a_worker_anew():
    stage = Stage(workers=1)
    stage.all_hello()
    stage.say(progress(1, T0 + S, 10), hello(1, T0 + 2 * S))
    assert stage.record(1).last.units == 10


def test_late_messages_of_a_run_that_is_over_change_nothing():
    stage = Stage(workers=1)
    stage.all_hello()
    stage.say(progress(1, T0 + S, 100), progress(1, T0 + 3 * S, 300))
    session, old = stage.session, stage.run
    old.to(RunState.STOPPING)
    session.end_run(old, RunState.FINISHED, T0 + 3 * S)
    session.begin_run(HANDLE + 1, setting(1, "processes"), T0 + 3 * S, "processes")
    frozen = session.summary(old)
    stage.say(progress(1, T0 + 4 * S, 9_000), goodbye(1, T0 + 4 * S, "failed", error="late"), hello(2, T0 + 4 * S))
    assert session.summary(old) == frozen
    assert session.current.workers == {}
    assert old.workers == {}  # its figures are in the summary
    assert session.rates.between(T0 + 3 * S, T0 + 5 * S)[1].sum() == 0


def test_ending_twice_keeps_the_first_end():
    stage = Stage(workers=1)
    stage.run.to(RunState.STOPPING)
    stage.session.end_run(stage.run, RunState.CANCELLED, T0 + S)
    stage.session.end_run(stage.run, RunState.FAILED, T0 + 2 * S)
    assert (stage.run.state, stage.run.ended_ns) == (RunState.CANCELLED, T0 + S)


def test_trouble_is_told_with_its_remedy():
    stage = Stage(workers=1)
    stage.say(m.Trouble("limits", "No room.", "Choose fewer."))
    assert (stage.run.problem, stage.run.remedy) == ("No room.", "Choose fewer.")


def test_of_earlier_runs_the_figures_are_kept_and_not_what_they_were_counted_from():
    """Hundreds of runs of 64 workers, in a window that is open all day."""
    stage = Stage(workers=2)
    stage.all_hello()
    stage.say(*(progress(n, T0 + t * S, 100 * t) for t in (1, 2, 3) for n in (1, 2)))
    session, left = stage.session, stage.run
    ended = stage.again(T0 + 3 * S, parameters=(("batch", 10.0), ("size", 5_000.0)))
    stage.say(*(progress(n, T0 + t * S, 300 + 700 * (t - 3)) for t in (4, 5) for n in (1, 2)))
    session.stop_run(ended, T0 + 5 * S)
    session.end_run(ended, RunState.FINISHED, T0 + 5 * S)
    told = [(session.summary(run), run_report(session, run, "", {})) for run in (left, ended)]
    session.begin_run(HANDLE + 1, setting(1, "processes"), T0 + 5 * S, "processes")
    assert (left.workers, ended.workers) == ({}, {})
    assert [(session.summary(run), run_report(session, run, "", {})) for run in (left, ended)] == told
    assert [len(summary.workers) for summary, _ in told] == [2, 2]
