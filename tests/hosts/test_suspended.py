"""Real stops of real runs, each in a session of its own: a whole group, one child, a freezer group, Qt threads."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.places import ROOT, with_tests

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="there is no SIGSTOP here"),
]
SECONDS, STOPPED = 1.5, 3.0
HIERARCHIES = {
    "freezer": (Path("/sys/fs/cgroup/freezer"), "freezer.state", "FROZEN", "THAWED"),
    "cgroup2": (Path("/sys/fs/cgroup"), "cgroup.freeze", "1", "0"),
    "cgroup2 beside the older ones": (Path("/sys/fs/cgroup/unified"), "cgroup.freeze", "1", "0"),
}


class Ran:
    """A run that was disturbed: its document, and what was said of it."""

    def __init__(self, document: dict[str, Any], said: str) -> None:
        self.document, self.said = document, " ".join(said.split())
        self.workers = document["workers"]
        self.suspended = [w["states"]["suspended"] for w in self.workers]

    def adds_up(self) -> bool:
        return all(abs(sum(w["states"].values()) - w["seconds"]) < 1e-3 for w in self.workers)


def run(
    tmp_path: Path,
    mode: str,
    disturb: Callable[[int], None],
    workload: str = "primes",
    workers: int = 2,
    before: Callable[[], None] | None = None,
) -> Ran:
    """``run`` in a session of its own; ``disturb`` gets its process when every worker is at work."""
    target, record = tmp_path / "run.json", tmp_path / "run.grandstand"
    process = subprocess.Popen(
        [sys.executable, "main.py", "run", workload, "--mode", mode, "--workers", str(workers),
         "--seconds", str(SECONDS), "--json", str(target), "--record", str(record)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        preexec_fn=before,
    )  # fmt: skip
    try:
        _until_measuring(record, workers)
        disturb(process.pid)
        said, _ = process.communicate(timeout=100)
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert process.returncode == 0, said
    return Ran(json.loads(target.read_text(encoding="utf-8")), said)


def _until_measuring(record: Path, workers: int) -> None:
    """Until the recording tells of every worker, and then through the warm-up."""
    import sqlite3

    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(sqlite3.Error):
            db = sqlite3.connect(f"file:{record}?mode=ro", uri=True)
            try:
                (count,) = db.execute("SELECT count(DISTINCT worker) FROM progress").fetchone()
            finally:
                db.close()
            if count == workers:
                time.sleep(0.4)
                return
        time.sleep(0.02)
    pytest.fail("the workers did not start within a minute")


def stop_group(pid: int) -> None:
    os.killpg(pid, signal.SIGSTOP)
    time.sleep(STOPPED)
    os.killpg(pid, signal.SIGCONT)


@pytest.mark.parametrize(
    ("mode", "workload"),
    [("processes", "primes"), ("threads", "lock"), ("threads", "fetch"), ("sequential", "mixed")],
)
def test_a_group_that_was_stopped(tmp_path: Path, mode: str, workload: str) -> None:
    ran = run(tmp_path, mode, stop_group, workload)
    assert ran.adds_up()
    for suspended in ran.suspended:
        assert STOPPED - 0.3 < suspended < STOPPED + 1.5
    document = ran.document
    # It was measured for as long as asked for, without the stop.
    assert SECONDS - 0.6 < document["run"]["seconds"] < SECONDS + 2
    assert abs(document["run"]["suspended_seconds"] - max(ran.suspended)) < 0.5
    assert "suspended (stopped from outside) for " in ran.said
    assert "that time is left out" in ran.said
    rate = sum(w["units"] / (w["seconds"] - w["states"]["suspended"]) for w in ran.workers)
    assert document["throughput"]["per_second"] == pytest.approx(rate, rel=0.5)
    for worker in ran.workers:
        assert worker["states"]["gil"] + worker["states"]["waiting"] < 0.8 * STOPPED


def test_one_child_that_was_stopped_alone(tmp_path: Path) -> None:
    def stop(pid: int) -> None:
        worker = _worker(pid)
        worker.suspend()
        time.sleep(0.6)
        worker.resume()

    ran = run(tmp_path, "processes", stop)
    assert ran.adds_up()
    short, long = sorted(ran.suspended)
    assert short == 0
    assert 0.4 < long < 2
    assert "1 of 2 workers was suspended (stopped from outside) for " in ran.said


def _worker(pid: int) -> psutil.Process:
    """The child that uses the most CPU time."""
    children = psutil.Process(pid).children(recursive=True)
    return max(children, key=lambda child: sum(child.cpu_times()[:2]))


@pytest.fixture(params=HIERARCHIES)
def freezer(request: pytest.FixtureRequest) -> Iterator[tuple[Callable[[], None], Callable[[int], None]]]:
    """How a process gets into a control group that can be frozen, and what freezes it for a while."""
    root, name, frozen, thawed = HIERARCHIES[request.param]
    group = root / f"grandstand_test_{os.getpid()}_{name.replace('.', '_')}"
    try:
        group.mkdir()
    except OSError as problem:
        pytest.skip(f"no control group can be made in {root}: {problem.strerror}")
    try:
        if not (group / name).exists():
            pytest.skip(f"{root} is no hierarchy that freezes")

        def freeze(pid: int) -> None:
            (group / name).write_text(frozen)
            time.sleep(STOPPED)
            (group / name).write_text(thawed)

        yield (lambda: (group / "cgroup.procs").write_text(str(os.getpid())) and None), freeze
    finally:
        if (group / name).exists():
            (group / name).write_text(thawed)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                group.rmdir()
                break
            time.sleep(0.05)


@pytest.mark.parametrize("mode", ["processes", "threads"])
def test_a_frozen_control_group(tmp_path: Path, mode: str, freezer: Any) -> None:
    """As ``docker pause`` does: the app and its workers at once, without a signal."""
    enter, freeze = freezer
    ran = run(tmp_path, mode, freeze, before=enter)
    assert ran.adds_up()
    for suspended in ran.suspended:
        assert STOPPED - 0.5 < suspended < STOPPED + 0.5
    assert SECONDS - 0.6 < ran.document["run"]["seconds"] < SECONDS + 2
    assert "suspended (stopped from outside) for " in ran.said


def test_a_busy_machine_suspends_nobody(tmp_path: Path) -> None:
    """Eight others at a better priority: the workers want to run all the time, and hardly do."""
    code = "import time\nend = time.monotonic() + 30\nwhile time.monotonic() < end: pass"
    others = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(8)]
    try:
        ran = run(tmp_path, "processes", lambda pid: time.sleep(0.5))
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert ran.suspended == [0, 0]
    assert "suspended" not in ran.said


def test_an_undisturbed_run_says_nothing_of_it(tmp_path: Path) -> None:
    ran = run(tmp_path, "threads", lambda pid: None, workload="wait", workers=3)
    assert ran.suspended == [0, 0, 0]
    assert "suspended" not in ran.said


_QT = """
import json, os, signal, subprocess, sys, time
from PySide6.QtWidgets import QApplication
from grandstand.control.controller import Controller
app = QApplication(sys.argv)
controller = Controller(window=True)
controller.choose(workload="primes", mode="qthreads", workers=2)
controller.start()
began = time.monotonic()
stopped = False
while time.monotonic() - began < 60:
    app.processEvents()
    controller.pump.turn(0.005)
    controller.tick()
    run = controller.session.current
    told = [r.last for r in run.workers.values() if r.last is not None] if run else []
    if not stopped and len(told) == 2 and run.measure_from_ns and min(t.t_ns for t in told) > run.measure_from_ns:
        stopped = True
        code = "import os, signal, sys, time; pid = int(sys.argv[1]); os.kill(pid, signal.SIGSTOP); time.sleep(2); "
        subprocess.Popen([sys.executable, "-c", code + "os.kill(pid, signal.SIGCONT)", str(os.getpid())])
    if stopped and len(told) == 2 and min(t.states_ns[10] for t in told):
        break
assert stopped, "two workers did not get to work within a minute: " + repr([r.last for r in run.workers.values()])
summary = controller.session.summary(run)
controller.stop()
until = time.monotonic() + 10
while controller.active and time.monotonic() < until:
    app.processEvents()
    controller.pump.turn(0.005)
    controller.tick()
controller.close()
print(json.dumps([[w.states["suspended"], sum(w.states.values()), w.seconds] for w in summary.workers]))
print(signal.SIGCONT in signal.pthread_sigmask(signal.SIG_BLOCK, []))
"""


def test_qt_threads_that_were_stopped_with_their_window() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _QT], capture_output=True, text=True, timeout=120, cwd=ROOT,
        env=with_tests(QT_QPA_PLATFORM="offscreen"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    figures, blocked = done.stdout.splitlines()
    for suspended, total, seconds in json.loads(figures):
        assert 1.7 < suspended < 3
        assert total == pytest.approx(seconds, abs=1e-3)
    assert blocked == "False", "the signal is as it was before"
