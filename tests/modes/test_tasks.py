"""asyncio tasks: what each waits for is true, and a workload that blocks the loop is seen in all the others."""

from __future__ import annotations

import json
import time
from pathlib import Path

from grandstand.engine import messages as m
from grandstand.hosts.page_server import PageServer

from tests.modes.runs import Running

OURS = "tests.modes.tasks_for_tests:"


def account(run: Running, worker: int) -> tuple[int, ...]:
    last = run.progress()[worker]
    assert sum(last.states_ns) == last.t_ns - run.hellos()[worker].t_ns
    return tuple(last.states_ns)


def test_who_blocks_the_loop_is_what_the_others_wait_for(tmp_path: Path) -> None:
    books = tmp_path / "books"
    with Running("asyncio", OURS + "OneBlocks", 4, environment={"books": str(books)}) as run:
        run.until_working(4)
        run.until(lambda: run.units(1) >= 15)
        run.stop()
        book = json.loads(books.read_text())
        blocks = run.progress()[1].steps
        states = {worker: account(run, worker) for worker in (1, 2, 3, 4)}
        turns = {
            worker: sum(ns for state, ns in enumerate(found) if state not in (m.LOOP, m.IO))
            for worker, found in states.items()
        }
        assert states[1][m.WAITING] >= 0.98 * book["blocked"] - states[1][m.CORE]
        for worker, ready_after in ((2, 0.0), (3, 0.005)):  # asleep, it still waited for that
            waited = states[worker][m.LOOP]
            assert waited >= 0.98 * book["blocked"] - (blocks + 1) * ready_after * 1e9
            others = sum(ns for who, ns in turns.items() if who != worker)
            assert waited <= 1.02 * others + 0.02 * sum(states[worker])
        assert states[2][m.IO] == 0
        assert states[4][m.LOOP] > 0
        ours = sum(run.progress()[worker].cpu_ns for worker in states)
        assert abs(ours - book["cpu"]) <= 0.03 * book["cpu"] + 5e6


def test_a_step_that_never_awaits_gives_the_others_their_turn() -> None:
    with Running("asyncio", OURS + "NeverYields", 3) as run:
        run.until_working(3)
        run.until(lambda: min(run.units(worker) for worker in (1, 2, 3)) >= 100)
        run.stop()
        steps = [run.progress()[worker].steps for worker in (1, 2, 3)]
        assert max(steps) - min(steps) <= 0.2 * max(steps)
        for worker in (1, 2, 3):
            states = account(run, worker)
            assert states[m.LOOP] >= 0.4 * sum(states)
            assert states[m.IO] == 0


def test_errors_and_nonsense_end_one_task_alone() -> None:
    with Running("asyncio", OURS + "Awaits", 3) as run:
        run.until(lambda: {1, 2} <= set(run.goodbyes()) and run.units(3) > 10)
        assert run.goodbyes()[1].error == "RuntimeError: after a turn"
        assert "must return the units done" in run.goodbyes()[2].error
        run.stop()
        assert run.goodbyes()[3].outcome == "stopped"


def test_many_tasks_fetch_at_once() -> None:
    server = PageServer()
    address = server.start(patience=30)
    parameters = {"latency_ms": 20.0, "page_kb": 16.0, "jitter": 20.0}
    try:
        with Running("asyncio", "fetch", 64, environment={"server": address}, **parameters) as run:
            run.until_working(64)
            assert len({hello.thread for hello in run.hellos().values()}) == 1
            run.stop()
            assert {goodbye.outcome for goodbye in run.goodbyes().values()} == {"stopped"}
            for worker in run.hellos():
                account(run, worker)
    finally:
        server.close()


def test_a_server_that_is_gone_is_told(tmp_path: Path) -> None:
    parameters = {"latency_ms": 20.0, "page_kb": 16.0, "jitter": 20.0}
    with Running("asyncio", "fetch", 2, environment={"server": "127.0.0.1:9"}, **parameters) as run:
        run.until_done()
        assert all("Error" in goodbye.error for goodbye in run.goodbyes().values())


def test_a_sleeping_task_hears_the_stop() -> None:
    with Running("asyncio", "wait", 2, duration_ms=200.0) as run:
        run.until_working(2)
        began = time.monotonic()
        run.stop()
        assert time.monotonic() - began < 20
        assert {goodbye.outcome for goodbye in run.goodbyes().values()} == {"stopped"}
