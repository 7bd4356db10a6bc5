"""The rules for claims about costs, on both sides of each border, and the experiments they look at."""

import os
import tempfile
import threading
from pathlib import Path

import psutil
import pytest
from grandstand.claims.base import Measured, Verdict
from grandstand.claims.check import check, claim
from grandstand.claims.groups import costs as g
from grandstand.claims.groups.processes import apart
from grandstand.claims.here import Here
from grandstand.claims.lab import Cancelled, Lab, look_around
from grandstand.compare.statistics import Estimate
from grandstand.engine.experiments import task_cost

from tests.control.leftovers import wait_until_gone

HERE = look_around()


def times(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, "×", low, high, 10, "blocks")


def mb(value: float, half: float = 1.0) -> Estimate:
    return Estimate(value, "MB", value - half, value + half, 4, "repeats")


# -- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("thread", "pool", "verdict"),
    [
        (times(5, 6), times(2, 3), Verdict.HOLDS),
        (times(5, 6), times(0.9, 1.1), Verdict.HOLDS),
        (times(5, 6), times(0.6, 0.8), Verdict.LIMITS),
        (times(0.6, 0.8), times(0.5, 0.6), Verdict.NOT),
        (times(0.9, 1.1), times(0.6, 0.8), Verdict.UNDECIDED),
    ],
)
def test_thread_overhead(thread, pool, verdict):
    figures = {
        "tiny tasks, a thread each, time against sequential": thread,
        "tiny tasks, a warm thread pool, time against sequential": pool,
        "break-even length, a thread each": Estimate(120, "µs", 100, 140, 10),
    }
    judgment = g.judge_thread_overhead(Measured(figures, {"tiny": 10.0, "longest": 10_000.0, "tasks": 64}))
    assert judgment.verdict is verdict
    if verdict is not Verdict.UNDECIDED:
        assert "a warm process pool not up to 10,000 µs" in judgment.reason


@pytest.mark.parametrize(
    ("queue", "pipe", "shared", "verdict"),
    [
        (times(300, 400), times(200, 300), times(50, 60), Verdict.HOLDS),
        (times(300, 400), times(200, 300), times(1, 1.9), Verdict.LIMITS),
        (times(1, 1.9), times(1, 1.8), times(1, 1.7), Verdict.NOT),
        (times(300, 400), times(1.5, 2.5), times(50, 60), Verdict.UNDECIDED),
        (times(300, 400), times(200, 300), None, Verdict.HOLDS),  # no room in shared memory
    ],
)
def test_ipc_cost(queue, pipe, shared, verdict):
    figures = {"a message of 1 MB, threads": Estimate(2, "µs", 1, 3, 20)}
    for way, e in (("queue", queue), ("pipe", pipe), ("shared memory", shared)):
        if e is not None:
            figures[f"1 MB, {way}, against threads"] = e
            figures[f"a message of 1 MB, {way}"] = Estimate(2 * e.value, "µs", n=20)
            figures[f"1 MB, {way}, throughput"] = Estimate(1000, "MB/s", n=20)
    assert g.judge_ipc_cost(Measured(figures)).verdict is verdict


@pytest.mark.parametrize(
    ("fork", "forkserver", "spawn", "verdict"),
    [
        (mb(2), mb(6), mb(8), Verdict.NOT),
        (mb(98), mb(6), mb(8), Verdict.NOT),
        (mb(210), mb(6), mb(8), Verdict.LIMITS),
        (mb(210), mb(220), mb(102), Verdict.HOLDS),
        (mb(100, 5), mb(6), mb(8), Verdict.UNDECIDED),
        (None, None, mb(8), Verdict.NOT),
    ],
)
def test_memory_copied(fork, forkserver, spawn, verdict):
    start = {"fork": fork, "forkserver": forkserver, "spawn": spawn}
    start = {method: e for method, e in start.items() if e is not None}
    figures = {f"own memory, {method}, before a touch": e for method, e in start.items()}
    figures["own memory, spawn, given, before a touch"] = mb(230)
    if fork is not None:
        figures["own memory, fork, all read"], figures["own memory, fork, all written"] = mb(100), mb(200)
    facts = {"methods": list(start), "given": ["spawn, given"], "data": 200}
    judgment = g.judge_memory_copied(Measured(figures, facts))
    assert judgment.verdict is verdict
    if verdict is not Verdict.UNDECIDED:
        assert "(spawn) the data took 230 MB" in judgment.reason


def test_memory_cannot_be_looked_at_without_proc():
    here = Here(2, "darwin", ("spawn", "fork", "forkserver"), True, False)
    assert "smaps_rollup" in g.needs_smaps(here)
    assert claim("memory-copied").needs(here)


# -- break-even -------------------------------------------------------------------------------------------------------


def test_a_crossing_is_interpolated_in_the_logarithm():
    assert g.crossing([(10, 2.0), (1000, 0.0)]) == pytest.approx(100)
    assert g.crossing([(10, 2.0), (100, 0.8), (1000, 1.2), (10_000, 0.8)]) == pytest.approx(1000 * 10**0.5)
    assert g.crossing([(10, 2.0), (100, 1.0)]) is None
    assert g.crossing([(10, 0.9), (100, 0.5)]) == 10


def test_break_even_has_the_bounds_of_the_curves():
    even = g.break_even([10, 1000], [Estimate(2.0, "×", 1.5, 3.0, 10), Estimate(0.5, "×", 0.4, 0.9, 10)])
    assert even is not None
    assert even.low < even.value < even.high
    even = g.break_even([10, 1000], [Estimate(2.0, "×", 1.5, 3.0, 10), Estimate(0.9, "×", 0.4, 1.1, 10)])
    assert even is not None
    assert even.high is None
    assert g.break_even([10, 1000], [times(2, 3), times(1.1, 1.2)]) is None


# -- experiments ------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Where temporary files go; nothing is left there after the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert not list(tmp_path.iterdir())


def test_every_way_carries_every_size(place):
    sizes = [100, 100_000]
    found = apart(Lab(), "transfer:transfer_costs", blocks=2, sizes=sizes, name=f"{place.name[-12:]}-test")
    assert set(found["micros"]) == set(g.WAY_COLORS)
    assert all(len(values) == 2 and min(values) > 0 for rows in found["micros"].values() for values in rows)


def test_a_task_of_so_many_bytes_hashes_as_many(monkeypatch):
    monkeypatch.setattr(task_cost, "BLOCK", b"")
    sizes = task_cost.sizes_for([1e-6, 1e-2])
    assert sizes[0] >= task_cost.SMALLEST
    assert sizes[1] == max(sizes) == len(task_cost.BLOCK)


def test_task_costs_of_every_way(place):
    found = apart(Lab(), "task_cost:task_costs", blocks=2, workers=2, lengths=[1e-5, 1e-4])
    assert all(len(values) == 2 and min(values) > 0 for values in found["costs"].values())
    assert set(found["took"]) == {"sequential", "thread", "thread pool", "process pool"}
    assert all(len(values) == 2 for rows in found["took"].values() for values in rows)


@pytest.mark.skipif(not HERE.proc, reason="no /proc/PID/smaps_rollup")
def test_what_is_given_is_copied_and_what_is_not_is_not_there(place):
    found = apart(Lab(), "process_memory:copied_memory", repeats=1, methods=["spawn"], megabytes=40)
    alone, given = found["children"]["spawn"], found["children"]["spawn, given"]
    assert given["has"]
    assert not alone["has"]
    assert 30 < given["before"][0][0] - alone["before"][0][0] < 60


@pytest.mark.skipif(not HERE.proc or "fork" not in HERE.start_methods, reason="no fork or no smaps_rollup")
def test_a_forked_child_copies_what_it_touches(place):
    found = apart(Lab(), "process_memory:copied_memory", repeats=1, methods=["fork"], megabytes=40)
    child = found["children"]["fork"]
    (before, _), (read, _), (written, _) = (child[stage][0] for stage in ("before", "read", "written"))
    assert child["has"]
    assert before <= read <= written
    assert written - before > 15


@pytest.mark.parametrize("ident", ["thread-overhead", "ipc-cost", "memory-copied"])
def test_a_cancel_in_the_middle_leaves_nothing(place, ident):
    one = claim(ident)
    if one.needs(HERE):
        pytest.skip(one.needs(HERE))
    cancelled = threading.Event()
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    seen: set[int] = set()

    def hear(news):
        seen.update({child.pid for child in psutil.Process().children(recursive=True)} - before)
        if 0 < news.progress < 1:
            cancelled.set()

    with pytest.raises(Cancelled):
        check([one], hear, cancelled)
    assert seen
    wait_until_gone(seen, 2)
    assert not list(Path("/dev/shm").glob(f"grandstand-{os.getpid()}*"))
