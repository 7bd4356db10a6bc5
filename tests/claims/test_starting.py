"""The rules for claims about starting workers, on both sides of each border, and the experiments they look at."""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from grandstand.claims.base import Measured, Verdict
from grandstand.claims.check import check, claim
from grandstand.claims.groups import start_costs
from grandstand.claims.groups import starting as g
from grandstand.claims.groups.processes import apart
from grandstand.claims.lab import Cancelled, Lab
from grandstand.compare.statistics import Estimate, proportion

METHODS = [method for method in g.METHODS if method in multiprocessing.get_all_start_methods()]


def share(count: int, of: int = 5) -> Estimate:
    return proportion(count, of, how="runs")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; nothing is left there after the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert not list(tmp_path.iterdir())


# -- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fork", "spawn", "filled", "given", "of", "verdict"),
    [
        (5, 0, 0, 5, 5, Verdict.NOT),
        (4, 0, 0, 4, 4, Verdict.NOT),
        (5, 5, 5, 5, 5, Verdict.HOLDS),
        (5, 5, 0, 5, 5, Verdict.NOT),  # the list alone is enough
        (0, 0, 0, 5, 5, Verdict.NOT),
        (3, 0, 0, 3, 3, Verdict.UNDECIDED),  # three of three may still be every other one
        (5, 2, 2, 5, 5, Verdict.UNDECIDED),
        (5, 5, 2, 5, 5, Verdict.UNDECIDED),
        (5, 0, 0, 2, 5, Verdict.UNDECIDED),  # not even the argument arrived
    ],
)
def test_spawn_forgets(fork: int, spawn: int, filled: int, given: int, of: int, verdict: Verdict) -> None:
    figures = {}
    for method, counts in (("fork", (fork, fork, given)), ("spawn", (spawn, filled, given))):
        for words, count in zip(g.SETTINGS.values(), counts, strict=True):
            figures[f"runs in which the worker had it, {method}, {words}"] = share(count, of)
        figures[f"runs with an error, {method}"] = share(0, of)
    judgment = g.judge_spawn_forgets(Measured(figures, {"methods": ["fork", "spawn"], "default": "fork"}))
    assert judgment.verdict is verdict
    if verdict is Verdict.NOT:
        assert "no error said so" in judgment.reason
        loud = figures | {"runs with an error, spawn": share(of, of)}
        reason = g.judge_spawn_forgets(Measured(loud, {"methods": ["fork", "spawn"], "default": "fork"})).reason
        assert "an error said so in 100 %" in reason


@pytest.mark.parametrize(
    ("plain", "fork", "spawn", "of", "verdict"),
    [
        (4, 4, 0, 4, Verdict.NOT),
        (4, 0, 4, 4, Verdict.NOT),
        (4, 4, 4, 4, Verdict.HOLDS),
        (3, 3, 0, 3, Verdict.UNDECIDED),
        (4, 4, 2, 4, Verdict.UNDECIDED),
        (2, 4, 0, 4, Verdict.UNDECIDED),  # what anybody can send did not arrive
        (0, 0, 0, 4, Verdict.UNDECIDED),
    ],
)
def test_pickle_limits(plain: int, fork: int, spawn: int, of: int, verdict: Verdict) -> None:
    figures = {
        f"functions that arrived, {way}, {kind}": share(count if kind == "lambda" else plain, of)
        for way, count in (("fork", fork), ("spawn", spawn))
        for kind in (g.PLAIN, "lambda")
    }
    facts = {"kinds": [g.PLAIN, "lambda"], "ways": ["fork", "spawn"], "interpreters": False}
    judgment = g.judge_pickle_limits(Measured(figures, facts))
    assert judgment.verdict is verdict
    if verdict is Verdict.NOT:
        assert f"no lambda arrived by {'fork' if spawn else 'spawn'}:" in judgment.reason
        assert "sub-interpreters were not tested" in judgment.reason
        told = g.judge_pickle_limits(Measured(figures, facts | {"interpreters": True}))
        assert "not tested" not in told.reason


SMALL, LARGE, ABOUT = (900.0, 999.0), (1_001.0, 1_100.0), (900.0, 1_100.0)
LITTLE, MUCH, SOME = (0.5, 0.99), (1.01, 1.5), (0.9, 1.1)


@pytest.mark.parametrize(
    ("thread", "spawn", "verdict"),
    [
        ((SMALL, LITTLE), (LARGE, LITTLE), Verdict.LIMITS),
        ((SMALL, LITTLE), (SMALL, MUCH), Verdict.LIMITS),
        ((SMALL, None), (LARGE, None), Verdict.LIMITS),
        ((SMALL, LITTLE), (SMALL, LITTLE), Verdict.HOLDS),
        ((SMALL, None), (SMALL, None), Verdict.HOLDS),
        ((LARGE, LITTLE), (SMALL, MUCH), Verdict.NOT),
        ((SMALL, LITTLE), (ABOUT, LITTLE), Verdict.UNDECIDED),
        ((SMALL, LITTLE), (SMALL, SOME), Verdict.UNDECIDED),
        ((LARGE, LITTLE), (ABOUT, LITTLE), Verdict.UNDECIDED),
    ],
)
def test_start_cost(thread: tuple, spawn: tuple, verdict: Verdict) -> None:
    figures = {}
    for way, (time_taken, memory) in (("thread", thread), ("spawn", spawn)):
        figures[f"start, {way}"] = Estimate(sum(time_taken) / 2, "µs", *time_taken, 6)
        if memory:
            figures[f"own memory, {way}"] = Estimate(sum(memory) / 2, "MB", *memory, 6)
    facts = {"ways": ["thread", "spawn"], "memory": thread[1] is not None, "interpreters": True}
    judgment = start_costs.judge_start_cost(Measured(figures, facts))
    assert judgment.verdict is verdict
    if verdict is Verdict.LIMITS:
        assert "only as thread, more as spawn" in judgment.reason
        assert ("does not tell the memory" in judgment.reason) is (thread[1] is None)


# -- experiments ------------------------------------------------------------------------------------------------------


def test_workers_find_what_their_start_method_lets_them_find(place: Path) -> None:
    told = apart(Lab(), "settings:set_before_start", repeats=1, methods=METHODS)
    (run,) = told["runs"]
    assert run["main"] == {"rate": 3, "names": ["Ada"], "given": 3}
    assert told["default"] in METHODS
    assert not run["said"]
    anew = {"rate": 1, "names": [], "given": 3}
    for method in METHODS:
        assert run["workers"][method] == {"found": run["main"] if method == "fork" else anew, "code": 0}


def test_functions_arrive_where_nothing_has_to_be_pickled_or_found(place: Path) -> None:
    sent = apart(Lab(), "sending:send_all", repeats=1, methods=METHODS)
    arrived, messages = sent["arrived"], sent["messages"]
    assert set(METHODS) | {g.POOL} <= set(arrived)
    assert (g.INTERPRETER in arrived) is (sys.version_info >= (3, 14))
    if "fork" in METHODS:
        assert all(came == [True] for came in arrived["fork"].values())
    for way in ("spawn", g.POOL):
        assert arrived[way][g.PLAIN] == arrived[way]["functools.partial of one"] == [True]
        for kind in ("lambda", "closure", "method of a local class"):
            assert arrived[way][kind] == [False]
            assert "local object" in messages[way][kind][0]
    assert arrived["spawn"]["function of __main__"] == [False]
    assert "typed" in messages["spawn"]["function of __main__"][0], "only the worker that died said so"
    assert sent["silent"] == len(set(METHODS) - {"fork"})


def test_every_kind_of_worker_is_started_and_costs_something(place: Path) -> None:
    costs = apart(Lab(), "start_cost:start_costs", blocks=2, methods=METHODS)
    assert {"task", "thread", *METHODS} <= set(costs["micros"])
    assert costs["interpreters"] is (sys.version_info >= (3, 14))
    for way, values in costs["micros"].items():
        assert len(values) == len(costs["megabytes"][way]) == 2
        assert min(values) > 0
        assert not costs["memory"] or min(costs["megabytes"][way]) > 0
    assert min(costs["micros"]["spawn"]) > max(costs["micros"]["task"])


@pytest.mark.parametrize("ident", ["spawn-forgets", "pickle-limits", "start-cost", "same-random", "fork-threads"])
def test_a_cancel_in_the_middle_leaves_nothing(place: Path, ident: str) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    seen: set[int] = set()
    cancelled = threading.Event()

    def hear(news: object) -> None:
        seen.update({child.pid for child in psutil.Process().children(recursive=True)} - before)
        if 0 < news.progress < 1:  # type: ignore[attr-defined]
            cancelled.set()

    with pytest.raises(Cancelled):
        check([claim(ident)], hear, cancelled)
    assert seen
    until = time.monotonic() + 2
    while any(map(alive, seen)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(map(alive, seen))


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
