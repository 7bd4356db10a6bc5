"""Workers that misbehave: what is said of them, that the others go on, and that Stop ends them all."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import ExitStack
from typing import Any

import pytest
from grandstand.engine import messages as m
from grandstand.hosts import base

from tests.engine.misbehaving import EXITS
from tests.modes.runs import GRACE, PATIENCE, STOP_PROMISE, Running, descendants, fork_server_pid, gone_within

RUNGS = {"terminate": {"terminate", "kill"}, "kill": {"kill"}}
"""What may have been needed: on a very busy machine even dying of SIGTERM takes longer than the ladder waits."""
FIRM = base.Patience(flag=1.5, terminate=0.5)
MODES = ["sequential", "threads", "processes"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def others_go_on(run: Running, *workers: int) -> None:
    before = {worker: run.units(worker) for worker in workers}
    run.until(lambda: all(run.units(w) > before[w] + 10 for w in workers))


def exit_of(run: Running, worker: int) -> Any:
    return next(x for x in run.of(m.ChildExit) if x.pid == run.pid_of(worker))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("Raises", "RuntimeError: fell over"),
        ("RaisesAtOnce", "RuntimeError: cannot even begin"),
        ("SystemExits", "SystemExit: bye"),
        ("HugeTraceback", "ValueError: \U0001f600"),
        ("RaisesTheUnspeakable", "UnspeakableError"),
        ("Nonsense", "ValueError: step() of 'Nonsense'"),
    ],
)
def test_one_fails_says_why_and_the_others_go_on(mode: str, name: str, error: str) -> None:
    with Running(mode, name, 3, who=2) as run:
        run.until(lambda: 2 in run.goodbyes() and len(run.working()) >= 2)
        goodbye = run.goodbyes()[2]
        assert goodbye.outcome == "failed"
        assert goodbye.error.startswith(error)
        assert "line " in goodbye.traceback
        others_go_on(run, 1, 3)
        run.stop()
        assert {w: g.outcome for w, g in run.goodbyes().items()} == {1: "stopped", 2: "failed", 3: "stopped"}
        assert all(x.exitcode == 0 and x.workers == () for x in run.of(m.ChildExit))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", range(len(EXITS)))
def test_an_exit_while_it_is_closed_is_told_and_the_others_go_on(mode: str, kind: int) -> None:
    """Where they share a thread or a process, they used to end with it."""
    with Running(mode, "ExitsAtClose", 3, who=3, kind=kind) as run:
        run.until_working(3)
        run.handle.resize(2)  # the third is closed while the others work
        run.until(lambda: 3 in run.goodbyes())
        goodbye = run.goodbyes()[3]
        assert (goodbye.outcome, goodbye.error) == ("failed", f"{EXITS[kind].__name__}: bye")
        others_go_on(run, 1, 2)
        run.stop()
        assert {w: g.outcome for w, g in run.goodbyes().items()} == {1: "stopped", 2: "stopped", 3: "failed"}
        assert all(x.exitcode == 0 and x.workers == () for x in run.of(m.ChildExit))


@pytest.mark.parametrize("mode", MODES)
def test_all_fail_and_the_run_is_over_by_itself(mode: str) -> None:
    with Running(mode, "Raises", 3) as run:
        run.until_done()
        assert {g.outcome for g in run.goodbyes().values()} == {"failed"}
        assert set(run.goodbyes()) == {1, 2, 3}
        assert set(run.rungs()) == {""}


@pytest.mark.parametrize(
    ("name", "code"), [("KillsItself", -9), ("LeavesAtOnce", 3), ("ClosesHandles", 1)], ids=lambda x: str(x)
)
def test_a_process_dies_and_the_others_go_on(name: str, code: int) -> None:
    with Running("processes", name, 3, who=2) as run:
        run.until(lambda: run.of(m.ChildExit))
        died = run.of(m.ChildExit)[0]
        assert (died.exitcode, died.workers, died.rung) == (code, (2,), "")
        run.until(lambda: len(run.working() - {2}) == 2)
        others_go_on(run, 1, 3)
        run.stop()
        assert set(run.goodbyes()) == {1, 3}


@pytest.mark.parametrize("mode", ["sequential", "threads"])
@pytest.mark.parametrize(("name", "code"), [("KillsItself", -9), ("LeavesAtOnce", 3)])
def test_who_shares_a_process_shares_its_death(mode: str, name: str, code: int) -> None:
    with Running(mode, name, 3, who=2) as run:
        run.until_done()
        (died,) = run.of(m.ChildExit)
        assert (died.exitcode, died.workers, died.rung) == (code, (1, 2, 3), "")


@pytest.mark.parametrize("mode", MODES)
def test_a_worker_killed_from_outside(mode: str) -> None:
    with Running(mode, "Behaves", 2) as run:
        run.until_working(2)
        os.kill(run.pid_of(1), signal.SIGKILL)
        run.until(lambda: run.of(m.ChildExit))
        died = run.of(m.ChildExit)[0]
        assert died.exitcode == -9
        assert died.workers == ((1,) if mode == "processes" else (1, 2))
        if mode == "processes":
            others_go_on(run, 2)
            run.stop()
        run.until_done()


@pytest.mark.parametrize("mode", MODES)
def test_a_flood_of_prints(mode: str, capfd: pytest.CaptureFixture[str]) -> None:
    with Running(mode, "PrintsFlood", 2, who=1, after=5) as run:
        run.until(lambda: 1 in run.progress() and run.progress()[1].printed > 1_000_000)
        others_go_on(run, 2)
        run.stop()
        tail = run.goodbyes()[1].tail
        assert "the last line" in tail
        assert len(tail) <= m.TAIL_BYTES
        assert run.goodbyes()[2].tail == ""
    out, err = capfd.readouterr()
    assert "flood" not in out + err


def all_hang(runs: list[Running], workers: int) -> None:
    """Worker 2 of each run begins to misbehave, once everybody works."""
    for run in runs:
        run.until_working(workers)
    for run in runs:
        run.handle.set_parameters({"who": 2, "after": 0})
    for run in runs:
        run.until_misbehaving(2)


def stop_all(runs: list[Running]) -> None:
    """All at once, so that the waiting is done but once; with more patience, as they are so many."""
    began = time.monotonic()
    for run in runs:
        run.handle.stop(FIRM)
    while not all(run.done_said for run in runs):
        assert time.monotonic() - began < FIRM.flag + FIRM.terminate + PATIENCE
        for run in runs:
            run.pump.turn(0.005)
    assert all(run.handle.done for run in runs)


def test_hung_processes_are_ended_and_the_others_stop_by_themselves() -> None:
    expected = {
        "HangsInPython": "terminate",
        "HangsInC": "terminate",
        "HangsHolding": "terminate",
        "IgnoresTermination": "kill",
        "StopsItself": "kill",
    }
    with ExitStack() as stack:
        runs = [stack.enter_context(Running("processes", name, 3, after=10**9)) for name in expected]
        all_hang(runs, 3)
        for run in runs:
            others_go_on(run, 1, 3)
        stop_all(runs)
        for run, (name, rung) in zip(runs, expected.items(), strict=True):
            hung = exit_of(run, 2)
            assert hung.rung in RUNGS[rung], name
            assert hung.exitcode in (-signal.SIGKILL, -signal.SIGTERM if rung == "terminate" else -signal.SIGKILL)
            assert hung.workers == (2,)
            assert {exit_of(run, w).rung for w in (1, 3)} == {"flag"}
            assert set(run.goodbyes()) == {1, 3}


def test_one_hangs_where_all_share_a_process() -> None:
    expected: list[tuple[str, str, str, set[int]]] = [
        ("threads", "HangsInC", "terminate", {1, 3}),
        ("threads", "HangsInPython", "terminate", {1, 3}),
        ("threads", "HangsHolding", "terminate", set()),  # nobody gets the GIL again
        ("threads", "StopsItself", "kill", set()),
        ("sequential", "HangsInC", "terminate", set()),
        ("sequential", "IgnoresTermination", "kill", set()),
    ]
    with ExitStack() as stack:
        runs = [stack.enter_context(Running(mode, name, 3, after=10**9)) for mode, name, _, _ in expected]
        all_hang(runs, 3)
        stop_all(runs)
        for run, (mode, name, rung, goodbyes) in zip(runs, expected, strict=True):
            (end,) = run.of(m.ChildExit)
            assert end.rung in RUNGS[rung], (mode, name)
            assert set(run.goodbyes()) == goodbyes
            assert set(end.workers) == {1, 2, 3} - goodbyes


@pytest.mark.parametrize("method", ["forkserver", "spawn", "fork"])
def test_a_child_of_a_worker_does_not_hold_up_stop(method: str) -> None:
    with Running("processes", "LeavesAChild", 1, method) as run:
        run.until(lambda: run.units(1) > 30)
        family = descendants()
        assert run.stop(base.SWITCH) < STOP_PROMISE + GRACE
        for process in gone_within(family, 0):  # it is nobody's business but the workload's
            process.kill()


@pytest.mark.parametrize("name", ["HangsHolding", "StopsItself"])
def test_stop_keeps_its_promise_whatever_hangs(name: str) -> None:
    with Running("processes", name, 2) as run:
        run.until(lambda: len(run.hellos()) == 2)
        run.until_misbehaving(1, 2)
        assert run.stop(base.STOP) < STOP_PROMISE + GRACE
        assert set(run.rungs()) <= RUNGS["kill" if name == "StopsItself" else "terminate"]


def test_switching_away_from_hung_workers_is_quick() -> None:
    with Running("processes", "HangsHolding", 2) as run:
        run.until(lambda: len(run.hellos()) == 2)
        run.until_misbehaving(1, 2)
        took = run.stop(base.SWITCH)
        assert took < base.SWITCH.flag + base.SWITCH.terminate + 0.5 + GRACE
        assert set(run.rungs()) <= RUNGS["terminate"]


def test_a_hung_worker_can_be_taken_away_alone() -> None:
    with Running("processes", "StopsItself", 3, who=3) as run:
        run.until(lambda: len(run.hellos()) == 3 and len(run.working()) >= 2)
        run.until_misbehaving(3)
        began = time.monotonic()
        run.handle.resize(2)
        run.until(lambda: run.of(m.ChildExit))
        assert time.monotonic() - began < STOP_PROMISE + GRACE
        assert exit_of(run, 3).rung == "kill"
        others_go_on(run, 1, 2)
        run.handle.resize(3)  # its lane is free again
        run.until(lambda: len(run.hellos()) == 4)
        assert run.hellos()[4].lane == 2
        run.stop()


def test_closing_while_workers_hang() -> None:
    with Running("processes", "StopsItself", 2) as run:
        run.until(lambda: len(run.hellos()) == 2)
        run.until_misbehaving(1, 2)
        began = time.monotonic()
        run.pump.close()
        assert time.monotonic() - began < STOP_PROMISE


def test_the_fork_server_dies() -> None:
    """multiprocessing then takes its children for dead, so they must be; the next run has a new one."""
    with Running("processes", "Behaves", 2, "forkserver") as run:
        run.until_working(2)
        family = descendants()
        assert len(family) == 2
        os.kill(fork_server_pid(), signal.SIGKILL)
        run.until_done()
        assert {w for x in run.of(m.ChildExit) for w in x.workers} == {1, 2}
        assert gone_within(family, GRACE) == []
    with Running("processes", "Behaves", 2, "forkserver") as run:
        run.until_working(2)
        run.stop()
