"""Does the window stay alive? Its heartbeat under load, and the time from a click to its effect. Bench process.

A heartbeat is the gap between two frames of the real window, asked for every 33.3 ms; every frame leaves its instant
in memory shared with the bench, so that a frozen window counts as frozen. A click comes from outside the window's
process (clicker.py) at a random moment of a frame; its effect is the instant at which the control's new look
has been painted and the event loop has come round again.
"""

from __future__ import annotations

import random
import time
from typing import Any

from grandstand.engine.clocks import now_ns
from grandstand.observe.machine import cores
from grandstand.ui.shell.bridge import Rescue

from bench import freezes
from bench.app_process import AppProcess, Silent
from bench.clicker import Clicker
from bench.gaps import gaps_between
from bench.report import Figure, Report, percentile
from bench.screen import Screen


def report(quick: bool) -> Report:
    watch, clicks = (6.0, 8) if quick else (30.0, 36)
    many = 4 * cores()
    with Screen() as screen:
        report = Report(f"alive: a window on {screen.words}, frames asked for every 33.3 ms")
        with AppProcess(screen) as app:
            clicker = Clicker(app, screen)
            try:
                _begin(app, mode="processes", workers=many)
                _heartbeat(report, f"{many} processes", _gaps(app, watch), {"p95": 36.0, "p99": 50.0})
                _clicks(report, f"{many} processes", app, clicker, clicks, ("processes", "threads"), many)
                _begin(app, mode="qthreads", workers=8, options={"frame_slots": True})
                _heartbeat(report, "8 qthreads, frame slots", _gaps(app, watch * 2 / 3), {"p95": 40.0})
                _clicks(report, "8 qthreads, frame slots", app, clicker, clicks, ("qthreads", "threads"), 8)
                app.stop()
            finally:
                clicker.close()
        with AppProcess(screen) as app:  # of its own: it may have to be killed
            _begin(app, mode="qthreads", workers=8, options={"frame_slots": False})
            _heartbeat(report, "8 qthreads, no frame slots", _frozen(report, app, 6.0 if quick else 10.0), {})
        freezes.measure(report, screen, quick)
    report.notes.append(f"Clicks: {clicker.words}, at random moments, on mode cards, worker slider and start button.")
    return report


def _begin(app: AppProcess, **choice: Any) -> None:
    app.ask("choose", workload="primes", **choice)
    if not app.ask("choice")["wanted"]:
        app.ask("start")
    workers = choice["workers"]
    if choice.get("options", {}).get("frame_slots", True):
        app.wait_for(lambda s: s["workers"] == workers and s["state"] == "running", 20)
        time.sleep(2.0)  # starting up is looked at in freezes.py


def _gaps(app: AppProcess, seconds: float) -> list[float]:
    """Gaps in ms between the frames of the next ``seconds``, the one that is still open included."""
    began = now_ns()
    time.sleep(seconds)
    return gaps_between(app.beats(), began, now_ns())


def _frozen(report: Report, app: AppProcess, seconds: float) -> list[float]:
    """Gaps in ms of ``seconds`` without frame slots; then the run is stopped from outside.

    Where the window switched the slots on by itself, what came after that is left out.
    """
    gaps = _gaps(app, seconds)
    until_rescue = next((i for i, gap in enumerate(gaps) if gap > 1000 * Rescue.AFTER_S), None)
    if until_rescue is not None:
        gaps = gaps[: until_rescue + 1]
        report.notes.append(
            f"Without frame slots the window stood still for {gaps[-1] / 1000:.1f} s and then switched them on; "
            "what came after that is left out."
        )
    asked = time.monotonic()
    try:
        app.ask("stop", 20.0)
        report.notes.append(f"Without frame slots the window heard 'stop' after {time.monotonic() - asked:.1f} s.")
    except Silent:
        report.notes.append("Without frame slots the window did not hear 'stop' within 20 s and was killed.")
    return gaps


def _heartbeat(report: Report, name: str, gaps: list[float], limits: dict[str, float]) -> None:
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    for label, share in shares.items():
        report.add(
            f"{name}: heartbeat {label}", [percentile(gaps, share)], "ms", limit=limits.get(label), count=len(gaps)
        )


def _clicks(
    report: Report, name: str, app: AppProcess, clicker: Clicker, clicks: int, modes: tuple[str, str], workers: int
) -> None:
    """Clicks through slider, mode cards and start button, over and over; a click that gets no answer ends it."""
    more = workers * 3 // 2  # far enough on the slider: a click on its handle moves nothing
    turn = [
        f"workers={more}", f"workers={workers}", f"workers={more}", f"mode.{modes[1]}",
        f"mode.{modes[0]}", f"workers={workers}", "start", "start",
    ]  # fmt: skip
    times: dict[str, list[float]] = {}
    done = 0
    try:
        while done < clicks:
            control = turn[done % len(turn)]
            kind = control.partition("=")[0].partition(".")[0]
            times.setdefault(kind, []).append(clicker.latency_ms(control))
            done += 1
            time.sleep(random.uniform(0.25, 0.35) if kind == "workers" else random.uniform(0.6, 0.7))
    except Silent as problem:
        report.notes.append(f"{name}: click {done + 1} got no answer: {problem}")
        times.setdefault("none", []).append(20_000.0)
    every = [ms for some in times.values() for ms in some]
    report.figures.append(
        Figure(f"{name}: click to effect p95", (percentile(every, 0.95),), "ms", limit=150.0, count=len(every))
    )
    report.add(f"{name}: click to effect", every, "ms")
    for kind, some in times.items():
        report.add(f"{name}: … on {kind}", some, "ms")
