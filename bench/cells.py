"""A thousand cells: planned, measured, shown, saved and opened in a real window. Does it stutter? Bench process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.report import Report, percentile
from bench.screen import Screen

ROOT = Path(__file__).resolve().parents[1]
LIMIT_MS = 50.0


def report(quick: bool) -> Report:
    """Gaps between the window's frames in each phase; the limit is meant for the whole."""
    with Screen() as screen:
        done = subprocess.run(
            [sys.executable, "-m", "bench.cells_window", "3" if quick else "6"],
            cwd=ROOT, env=screen.environment, stdout=subprocess.PIPE, check=True, timeout=300,
        )  # fmt: skip
        words = screen.words
    measured = json.loads(done.stdout.splitlines()[-1])
    made = Report(f"cells: {measured['setups']:,} setups, {measured['measurements']:,} measurements, in a real window")
    every: list[float] = []
    for phase, gaps in measured["gaps"].items():
        every += gaps
        made.add(f"{phase}: p50", [percentile(gaps, 0.5)], "ms", count=len(gaps))
        made.add(f"{phase}: p99", [percentile(gaps, 0.99)], "ms", count=len(gaps))
        made.add(f"{phase}: longest", [max(gaps, default=0.0)], "ms", count=len(gaps))
    made.add("all phases: p50", [percentile(every, 0.5)], "ms", count=len(every))
    made.add("all phases: p99", [percentile(every, 0.99)], "ms", limit=LIMIT_MS, count=len(every))
    made.add("all phases: longest", [max(every, default=0.0)], "ms", count=len(every))
    made.notes.append(
        f"Frames are asked for every 33 ms. Window: {words}. Measurements are made up, {measured['pace']}."
    )
    made.notes.append(
        "; ".join(f"{phase} took {took:.1f} s" for phase, took in measured["seconds"].items()) + ". On the screen: "
        f"{measured['rows']:,} rows, and {measured['note']!r}"
    )
    return made
