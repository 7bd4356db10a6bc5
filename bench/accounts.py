"""Are the figures true? Time accounts, CPU seconds and units of ``run``, against witnesses. Bench process.

Each case is ``python main.py run`` as a person would type it, with a workload that keeps books of its own beside the
meter (witness.py): the units of each step, and what the operating system says its thread used, read from
/proc/thread-self/schedstat in the worker at its first step and at its end. The CPU figure is also compared with all
that the thread ever used: a look at /proc/PID/task/TID/schedstat from outside, every 20 ms while the run lasts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from grandstand.observe.machine import usable_cores, whole_cores

from bench.app_process import ROOT
from bench.report import Report

_EVERY = 0.02


@dataclass(frozen=True)
class Case:
    workload: str
    mode: str
    workers: int

    @property
    def name(self) -> str:
        return f"{self.workload} × {self.workers} {self.mode}"


def cases(quick: bool) -> list[Case]:
    usual = [
        Case("primes", "threads", 4),
        Case("primes", "processes", max(4, whole_cores())),
        Case("primes", "sequential", 4),
    ]
    others = [Case(key, "threads", 4) for key in ("compress", "fetch", "wait", "mixed")]
    return usual[:2] + others[1:2] if quick else usual + others


@dataclass
class Outcome:
    """One run: the app's document, the witnesses' books by worker, CPU ns last seen from outside by thread."""

    case: Case
    document: dict[str, Any]
    books: dict[int, dict[str, Any]]
    outside: dict[int, int]

    def workers(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """What the app says of a worker beside what its witness says."""
        return [(w, self.books[w["id"]]) for w in self.document["workers"] if w["id"] in self.books]

    def account_errors(self) -> list[float]:
        """|sum of states / wall − 1| of each worker, in percent."""
        return [abs(sum(worker["states"].values()) / worker["seconds"] - 1) * 100 for worker, _ in self.workers()]

    def witnessed_errors(self) -> list[float]:
        """The same by the witness's wall time, which begins later by what the first step had to wait for."""
        return [
            abs(sum(worker["states"].values()) / ((seen["wall_ns"][1] - seen["wall_ns"][0]) / 1e9) - 1) * 100
            for worker, seen in self.workers()
        ]

    def cpu_errors(self) -> list[float]:
        """|cpu_seconds / the system's figure − 1| of each thread, in percent; workers in turns share one."""
        errors = []
        for thread in {seen["thread"] for _, seen in self.workers()}:
            mine = [(worker, seen) for worker, seen in self.workers() if seen["thread"] == thread]
            first = min(seen["cpu_ns"][0] for _, seen in mine)
            last = max(seen["cpu_ns"][1] for _, seen in mine)
            reported = sum(worker["cpu_seconds"] for worker, _ in mine)
            errors.append(abs(reported / ((last - first) / 1e9) - 1) * 100)
        return errors

    def outside_errors(self) -> list[float]:
        """The same against the thread's whole life as seen from outside, up to 20 ms before its end.

        That life begins before the account: a process starts up, a thread builds its workload.
        """
        errors = []
        for thread, cpu_ns in self.outside.items():
            reported = [worker["cpu_seconds"] for worker, seen in self.workers() if seen["thread"] == thread]
            if reported:
                errors.append(abs(sum(reported) / (cpu_ns / 1e9) - 1) * 100)
        return errors

    def unit_errors(self) -> list[float]:
        """|units told / units done − 1| of each worker, in percent."""
        return [abs(worker["units"] / seen["units"] - 1) * 100 for worker, seen in self.workers()]

    def cpu_cores(self) -> float:
        """CPU of all workers by the witnesses, in cores: their CPU seconds over the time from first to last."""
        walls = [seen["wall_ns"] for seen in self.books.values()]
        wall = max(b for _, b in walls) - min(a for a, _ in walls)
        spans: dict[int, list[int]] = {}
        for seen in self.books.values():
            spans.setdefault(seen["thread"], []).extend(seen["cpu_ns"])
        return float(sum(max(span) - min(span) for span in spans.values()) / wall)


def measure(case: Case, seconds: float) -> Outcome:
    """Runs one case. Raises RuntimeError when the command fails."""
    with tempfile.TemporaryDirectory(prefix="grandstand-bench-") as folder:
        command = [
            sys.executable, "main.py", "run", f"bench.witness:{case.workload}", "--mode", case.mode,
            "--workers", str(case.workers), "--seconds", f"{seconds:g}", "--json", "-",
        ]  # fmt: skip
        running = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "GRANDSTAND_WITNESS": folder},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        outside = _look_from_outside(running)
        output, complaints = running.communicate()
        if running.returncode:
            raise RuntimeError(f"{' '.join(command)} failed ({running.returncode}):\n{complaints}")
        all_books = [json.loads(path.read_text()) for path in Path(folder).glob("*.json")]
    return Outcome(case, json.loads(output), {books["worker"]: books for books in all_books}, outside)


def _look_from_outside(running: subprocess.Popen[str]) -> dict[int, int]:
    """CPU ns of every thread of the command's descendants when it was last seen, until the command ends."""
    seen: dict[int, int] = {}
    app = psutil.Process(running.pid)
    children: list[int] = []
    turn = 0
    while running.poll() is None:
        if turn % 25 == 0:  # looking for new processes costs more than reading the known ones
            try:
                children = [child.pid for child in app.children(recursive=True)]
            except psutil.Error:
                break
        turn += 1
        for pid in children:
            for stat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                try:
                    seen[int(stat.parent.name)] = int(stat.read_text().split()[0])
                except (OSError, ValueError, IndexError):
                    continue
        time.sleep(_EVERY)
    return seen


def report(quick: bool) -> Report:
    seconds = 2.0 if quick else 5.0
    report = Report(f"true: what `run` of {seconds:g} s says, against witnesses")
    if not Path("/proc/thread-self/schedstat").exists():
        report.notes.append("This system does not say how long a thread was on a core; nothing to compare with.")
        return report
    outcomes = [measure(case, seconds) for case in cases(quick)]
    states = [error for outcome in outcomes for error in outcome.account_errors()]
    report.add("each worker: states / wall − 1", states, "%", limit=2, judged="largest")
    units = [error for outcome in outcomes for error in outcome.unit_errors()]
    report.add("each worker: units / done − 1", units, "%", limit=0, judged="largest")
    for outcome in outcomes:
        report.add(
            f"{outcome.case.name}: cpu_seconds / system's − 1", outcome.cpu_errors(), "%", limit=3, judged="largest"
        )
    late = [error for outcome in outcomes for error in outcome.witnessed_errors()]
    report.add("each worker: states / wall by the witness, from its first step, − 1", late, "%", judged="largest")
    for outcome in outcomes:
        case = outcome.case
        report.add(f"{case.name}: … / of its whole life − 1", outcome.outside_errors(), "%", judged="largest")
        if case.workload == "primes":
            wanted = min(usable_cores(), case.workers) if case.mode == "processes" else 1
            report.add(f"{case.name}: CPU of all workers (≈ {wanted:g})", [outcome.cpu_cores()], "cores")
    missing = [o.case.name for o in outcomes if len(o.books) != o.case.workers]
    if missing:
        report.notes.append(f"Workers without a witness: {', '.join(missing)}")
    report.notes.append(f"Cases: {', '.join(outcome.case.name for outcome in outcomes)}.")
    report.notes.append("Processes use as many cores as other programs leave them.")
    return report
