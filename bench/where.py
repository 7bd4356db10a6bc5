"""Where a window's CPU time goes: books kept inside it, by group of functions, and by thread. GUI thread.

Each function of a group is wrapped with two reads of its thread's CPU clock (a microsecond each, some hundred
times a second) and charged with what it used itself, less what wrapped functions called by it used. What the GUI
thread used besides is Qt's: its event loop, layout, style, and putting pixels together.
"""

from __future__ import annotations

import functools
import threading
import time
from pathlib import Path
from typing import Any

import pyqtgraph as pg
from grandstand.control.controller import Controller
from grandstand.hosts.pump import Pump
from grandstand.observe.sampler import Sampler
from grandstand.session.session import Session
from grandstand.ui.charts import (
    lanes_view,
    machine_charts,
    microscope_view,
    scoreboard_view,
    throughput_chart,
    workers_view,
)
from grandstand.ui.pages.live.dashboard import Dashboard
from grandstand.ui.pages.live.page import LivePage
from grandstand.ui.shell.bridge import ReaderThread
from grandstand.ui.shell.window import MainWindow

_GROUPS: dict[str, list[tuple[type, str]]] = {
    "messages into the model": [
        (Controller, "tick"),
        (Controller, "deliver"),
        (Session, "apply"),
    ],
    "lanes: new columns": [(lanes_view.LanesView, "advance")],
    "lanes: painting": [(lanes_view.LanesView, "paintEvent")],
    "microscope": [(microscope_view.MicroscopeView, "advance"), (microscope_view.MicroscopeView, "paintEvent")],
    "line charts: data": [
        (throughput_chart.ThroughputChart, "advance"),
        (machine_charts.CoresChart, "advance"),
        (machine_charts.HeartbeatChart, "advance"),
        (machine_charts.MemoryChart, "advance"),
    ],
    "line charts: painting": [(pg.GraphicsView, "paintEvent")],
    "figures, words, sentence": [(Dashboard, "figures"), (LivePage, "show_sentence")],
    "workers and scoreboard: painting": [
        (workers_view.WorkersView, "paintEvent"),
        (scoreboard_view.ScoreboardView, "paintEvent"),
    ],
    "the rest of a frame": [(MainWindow, "frame"), (Dashboard, "advance")],
    "reader: queues": [(Pump, "turn"), (ReaderThread, "emit_batch")],
    "reader: cores and memory": [(Sampler, "__call__")],
}


class Ledger:
    """Opened once; from then on it counts."""

    def __init__(self) -> None:
        self._spent = dict.fromkeys(_GROUPS, 0)
        self._local = threading.local()

    def open(self) -> None:
        for group, functions in _GROUPS.items():
            for owner, name in functions:
                setattr(owner, name, self._charged(getattr(owner, name), group))

    def groups(self) -> dict[str, float]:
        """CPU seconds by group."""
        return {group: ns / 1e9 for group, ns in self._spent.items()}

    @staticmethod
    def threads() -> dict[str, float]:
        """CPU seconds by thread of this process since each began, named by the system (Linux; else empty)."""
        seconds: dict[str, float] = {}
        for task in Path("/proc/self/task").glob("*"):
            try:
                name = (task / "comm").read_text().strip()
                used = int((task / "schedstat").read_text().split()[0]) / 1e9
            except (OSError, ValueError, IndexError):
                continue
            name = "GUI thread" if task.name == str(threading.main_thread().native_id) else name
            seconds[name] = seconds.get(name, 0.0) + used
        return seconds

    def _charged(self, function: Any, group: str) -> Any:
        local, spent, clock = self._local, self._spent, time.thread_time_ns

        @functools.wraps(function)
        def charged(*args: Any, **kwargs: Any) -> Any:
            inside = getattr(local, "inside", 0)
            local.inside = 0
            start = clock()
            try:
                return function(*args, **kwargs)
            finally:
                used = clock() - start
                spent[group] += used - local.inside
                local.inside = inside + used

        return charged
