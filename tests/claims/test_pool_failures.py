"""The rules for claims about pools in which something goes wrong, and the experiments they look at."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from grandstand.claims.base import Measured, Verdict
from grandstand.claims.check import claim
from grandstand.claims.groups import interrupts
from grandstand.claims.groups import pool_failures as g
from grandstand.claims.groups.processes import apart
from grandstand.claims.here import Here
from grandstand.claims.lab import Lab, look_around
from grandstand.compare.statistics import Estimate, proportion
from grandstand.engine.experiments import ctrl_c, killed_worker, lost_exceptions

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


def seconds(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, "s", low, high, 5, "repeats")


SOON, LATE, BETWEEN = seconds(0.02, 0.29), seconds(0.31, 0.9), seconds(0.2, 0.4)
"""Against a border of 0.3 s."""


@pytest.mark.parametrize(
    ("gone", "left", "verdict"),
    [
        ((LATE, LATE, SOON), (0, 0, 0), Verdict.LIMITS),
        ((SOON, SOON, SOON), (0, 0, 0), Verdict.HOLDS),
        ((SOON, LATE, SOON), (0, 0, 0), Verdict.LIMITS),
        ((LATE, LATE, LATE), (0, 0, 0), Verdict.LIMITS),  # none at once, but all end
        ((LATE, BETWEEN, SOON), (0, 0, 0), Verdict.UNDECIDED),
        ((LATE, LATE, SOON), (0, 2, 0), Verdict.UNDECIDED),
        ((SOON, SOON, None), (0, 0, 5), Verdict.LIMITS),
        ((None, None, None), (5, 5, 5), Verdict.NOT),
    ],
)
def test_ctrl_c(gone: tuple[Estimate | None, ...], left: tuple[int, ...], verdict: Verdict) -> None:
    figures = {}
    for name, e, count in zip(ctrl_c.PROGRAMS, gone, left, strict=True):
        figures[interrupts.left_figure(name)] = share(count)
        figures[interrupts.begun_figure(name)] = share(0)
        if e is not None:
            figures[interrupts.gone_figure(name)] = e
    judgment = interrupts.judge_ctrl_c(Measured(figures))
    assert judgment.verdict is verdict
    if verdict is not Verdict.UNDECIDED:
        assert judgment.reason.count("left something of") == gone.count(None)
        assert judgment.reason.count(" later") == 3 - gone.count(None)


def test_ctrl_c_cannot_be_tested_without_process_groups() -> None:
    here = Here(2, "win32", ("spawn",), True, False)
    assert "Windows" in claim("ctrl-c").needs(here)
    assert not claim("ctrl-c").needs(replace(here, platform="linux"))


def test_a_job_that_is_cut_off_ends_with_its_program() -> None:
    notes = [["began", 0, 10], ["began", 1, 11], ["cut", 0, 20], ["began", 2, 25], ["done", 2, 60]]
    one, other = interrupts.jobs_by_worker(notes, "modes.threads", 40)
    assert one == [("modes.threads", 10, 20, "job 1, cut off"), ("modes.threads", 25, 60, "job 3")]
    assert other == [("modes.threads", 11, 40, "job 2, cut off")]


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


@pytest.mark.skipif(bool(claim("ctrl-c").needs(HERE)), reason="no process groups")
def test_ctrl_c_cuts_off_the_jobs_of_processes_and_none_of_threads(place: Path) -> None:
    found = apart(Lab(), "ctrl_c:pressed", repeats=1)
    (one,) = found["repeats"]
    ends = [{word for word, _, stamp in notes if stamp < one["pressed"] + 3e8} for notes in one["notes"]]
    assert found["names"] == list(ctrl_c.PROGRAMS)
    threads, executor, pool = ends
    assert "cut" not in threads
    assert "cut" in executor
    assert "done" not in pool
    assert all(gone > one["pressed"] for gone in one["gone"])
    assert one["gone"][0] - one["pressed"] > 0.5e9 * ctrl_c.JOB_S


@pytest.mark.skipif(bool(claim("ctrl-c").needs(HERE)), reason="no process groups")
def test_what_ctrl_c_leaves_is_ended_and_told(place: Path) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    (one,) = apart(Lab(), "ctrl_c:pressed", repeats=1, patience=0.1)["repeats"]
    assert one["gone"][0] is None  # its threads' jobs take longer than that
    assert not {child.pid for child in psutil.Process().children(recursive=True)} - before


def test_no_group_but_its_own_is_ever_signaled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sent: list[int] = []
    monkeypatch.setattr(ctrl_c.os, "getpgid", lambda pid: 1)
    monkeypatch.setattr(ctrl_c.os, "killpg", lambda group, number: sent.append(number))
    with pytest.raises(RuntimeError, match="process group of its own"):
        ctrl_c.pressed(lambda **said: None, 1, str(tmp_path))
    assert not sent
