"""What it costs to look who holds the GIL: ``run --gil`` against ``run``, in turn. Bench process.

A pair is one run of each, the order turning from pair to pair. Where a core is free for the observer the workers
should hardly notice; where none is, it takes its share like any other program.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from grandstand.observe.machine import whole_cores

from bench.app_process import ROOT
from bench.report import Report

CASES = (("threads", "one core is free: threads share a GIL"), ("processes", "none is free: a process for each core"))
MOST_OF_A_CORE = 0.15


def report(quick: bool) -> Report:
    seconds, pairs = (1.0, 3) if quick else (3.0, 12)
    workers = whole_cores()
    report = Report(f"gil: Count primes, {workers} workers, {seconds:g} s each, with and without a look at the GIL")
    for mode, words in CASES:
        ratios, takes, looks, unseen = [], [], [], []
        for pair in range(pairs):
            results: dict[bool, dict[str, Any]] = {}
            for watched in (True, False) if pair % 2 else (False, True):
                results[watched] = _run(mode, workers, seconds, watched)
            ratios.append(_rate(results[True]) / _rate(results[False]))
            gil = results[True]["gil"]
            takes.append(gil["observer_cores"])
            looks += [one["looks_per_second"] for one in gil["gils"]]
            unseen += [100 * one["unseen"] for one in gil["gils"]]
        limit = 0.98 if mode == "threads" and workers > 1 else None
        report.add(f"{mode}: watched / not watched, throughput", ratios, "×", limit=limit, at_least=True)
        report.add(f"{mode}: the observer takes", takes, "cores", limit=MOST_OF_A_CORE)
        report.add(f"{mode}: looks a second at each GIL", looks, "1/s")
        report.add(f"{mode}: not seen", unseen, "%")
        report.notes.append(f"{mode}: {words}.")
    return report


def _rate(document: dict[str, Any]) -> float:
    return float(document["throughput"]["per_second"])


def _run(mode: str, workers: int, seconds: float, watched: bool) -> dict[str, Any]:
    command = [
        sys.executable, "main.py", "run", "primes", "--mode", mode, "--workers", str(workers),
        "--seconds", f"{seconds:g}", "--json", "-", *(["--gil"] if watched else []),
    ]  # fmt: skip
    document: dict[str, Any] = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    return document
