"""The rules for claims about event loops, on both sides of each border, and the experiments they look at."""

from __future__ import annotations

import threading
import time
from typing import Any

import psutil
import pytest
from grandstand.claims.base import Measured, Verdict
from grandstand.claims.check import check, claim
from grandstand.claims.groups import event_loops as g
from grandstand.claims.lab import Cancelled
from grandstand.compare.statistics import Estimate
from grandstand.engine.experiments import event_loop


def times(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, "×", low, high, 10, "blocks")


def share(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, "", low, high, 99, "tasks")


# -- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("computing", "waiting", "verdict"),
    [
        (times(0.9, 1.1), times(15, 18), Verdict.LIMITS),
        (times(1.3, 1.5), times(15, 18), Verdict.HOLDS),
        (times(0.9, 1.1), times(0.9, 1.2), Verdict.NOT),
        (times(1.2, 1.3), times(15, 18), Verdict.UNDECIDED),
        (times(0.9, 1.1), times(1.1, 1.4), Verdict.UNDECIDED),
        (times(1.3, 1.5), times(0.9, 1.1), Verdict.LIMITS),
    ],
)
def test_async_cpu(computing: Estimate, waiting: Estimate, verdict: Verdict) -> None:
    words = "gathered by an event loop against one after the other"
    figures = {f"jobs that compute, {words}": computing, f"jobs that wait, {words}": waiting}
    assert g.judge_async_cpu(Measured(figures)).verdict is verdict


@pytest.mark.parametrize(
    ("stopped", "thread", "verdict"),
    [
        (share(0.72, 1), share(0, 0.28), Verdict.HOLDS),
        (share(0, 0.28), share(0, 0.28), Verdict.NOT),
        (share(0.4, 0.6), share(0, 0.28), Verdict.UNDECIDED),
        (share(0.72, 1), share(0.4, 0.6), Verdict.UNDECIDED),
        (share(0.72, 1), share(0.72, 1), Verdict.UNDECIDED),
    ],
)
def test_blocking_call(stopped: Estimate, thread: Estimate, verdict: Verdict) -> None:
    figures = {
        "blocks in which the other tasks stopped, time.sleep in one task": stopped,
        "blocks in which the other tasks stopped, the same call in a thread": thread,
        "longest standstill of a task, time.sleep in one task": Estimate(207, "ms", 205, 209, 6),
    }
    assert g.judge_blocking_call(Measured(figures)).verdict is verdict


class FakeLab:
    """Says what it was given in place of an experiment."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found

    def repeats(self, n: int) -> int:
        return len(self.found["blocking"])

    def isolated(self, target: str, **arguments: Any) -> dict[str, Any]:
        return self.found


def test_tasks_of_one_loop_are_one_observation() -> None:
    found = {"blocking": [[0.2] * 99] * 10, "thread": [[0.01] * 99] * 10}
    measured = g.measure_blocking_call(FakeLab(found))  # type: ignore[arg-type]
    stopped = measured["blocks in which the other tasks stopped, time.sleep in one task"]
    assert stopped.n == 10
    assert stopped.low is not None
    assert stopped.low < 0.75, "ten blocks do not say more, however many tasks each of them has"


@pytest.mark.parametrize(
    ("start", "memory", "cpu", "verdict"),
    [
        (times(5, 27), times(9, 10), times(3, 9), Verdict.HOLDS),
        (times(5, 27), None, times(3, 9), Verdict.HOLDS),
        (None, None, None, Verdict.UNDECIDED),
        (times(0.5, 0.9), times(9, 10), times(3, 9), Verdict.LIMITS),
        (times(0.5, 0.9), times(0.5, 0.9), times(0.5, 0.9), Verdict.NOT),
        (times(0.5, 0.9), times(9, 10), times(0.9, 1.2), Verdict.UNDECIDED),
    ],
)
def test_async_scales(start: Estimate | None, memory: Estimate | None, cpu: Estimate | None, verdict: Verdict) -> None:
    parts = {"start": start, "memory": memory, "cpu": cpu}
    figures = {f"{g.KINDS[key][0]}, threads against tasks": e for key, e in parts.items() if e is not None}
    judgment = g.judge_async_scales(Measured(figures))
    assert judgment.verdict is verdict
    assert "None" not in judgment.reason


# -- experiments ------------------------------------------------------------------------------------------------------


def told(**said: Any) -> None:
    assert 0 <= said["progress"] <= 1


def test_only_who_blocks_stops_the_others() -> None:
    found = event_loop.one_blocks(told, blocks=2, tasks=5)
    for blocked, left in zip(found["blocking"], found["thread"], strict=True):
        assert len(blocked) == len(left) == 4
        assert min(blocked) >= event_loop.BLOCKED_S - event_loop.PAUSE_S
        assert min(left) < min(blocked)
    until = time.monotonic() + 10
    while threading.active_count() > 1 and time.monotonic() < until:
        time.sleep(0.01)


def test_waits_overlap_and_each_way_does_all_jobs() -> None:
    found = event_loop.gains(told, blocks=2, jobs=6, numbers=2_000)
    assert {len(found[kind][way]) for kind in found for way in found[kind]} == {2}
    assert min(found["wait"]["plain"]) >= 6 * event_loop.PAUSE_S
    assert min(found["wait"]["async"]) < min(found["wait"]["plain"])


@pytest.mark.parametrize("way", ["tasks", "threads"])
def test_each_of_many_waits_for_as_long_as_all_others(way: str) -> None:
    began = time.perf_counter()
    found = event_loop.costs(told, way=way, count=50, pause=0.02)
    assert set(found) == {"start", "memory", "cpu"}
    assert time.perf_counter() - began >= event_loop.ROUNDS * 0.02
    assert found["cpu"] > 0
    assert found["start"] >= 0


def test_a_claim_that_is_cancelled_leaves_nothing() -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    stop = threading.Event()
    with pytest.raises(Cancelled):
        check([claim("async-scales")], lambda news: stop.set(), stop)
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before
