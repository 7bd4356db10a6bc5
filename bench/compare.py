"""Right and in agreement: comparisons of four workloads, twice, and one cell against pyperf. Bench process.

Two comparisons of the same plan must give intervals that overlap in 95 % of cells. One cell, sequential Count primes,
is held against pyperf (pyperf timeit, by Victor Stinner), which times the very same step from outside in processes of
its own at the same priority: the two intervals of the throughput must overlap.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from grandstand.compare.comparison import Comparison
from grandstand.compare.leg import Setup
from grandstand.compare.plan import make_plan
from grandstand.compare.runner import begin, carry_out
from grandstand.compare.statistics import Estimate, median
from grandstand.compare.verdict import sentence
from grandstand.engine.child import NICE
from grandstand.engine.workloads.primes import CountPrimes

from bench.report import Report

WORKLOADS = ("primes", "compress", "fetch", "wait")
ROOT = Path(__file__).resolve().parents[1]


def report(quick: bool) -> Report:
    report = Report("compare: four workloads, each compared twice; and pyperf beside it")
    overlapping = cells = 0
    for workload in WORKLOADS[: 1 if quick else None]:
        one, two = (_compare(workload, seed, quick) for seed in (1, 2))
        pairs = [(one.speedup(s), two.speedup(s)) for s in one.plan.setups if s.mode != "sequential"]
        overlapping += sum(_overlap(a, b) for a, b in pairs)
        cells += len(pairs)
        report.notes += [f"{workload}: {sentence(one)}", f"{workload}, again: {sentence(two)}"]
        report.notes += [f"{workload}: mind: {warning}" for made in (one, two) for warning in made.warnings()]
    report.add(
        "cells whose two intervals overlap", [100 * overlapping / cells], "%", limit=95.0, at_least=True, count=cells
    )
    _pyperf(report, quick)
    return report


def _compare(workload: str, seed: int, quick: bool) -> Comparison:
    plan = make_plan(
        workload, ("sequential", "threads", "processes"), (2, 4), repeats=5 if quick else 8,
        seconds=0.3 if quick else 0.6, seed=seed,
    )  # fmt: skip
    return carry_out(begin(plan), lambda step: None)


def _overlap(a: Estimate | None, b: Estimate | None) -> bool:
    if a is None or b is None or a.low is None or a.high is None or b.low is None or b.high is None:
        return False
    return a.low <= b.high and b.low <= a.high


def _pyperf(report: Report, quick: bool) -> None:
    plan = make_plan("primes", ("sequential",), (1,), repeats=6 if quick else 12, seconds=0.5)
    ours = carry_out(begin(plan), lambda step: None).rate(Setup("sequential", 1, plan.setups[0].parameters))
    theirs = _timed_by_pyperf(quick)
    report.add("ours: numbers/s, sequential", [ours.value], count=ours.n)
    report.add("pyperf's: numbers/s", [theirs.value], count=theirs.n)
    report.add("ours / pyperf's", [ours.value / theirs.value], "×")
    report.add("intervals that do not overlap", [0 if _overlap(ours, theirs) else 1], limit=0)
    report.notes.append(
        f"ours [{ours.low:,.0f}, {ours.high:,.0f}], pyperf's [{theirs.low:,.0f}, {theirs.high:,.0f}] numbers/s"
    )


def _timed_by_pyperf(quick: bool) -> Estimate:
    """Numbers a second of the workload's step, from pyperf's own processes."""
    setup = "from grandstand.engine.workloads.primes import CountPrimes as W; w = W(1, W.defaults(), {})"
    # A round of the workload's range: single steps differ, since larger numbers take longer.
    steps = 20_000 // (2 * int(CountPrimes.defaults()["batch"]))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pyperf.json"
        subprocess.run(
            [sys.executable, "-m", "pyperf", "timeit", "-q", "-o", str(file), "-p", "6" if quick else "12", "-n", "2",
             "-l", "5", "-w", "1", "--inherit-environ", "PYTHONPATH", "-s", setup,
             f"for _ in range({steps}): w.step(None)"],
            check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "app")}, stdout=subprocess.DEVNULL,
            preexec_fn=(lambda: os.nice(NICE)) if hasattr(os, "nice") else None,
        )  # fmt: skip
        document = json.loads(file.read_text())
    numbers = steps * int(CountPrimes.defaults()["batch"])
    runs = [run["values"] for run in document["benchmarks"][0]["runs"] if run.get("values")]
    return median([numbers / (sum(values) / len(values)) for values in runs], "numbers/s", "processes")
