"""What recording costs, what a file holds per hour, and what survives a kill. Bench process.

Costs: one window records, and does not, in turns; pairs of neighboring runs.
Kills: a process that records a real run at full rate is killed (SIGKILL) at a random moment; then its file is opened.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from grandstand.engine.clocks import now_ns
from grandstand.hosts.frame_slots import FRAME_NS
from grandstand.journal.reader import Recording
from grandstand.journal.recorder import Recorder
from grandstand.observe.machine import machine
from grandstand.session.session import Session

from bench.app_process import ROOT, AppProcess
from bench.gaps import gaps_between
from bench.report import Report, percentile
from bench.screen import Screen
from bench.synthetic import Lanes

LATE_MS = 1.25 * FRAME_NS / 1e6
"""About one beat in a hundred is a frame late beside Qt threads, so p99 jumps by chance: their share tells more."""
_RECORDING = """
import sys, time
import bench
from pathlib import Path
from grandstand.control.controller import Controller
from grandstand.journal.recorder import Recorder

def main():
    controller = Controller(window=False)
    Recorder.start(controller.session, Path(sys.argv[1]), "killed", controller.machine, window=False)
    controller.choose(workload="primes", mode="threads", workers=4)
    controller.start()
    switched = said = 0.0
    while True:
        controller.pump.turn(0.01)
        controller.tick()
        if controller.state.value != "running":
            continue
        now = time.monotonic()
        if not said:
            said = switched = now
            print("running", flush=True)
        if now - switched > 0.7:
            switched = now
            mode, workers = ("processes", 2) if controller.choice.mode == "threads" else ("threads", 4)
            controller.choose(mode=mode, workers=workers)

if __name__ == "__main__":
    main()
"""
"""4 threads and 2 processes take turns until somebody kills it."""


@dataclass(frozen=True)
class Left:
    """What a killed recording is like: seconds between its last word and the kill, runs, SQLite's verdict."""

    missing_s: float
    runs: int
    integrity: str


def report(quick: bool) -> Report:
    seconds, rounds, kills = (1.0, 3, 5) if quick else (2.0, 20, 50)
    with Screen() as screen:
        report = Report(f"recording: 8 workers, {seconds:g} s each, in turns, a window on {screen.words}")
        _costs(report, screen, seconds, rounds)
    for mode, workers in (("sequential", 8), ("threads", 8), ("processes", 8)):
        _hour(report, mode, workers, 5.0 if quick else 20.0)
    report.add("what a frame with 8 workers' news adds to the window's thread", _remembering(), "µs")
    left = [_killed_somewhere(random.Random(i)) for i in range(kills)]
    missing = [one.missing_s for one in left]
    report.add(f"killed {kills} times: what is missing", missing, "s", limit=1.0, judged="largest")
    sound = sum(one.integrity == "ok" for one in left)
    report.add("… files that open, and are sound", [100.0 * sound / kills], "%", limit=100.0, at_least=True)
    return report


def _remembering() -> list[float]:
    """Microseconds for each of some batches as the window gets them: what the recorder does before it returns."""
    session = Session(2)
    start = now_ns()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.grandstand"
        recorder = Recorder.start(session, path, "x", machine(), window=True)
        lanes, micros = Lanes(1, 8, start), []
        for frame in range(1, 600):
            batch = [tuple(envelope) for envelope in lanes.until(start + frame * FRAME_NS)]
            began = time.perf_counter_ns()
            recorder.said(batch, start + frame * FRAME_NS)
            recorder.beat(start + frame * FRAME_NS, 33.0)
            micros.append((time.perf_counter_ns() - began) / 1e3)
            time.sleep(0.001)
        recorder.close()
    return micros


def _costs(
    report: Report,
    screen: Screen,
    seconds: float,
    rounds: int,
    modes: Sequence[str] = ("threads", "processes", "qthreads"),
) -> None:
    """One window, recording and not in turns.

    Two windows would differ by a few per cent for reasons of their own (where things lie in memory), and Qt threads
    compute in the window's process.
    """
    with tempfile.TemporaryDirectory() as folder:
        screen.environment["GRANDSTAND_RECORDINGS"] = folder
        try:
            with AppProcess(screen) as app:
                for mode in modes:
                    _cost(report, app, mode, seconds, rounds)
        finally:
            screen.environment.pop("GRANDSTAND_RECORDINGS", None)


def _cost(report: Report, app: AppProcess, mode: str, seconds: float, rounds: int) -> None:
    results: dict[str, list[dict[str, Any]]] = {"recorded": [], "not": []}
    gaps: dict[str, list[float]] = {"recorded": [], "not": []}
    app.ask("choose", workload="primes", mode=mode, workers=8)
    app.run_for(0.3)  # the first run of a mode pays for things that later ones do not
    for turn in range(rounds):
        for side in ("recorded", "not") if turn % 2 else ("not", "recorded"):
            app.ask("record", on=side == "recorded")
            time.sleep(0.6)  # the recorder is made, or has written what it had
            began = now_ns()
            results[side].append(app.run_for(seconds))
            gaps[side] += gaps_between(app.beats(), began, now_ns())
    pairs = zip(results["recorded"], results["not"], strict=True)
    ratios = [a["per_second"] / b["per_second"] for a, b in pairs]
    report.add(f"8 {mode}: throughput, recorded / not", ratios, "×", limit=0.98, at_least=True)
    for side, found_gaps in gaps.items():
        for share, name in ((0.5, "median"), (0.99, "p99")):
            value = percentile(found_gaps, share)
            report.add(f"8 {mode}, {side}: heartbeat, {name}", [value], "ms", count=len(found_gaps))
        late = 100 * sum(gap > LATE_MS for gap in found_gaps) / len(found_gaps)
        report.add(f"8 {mode}, {side}: beats after {LATE_MS:.0f} ms and more", [late], "%", count=len(found_gaps))


def _hour(report: Report, mode: str, workers: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour.grandstand"
        command = [
            sys.executable, "main.py", "run", "primes", "--mode", mode, "--workers", str(workers),
            "--seconds", f"{seconds:g}", "--record", str(path),
        ]  # fmt: skip
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        recording = Recording.open(path)
        length = (recording.end_ns - recording.start_ns) / 1e9
        recording.close()
        size = path.stat().st_size
        report.add(f"{workers} lanes, {mode}: an hour would take", [size / length * 3600 / 1e6], "MB")


def _killed_somewhere(chance: random.Random) -> Left:
    with tempfile.TemporaryDirectory() as folder:
        return killed(Path(folder) / "killed.grandstand", chance.uniform(0.0, 3.0))


def killed(path: Path, after_s: float) -> Left:
    """Has a process of its own record into ``path``, kills it so long after it began to run, and looks at the file."""
    child = subprocess.Popen(
        [sys.executable, "-c", _RECORDING, str(path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
    )
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(after_s)
    workers = psutil.Process(child.pid).children(recursive=True)
    killed_ns = now_ns()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    psutil.wait_procs(workers, 5)  # they notice, and leave
    recording = Recording.open(path)
    last = recording.rows("SELECT max(at_ns) FROM progress")[0][0] or recording.start_ns
    runs = len(recording.runs)
    recording.close()
    with contextlib.closing(sqlite3.connect(path)) as db:
        integrity = str(db.execute("PRAGMA integrity_check").fetchone()[0])
    return Left((killed_ns - last) / 1e9, runs, integrity)
