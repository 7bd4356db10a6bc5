"""From Start until after Stop: how long the window ever stood still, with 1 to 64 Qt threads. Bench process.

The same acts (more and fewer workers, another mode and back, F, Present out of Scenes, the theme) are played to the
window right after a run, while nothing runs, and then while Qt threads do. A frame that is late in the idle window too
is not the threads' doing; so the figure that is judged is by how much the longest gap exceeds the idle window's.
"""

from __future__ import annotations

import time
from typing import Any

from grandstand.engine.clocks import now_ns
from grandstand.session import words

from bench.app_process import AppProcess, Silent
from bench.gaps import gaps_between
from bench.report import Report, percentile
from bench.screen import Screen

STILL_S = 6.0
"""A window without a frame for so long is taken to stand for good; its process is ended."""
_MORE_MS, _P95_MS, _P99_MS = 150.0, 40.0, 60.0


class StandsStill(RuntimeError):
    """No frame for STILL_S. ``gaps``: those until then, ms; ``during``: the act before."""

    def __init__(self, gaps: list[float], during: str) -> None:
        super().__init__(during)
        self.gaps, self.during = gaps, during


def _acts(workload: str, workers: int, pause: float, running: bool) -> list[dict[str, Any]]:
    """What is played. ``running``: with Start and Stop around it."""
    other = workers * 2 if workers <= 16 else workers // 2
    choice = {"workload": workload, "mode": "qthreads", "workers": workers, "options": {"frame_slots": True}}
    acts: list[dict[str, Any]] = [
        {"act": "choose", "after": 0.3, **choice},
        {"act": "start" if running else "nothing", "after": 0.5},
        {"act": "choose", "after": 3 * pause, "workers": other},
        {"act": "choose", "after": 2 * pause, "workers": workers},
        {"act": "choose", "after": 2 * pause, "mode": "threads"},
        {"act": "choose", "after": pause, "mode": "qthreads"},
        {"act": "present", "after": 2 * pause},
        {"act": "present", "after": 2 * pause},
        {"act": "scenes", "after": pause},
        {"act": "scene", "after": pause},
        {"act": "leave", "after": 2 * pause},
        {"act": "theme", "after": 2 * pause},
        {"act": "theme", "after": pause},
        {"act": "stop" if running else "nothing", "after": 2 * pause},
        {"act": "nothing", "after": 1.0 + pause},
    ]
    return acts


def measure(found: Report, screen: Screen, quick: bool) -> None:
    """Adds figures and, act by act, notes. A window that stands still is ended, and the next one measured."""
    workloads = ("primes",) if quick else ("primes", "compress", "lock")
    counts = (64,) if quick else (1, 4, 8, 16, 32, 64)
    pause = 0.35 if quick else 1.8  # an act a frame in a hundred would be the 99th percentile
    for workload in workloads:
        app = None
        try:
            for workers in counts:
                if app is None:
                    app = AppProcess(screen)
                    _play(app, workload, workers, 0.3, False)  # pages and icons made, once
                name = f"{workload}, {words.workers('qthreads', workers)}"
                idle: dict[str, list[float]] = {}
                try:
                    _play(app, workload, workers, 0.05, True)  # so that both windows have lanes and lines to show
                    idle = _play(app, workload, workers, 0.35 if quick else 0.6, False)
                    busy = _play(app, workload, workers, pause, True)
                except StandsStill as problem:
                    still = f"{name}: the window stood still for more than {STILL_S:g} s ({problem.during})."
                    found.notes.append(still)
                    busy = {problem.during: problem.gaps}
                    app.close()
                    app = None
                _told(found, name, busy, idle, quick)
        finally:
            if app is not None:
                app.close()


def _play(app: AppProcess, workload: str, workers: int, pause: float, running: bool) -> dict[str, list[float]]:
    """Gaps in ms by the act that they came after, from Start on. Raises StandsStill."""
    acts = _acts(workload, workers, pause, running)
    app.forget_events()
    app.tell("play", acts=acts)
    began = now_ns()
    until = time.monotonic() + 3 * sum(act["after"] for act in acts) + 60
    marks: list[tuple[str, int]] = []
    while True:
        try:
            event = app.any_event(0.5)
        except Silent:
            event = {"event": ""}
        if event["event"] == "act":
            marks.append((f"{len(marks)} {event['name']}", event["t_ns"]))
        beats = app.beats()
        last = max((t for t in beats if t > began), default=began)
        if now_ns() - last > STILL_S * 1e9 or time.monotonic() > until:
            first = marks[1][1] if len(marks) > 1 else began
            raise StandsStill(gaps_between(beats, first, now_ns()), marks[-1][0] if marks else "start")
        if event["event"] == "played":
            break
    gaps: dict[str, list[float]] = {}
    ends = [*(t for _, t in marks[2:]), event["t_ns"]]
    for (name, t), end in zip(marks[1:], ends, strict=True):
        gaps[name] = gaps_between(beats, t, end)
    return gaps


def _told(report: Report, name: str, busy: dict[str, list[float]], idle: dict[str, list[float]], quick: bool) -> None:
    every = [gap for gaps in busy.values() for gap in gaps]
    limits = {"p50": (0.5, None), "p95": (0.95, _P95_MS), "p99": (0.99, None if quick else _P99_MS)}
    for label, (share, limit) in limits.items():
        report.add(f"{name}: {label}", [percentile(every, share)], "ms", limit=limit, count=len(every))
    report.add(f"{name}: longest", [max(every)], "ms", count=len(every))
    if idle:
        most = max(gap for gaps in idle.values() for gap in gaps)
        report.add("… longest of the window while nothing runs", [most], "ms")
        report.add(f"{name}: longest, beyond that", [max(every) - most], "ms", limit=_MORE_MS)
    for title, acts in (("while nothing runs", idle), ("while they run", busy)):
        longest = ", ".join(f"{act.partition(' ')[2]} {max(gaps):.0f}" for act, gaps in acts.items() if gaps)
        report.notes.append(f"{name}, longest after each act {title}, ms: {longest}")
