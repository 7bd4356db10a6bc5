"""The rules for claims about pools, on both sides of each border, and the experiments they look at."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from grandstand.claims.base import Measured, Verdict
from grandstand.claims.check import check, claim
from grandstand.claims.groups import pools as g
from grandstand.claims.groups.processes import apart
from grandstand.claims.lab import Cancelled, Lab, look_around
from grandstand.compare.statistics import Estimate
from grandstand.engine.experiments import pool_chunks, pool_input

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


def test_what_a_map_has_taken_is_counted_exactly() -> None:
    def five_ahead(call: Any, items: Iterator[int]) -> Iterator[int]:
        ahead = [next(items) for _ in range(5)]
        return iter([call(item) for item in ahead])

    assert pool_input.taken_at_once(five_ahead, 20)[0] == 5
    with pytest.raises(RuntimeError, match="another result"):
        pool_input.taken_at_once(lambda call, items: iter([7]), 20)


def still_there(pids: set[int]) -> set[int]:
    """Those that have not ended within the two seconds that a cancel may take; whom nobody has reaped has ended."""
    until = time.monotonic() + 2
    while True:
        left = set()
        for pid in pids:
            with contextlib.suppress(psutil.NoSuchProcess):
                if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                    left.add(pid)
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.01)


@pytest.mark.parametrize("ident", ["chunks", "map-eats", "dead-worker", "lost-exceptions", "ctrl-c"])
def test_a_cancel_in_the_middle_leaves_nothing(place: Path, ident: str) -> None:
    one = claim(ident)
    if one.needs(HERE):
        pytest.skip(one.needs(HERE))
    cancelled = threading.Event()
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    seen: set[int] = set()

    def hear(news: Any) -> None:
        seen.update({child.pid for child in psutil.Process().children(recursive=True)} - before)
        if 0 < news.progress < 1:
            cancelled.set()

    with pytest.raises(Cancelled):
        check([one], hear, cancelled)
    assert seen
    assert not still_there(seen)
