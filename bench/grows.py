"""Does it grow well? The cost of a frame with 64 lanes against 4, and memory over an hour. Bench process.

Frames are measured in one process with both windows open, taking turns within every frame's time (frames.py); a
pair is the median of a block of neighbouring frames of each. Memory is that of a session fed with an hour of messages
(hour.py), after ten minutes' worth and at the end.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from bench.app_process import ROOT
from bench.report import Report, percentile
from bench.screen import Screen

_BLOCKS = 12


def report(quick: bool) -> Report:
    with Screen() as screen:
        found = Report(f"grows well: windows on {screen.words}")
        for kind in ("computing", "waiting"):
            _frames(found, screen, kind, 5.0 if quick else 20.0)
    minutes = 10.0 if quick else 60.0
    for side, limit in (("window", 1.1), ("command", None)):
        _hour(found, side, minutes, limit)
    return found


def _frames(found: Report, screen: Screen, kind: str, seconds: float) -> None:
    said = _ask([sys.executable, "-m", "bench.frames", kind, f"{seconds:g}"], screen.environment)
    many, few = said["many"], said["few"]
    size = len(many["cpu"]) // _BLOCKS
    for clock, limit in (("cpu", 2.0), ("wall", None)):
        ratios = [
            statistics.median(many[clock][i * size : (i + 1) * size])
            / statistics.median(few[clock][i * size : (i + 1) * size])
            for i in range(_BLOCKS)
        ]
        words = "CPU" if clock == "cpu" else "wall time"
        found.add(f"{kind}: frame with 64 lanes / with 4, {words}", ratios, "×", limit=limit)
    means = [statistics.fmean(many["cpu"]) / statistics.fmean(few["cpu"])]
    found.add(f"{kind}: … mean of all frames, CPU", means, "×", count=len(many["cpu"]))
    for lanes, side in ((64, many), (4, few)):
        found.notes.append(
            f"{kind}, {lanes} lanes: a frame takes {statistics.median(side['cpu']):.1f} ms of CPU (median), "
            f"{statistics.fmean(side['cpu']):.1f} (mean), {percentile(side['cpu'], 0.97):.1f} (97 %)"
        )


def _hour(found: Report, side: str, minutes: float, limit: float | None) -> None:
    said = _ask([sys.executable, "-m", "bench.hour", side, f"{minutes:g}"], None)
    sizes = said["megabytes"]
    early = sizes[1]  # a session's bounded stores are full by then: an hour's sixth, or two minutes of ten
    name = "taken from as by the window" if side == "window" else "not taken from, as by the command line"
    found.add(f"memory after {minutes:g} min / after {minutes / 5:g}, {name}", [sizes[-1] / early], "×", limit=limit)
    found.notes.append(
        f"{minutes:g} min {name}: {said['messages']:,} messages in {said['seconds']:.0f} s; MB each tenth: "
        + ", ".join(f"{size:.0f}" for size in sizes)
    )


def _ask(command: list[str], environment: Mapping[str, str] | None) -> dict[str, Any]:
    """Runs a helper and returns what it prints. Raises RuntimeError when it fails or says that it measured nonsense."""
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    said: dict[str, Any] = json.loads(done.stdout)
    if said["problem"]:
        raise RuntimeError(f"{' '.join(command)}: {said['problem']}")
    return said
