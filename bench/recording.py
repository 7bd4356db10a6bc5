"""What recording costs, what a file holds per hour, and what survives a kill. Bench process.

Costs: two windows, one that records and one that does not, take turns; the other is frozen meanwhile.
Kills: a process that records a real run at full rate is killed (SIGKILL) at a random moment; then its file is opened.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from app.engine.clocks import now_ns
from app.recording.reader import Recording
from bench.alive import _gaps_between
from bench.app_process import ROOT, AppProcess
from bench.report import Report, percentile
from bench.screen import Screen

_RECORDING = """
import sys, time
from pathlib import Path
from app.control.controller import Controller
from app.recording.recorder import Recorder

def main():
    controller = Controller(window=False)
    Recorder.start(controller.session, Path(sys.argv[1]), "killed", controller.machine, window=False)
    controller.choose(workload="primes", mode=sys.argv[2], workers=int(sys.argv[3]))
    controller.start()
    while True:
        controller.pump.turn(0.01)
        controller.tick()
        if controller.state.value == "running" and not sys.argv[4:]:
            print("running", flush=True)
            sys.argv.append("said")

if __name__ == "__main__":
    main()
"""


def report(quick: bool) -> Report:
    seconds, rounds, kills = (1.0, 3, 5) if quick else (3.0, 10, 50)
    with Screen() as screen:
        found = Report(f"recording: 8 workers, {seconds:g} s each, two windows on {screen.words} take turns")
        _costs(found, screen, seconds, rounds)
    for mode, workers in (("sequential", 8), ("threads", 8), ("processes", 8)):
        _hour(found, mode, workers, 5.0 if quick else 20.0)
    missing = [_kill(random.Random(i)) for i in range(kills)]
    found.add(f"killed {kills} times: what is missing", missing, "s", limit=1.0, judged="largest")
    return found


def _costs(found: Report, screen: Screen, seconds: float, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        apps: dict[str, AppProcess] = {}
        try:
            for side, where in (("recorded", folder), ("not", "off")):
                screen.environment["GRANDSTAND_RECORDINGS"] = where
                apps[side] = AppProcess(screen)
                apps[side].ask("choose", workload="primes", mode="threads", workers=2)
                apps[side].run_for(0.3)
                apps[side].freeze()
            for mode in ("threads", "processes"):
                results: dict[str, list[dict[str, Any]]] = {"recorded": [], "not": []}
                gaps: dict[str, list[float]] = {"recorded": [], "not": []}
                for turn in range(rounds):
                    for side in ("recorded", "not") if turn % 2 else ("not", "recorded"):
                        app = apps[side]
                        app.thaw()
                        app.ask("choose", workload="primes", mode=mode, workers=8)
                        began = now_ns() + 800_000_000  # a window that was frozen first has a late frame
                        results[side].append(app.run_for(seconds))
                        gaps[side] += _gaps_between(app.beats(), began, now_ns() - 300_000_000)
                        app.freeze()
                pairs = zip(results["recorded"], results["not"], strict=True)
                ratios = [a["per_second"] / b["per_second"] for a, b in pairs]
                found.add(f"8 {mode}: throughput, recorded / not", ratios, "×", limit=0.98, at_least=True)
                for side, found_gaps in gaps.items():
                    for share, name in ((0.5, "median"), (0.99, "p99")):
                        value = percentile(found_gaps, share)
                        found.add(f"8 {mode}, {side}: heartbeat, {name}", [value], "ms", count=len(found_gaps))
        finally:
            screen.environment.pop("GRANDSTAND_RECORDINGS", None)
            for app in apps.values():
                app.thaw()
                app.close()


def _hour(found: Report, mode: str, workers: int, seconds: float) -> None:
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
        found.add(f"{workers} lanes, {mode}: an hour would take", [size / length * 3600 / 1e6], "MB")


def _kill(chance: random.Random) -> float:
    """Seconds between the kill and the last thing that the file holds; the file must be sound."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "killed.grandstand"
        mode, workers = chance.choice((("threads", 4), ("processes", 2), ("processes", 4)))
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        script = Path(folder) / "recording.py"
        script.write_text(_RECORDING)
        command = [sys.executable, str(script), str(path), mode, str(workers)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0.0, 2.5))
        killed = now_ns()
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        time.sleep(0.3)  # its workers notice, and leave
        recording = Recording.open(path)
        last = recording.rows("SELECT max(at_ns) FROM progress")[0][0] or recording.start_ns
        recording.close()
        db = sqlite3.connect(path)
        sound = db.execute("PRAGMA integrity_check").fetchone()[0]
        db.close()
        if sound != "ok":
            return float("inf")
        return (killed - last) / 1e9
