"""Experiments in processes of their own: whatever they do, nothing of them is left."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from grandstand.engine import helper_python, wire
from grandstand.hosts.isolated import ExperimentCancelled, ExperimentError, ExperimentTimeout, run_isolated

from tests.places import ROOT, SOURCES, with_tests

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


FRAME = wire.encode(wire.Told({"progress": 1}))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"a print gone astray\n", "not a stream of Grandstand's"),
        (FRAME[:2] + b"\x09" + FRAME[3:], "protocol 9 and this Grandstand up to 1"),
        (FRAME[:4] + b"\x7f\xff\xff\xff", "2,147,483,647 bytes; the longest may have"),
        (FRAME[:8] + FRAME[8:].replace(b"Told", b"T(ld").replace(b"{", b"[", 1), "makes no sense"),
        (FRAME[:3] + b"\x01" + FRAME[4:], "an unknown kind"),
    ],
    ids=["garbage", "newer", "too long", "torn", "kind"],
)
def test_what_cannot_be_understood_ends_that_experiment_and_nobody_else(raw: bytes, words: str) -> None:
    results: list[Any] = []
    other = threading.Thread(target=lambda: results.append(run("doubles", number=21)[0]))
    other.start()
    began = time.monotonic()
    with pytest.raises(ExperimentError, match=words) as caught:
        run("says_raw", words=raw.decode("latin-1"))
    assert time.monotonic() - began < PATIENCE
    assert caught.value.said == [{"progress": 0.5}]  # type: ignore[attr-defined]
    other.join(PATIENCE)
    assert results == [{"twice": 42}]


def test_one_that_dies_in_the_middle_of_a_frame() -> None:
    with pytest.raises(ExperimentError, match=r"in the middle of a frame without a result \(exit code 7\)"):
        run("is_cut_short")


def test_one_that_closes_its_wire_and_works_on() -> None:
    with pytest.raises(ExperimentError, match="closed its wire without a result"):
        run("closes_its_wire")


@pytest.mark.parametrize("what", ["nan", "huge", "object"])
def test_a_result_that_does_not_travel_is_said_in_words(what: str) -> None:
    with pytest.raises(ExperimentError, match="Told cannot be sent"):
        run("tells_what_does_not_travel", what=what)


def test_a_result_that_is_none() -> None:
    with pytest.raises(ExperimentError, match="a result that cannot be read"):
        run("results_in_a_text")


def test_what_a_newer_engine_says_is_passed_over() -> None:
    assert run("tells_of_an_unknown")[0] == {"twice": 42}


def test_arguments_of_any_size_and_of_none_too_large() -> None:
    with pytest.raises(ExperimentError, match="Asked cannot be sent"):
        run("doubles", number="x" * (1 << 21))
    assert run("doubles", number="x" * 200_000)[0] == {"twice": "x" * 400_000}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("wire.write(out, wire.Told({'result': {}}))", "its first word was Told and no introduction"),
        ("wire.write(out, introduce()._replace(protocol=2))", "it speaks protocol 2"),
        ("pass", r"without a result \(exit code 0\)"),
    ],
    ids=["no introduction", "newer", "nothing"],
)
def test_a_process_that_begins_otherwise(monkeypatch: pytest.MonkeyPatch, code: str, words: str) -> None:
    begin = "import sys; from grandstand.engine import wire; from grandstand.engine.introduction import introduce; "
    code = f"sys.path.insert(0, {str(SOURCES)!r}); {begin}out = int(sys.argv[2]); {code}"
    monkeypatch.setattr(helper_python, "command", lambda *_: [sys.executable, "-c", f"import sys; {code}"])
    with pytest.raises(ExperimentError, match=words):
        run("doubles", number=21)


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
