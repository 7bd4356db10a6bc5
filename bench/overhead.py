"""What measuring costs: throughput of ``run``, and of the window at work, against a bare script. Bench process.

One round is the bare script, ``run`` and the window one after the other, in an order that turns from round to
round; each measures *Count primes* with as many workers as cores over the same number of seconds, after the same
settling time. A ratio is taken within its round. The window is opened once and stopped (SIGSTOP) while the others
have the machine.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from grandstand.observe.machine import whole_cores

from bench.app_process import ROOT, AppProcess
from bench.report import Report
from bench.screen import Screen

Result = dict[str, float]
"""``per_second`` while measured; ``units`` and ``cpu_seconds`` of the workers over their whole lives."""


def report(quick: bool) -> Report:
    seconds, rounds = (0.8, 3) if quick else (2.0, 10)
    workers = whole_cores()
    with Screen() as screen:
        report = Report(f"overhead: Count primes, {workers} workers, {seconds:g} s each, window on {screen.words}")
        with AppProcess(screen) as app:
            for mode in ("threads", "processes"):
                app.ask("choose", workload="primes", mode=mode, workers=workers)
                app.run_for(0.2)  # the first run in a window pays for things that later ones do not
                app.freeze()
                _compare(report, app, mode, workers, seconds, rounds)
                app.thaw()
    report.notes.append("Where other programs are busy too, units per CPU second say more than throughput.")
    return report


def _compare(report: Report, app: AppProcess, mode: str, workers: int, seconds: float, rounds: int) -> None:
    sides: dict[str, Callable[[], Result]] = {
        "bare": lambda: _bare(mode, workers, seconds),
        "run": lambda: _run(mode, workers, seconds),
        "window": lambda: _window(app, seconds),
    }
    order = list(sides)
    results: dict[str, list[Result]] = {side: [] for side in sides}
    for turn in range(rounds):
        for side in order[turn % 3 :] + order[: turn % 3]:
            time.sleep(0.1)  # what the one before leaves behind comes to rest
            results[side].append(sides[side]())
    for side, limit in (("run", 0.97), ("window", 0.85)):
        pairs = list(zip(results[side], results["bare"], strict=True))
        name = f"{mode}: {side} / bare"
        report.add(
            f"{name}, throughput",
            [a["per_second"] / b["per_second"] for a, b in pairs],
            "×",
            limit=limit,
            at_least=True,
        )
        report.add(f"{name}, units per CPU second", [_per_cpu(a) / _per_cpu(b) for a, b in pairs], "×")
    rates = {side: statistics.median(r["per_second"] for r in results[side]) for side in sides}
    report.notes.append(f"{mode}: " + ", ".join(f"{side} {rate:,.0f} numbers/s" for side, rate in rates.items()))


def _per_cpu(result: Result) -> float:
    return result["units"] / result["cpu_seconds"]


def _bare(mode: str, workers: int, seconds: float) -> Result:
    command = [sys.executable, "-m", "bench.bare", mode, str(workers), f"{seconds:g}"]
    result: Result = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    return result


def _run(mode: str, workers: int, seconds: float) -> Result:
    command = [
        sys.executable, "main.py", "run", "primes", "--mode", mode, "--workers", str(workers),
        "--seconds", f"{seconds:g}", "--json", "-",
    ]  # fmt: skip
    document = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    return {
        "per_second": document["throughput"]["per_second"],
        "units": sum(w["units"] for w in document["workers"]),
        "cpu_seconds": sum(w["cpu_seconds"] for w in document["workers"]),
    }


def _window(app: AppProcess, seconds: float) -> Result:
    app.thaw()
    try:
        return app.run_for(seconds)
    finally:
        app.freeze()
