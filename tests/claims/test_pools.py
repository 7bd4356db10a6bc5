"""The rules for claims about pools, on both sides of each border, and the experiments they look at."""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from grandstand.claims.base import Measured, Verdict
from grandstand.claims.groups import pools as g
from grandstand.claims.groups.processes import apart
from grandstand.claims.here import Here
from grandstand.claims.lab import Lab, look_around
from grandstand.claims.rules import quiet
from grandstand.compare.statistics import Estimate
from grandstand.engine.experiments import many_workers, pool_chunks, pool_input

HERE = look_around()


def times(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, "×", low, high, 8, "pairs of blocks")


BELOW, ACROSS, ABOVE = times(0.99, 1.24), times(1.2, 1.3), times(1.26, 30)
"""Of a border of 1.25."""


# -- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tiny", "long", "verdict"),
    [
        ((ABOVE, ABOVE), (BELOW, BELOW), Verdict.LIMITS),
        ((ABOVE, BELOW), (BELOW, BELOW), Verdict.LIMITS),
        ((BELOW, BELOW), (BELOW, BELOW), Verdict.HOLDS),
        ((ABOVE, ABOVE), (ABOVE, ABOVE), Verdict.NOT),
        ((ABOVE, ACROSS), (BELOW, BELOW), Verdict.UNDECIDED),
        ((ABOVE, ABOVE), (BELOW, ACROSS), Verdict.UNDECIDED),
    ],
)
def test_chunks(tiny: tuple[Estimate, Estimate], long: tuple[Estimate, Estimate], verdict: Verdict) -> None:
    found = {"tiny": tiny, "long": long}
    figures = {
        g.chunks_figure(name, kind): found[kind][at]
        for kind in pool_chunks.KINDS
        for at, name in enumerate(pool_chunks.POOLS)
    }
    assert g.judge_chunks(Measured(figures)).verdict is verdict


@pytest.mark.parametrize(
    ("gains", "steps", "verdict"),
    [
        ((1.0, 1.0, 0.9), (1.0, 0.9), Verdict.NOT),
        ((1.1, 1.1, 1.1), (1.0, 1.0), Verdict.NOT),
        ((1.9, 7.0, 25.0), (3.7, 3.6), Verdict.HOLDS),
        ((1.9, 1.9, 1.8), (1.0, 0.9), Verdict.LIMITS),  # up to four
        ((1.9, 7.0, 7.0), (3.7, 1.0), Verdict.LIMITS),
        ((1.0, 1.0, 1.15), (1.0, 1.15), Verdict.UNDECIDED),
        ((1.9, 7.0, 8.0), (3.7, 1.15), Verdict.UNDECIDED),
    ],
)
def test_more_is_better(gains: tuple[float, ...], steps: tuple[float, ...], verdict: Verdict) -> None:
    """Each ratio with an interval of 3 % to both sides, against a border of 1.15."""
    ratios = dict(zip(((4, 2), (16, 2), (64, 2), (16, 4), (64, 16)), (*gains, *steps), strict=True))
    figures = {g.against(more, fewer): times(0.97 * x, 1.03 * x) for (more, fewer), x in ratios.items()}
    for count in g.WORKERS:
        figures[f"until all were there, {count} processes"] = Estimate(count, "ms", n=8)
    judgment = g.judge_more_is_better(Measured(figures, {"cores": 2}))
    assert judgment.verdict is verdict
    if verdict is not Verdict.UNDECIDED:
        assert "64 took 64.0 ms to start, 2 took 2.00 ms" in judgment.reason


@pytest.mark.parametrize(("others", "verdict"), [(0.19, Verdict.NOT), (0.21, Verdict.UNDECIDED)])
def test_other_programs_leave_it_undecided(others: float, verdict: Verdict) -> None:
    leg = {"start": 5.0, "cores": 2.0, "memory": None, "others": others}
    rates = (100.0, 101.0, 99.0, 100.5)
    found = {"legs": {str(count): [{"rate": rate, **leg} for rate in rates] for count in g.WORKERS}}
    lab = FakeLab(found, Here(2, "linux", ("fork", "spawn"), True, True))
    measured = g.measure_more_is_better(lab)  # type: ignore[arg-type]
    assert quiet(measured, g.judge_more_is_better(measured)).verdict is verdict


class FakeLab:
    """Says what it was given in place of an experiment."""

    def __init__(self, found: Any, here: Here) -> None:
        self.found, self.here = found, here

    def repeats(self, n: int) -> int:
        return n

    def part(self, first: float, last: float) -> None:
        pass

    def isolated(self, target: str, seconds: float, **arguments: Any) -> Any:
        return self.found


def share(value: float, half: float = 0.0) -> Estimate:
    return Estimate(value, "", value - half, value + half, 4, "repeats")


@pytest.mark.parametrize(
    ("threads", "processes", "bounded", "verdict"),
    [
        (share(1), share(1), None, Verdict.NOT),
        (share(0.51), share(0.51), None, Verdict.NOT),
        (share(0.49), share(0.49), None, Verdict.HOLDS),
        (share(0.49), share(1), None, Verdict.LIMITS),
        (share(1), share(1), share(0.001), Verdict.LIMITS),
        (share(1), share(1), share(1), Verdict.NOT),
        (share(0.5, 0.1), share(1), None, Verdict.UNDECIDED),
        (share(1), share(1), share(0.5, 0.1), Verdict.UNDECIDED),
    ],
)
def test_map_eats(threads: Estimate, processes: Estimate, bounded: Estimate | None, verdict: Verdict) -> None:
    shares = {pool_input.BUILT_IN: share(0), pool_input.THREADS: threads, pool_input.PROCESSES: processes}
    if bounded is not None:
        shares[pool_input.BOUNDED] = bounded
    figures = {f"share of the input taken, {way}": e for way, e in shares.items()}
    figures |= {f"items taken, {way}": Estimate(g.ITEMS * e.value, "items", n=4) for way, e in shares.items()}
    judgment = g.judge_map_eats(Measured(figures, {"python": "3.11", "buffer": 8}))
    assert judgment.verdict is verdict
    if verdict is not Verdict.UNDECIDED:
        assert ("has no buffersize" in judgment.reason) == (bounded is None)


# -- experiments ------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; nothing is left there after the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert not list(tmp_path.iterdir())


def test_both_pools_do_all_calls_in_both_ways(place: Path) -> None:
    found = apart(Lab(), "pool_chunks:chunks_or_not", blocks=2, workers=2, tiny=[200, 100], long=[4, 2], long_ms=20)
    for pool in pool_chunks.POOLS:
        took = found["took"][pool]
        assert [len(took[kind][way]) for kind in took for way in took[kind]] == [2] * 4
        assert min(took["tiny"]["one by one"]) > max(took["tiny"]["in chunks"])
        assert min(took["long"]["in chunks"] + took["long"]["one by one"]) >= 20_000 / 2  # two at a time


def test_a_pool_that_loses_calls_is_not_timed() -> None:
    with pytest.raises(RuntimeError, match="other results"):
        pool_chunks.time_a_call(lambda call, items, chunksize: [call(1)], pool_chunks.next_number, [1, 2], 1)


def test_the_chunks_are_as_large_as_the_claim_says() -> None:
    handed: list[int] = []

    def pool_map(call: Any, items: list[int], chunksize: int) -> list[int]:
        handed.append(chunksize)
        return [call(item) for item in items]

    assert pool_chunks.time_a_call(pool_map, pool_chunks.next_number, [1, 2, 3], 3) > 0
    assert handed == [3]


def test_only_the_built_in_map_waits_to_be_asked(place: Path) -> None:
    found = apart(Lab(), "pool_input:input_taken", repeats=1, count=500)
    taken = {way: seen[0][0] for way, seen in found["ways"].items()}
    assert taken.pop(pool_input.BUILT_IN) == 0
    assert taken.pop(pool_input.THREADS) == taken.pop(pool_input.PROCESSES) == 500
    assert bool(taken) == bool(found["buffer"])
    assert all(count <= found["buffer"] + 1 for count in taken.values())


class Bounded(ThreadPoolExecutor):
    """A pool that can be told how far to go ahead, as those of 3.14 can."""

    def map(self, call: Any, items: Iterator[int], *, buffersize: int | None = None) -> Iterator[int]:  # type: ignore[override]
        ahead = [self.submit(call, item) for item in islice(items, buffersize)]
        return (future.result() for future in ahead)


class Pipe(list[Any]):
    send = list.append


def test_a_pool_that_can_be_bounded_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pool_input.has_buffersize() == (sys.version_info >= (3, 14))
    monkeypatch.setattr(pool_input, "open_pool", lambda way: Bounded(1))
    taken = {}
    for way in (pool_input.BOUNDED, pool_input.THREADS):
        pipe = Pipe()
        pool_input.take(pipe, way, 100)
        taken[way] = pipe[0][0]
    assert taken == {pool_input.BOUNDED: pool_input.BUFFER, pool_input.THREADS: 100}


def test_what_a_map_has_taken_is_counted_exactly() -> None:
    def five_ahead(call: Any, items: Iterator[int]) -> Iterator[int]:
        ahead = [next(items) for _ in range(5)]
        return iter([call(item) for item in ahead])

    assert pool_input.taken_at_once(five_ahead, 20)[0] == 5
    with pytest.raises(RuntimeError, match="another result"):
        pool_input.taken_at_once(lambda call, items: iter([7]), 20)


def test_what_workers_do_and_cost_is_measured(place: Path) -> None:
    found = apart(Lab(), "many_workers:more_and_more", blocks=1, counts=[1, 8], leg_s=0.2)["legs"]
    (one,), (eight,) = found["1"], found["8"]
    assert one["rate"] > 0
    assert 0 < one["cores"] < 1.2
    assert 0 < one["start"] < eight["start"]
    if HERE.proc:
        assert 4 * one["memory"] < eight["memory"]
        assert 0 <= one["others"] <= HERE.cores


@pytest.mark.skipif("fork" not in HERE.start_methods, reason="no fork")
def test_workers_that_do_not_begin_are_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_workers, "count_primes", lambda number, gate, done, cpu_ns: None)
    monkeypatch.setattr(many_workers, "cheap_context", lambda: multiprocessing.get_context("fork"))
    with pytest.raises(TimeoutError, match="did not all get to work"):
        many_workers.at_work(2, 0.1)
