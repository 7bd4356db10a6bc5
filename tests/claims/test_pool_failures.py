"""The rules for claims about pools in which something goes wrong, and the experiments they look at."""

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
from grandstand.claims.groups import pool_failures as g
from grandstand.claims.groups.processes import apart
from grandstand.claims.lab import Cancelled, Lab, look_around
from grandstand.compare.statistics import Estimate, proportion
from grandstand.engine.experiments import killed_worker, lost_exceptions

HERE = look_around()


def share(count: int, of: int = 5) -> Estimate:
    return proportion(count, of, how="repeats")


# -- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("executor", "pool", "of", "certain", "verdict"),
    [
        (5, 0, 5, True, Verdict.LIMITS),
        (0, 5, 5, True, Verdict.LIMITS),
        (5, 5, 5, True, Verdict.HOLDS),
        (0, 0, 5, True, Verdict.NOT),
        (4, 0, 4, True, Verdict.LIMITS),
        (3, 0, 3, True, Verdict.UNDECIDED),  # of three, all and none are too few
        (5, 2, 5, True, Verdict.UNDECIDED),
        (3, 0, 5, True, Verdict.UNDECIDED),
        (5, 0, 5, False, Verdict.UNDECIDED),  # late, and not lost
    ],
)
def test_dead_worker(executor: int, pool: int, of: int, certain: bool, verdict: Verdict) -> None:
    told = dict(zip(killed_worker.POOLS, (share(executor, of), share(pool, of)), strict=True))
    figures = {f"repeats in which the caller was told, {name}": e for name, e in told.items()}
    figures |= {f"repeats in which a later job was done, {name}": share(of, of) for name in told}
    figures |= {f"from the kill until the caller was told, {name}": Estimate(2, "ms", 1, 3, of) for name in told}
    for facts in ({"undisturbed": certain, "sure": True}, {"undisturbed": True, "sure": certain}):
        judgment = g.judge_dead_worker(Measured(figures, {"errors": ["BrokenProcessPool"], **facts}))
        assert judgment.verdict is verdict
        assert ("raised BrokenProcessPool" in judgment.reason) == (verdict in (Verdict.LIMITS, Verdict.HOLDS))
        assert ("told nobody" in judgment.reason) == (verdict in (Verdict.LIMITS, Verdict.NOT))


@pytest.mark.parametrize(
    ("at_once", "at_all", "verdict", "words"),
    [
        ((5, 5, 0, 0, 0, 0), (5, 5, 5, 0, 0, 0), Verdict.LIMITS, "garbage with an asyncio task, never with Thread"),
        ((5, 5, 5, 5, 5, 5), (5, 5, 5, 5, 5, 5), Verdict.HOLDS, "at once with a thread"),
        ((5, 5, 0, 5, 5, 5), (5, 5, 5, 5, 5, 5), Verdict.LIMITS, "only when the task was garbage"),
        ((0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0), Verdict.NOT, "never with a thread"),
        ((0, 0, 0, 0, 0, 0), (0, 0, 5, 0, 0, 0), Verdict.LIMITS, "only when the task was garbage"),
        ((5, 3, 0, 0, 0, 0), (5, 5, 5, 0, 0, 0), Verdict.UNDECIDED, "told at once, a process"),
        ((5, 5, 0, 0, 0, 0), (5, 5, 3, 0, 0, 0), Verdict.UNDECIDED, "told at all, an asyncio task"),
    ],
)
def test_lost_exceptions(at_once: tuple[int, ...], at_all: tuple[int, ...], verdict: Verdict, words: str) -> None:
    figures = {"programs with an exit code of 0": share(30, 30)}
    for case, soon, ever in zip(lost_exceptions.CASES, at_once, at_all, strict=True):
        figures[f"repeats in which stderr told at once, {case}"] = share(soon)
        figures[f"repeats in which stderr told at all, {case}"] = share(ever)
    judgment = g.judge_lost_exceptions(Measured(figures))
    assert judgment.verdict is verdict
    assert words in judgment.reason


class FakeLab:
    """Says what it was given in place of an experiment."""

    def __init__(self, found: Any, repeats: int) -> None:
        self.found, self.count, self.here = found, repeats, HERE

    def repeats(self, n: int) -> int:
        return self.count

    def part(self, first: float, last: float) -> None:
        pass

    def isolated(self, target: str, seconds: float, **arguments: Any) -> Any:
        return self.found


def test_a_result_that_is_only_late_is_not_said_to_be_lost() -> None:
    times = {"began": 0, "killed": 10_000_000, "asked": 12_000_000, "over": 20_000_000}
    told = {"undisturbed": "came", "lost": "told", "later": "told", "error": "BrokenProcessPool", **times}
    lost = {"undisturbed": "came", "lost": "never", "later": "came", "error": "", **times}
    found = {killed_worker.EXECUTOR: [told] * 5, killed_worker.POOL: [lost] * 5}
    measured = g.measure_dead_worker(FakeLab(found, 5))  # type: ignore[arg-type]
    assert g.judge_dead_worker(measured).verdict is Verdict.LIMITS
    assert measured[f"from the kill until the caller was told, {killed_worker.EXECUTOR}"].value == 2
    found[killed_worker.POOL] = [lost] * 4 + [{**lost, "later": "never"}]
    measured = g.measure_dead_worker(FakeLab(found, 5))  # type: ignore[arg-type]
    assert g.judge_dead_worker(measured).verdict is Verdict.UNDECIDED


# -- experiments ------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; nothing is left there after the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert not list(tmp_path.iterdir())


def test_the_executor_breaks_and_the_pool_goes_on_in_silence(place: Path) -> None:
    found = apart(Lab(), "killed_worker:killed_at_work", repeats=1)
    (told,), (silent,) = found[killed_worker.EXECUTOR], found[killed_worker.POOL]
    assert told["undisturbed"] == silent["undisturbed"] == killed_worker.CAME
    assert (told["lost"], told["error"]) == (killed_worker.TOLD, "BrokenProcessPool")
    assert told["asked"] - told["killed"] < killed_worker.WAIT_S * 1e9
    assert (silent["lost"], silent["later"]) == (killed_worker.NEVER, killed_worker.CAME)
    assert silent["asked"] - silent["killed"] >= killed_worker.WAIT_S * 1e9


def test_only_threads_processes_and_tasks_tell_of_an_exception(place: Path) -> None:
    found = apart(Lab(), "lost_exceptions:nobody_asks", repeats=1)
    told = {case: seen["told"] for case, seen in found.items()}
    assert told.pop("a thread") == told.pop("a process") == ["at once"]
    assert told.pop("an asyncio task") == ["later"]
    assert set(told) == {"ThreadPoolExecutor", "ProcessPoolExecutor", "multiprocessing.Pool"}
    assert list(told.values()) == [["never"]] * 3
    assert {code for seen in found.values() for code in seen["codes"]} == {0}


def test_a_program_that_fails_by_itself_is_no_lost_exception() -> None:
    goes_on = lost_exceptions.GOES_ON
    assert lost_exceptions.when_told(f"ValueError: the job failed\n{goes_on}\n") == "at once"
    assert lost_exceptions.when_told(f"{goes_on}\nValueError: the job failed\n") == "later"
    assert lost_exceptions.when_told(f"{goes_on}\n") == "never"
    with pytest.raises(RuntimeError, match="ended early: ImportError"):
        lost_exceptions.when_told("ImportError")


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


@pytest.mark.parametrize("ident", ["dead-worker", "lost-exceptions"])
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
