"""Does it grow well? A frame with 64 lanes against one with 4, the age of news, memory over an hour. Bench process.

Frames are measured in one process with both windows open, taking turns within every frame's time (frames.py); a
pair is the median of a block of neighboring frames of each. Memory is that of a session fed with an hour of messages
(hour.py), after a fifth of it and at the end. The age of news is the time from a worker's word to the model's hearing
it, with more and more threads that compute: what the lanes show is that old.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

from bench.app_process import ROOT, AppProcess
from bench.report import Report, percentile
from bench.screen import Screen

_BLOCKS = 12


def report(quick: bool) -> Report:
    with Screen() as screen:
        report = Report(f"grows well: windows on {screen.words}")
        for kind in ("computing", "waiting"):
            _frames(report, screen, kind, 4.0 if quick else 20.0)
    with AppProcess(None) as app:
        for workers in (4, 64) if quick else (4, 16, 64):
            _age_of_news(report, app, workers, 2.0 if quick else 4.0)
        app.stop()
    _hour(report, "window", 10.0 if quick else 60.0)
    _hour(report, "command", 10.0 if quick else 30.0)
    return report


def _age_of_news(report: Report, app: AppProcess, workers: int, seconds: float) -> None:
    app.ask("choose", workload="primes", mode="threads", workers=workers)
    if not app.ask("state")["active"]:
        app.ask("start")
    time.sleep(2.0)
    app.ask("ages")
    time.sleep(seconds)
    ages = app.ask("ages")["ages"]
    name = f"{workers} threads: age of news"
    report.add(f"{name}, p50", [percentile(ages, 0.5)], "ms", count=len(ages))
    report.add(f"{name}, p95", [percentile(ages, 0.95)], "ms", count=len(ages))
    heard_of = app.ask("state")["workers"]
    report.notes.append(
        f"{workers} threads: {len(ages) / seconds:.0f} messages/s, {heard_of} workers heard of after {2 + seconds:g} s"
    )


def _frames(report: Report, screen: Screen, kind: str, seconds: float) -> None:
    measured = _ask([sys.executable, "-m", "bench.frames", kind, f"{seconds:g}"], screen.environment)
    many, few = measured["many"], measured["few"]
    size = len(many["cpu"]) // _BLOCKS
    for clock, limit in (("cpu", 2.0), ("wall", None)):
        ratios = [
            statistics.median(many[clock][i * size : (i + 1) * size])
            / statistics.median(few[clock][i * size : (i + 1) * size])
            for i in range(_BLOCKS)
        ]
        words = "CPU" if clock == "cpu" else "wall time"
        report.add(f"{kind}: frame with 64 lanes / with 4, {words}", ratios, "×", limit=limit)
    means = [statistics.fmean(many["cpu"]) / statistics.fmean(few["cpu"])]
    report.add(f"{kind}: … mean of all frames, CPU", means, "×", count=len(many["cpu"]))
    for lanes, side in ((64, many), (4, few)):
        report.notes.append(
            f"{kind}, {lanes} lanes: a frame takes {statistics.median(side['cpu']):.1f} ms of CPU (median), "
            f"{statistics.fmean(side['cpu']):.1f} (mean), {percentile(side['cpu'], 0.97):.1f} (97 %)"
        )


def _hour(report: Report, side: str, minutes: float) -> None:
    measured = _ask([sys.executable, "-m", "bench.hour", side, f"{minutes:g}"], None)
    sizes = measured["megabytes"]
    early = sizes[1]  # whatever is bounded is full after a fifth of the time
    name = "taken from as by the window" if side == "window" else "not taken from, as by the command line"
    report.add(f"memory after {minutes:g} min / after {minutes / 5:g}, {name}", [sizes[-1] / early], "×", limit=1.1)
    report.notes.append(
        f"{minutes:g} min {name}: {measured['messages']:,} messages in {measured['seconds']:.0f} s; MB each tenth: "
        + ", ".join(f"{size:.0f}" for size in sizes)
    )


def _ask(command: list[str], environment: Mapping[str, str] | None) -> dict[str, Any]:
    """Runs a helper; returns what it prints. Raises RuntimeError when it fails or says that it measured nonsense."""
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    if answer["problem"]:
        raise RuntimeError(f"{' '.join(command)}: {answer['problem']}")
    return answer
