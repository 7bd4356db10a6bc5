"""Watching a program from outside: is what the observer says true, and what does it cost? Bench process.

True: programs that keep books of their own (tests/watch/programs/known.py) beside what the observer saw of them, in
points of each thread's time. A program's own bracket around a sleep ends when the thread runs again, after waits for a
core and the GIL that the observer shows as such: it may be as long as all of them.

Cost: what the observer takes of a core, and what a program gets done watched and not watched, in pairs; and a frame
of the Watch page with 200 threads in 20 processes against one with 8 threads (watched_lanes.py).
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from grandstand.observe.observer import Observer
from grandstand.vocabulary import states
from grandstand.watch.program import Program, Thread

from bench.report import Report
from bench.screen import Screen

_ROOT = Path(__file__).resolve().parent.parent
_KNOWN = _ROOT / "tests" / "watch" / "programs" / "known.py"
_WATCHED = _ROOT / "bench" / "watched.py"
_CASES: dict[str, tuple[str, ...]] = {
    "2 computing": ("compute", "compute"),
    "computing a third of the time": ("duty",),
    "C code without the GIL": ("compress", "compress"),
    "a socket, sleepers": ("io", "sleep", "sleep"),
    "a lock handed on": ("lock", "lock", "lock"),
    "an idle pool": ("idle", "idle", "sleep"),
}
_LOADS = {"8 threads": ("8", "mixed"), "200 threads": ("200", "mixed"), "8 computing": ("8", "compute")}
_BLOCKS = 12
_COST_LIMIT = {"8 threads": 15.0, "200 threads": 25.0, "8 computing": 15.0}


def report(quick: bool) -> Report:
    report = Report("watch: a program seen from outside, against its own books; what that costs")
    for name, kinds in _CASES.items():
        _truth(report, name, kinds, 4.0 if quick else 60.0)
    for name, arguments in _LOADS.items():
        _cost(report, name, arguments, 3.0 if quick else 15.0)
    _throughput(report, "1 thread", ("1", "compute"), 4 if quick else 24, 1.5)
    _throughput(report, "4 threads", ("4", "compute"), 4 if quick else 24, 1.5)
    _frames(report, 4.0 if quick else 20.0)
    return report


class _Target:
    """A program that waits for a line, and the observer at will."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.observer: Observer | None = None
        self.program = Program()

    def watch(self) -> None:
        self.observer, self.program = Observer(pid=self.process.pid), Program()
        until = time.monotonic() + 20
        while time.monotonic() < until and not self._read():
            self._hear(0.05)

    def _read(self) -> bool:
        return any(process.gil == "read" for process in self.program.everything)

    def _hear(self, seconds: float) -> None:
        if self.observer is not None:
            self.program.apply(self.observer.events(seconds))

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def follow(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.observer is not None and not self.observer.over:
            self._hear(0.1)

    def answer(self) -> str:
        """A line of its own; heard meanwhile is what the observer says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def leave_it(self) -> None:
        if self.observer is not None:
            self.observer.close()
        self.observer = None

    def close(self) -> None:
        self.leave_it()
        self.process.kill()
        self.process.communicate()


def _truth(report: Report, name: str, kinds: tuple[str, ...], seconds: float) -> None:
    target = _Target(str(_KNOWN), str(seconds), *kinds)
    try:
        target.watch()
        target.say("go")
        target.follow(seconds + 60)
        books = json.loads(target.answer())["threads"]
    finally:
        target.close()
    (process,) = target.program.everything
    threads = {thread.id: thread for thread in process.everyone}
    errors: dict[str, list[float]] = {}
    gil = process.main_gil
    for mine in books:
        thread = threads.get(mine["id"])
        if thread is None:
            continue
        seen = _seen(thread)
        errors.setdefault("computing", []).append(_points(seen["computing"], mine["cpu"], mine["seconds"]))
        for key in ("io", "lock"):
            if key in mine and mine["kind"] != "duty":
                errors.setdefault(key, []).append(_bracket(seen, key, mine))
        if mine["kind"] in ("compute", "duty") and gil is not None:
            core = thread.states[states.CORE.number] / 1e9
            held = thread.held / 1e9
            low, high = mine["cpu"], mine["cpu"] + core  # it may have held it while it waited for a core
            points = 100 * max(low - held, held - high, 0.0) / mine["seconds"]
            errors.setdefault("GIL held", []).append(points)
    limits = {"computing": 1.0, "io": 3.0, "lock": 3.0, "GIL held": 1.0}
    for key, values in errors.items():
        report.add(f"{name}: {key}, off by", values, "points", limit=limits[key], judged="largest")
    missed = 100 * max(target.program.missed, gil.missed if gil is not None else 0.0)
    report.notes.append(f"{name}: {_rates(target)}; {missed:.1f} % of the time not seen")


def _rates(target: _Target) -> str:
    program = target.program
    return f"{program.gil_hz:.0f} looks per second at the GIL, {program.threads_hz:.0f} at each thread"


def _seen(thread: Thread) -> dict[str, float]:
    return {state.key: thread.states[state.number] / 1e9 for state in states.STATES}


def _bracket(seen: dict[str, float], key: str, mine: dict[str, Any]) -> float:
    """A bracket ends when the thread runs again: the wait itself, and at most also what followed it."""
    whole = sum(seen.values()) or 1.0
    least, own = seen[key] / whole, mine[key] / mine["seconds"]
    most = least + (seen["core"] + seen["gil"]) / whole
    return 100 * max(least - own, own - most, 0.0)


def _points(seen: float, own: float, seconds: float) -> float:
    return 100 * abs(seen - own) / seconds


def _cost(report: Report, name: str, arguments: tuple[str, ...], seconds: float) -> None:
    target = _Target(str(_WATCHED), *arguments)
    try:
        target.watch()
        target.say(str(seconds + 2))
        target.follow(1.5)
        before, at = target.program.observer_cpu_s, time.monotonic()
        target.follow(seconds)
        share = 100 * (target.program.observer_cpu_s - before) / (time.monotonic() - at)
    finally:
        target.close()
    report.add(f"{name}: the observer's share of a core", [share], "%", limit=_COST_LIMIT[name])
    report.notes.append(f"{name}: {_rates(target)}")


def _throughput(report: Report, name: str, arguments: tuple[str, ...], pairs: int, seconds: float) -> None:
    target = _Target(str(_WATCHED), *arguments)
    ratios: list[float] = []
    try:
        for number in range(pairs):
            done: dict[bool, float] = {}
            for watched in (True, False) if number % 2 else (False, True):
                if watched:
                    target.watch()
                target.say(str(seconds))
                target.follow(seconds * 0.9)
                done[watched] = float(target.answer())
                target.leave_it()
            ratios.append(done[True] / done[False])
    finally:
        target.close()
    report.add(f"{name}: done while watched / not watched", ratios, "×", limit=0.98, at_least=True)


def _frames(report: Report, seconds: float) -> None:
    """Of the Watch page; blocks of neighboring frames."""
    with Screen() as screen:
        command = [sys.executable, "-m", "bench.watched_lanes", f"{seconds:g}"]
        done = subprocess.run(command, cwd=_ROOT, env=screen.environment, capture_output=True, check=True)
    measured = json.loads(done.stdout)
    many, few = measured["frames"]["many"], measured["frames"]["few"]
    size = len(few) // _BLOCKS
    blocks = [slice(i * size, (i + 1) * size) for i in range(_BLOCKS)]
    ratios = [statistics.median(many[one]) / statistics.median(few[one]) for one in blocks]
    report.add("frame with 200 threads in 20 processes / with 8 in one, CPU", ratios, "×", limit=2.0)
    for side, words in (("many", "200 in 20"), ("few", "8 in one")):
        frames, news = measured["frames"][side], measured["news"][side]
        report.add(f"… a frame, {words}", frames, "ms", count=len(frames))
        report.add(f"… taking in the news of a twentieth of a second, {words}", news, "ms", count=len(news))
    ended = measured["ended"]
    ratios = [many / few for many, few in zip(ended["many"], ended["few"], strict=True)]
    report.add("figures and sentence, 100,000 threads ended / 1,000, CPU", ratios, "×", limit=3.0, count=len(ratios))
    report.add("… with 100,000", ended["many"], "ms", count=len(ratios))
