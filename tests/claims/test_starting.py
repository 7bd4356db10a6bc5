"""The rules for claims about starting workers, on both sides of each border, and the experiments they look at."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from grandstand.claims.base import Measured, Verdict
from grandstand.claims.groups import starting as g
from grandstand.claims.groups.processes import apart
from grandstand.claims.lab import Lab
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
