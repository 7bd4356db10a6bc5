"""SIGINT, SIGTERM and SIGHUP, to the app alone or to its whole process group: kept, told, nothing left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.command import command, environment, started
from tests.control.workloads_for_tests import PLACE
from tests.journal.made import record

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP] if sys.platform != "win32" else []
WAYS = [(signal.SIGINT, True), (signal.SIGTERM, False), (signal.SIGHUP, True)] if sys.platform != "win32" else []
"""A signal, and whether it goes to the whole group, as a terminal's do, or to the command alone."""
HELPERS = 2
"""multiprocessing's fork server and resource tracker."""
GENTLE = PLACE + "Gentle"
RUN = ("run", GENTLE, "--workers", "2", "--seconds", "600", "--warmup", "0.1", "--json", "r.json")
COMPARE = ("compare", GENTLE, "--modes", "threads,processes", "--workers", "1,2", "--seconds", "0.3",
           "--repeats", "500", "--json", "r.json")  # fmt: skip


def send(pid: int, number: int, to_all: bool) -> None:
    (os.killpg if to_all else os.kill)(pid, number)


@pytest.mark.parametrize(("number", "to_all"), WAYS)
@pytest.mark.parametrize(("mode", "processes"), [("threads", 1), ("processes", 2)])
def test_a_run_keeps_and_tells_what_it_measured(mode, processes, number, to_all, tmp_path):
    with started(*RUN, "--mode", mode, cwd=tmp_path) as run:
        run.until_processes(processes + HELPERS)
        time.sleep(0.5)
        send(run.process.pid, number, to_all)
        out, err = run.process.communicate(timeout=20)
        assert run.process.returncode == 128 + number
        run.nothing_is_left()
    document = json.loads((tmp_path / "r.json").read_text())
    assert len(document["workers"]) == 2
    assert document["throughput"]["per_second"] > 0
    assert "naps/s" in out
    assert "Traceback" not in err
    assert "leaked" not in err, "semaphores"
    assert os.listdir(tmp_path) == ["r.json"]


@pytest.mark.parametrize(("number", "to_all"), WAYS[:2])
def test_a_comparison_keeps_its_blocks_and_blames_no_setup(number, to_all, tmp_path):
    with started(*COMPARE, cwd=tmp_path) as run:
        run.until_processes(1 + HELPERS)
        time.sleep(4)
        send(run.process.pid, number, to_all)
        out, err = run.process.communicate(timeout=20)
        assert run.process.returncode == 128 + number
        run.nothing_is_left()
    document = json.loads((tmp_path / "r.json").read_text())
    assert document["measurements"]
    assert not document["failures"]
    assert "1 thread" in out
    assert "Traceback" not in err
    assert "leaked" not in err


@pytest.mark.parametrize("number", SIGNALS, ids=lambda n: n.name)
@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("claims", "no-deadlocks", "threads-no-cpu", "--longer", "20", "--json", "r.json"), "what was checked"),
     (("break-even", "--json", "r.json"), "part of a map says nothing")],
    ids=["claims", "break-even"],
)  # fmt: skip
def test_experiments_end_at_once(arguments, words, number, tmp_path):
    with started(*arguments, cwd=tmp_path) as run:
        run.until(lambda: len(run.descendants()) >= 1)
        time.sleep(0.5)
        send(run.process.pid, number, False)
        _, err = run.process.communicate(timeout=20)
        assert run.process.returncode == 128 + number
        run.nothing_is_left()
    assert "Traceback" not in err
    assert words in err
    assert os.listdir(tmp_path) == (["r.json"] if "claims" in arguments else [])
    if "claims" in arguments:
        assert all(not claim.get("problem") for claim in json.loads((tmp_path / "r.json").read_text())["claims"])


@pytest.mark.parametrize(("kind", "number"), list(zip(["gif", "mp4"], SIGNALS, strict=False)))
def test_an_export_leaves_nothing_half_done(kind, number, tmp_path):
    record(tmp_path / "b.grandstand")
    (tmp_path / f"x.{kind}").write_text("the one before")
    slow = ("--speed", "0.001", "--fps", "60", "--until", "0.3")
    with started("export", "b.grandstand", "--to", kind, "--output", f"x.{kind}", *slow, cwd=tmp_path) as run:
        run.until(lambda: any(name.startswith(".grandstand-") for name in os.listdir(tmp_path)))
        time.sleep(0.3)
        send(run.process.pid, number, False)
        _, err = run.process.communicate(timeout=20)
        assert run.process.returncode == 128 + number
    assert "Traceback" not in err
    assert "nothing was written" in err
    assert sorted(os.listdir(tmp_path)) == ["b.grandstand", f"x.{kind}"]
    assert (tmp_path / f"x.{kind}").read_text() == "the one before"


@pytest.mark.parametrize("times", [2, 4])
def test_impatience_costs_nothing(times, tmp_path):
    """A second Ctrl+C while the workers end used to lose the result."""
    with started(*RUN, "--mode", "processes", cwd=tmp_path) as run:
        run.until_processes(2 + HELPERS)
        for _ in range(times):
            run.process.send_signal(signal.SIGINT)
            time.sleep(0.02)
        run.process.communicate(timeout=20)
        assert run.process.returncode == 130
        run.nothing_is_left()
    assert json.loads((tmp_path / "r.json").read_text())["workers"]


def test_the_first_signal_gives_the_exit_code(tmp_path):
    with started(*RUN, "--mode", "processes", cwd=tmp_path) as run:
        run.until_processes(2 + HELPERS)
        run.process.send_signal(signal.SIGTERM)
        time.sleep(0.02)
        run.process.send_signal(signal.SIGINT)
        run.process.communicate(timeout=20)
        assert run.process.returncode == 143


@pytest.mark.parametrize("number", SIGNALS[:2], ids=lambda n: n.name)
def test_a_pipe_that_nobody_reads_can_be_left(number, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    short = ("run", GENTLE, "--seconds", "0.2", "--warmup", "0", "--json", "pipe", "--snapshot", "s.svg")
    with started(*short, cwd=tmp_path) as run:
        run.until(lambda: run.descendants() != set())
        time.sleep(6)
        assert run.process.poll() is None, "it waits for a reader"
        run.process.send_signal(number)
        out, err = run.process.communicate(timeout=20)
        assert run.process.returncode == 128 + number
        run.nothing_is_left()
    assert "naps/s" in out
    assert "Cannot write pipe: interrupted" in err
    assert (tmp_path / "s.svg").exists()


@pytest.mark.parametrize("ignored", ["INT", "HUP"])
def test_who_is_told_to_ignore_a_signal_ignores_it(ignored, tmp_path):
    """nohup, and background jobs of a shell."""
    line = f"trap '' {ignored}; exec \"$@\""
    short = command("run", GENTLE, "--workers", "2", "--mode", "processes", "--seconds", "3", "--json", "r.json")
    process = subprocess.Popen(
        ["sh", "-c", line, "sh", *short], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(5):
            time.sleep(0.5)
            os.killpg(process.pid, getattr(signal, f"SIG{ignored}"))
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, err
    assert "naps/s" in out
    assert json.loads((tmp_path / "r.json").read_text())["run"]["state"] == "finished"


def test_a_time_limit_of_the_shell(tmp_path):
    """``timeout`` tells the whole process group."""
    done = subprocess.run(
        ["timeout", "6", *command(*RUN, "--mode", "processes")], cwd=tmp_path, env=environment(), capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 124, "timeout's own word for it"
    assert json.loads((tmp_path / "r.json").read_text())["throughput"]["per_second"] > 0
    assert "Traceback" not in done.stderr
    assert "leaked" not in done.stderr
