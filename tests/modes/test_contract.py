"""The contract of modes that run in child processes: each mode with each start method."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest
from grandstand import modes
from grandstand.engine import child
from grandstand.engine import messages as m
from grandstand.hosts import base

from tests.modes.runs import GENTLE, GRACE, STOP_PROMISE, Running, combinations

PER_PROCESS = {"processes"}


@pytest.mark.parametrize(("mode", "method"), combinations())
def test_a_run_from_start_to_stop(mode: str, method: str) -> None:
    with Running(mode, "Tuned", 2, method, after=0, kind=1) as run:
        assert not run.handle.done
        run.until_working(2)
        assert {h.lane for h in run.hellos().values()} == {0, 1}
        pids = {h.pid for h in run.hellos().values()}
        assert len(pids) == (2 if mode in PER_PROCESS else 1)
        before = run.units(1)
        run.until(lambda: run.units(1) > before)

        run.handle.resize(4)
        run.until_working(4)
        assert {h.lane for h in run.hellos().values()} == {0, 1, 2, 3}

        run.handle.resize(1)
        run.until(lambda: len(run.goodbyes()) == 3)
        assert {run.hellos()[w].lane for w in run.goodbyes()} == {1, 2, 3}
        assert {g.outcome for g in run.goodbyes().values()} == {"stopped"}
        before = run.units(1)
        run.until(lambda: run.units(1) > before)

        run.handle.set_parameters({"after": 0, "kind": 1_000})
        run.until(lambda: run.units(1) > before + 1_000)
        run.handle.resize(2)  # one that comes later has the parameters of now
        run.until(lambda: len(run.working()) == 5)
        newest = max(run.hellos())
        assert run.hellos()[newest].lane == 1
        assert run.units(newest) == 1_000 * run.progress()[newest].steps

        run.stop()
        assert set(run.goodbyes()) == set(run.hellos()) == {1, 2, 3, 4, 5}
        assert set(run.rungs()) == {"flag"}
        assert all(x.exitcode == 0 and x.workers == () for x in run.of(m.ChildExit))
        assert len(run.of(m.ChildExit)) == (5 if mode in PER_PROCESS else 1)
        assert run.of(m.Trouble) == []


@pytest.mark.parametrize("mode", ["sequential", "threads", "processes", "asyncio"])
class TestEachMode:
    def test_units_counted_are_units_done(self, mode: str, tmp_path: Path) -> None:
        with Running(mode, "Behaves", 3, environment={"count": str(tmp_path / "count")}) as run:
            run.until_working(3)
            run.turn_for(0.3)
            run.stop()
            for worker in (1, 2, 3):
                last, goodbye = run.progress()[worker], run.goodbyes()[worker]
                assert last.units == int((tmp_path / f"count.{worker}").read_text())
                wall = last.t_ns - run.hellos()[worker].t_ns
                assert sum(last.states_ns) == wall
                assert abs(goodbye.t_ns - last.t_ns) < 500e6  # other tests run beside

    def test_orders_before_the_first_turn(self, mode: str) -> None:
        """A slider that moves faster than children start."""
        with Running(mode, "Tuned", 2, after=0, kind=1) as run:
            run.handle.resize(5)
            run.handle.resize(3)
            run.handle.set_parameters({"after": 0, "kind": 50})
            run.until_working(3)
            run.turn_for(0.2)
            assert {h.lane for h in run.hellos().values()} == {0, 1, 2}
            assert len(run.hellos()) == 3
            assert all(p.units == 50 * p.steps for p in run.progress().values())
            run.handle.resize(1)
            run.until(lambda: len(run.goodbyes()) == 2)
            run.stop()

    def test_stop_keeps_its_promise(self, mode: str) -> None:
        with Running(mode, "Behaves", 4) as run:
            run.until_working(4)
            assert run.stop(base.STOP) < STOP_PROMISE + GRACE
            assert run.rungs()
            assert set(run.rungs()) <= {"flag", "terminate", "kill"}

    def test_stopped_before_the_first_turn(self, mode: str) -> None:
        with Running(mode, "Behaves", 3) as run:
            run.handle.stop(GENTLE)
            run.until_done()
            assert run.of(m.Hello) == []

    def test_stopped_while_it_starts(self, mode: str) -> None:
        for turns in (1, 3):
            with Running(mode, "Behaves", 6) as run:
                for _ in range(turns):
                    run.pump.turn(0)
                run.stop()
                assert set(run.hellos()) == set(run.goodbyes())

    def test_orders_after_the_end_do_nothing(self, mode: str) -> None:
        with Running(mode, "Behaves", 1) as run:
            run.until_working(1)
            run.handle.stop(base.STOP)
            run.handle.stop(base.SWITCH)
            run.handle.resize(4)
            run.until_done()
            run.handle.stop(base.STOP)
            run.handle.resize(2)
            run.handle.set_parameters({})
            run.turn_for(0.1)
            assert run.handle.done
            assert len(run.hellos()) == 1

    def test_closed_while_it_runs(self, mode: str) -> None:
        with Running(mode, "Behaves", 3) as run:
            run.until_working(3)
            began = time.monotonic()
            run.pump.close()
            run.pump.close()
            assert time.monotonic() - began < STOP_PROMISE
            run.handle.stop(base.STOP)  # and nobody minds

    def test_closed_while_it_starts(self, mode: str) -> None:
        with Running(mode, "Behaves", 8) as run:
            run.pump.turn(0)

    def test_many_resizes_leave_the_last(self, mode: str) -> None:
        with Running(mode, "Behaves", 1) as run:
            for workers in (3, 1, 4, 2, 5, 1, 3):
                run.handle.resize(workers)
                run.turn_for(0.03)

            def alive() -> set[int]:
                return {h.lane for w, h in run.hellos().items() if w not in run.goodbyes()}

            def settled() -> bool:
                """One that was wanted for a moment may begin late, and leaves again."""
                before = alive()
                run.turn_for(0.2)
                return before == alive() == {0, 1, 2}

            run.until(settled)
            lanes = [h.lane for w, h in run.hellos().items() if w not in run.goodbyes()]
            assert len(lanes) == 3, "two workers share a lane"
            run.stop()


@pytest.mark.parametrize("lower", [True, False])
def test_workers_yield_to_the_window(lower: bool) -> None:
    mine = psutil.Process().nice()
    with Running("processes", "Behaves", 1, lower_priority=lower) as run:
        run.until_working(1)
        assert run.hellos()[1].nice == (min(19, mine + child.NICE) if lower else mine)
        run.stop()


def test_several_runs_at_once_keep_their_messages_apart() -> None:
    with (
        Running("threads", "Tuned", 2, after=0, kind=1) as one,
        Running("processes", "Tuned", 2, after=0, kind=9) as two,
    ):
        give_up = time.monotonic() + 30
        while len(one.working()) < 2 or len(two.working()) < 2:
            one.pump.turn(0.01)
            two.pump.turn(0.01)
            assert time.monotonic() < give_up
        assert all(p.units == p.steps for p in one.progress().values())
        assert all(p.units == 9 * p.steps for p in two.progress().values())
        one.stop()
        two.stop()


def test_unknown_modes_and_what_is_there() -> None:
    with pytest.raises(KeyError, match="There is no mode 'nothing'"):
        modes.load("nothing")
    for key in modes.keys():  # noqa: SIM118
        mode = modes.load(key)
        assert mode.key == key
        assert mode.title
        assert mode.blurb.endswith(".")


@pytest.mark.parametrize("mode", ["sequential", "threads", "processes", "asyncio"])
def test_what_cannot_be_says_why_and_what_to_do(mode: str) -> None:
    found = modes.load(mode)
    window, terminal = base.Surroundings(window=True), base.Surroundings(window=False)
    assert base.available(found, found.complete(()), window).ok
    for where, method in ((window, "fork"), (window, "nonsense"), (terminal, "nonsense")):
        there = base.available(found, found.complete((("start_method", method),)), where)
        assert not there.ok
        assert there.reason
        assert there.remedy
