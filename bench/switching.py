"""Switching while it runs: how long until the new workers work, and what 200 switches leave behind. Bench process.

Time runs from the wish (Controller.choose, what a click on a mode card calls) to the first step of the first new
worker and of every one. A worker tells of its steps some thirty times a second, so each figure includes up to one
message's time (33 ms; with 64 workers 160) and is never flattering. After 20, 100 and 200 switches the app is
counted: processes, threads, file handles, memory.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil

from bench.app_process import AppProcess, Silent
from bench.report import Report
from bench.screen import Screen

_LIMIT = 0.5
_WORKERS = 4
_PATIENCE = 10.0


@dataclass(frozen=True)
class Switch:
    """What is chosen, and how many new workers it brings."""

    name: str
    changes: dict[str, Any]
    new: int


def report(quick: bool) -> Report:
    report = Report("switching: Count primes, from the wish to the first steps")
    with AppProcess(None) as app:
        _modes(report, app, "no window", ("sequential", "threads", "processes"), 6 if quick else 24)
        _workers(report, app, "processes", quick)
        _workers(report, app, "threads", quick)
        app.stop()
    with Screen() as screen:
        report.notes.append(f"The window is on {screen.words}.")
        with AppProcess(screen) as app:
            marks = (4, 8, 12) if quick else (20, 100, 200)
            modes = ("sequential", "threads", "processes", "qthreads")
            _modes(report, app, "window", modes, marks[-1], marks)
            app.stop()
    return report


def _modes(
    report: Report, app: AppProcess, where: str, modes: tuple[str, ...], switches: int, marks: tuple[int, ...] = ()
) -> None:
    """A walk through all ordered pairs of modes, over and over; figures by pair."""
    path = _walk(modes, switches)
    app.ask("choose", workload="primes", mode=path[0], workers=_WORKERS)
    app.ask("start")
    app.wait_for(lambda s: s["elapsed"] > 0.5, 20)
    first: dict[str, list[float]] = {}
    every: dict[str, list[float]] = {}
    counts: dict[int, dict[str, float]] = {}
    for number, (before, mode) in enumerate(itertools.pairwise(path), 1):
        name = f"{before} → {mode}"
        took = _switch(app, Switch(name, {"mode": mode}, _WORKERS))
        took = took or (_PATIENCE, _PATIENCE)
        if took[1] >= _PATIENCE:
            report.notes.append(f"{where}, {name}: not all heard of within {_PATIENCE:g} s")
        first.setdefault(name, []).append(took[0])
        every.setdefault(name, []).append(took[1])
        time.sleep(0.05)
        if number in marks:
            counts[number] = _count(app)
            app.ask("choose", mode=mode, workers=_WORKERS)  # the next switch is from here
            time.sleep(1.0)  # a choice is followed a moment after it was made
            app.wait_for(lambda s: s["workers"] == _WORKERS and s["elapsed"] > 0.5, 20)
    for label, times in (("first new worker", first), ("every new worker", every)):
        values = [seconds for some in times.values() for seconds in some]
        report.add(f"{where}: mode, {label}", values, "s", limit=_LIMIT)
        report.add(f"{where}: mode, {label}", values, "s", limit=_LIMIT, judged="largest")
    slowest = sorted(every.items(), key=lambda pair: -max(pair[1]))
    report.notes.append(
        f"{where}, every new worker, the slowest of each pair, ms: "
        + ", ".join(f"{name} {1000 * max(times):.0f}" for name, times in slowest)
    )
    if counts:
        _leaks(report, where, counts)


def _walk(modes: tuple[str, ...], switches: int) -> list[str]:
    """A path in which every ordered pair of modes comes equally often, in an order that is not always the same."""
    left: dict[str, list[str]] = {}
    path = [modes[0]]
    while len(path) <= switches:
        mode = path[-1]
        if not left.get(mode):
            left[mode] = random.sample([m for m in modes if m != mode], len(modes) - 1)
        path.append(left[mode].pop())
    return path


def _workers(report: Report, app: AppProcess, mode: str, quick: bool) -> None:
    """More workers while it runs; fewer of them bring no new worker to wait for."""
    app.ask("choose", mode=mode, workers=_WORKERS)
    app.wait_for(lambda s: s["workers"] == _WORKERS and s["elapsed"] > 0.3, 20)
    sizes = ((8, _LIMIT), (16, _LIMIT), (64, None))
    for more, limit in sizes[: 2 if quick else 3]:
        first, every = [], []
        for _ in range(1 if quick else 5 if more < 64 else 2):
            took = _switch(app, Switch(f"4 → {more}", {"workers": more}, more - _WORKERS))
            took = took or (_PATIENCE, _PATIENCE)
            if took[1] >= _PATIENCE:
                report.notes.append(f"no window, {mode}, 4 → {more} workers: not all heard of within {_PATIENCE:g} s")
            first.append(took[0])
            every.append(took[1])
            app.ask("choose", workers=_WORKERS)
            app.wait_for(lambda s: s["workers"] == _WORKERS, 20)
            time.sleep(0.3)
        report.add(f"no window: 4 → {more} {mode}, first new worker", first, "s", limit=_LIMIT)
        report.add(f"no window: 4 → {more} {mode}, every new worker", every, "s", limit=limit)


def _switch(app: AppProcess, switch: Switch) -> tuple[float, float] | None:
    """Seconds to the first step of the first new worker and of the last one, _PATIENCE for those that do not come.

    None when nobody comes.
    """
    steps: list[int] = []
    wished = app.ask("switch", patience=_PATIENCE, **switch.changes)["t_ns"]
    until = time.monotonic() + _PATIENCE
    try:
        while time.monotonic() < until:
            steps = app.ask("arrived", patience=_PATIENCE)["first_steps"]
            if len(steps) >= switch.new:
                return (min(steps) - wished) / 1e9, (max(steps) - wished) / 1e9
            time.sleep(0.02)
    except Silent:
        pass
    return ((min(steps) - wished) / 1e9, _PATIENCE) if steps else None


def _count(app: AppProcess) -> dict[str, float]:
    """What the app holds while it runs in its present mode, the children of the mode included."""
    app.ask("choose", mode="threads", workers=_WORKERS)  # the same state at every count
    app.wait_for(lambda s: s["workers"] == _WORKERS and s["elapsed"] > 1.0, 20)
    process = psutil.Process(app.pid)
    children = process.children(recursive=True)
    return {
        "processes": 1 + len(children),
        "threads": process.num_threads(),
        "handles": process.num_fds() if hasattr(process, "num_fds") else process.num_handles(),
        "memory": min(_uss_often(process)) / 1e6,
        "memory of helpers": sum(child.memory_full_info().uss for child in children) / 1e6,
    }


def _uss_often(process: psutil.Process) -> Iterator[int]:
    """What a frame needs for a moment comes and goes by megabytes: the least of several looks is what is held."""
    for _ in range(12):
        yield process.memory_full_info().uss
        time.sleep(0.11)


def _leaks(report: Report, where: str, counts: dict[int, dict[str, float]]) -> None:
    marks = sorted(counts)
    early, last = counts[marks[0]], counts[marks[-1]]
    for thing in ("processes", "threads", "handles"):
        report.add(
            f"{where}: more {thing} after {marks[-1]} switches than after {marks[0]}",
            [last[thing] - early[thing]],
            limit=0,
        )
    report.add(
        f"{where}: memory after {marks[-1]} switches / after {marks[1]}",
        [last["memory"] / counts[marks[1]]["memory"]],
        "×",
        limit=1.05,
    )
    for mark in marks:
        held = ", ".join(f"{thing} {value:,.0f}" for thing, value in counts[mark].items())
        report.notes.append(f"{where}, after {mark} switches: {held} MB")
