"""What racing a person's function costs: its throughput in Grandstand against a pool written by hand. Bench process.

Both call the same function on the same items, as many at a time, with as many workers as cores and the same priority,
in turns: a ratio is taken within its round. Calls of 100 µs, 1 ms and 10 ms.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from grandstand.compare.leg import Setup, run_leg
from grandstand.control.controller import Controller
from grandstand.observe.machine import whole_cores
from grandstand.own import naming
from grandstand.own.naming import Wish

from bench.own_job import spin
from bench.report import Report

_TAKEN_S = 0.002
"""Items that a worker takes at once last about so long, here and there."""
_ROOT = Path(__file__).resolve().parent.parent


def report(quick: bool) -> Report:
    seconds, rounds = (0.6, 3) if quick else (1.5, 10)
    workers = whole_cores()
    report = Report(f"own: a function of one's own, {workers} workers, {seconds:g} s each, against a pool by hand")
    controller = Controller(window=False)
    controller.session.warm_up_ns = 300_000_000
    try:
        for length in (100e-6, 1e-3, 10e-3):
            spins = _rounds(length)
            wish = Wish(f"{Path(__file__).with_name('own_job.py')}:spin", (), (f"rounds={spins}",), "range(1000000)",
                        python="own")  # fmt: skip
            key = naming.let_run(naming.understand(wish)).key
            for mode in ("threads", "processes"):
                ratios, costs = [], []
                for turn in range(rounds):
                    sides = [(0.0, 0.0), (0.0, 0.0)]
                    for side in (0, 1) if turn % 2 else (1, 0):
                        if side:
                            sides[1] = _by_hand(mode, workers, spins, max(1, round(_TAKEN_S / length)), seconds)
                        else:
                            sides[0] = _ours(controller, key, Setup(mode, workers), seconds)
                    ratios.append(sides[0][0] / sides[1][0])
                    costs.append(sides[0][1] / sides[1][1])
                words = f"{length * 1e3:g} ms" if length >= 1e-3 else f"{length * 1e6:g} µs"
                report.add(f"{mode}, calls of {words}: ours / by hand", ratios, "×", limit=0.97, at_least=True)
                report.add(f"{mode}, calls of {words}: the same a CPU second", costs, "×", limit=0.97, at_least=True)
    finally:
        controller.close()
    report.notes.append("Where other programs are busy too, items a CPU second say more than throughput.")
    return report


def _ours(controller: Controller, key: str, setup: Setup, seconds: float) -> tuple[float, float]:
    """Items a second, and a CPU second."""
    summary = run_leg(controller, key, setup, seconds).summary
    return summary.per_second, summary.per_second / max(summary.cpu_cores, 1e-9)


def _rounds(seconds: float) -> int:
    """How many rounds take so long here, from the fastest of some tries."""
    many = 1000
    best = min(_took(many) for _ in range(20))
    return max(1, round(many * seconds / best))


def _took(rounds: int) -> float:
    start = time.perf_counter()
    spin(1, rounds=rounds)
    return time.perf_counter() - start


def _by_hand(mode: str, workers: int, rounds: int, many: int, seconds: float) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.own_bare", mode, str(workers), str(rounds), str(many), f"{seconds:g}"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, check=True)
    figures = json.loads(done.stdout)
    return float(figures["per_second"]), float(figures["per_cpu"])
