"""How a run ends: workers that fail, Ctrl+C, SIGKILL, a system without room; and that nothing is left of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import pytest

from tests.cli.command import command, environment, grandstand, started
from tests.control.workloads_for_tests import PLACE

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals of POSIX")

LONG = ("run", PLACE + "Gentle", "--workers", "3", "--seconds", "600", "--warmup", "0.1")
HELPERS = 2
"""multiprocessing's fork server and resource tracker."""


@pytest.mark.parametrize("mode", ["sequential", "processes"])
def test_when_all_fail(mode):
    done = grandstand("run", PLACE + "Raises", "--mode", mode, "--workers", "2", "--json", "-")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["run"]["state"] == "failed"
    for worker in document["workers"]:
        assert (worker["exit"], worker["trouble"]) == ("failed", "ValueError: fell over at step 6")
        assert "go_wrong" in worker["traceback"]
        assert worker["printed"] > 20
    assert "these are my last words" not in done.stdout.replace(json.dumps(document, indent=2), "")
    assert "2 of 2 workers ended: ValueError: fell over at step 6. None is left." in done.stderr


def test_when_one_fails_the_others_are_measured_and_the_exit_code_tells():
    done = grandstand(
        "run", PLACE + "Leaves", "--mode", "processes", "--workers", "3", "--set", "who=2",
        "--seconds", "0.6", "--warmup", "0.1", "--json", "-",
    )  # fmt: skip
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["run"]["state"] == "finished"
    assert [w["exit"] for w in document["workers"]] == ["stopped", "its process ended with exit code 3", "stopped"]
    assert document["throughput"]["per_second"] > 50
    assert "Worker 2 ended: its process ended with exit code 3." in done.stderr


def test_a_hung_worker_does_not_hold_it_up():
    began = time.monotonic()
    done = grandstand(
        "run", PLACE + "Hangs", "--mode", "processes", "--workers", "2", "--set", "who=1",
        "--seconds", "0.5", "--warmup", "0.1", "--json", "-",
    )  # fmt: skip
    assert time.monotonic() - began < 12
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert [w["exit"] for w in document["workers"]] == ["terminated", "stopped"]
    assert document["rungs"] == {"flag": 1, "terminate": 1}
    assert "had to be terminated" in done.stderr


@pytest.mark.parametrize(("mode", "processes"), [("threads", 1), ("processes", 3)])
def test_ctrl_c_still_gives_the_result(mode, processes):
    with started(*LONG, "--mode", mode, "--json", "-") as run:
        run.until_processes(processes + HELPERS)
        os.killpg(run.process.pid, signal.SIGINT)  # as a terminal does: to everybody in it
        out, err = run.process.communicate(timeout=20)
        assert run.process.returncode == 130
        run.nothing_is_left()
    document = json.loads(out)
    assert document["run"]["state"] == "finished"
    assert [w["exit"] for w in document["workers"]] == ["stopped"] * 3
    assert document["throughput"]["per_second"] > 0
    assert "naps/s" in err
    assert "Traceback" not in err


def test_killed_with_sigkill_it_leaves_no_children():
    with started(*LONG, "--mode", "processes") as run:
        run.until_processes(3 + HELPERS)
        run.process.kill()
        run.process.wait(5)
        run.nothing_is_left()


def test_killed_with_sigkill_the_page_server_goes_too():
    with started("run", "fetch", "--workers", "2", "--mode", "processes", "--seconds", "600") as run:
        run.until_processes(3 + HELPERS)
        run.process.kill()
        run.process.wait(5)
        run.nothing_is_left()


def test_too_few_file_handles():
    run = command("run", PLACE + "Gentle", "--mode", "processes", "--workers", "16", "--json", "-")
    limited = ["sh", "-c", 'ulimit -n 64; exec "$0" "$@"', *run]
    done = subprocess.run(limited, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    assert "16 more worker processes need about" in done.stderr
    assert "ulimit -n" in done.stderr
    assert "Traceback" not in done.stderr
    document = json.loads(done.stdout)
    assert (document["run"]["state"], document["workers"]) == ("failed", [])
    assert "16 more worker processes" in document["run"]["problem"]
