"""The window's process of the bench ``cells``: drives the Compare page through a thousand setups. GUI thread.

Legs take no time here: a measurement is made up every few milliseconds, a hundred times as fast as real ones come.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grandstand.compare.comparison import Comparison, Measurement
from grandstand.compare.runner import Step

EVERY_S = 0.002
WORKERS = "1, 2, 3, 4, 6, 8, 12, 16, 24, 32"
SIZES = 48


def made_up(
    comparison: Comparison, hear: Callable[[Step], None], cancelled: threading.Event | None = None
) -> Comparison:
    """In place of ``carry_out``: the same calls, with measurements from a random generator."""
    plan, chance = comparison.plan, random.Random(1)
    total, began = plan.repeats * len(plan.setups), time.monotonic()
    for block in range(plan.repeats):
        for setup in plan.block(block):
            if cancelled is not None and cancelled.is_set():
                comparison.cancelled = True
                return comparison
            done = len(comparison.measurements)
            hear(Step(done / total, (total - done) * EVERY_S, block, setup))
            gain = min(2.0, setup.workers) if setup.mode == "processes" else 1.0
            measurement = Measurement(
                setup, block, time.monotonic() - began, 5e5 * gain * chance.lognormvariate(0, 0.03), None,
                0.02 * chance.lognormvariate(0, 0.1), gain, {"computing": 0.6, "gil": 0.4}, 0.0, None,
            )  # fmt: skip
            comparison.measurements.append(measurement)
            hear(Step((done + 1) / total, (total - done) * EVERY_S, block, setup, measurement))
            time.sleep(EVERY_S)
    return comparison


class Driver:
    """Phases of a session, and the gaps between frames in each."""

    def __init__(self, folder: Path) -> None:
        from grandstand.ui.pages.compare import runner_thread
        from grandstand.ui.shell.application import Running, make_application
        from grandstand.ui.shell.settings import Settings

        runner_thread.carry_out = made_up  # type: ignore[assignment]
        make_application()
        self.running = Running(Settings(folder / "settings.ini"))
        self.window = self.running.window
        self.window.resize(1440, 900)
        self.window.show()
        self.running.begin()
        self.gaps: dict[str, list[float]] = {}
        self.seconds: dict[str, float] = {}
        self._phase = ""
        clock: Any = self.window.clock
        heard = clock._beat

        def beat(t: int, gap: float) -> None:
            if self._phase:
                self.gaps[self._phase].append(gap)
            heard(t, gap)

        clock._beat = beat
        self.wait(1.0)
        self.window.pages.slots["compare"].show(True)
        self.page: Any = self.window.pages.slots["compare"].page
        self.wait(1.5)

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        from PySide6.QtCore import QCoreApplication, QEventLoop

        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)

    def phase(self, name: str, act: Callable[[], None]) -> None:
        self.gaps[name], self._phase = [], name
        began = time.monotonic()
        act()
        self.wait(0.4)
        self._phase, self.seconds[name] = "", time.monotonic() - began - 0.4

    def plan(self) -> None:
        """Typed key by key, as a person does; every key makes a new plan and a new estimate."""
        form = self.page.form
        form.workload.setCurrentIndex(form.workload.findData("primes"))
        sizes = ", ".join(str(1000 * (i + 1)) for i in range(SIZES))
        for key, text in (("workers", WORKERS), ("blocks", str(self.blocks)), ("parameter.size", sizes)):
            form.fields[key].clear()
            for end in range(1, len(text) + 1):
                form.fields[key].setText(text[:end])
                self.wait(0.015)

    def measure(self) -> None:
        self.page.start()
        self.wait(240, lambda: not self.page.busy)

    def idle(self) -> bool:
        return not self.page.comparing.working

    def save(self, folder: Path) -> None:
        for ending in ("json", "csv", "md", "svg", "png", "pdf"):
            self.page.comparing.save(folder / f"cells.{ending}")
            self.wait(60, self.idle)

    def open(self, folder: Path) -> None:
        self.page.comparing.open(folder / "cells.json")
        self.wait(60, self.idle)
        self.wait(0.5)

    def beside(self, folder: Path) -> None:
        self.page.comparing.open_beside(folder / "cells.json")
        self.wait(60, self.idle)
        self.wait(0.5)
        self.page.comparing.close_beside()

    def scroll(self) -> None:
        results = self.page.results
        for bar in (results.verticalScrollBar(), results.table.verticalScrollBar()):
            for i in range(100):
                bar.setValue(bar.maximum() * i // 99)
                self.wait(0.02)

    blocks = 6


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        driver = Driver(folder)
        driver.blocks = int(arguments[0]) if arguments else 6
        driver.phase("plan", driver.plan)
        driver.phase("measure", driver.measure)
        driver.phase("scroll", driver.scroll)
        driver.phase("save", lambda: driver.save(folder))
        driver.phase("open", lambda: driver.open(folder))
        driver.phase("beside", lambda: driver.beside(folder))
        made = driver.page.comparing.comparison
        document = {
            "setups": len(made.plan.setups), "measurements": len(made.measurements), "gaps": driver.gaps,
            "seconds": driver.seconds, "rows": driver.page.results.rows.rowCount(), "pace": f"one every {EVERY_S} s",
            "note": driver.page.results.shown.pictures[1].note,
        }  # fmt: skip
        driver.window.close()
        driver.running.finish()
    print(json.dumps(document), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
