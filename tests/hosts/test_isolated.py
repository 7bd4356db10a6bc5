"""Experiments in processes of their own: whatever they do, nothing of them is left."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from grandstand.hosts.isolated import ExperimentCancelled, ExperimentError, ExperimentTimeout, run_isolated

from tests.places import ROOT, with_tests

HERE = "tests.modes.experiments_for_tests:"
PATIENCE = 30.0


def run(name: str, seconds: float = PATIENCE, cancelled: Any = lambda: False, **arguments: Any) -> Any:
    said: list[dict[str, Any]] = []
    try:
        return run_isolated(HERE + name, arguments, seconds, said.append, cancelled), said
    except ExperimentError as problem:
        problem.said = said  # type: ignore[attr-defined]
        raise


def gone(pids: list[int]) -> bool:
    until = time.monotonic() + 3
    while any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_the_result_and_what_was_told() -> None:
    result, said = run("doubles", number=21)
    assert result == {"twice": 42}
    assert said == [{"progress": 0.5, "words": "half way"}]


def test_an_exception_comes_back_with_its_traceback() -> None:
    with pytest.raises(ExperimentError, match="ValueError: it does not work") as caught:
        run("raises")
    assert "experiments_for_tests" in caught.value.details


def test_a_name_that_is_not_there_is_an_error_too() -> None:
    with pytest.raises(ExperimentError, match="no_such"):
        run("no_such")


def test_a_process_that_leaves_without_a_word() -> None:
    with pytest.raises(ExperimentError, match="exit code 7"):
        run("leaves")


def test_a_deadlock_ends_with_the_time_allowed_and_takes_its_children_along() -> None:
    with pytest.raises(ExperimentTimeout) as caught:
        run("deadlocks", seconds=1.5)
    (told,) = caught.value.said  # type: ignore[attr-defined]
    assert gone(told["pids"])


def test_cancelling_ends_it_within_two_seconds() -> None:
    pids: list[int] = []
    began = [0.0]

    def cancelled() -> bool:
        if pids and not began[0]:
            began[0] = time.monotonic()
        return bool(pids)

    with pytest.raises(ExperimentCancelled):
        run_isolated(HERE + "deadlocks", {}, PATIENCE, lambda said: pids.extend(said["pids"]), cancelled)
    assert time.monotonic() - began[0] < 2
    assert gone(pids)


def test_what_an_experiment_leaves_behind_is_ended() -> None:
    result, _ = run("leaves_a_child")
    assert gone(result["pids"])


def test_a_flood_of_words_arrives_whole() -> None:
    result, said = run("floods")
    assert result == {"done": True}
    assert len(said) == 2_000


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals")
def test_nothing_outlives_an_app_that_is_killed() -> None:
    code = (
        "from grandstand.hosts.isolated import run_isolated\n"
        f"run_isolated('{HERE}deadlocks', {{}}, 60, lambda said: print(*said['pids'], flush=True))\n"
    )
    app = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=with_tests(),
    )
    assert app.stdout is not None
    pids = [int(pid) for pid in app.stdout.readline().split()]
    assert len(pids) == 2
    app.kill()
    app.wait()
    app.stdout.close()
    assert gone(pids)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="there is no SIGSTOP here")
def test_one_that_was_stopped_meanwhile_is_done_again(tmp_path: Path) -> None:
    result, _ = run("stands_still", times=1, place=str(tmp_path / "tried"))
    assert result == {"tried": 2}


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="there is no SIGSTOP here")
def test_one_that_is_stopped_each_time_has_no_result(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match=r"suspended \(stopped from outside\) each of 3 times"):
        run("stands_still", times=9, place=str(tmp_path / "tried"))
    assert (tmp_path / "tried").read_text() == "xxx"
