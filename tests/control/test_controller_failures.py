"""Workers that end badly and systems without room: said, and survived."""

from __future__ import annotations

import os
import signal
import time

import pytest
from grandstand.engine import messages as m
from grandstand.hosts import children, limits

from tests.control.conftest import Desk
from tests.control.leftovers import gone

posix = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals of POSIX")


def refuse_beyond(monkeypatch: pytest.MonkeyPatch, processes: int) -> None:
    """A system with room for that many more processes at a time, and no more."""

    def refusal(wanted: int, threads: int) -> m.Trouble | None:
        if wanted <= processes:
            return None
        return m.Trouble("limits", f"No room for {wanted} processes.", "Choose fewer workers.")

    monkeypatch.setattr(limits, "refusal", refusal)


# -- workers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["sequential", "threads", "processes"])
@pytest.mark.parametrize("workload", ["Raises", "Leaves"])
def test_when_all_workers_fail_the_run_has_failed(desk: Desk, mode, workload):
    desk.choose(workload=workload, mode=mode)
    desk.controller.start()
    desk.until(lambda: not desk.controller.active)
    assert (desk.state, desk.controller.wanted) == ("failed", False)
    records = desk.run.present
    assert len(records) == 2
    if workload == "Raises":
        assert {r.trouble for r in records} == {"ValueError: fell over at step 6"}
        assert all("workloads_for_tests.py" in r.details and "my last words" in r.details for r in records)
    else:
        assert {r.trouble for r in records} == {"its process ended with exit code 3"}
    desk.choose(workload="Gentle")  # and life goes on
    desk.start()
    assert desk.state == "running"


@pytest.mark.parametrize("mode", ["sequential", "threads", "processes"])
def test_when_one_fails_the_others_go_on(desk: Desk, mode):
    desk.choose(workload="Raises", mode=mode, workers=3, parameters={"who": 2})
    desk.controller.start()
    desk.until(lambda: desk.run.workers and len(desk.run.alive) == 2 and desk.state == "running")
    done = {r.worker: r.last.units if r.last else 0 for r in desk.run.alive}
    desk.until(lambda: all(r.last and r.last.units > done[r.worker] + 5 for r in desk.run.alive))
    assert [r.trouble for r in desk.run.present] == ["", "ValueError: fell over at step 6", ""]
    desk.stop()
    assert desk.state == "finished"


@posix
def test_a_worker_killed_from_outside_is_named_and_the_others_go_on(desk: Desk):
    desk.choose(mode="processes", workers=3)
    desk.start()
    victim = desk.run.present[1]
    os.kill(victim.pid, signal.SIGKILL)
    desk.until(lambda: not victim.alive)
    assert victim.trouble == "killed by SIGKILL"
    done = {r.worker: r.last.units for r in desk.run.alive}
    assert len(done) == 2
    desk.until(lambda: all(r.last.units > done[r.worker] + 10 for r in desk.run.alive))
    assert desk.state == "running"
    desk.choose(mode="threads")  # and the session can go on to something else
    desk.until_working()


@posix
def test_the_process_of_all_threads_killed_from_outside_ends_the_run(desk: Desk):
    desk.start()
    os.kill(desk.run.present[0].pid, signal.SIGKILL)
    desk.until(lambda: not desk.controller.active)
    assert desk.state == "failed"
    assert [r.trouble for r in desk.run.present] == ["killed by SIGKILL"] * 2


@pytest.mark.parametrize("mode", ["threads", "processes"])
def test_a_hung_worker_is_ended_within_two_seconds_and_said_so(desk: Desk, mode):
    desk.choose(workload="Hangs", mode=mode, workers=2, parameters={"who": 1})
    desk.controller.start()
    desk.until(lambda: len(desk.run.workers) == 2 and all(r.last for r in desk.run.alive))
    desk.turn(0.3)
    began = time.monotonic()
    desk.stop()
    assert time.monotonic() - began < 2.0
    assert desk.state == "finished"
    (text,) = desk.notices()
    assert text.startswith("warning: Stopped after")
    assert "1 worker process did not answer and had to be terminated" in text
    hung = desk.run.workers[1]
    assert (hung.exit, hung.trouble) == ("terminated", "did not answer to Stop: killed by SIGTERM")


def test_a_switch_away_from_a_hung_worker_does_not_wait_for_it(desk: Desk):
    desk.choose(workload="Hangs", mode="processes", parameters={"after": 1})
    desk.controller.start()
    desk.until(lambda: len(desk.run.workers) == 2)
    desk.turn(0.2)
    desk.choose(workload="Gentle")
    began = time.monotonic()
    desk.until_working()
    assert time.monotonic() - began < 1.05  # Stop itself would wait for longer


# -- no room ----------------------------------------------------------------------------------------------------------


def test_no_room_at_the_very_start(desk: Desk, monkeypatch):
    refuse_beyond(monkeypatch, 2)
    desk.choose(mode="processes", workers=8)
    desk.controller.start()
    desk.until(lambda: not desk.controller.active)
    assert desk.state == "failed"
    assert desk.notices() == ["error: No room for 8 processes. Choose fewer workers."]
    assert desk.run.problem == "No room for 8 processes."
    desk.choose(workers=2)
    desk.start()


def test_no_room_after_a_switch_goes_back_to_what_ran_before(desk: Desk, monkeypatch):
    desk.choose(workers=8)
    desk.start()
    before = desk.controller.choice
    refuse_beyond(monkeypatch, 2)
    desk.choose(mode="processes")
    desk.until(lambda: len(desk.controller.session.runs) == 3)
    desk.until_working()
    assert desk.controller.choice == before
    assert [r.state.value for r in desk.controller.session.runs] == ["finished", "failed", "running"]
    assert desk.notices() == [
        "error: No room for 8 processes. Choose fewer workers.",
        "info: Went back to what ran before.",
    ]


def test_no_room_for_more_workers_keeps_those_that_there_are(desk: Desk, monkeypatch):
    desk.choose(mode="processes", workers=2)
    desk.start()
    pids = desk.pids()
    refuse_beyond(monkeypatch, 3)
    desk.choose(workers=20)
    desk.until(lambda: desk.controller.notices)
    desk.until_working()
    assert (desk.controller.choice.workers, desk.pids()) == (2, pids)
    assert desk.notices() == ["error: No room for 18 processes. Choose fewer workers."]
    assert desk.controller.session.markers[-1].text == "back to 2 workers"
    desk.choose(workers=4)  # what there is room for still works
    desk.until_working()
    assert len(desk.pids()) == 4


def test_a_system_that_runs_out_half_way_gives_back_what_was_started(desk: Desk, monkeypatch):
    """The third and fourth process come to be, the fifth does not: back to two."""
    desk.choose(mode="processes", workers=2)
    desk.start()
    pids = desk.pids()
    real, made = children.Channel, []

    def channel(*arguments: object) -> object:
        if len(made) == 2:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        made.append(real(*arguments))
        return made[-1]

    monkeypatch.setattr(children, "Channel", channel)
    desk.choose(workers=6)
    desk.until(lambda: desk.controller.notices)
    extra = {one.pid for one in made}
    assert len(extra) == 2
    desk.until(lambda: gone(extra))
    desk.until(lambda: desk.pids() == pids)
    assert desk.controller.choice.workers == 2
    (text,) = desk.notices()
    assert "refused to start worker 5" in text
    assert "Resource temporarily unavailable" in text


def test_trouble_with_a_resize_does_not_swallow_a_newer_wish(desk: Desk, monkeypatch):
    """The refusal of 20 workers arrives when threads have been chosen already."""
    desk.choose(mode="processes", workers=2)
    desk.start()
    refuse_beyond(monkeypatch, 2)
    desk.choose(workers=20)
    desk.until(lambda: desk.run.setting.workers == 20)
    desk.choose(mode="threads")
    desk.until(lambda: desk.run.setting.mode == "threads")
    desk.until_working()
    assert desk.controller.choice.workers == 2
    assert (len(desk.run.alive), len(desk.pids())) == (2, 1)
    assert desk.notices() == ["error: No room for 18 processes. Choose fewer workers."]
