"""Start, stop, switch, resize, other parameters: wishes become runs, and one session holds them all."""

from __future__ import annotations

import time

import pytest
from grandstand.engine.clocks import now_ns

from tests.control.conftest import Desk
from tests.control.leftovers import wait_until_gone


@pytest.mark.parametrize("mode", ["sequential", "threads", "processes"])
def test_start_and_stop(desk: Desk, mode):
    desk.choose(mode=mode)
    assert (desk.state, desk.controller.active, desk.controller.wanted) == ("idle", False, False)
    desk.controller.start()
    assert (desk.state, desk.controller.active, desk.controller.wanted) == ("starting", True, True)
    desk.until_working()
    pids = desk.pids()
    assert len(pids) == (2 if mode == "processes" else 1)
    assert len(desk.run.alive) == 2
    desk.until(lambda: desk.controller.session.summary(desk.run).measured)
    began = time.monotonic()
    desk.controller.stop()
    assert (desk.state, desk.controller.active, desk.controller.wanted) == ("stopping", True, False)
    desk.until(lambda: not desk.controller.active)
    assert time.monotonic() - began < 2
    assert desk.state == "finished"
    assert desk.notices() == []
    wait_until_gone(pids, 2)
    assert {record.exit for record in desk.run.workers.values()} == {"stopped"}
    assert desk.controller.session.summary(desk.run).per_second > 0


def test_start_again(desk: Desk):
    desk.start()
    desk.stop()
    desk.start()
    assert len(desk.controller.session.runs) == 2
    desk.controller.start()  # a second press changes nothing
    desk.turn(0.3)
    assert len(desk.controller.session.runs) == 2


def test_stop_without_a_start_is_nothing(desk: Desk):
    desk.controller.stop()
    desk.turn(0.1)
    assert (desk.state, desk.controller.session.runs) == ("idle", [])


def test_switching_the_mode_keeps_the_session_and_what_was_measured(desk: Desk):
    session = desk.controller.session
    desk.start()
    first = desk.run

    def on_the_board() -> list[str]:
        return [row.setting.mode for row in session.scoreboard.rows(first.setting.work)]

    desk.until(lambda: session.summary(first).seconds > 0.85)
    desk.choose(mode="processes")
    desk.until_working()
    assert desk.run is not first
    assert first.state.value == "finished"
    assert [k.text for k in session.markers] == ["Threads", "Processes"]
    assert [k.mode for k in session.markers] == ["threads", "processes"]
    assert on_the_board() == ["threads"]
    desk.until(lambda: on_the_board() == ["threads", "processes"])
    assert desk.controller.wanted


def test_another_workload_while_running(desk: Desk):
    desk.start()
    desk.choose(workload="wait", parameters={"duration_ms": 5})
    desk.until_working()
    assert desk.run.setting.workload == "wait"
    assert desk.controller.session.markers[-1].text == "Wait: Threads"


@pytest.mark.parametrize("mode", ["sequential", "threads", "processes"])
def test_more_and_fewer_workers_while_running(desk: Desk, mode):
    desk.choose(mode=mode)
    desk.start()
    first = {record.worker for record in desk.run.alive}
    desk.choose(workers=4)
    desk.until_working()
    assert [r.lane for r in desk.run.present] == [0, 1, 2, 3]
    assert first < {record.worker for record in desk.run.alive}  # those that were there go on
    assert desk.controller.session.markers[-1].text == "4 workers"
    desk.choose(workers=1)
    desk.until(lambda: len(desk.run.alive) == 1)
    desk.until_working()
    assert [r.lane for r in desk.run.present] == [0]
    assert desk.controller.session.markers[-1].text == "1 worker"
    assert {record.worker for record in desk.run.alive} < first
    assert desk.notices() == []


def test_a_slider_being_dragged_makes_few_runs(desk: Desk):
    desk.start()
    for count in range(3, 31):
        desk.choose(workers=count)
        desk.turn(0.01)
    desk.until_working()
    assert len(desk.run.alive) == 30
    assert len(desk.controller.session.runs) <= 6


def test_other_parameters_while_running(desk: Desk):
    desk.start()
    desk.choose(parameters={"worth": 500})
    desk.until_working()
    assert desk.controller.session.markers[-1].text == "worth 500"
    desk.turn(0.3)
    before = {r.worker: r.last.units for r in desk.run.alive}
    desk.until(lambda: all(r.last.units >= before[r.worker] + 2_500 for r in desk.run.alive))
    assert dict(desk.run.setting.parameters) == {"each": 5, "worth": 500}
    assert len(desk.pids()) == 1  # the same process all along


def test_a_wish_back_and_forth_changes_nothing(desk: Desk):
    desk.start()
    desk.choose(workers=7)
    desk.choose(workers=2)
    desk.turn(0.6)
    assert len(desk.controller.session.runs) == 1


def test_start_while_it_stops(desk: Desk):
    desk.start()
    old = desk.pids()
    desk.controller.stop()
    desk.controller.start()
    assert desk.state == "starting"
    desk.until_working()
    wait_until_gone(old, 1)
    assert len(desk.controller.session.runs) == 2
    assert desk.controller.session.runs[0].state.value == "finished"


def test_stop_while_it_starts(desk: Desk):
    desk.choose(mode="processes", workers=8)
    desk.controller.start()
    desk.turn()
    desk.stop()
    assert desk.state == "cancelled"
    assert desk.run.alive == []
    assert desk.notices() == []
    desk.turn(0.2)
    assert len(desk.controller.session.runs) == 1


def test_everything_at_once(desk: Desk):
    """Wishes faster than they can be followed: the last one counts."""
    desk.controller.start()
    for mode, workers in (("processes", 3), ("threads", 9), ("sequential", 2), ("processes", 4)):
        desk.choose(mode=mode, workers=workers)
        desk.turn(0.15)
    desk.choose(mode="threads", workers=3)
    desk.until_working()
    assert (desk.run.setting.mode, len(desk.run.alive)) == ("threads", 3)
    assert desk.notices() == []


def test_a_change_while_nothing_runs_waits_for_start(desk: Desk):
    desk.choose(mode="processes", workers=3)
    desk.turn(0.3)
    assert desk.state == "idle"
    desk.start()
    assert (desk.run.setting.mode, len(desk.run.alive)) == ("processes", 3)


def test_the_revision_tells_of_every_change(desk: Desk):
    seen = [desk.controller.revision]

    def changed() -> bool:
        seen.append(desk.controller.revision)
        return seen[-1] != seen[-2]

    desk.choose(workers=3)
    assert changed()
    desk.choose(workers=3)
    assert not changed()
    desk.controller.start()
    assert changed()
    desk.until(lambda: desk.state == "running")
    assert changed()
    desk.controller.stop()
    assert changed()
    desk.until(lambda: desk.state == "finished")
    assert changed()


def test_the_machine_is_measured_along_the_way(desk: Desk):
    desk.choose(mode="processes")
    desk.start()
    session = desk.controller.session
    desk.until(lambda: len(session.memory) >= 2 and session.core_means())
    row = session.memory.last()
    assert (row[:2] > 500_000).all()
    assert len(session.core_means()) == session.cores_count
    assert session.cores.last()[: session.cores_count].max() <= 100


def test_time_in_which_nobody_was_there_is_missed_also_when_no_tick_has_come_since(desk: Desk) -> None:
    """Once a run ended too early whose command was stopped just between a tick and its look at the clock."""
    controller, second = desk.controller, 1_000_000_000
    controller.tick()
    now = now_ns()
    assert controller.missed_s(now - second, now + second // 4) == 0
    assert controller.missed_s(now - second, now + 4 * second) == pytest.approx(4, abs=0.1)
    assert controller.missed_s(now + 2 * second, now + 4 * second) == pytest.approx(2)
