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
from grandstand.engine.experiments import pool_chunks

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


@pytest.mark.parametrize("ident", ["chunks"])
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
