"""The cost of a frame with many lanes and with few: two real windows, made-up messages, no workers. Own process.

``python -m bench.frames KIND SECONDS`` prints, as JSON, CPU and wall milliseconds of each frame of both windows. Both
are open at once and take turns within every frame's time, so whatever else happens on the machine happens to both.
A frame is MainWindow.frame and the painting it asks for; making the messages up is not counted.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from grandstand.engine.clocks import cpu_ns, now_ns
from grandstand.hosts.frame_slots import FRAME_NS
from grandstand.session.run import Setting
from grandstand.ui.shell.application import Running, make_application
from grandstand.ui.shell.settings import Settings
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from bench.synthetic import Lanes, Samples

MANY, FEW = 64, 4
_PAST_NS = 12_000_000_000
"""Longer than the lanes show: the windows begin as full as they stay."""
_WARM_FRAMES = 60


class Subject:
    """A window fed with made-up messages."""

    def __init__(self, app: QApplication, workers: int, kind: str, folder: Path, left: int) -> None:
        self._app = app
        start = now_ns() - _PAST_NS
        running = self._running = Running(Settings(folder / f"{workers}.ini"))
        running.controller.choose(workers=workers, mode="processes")
        session = self._session = running.controller.session
        self._lanes = Lanes(1, workers, start, kind)
        self._samples = Samples(workers, session.cores_count, start)
        session.begin_run(1, Setting("primes", "processes", workers, ()), start, "Processes")
        session.apply(self._lanes.hello(), now_ns())
        self._window = running.window
        self._window.live.dashboard.build_charts()
        self._window.move(left, 0)
        self._window.show()
        self._paints = _Paints()
        self._window.live.dashboard.lanes.installEventFilter(self._paints)
        self.cpu: list[float] = []
        self.wall: list[float] = []

    def frame(self, t_ns: int) -> None:
        """Feeds what is due, then makes one frame with its painting, and takes its time."""
        self._running.controller.deliver([*self._lanes.until(t_ns), *self._samples.until(t_ns)])
        self._app.processEvents()
        cpu, wall = cpu_ns(), now_ns()
        self._window.frame(t_ns)
        self._app.processEvents()  # what charts put off until the loop comes round
        self._app.sendEvent(self._window, QEvent(QEvent.Type.UpdateRequest))  # paint now, not when Qt finds the time
        self._app.processEvents()
        self.cpu.append((cpu_ns() - cpu) / 1e6)
        self.wall.append((now_ns() - wall) / 1e6)
        self._session.beat(t_ns, FRAME_NS / 1e6)

    def problem(self) -> str:
        """What would make the figures worthless, or ''."""
        if self._session.rejected:
            return f"{self._session.rejected} messages were rejected"
        if self._paints.count < 0.95 * len(self.cpu):
            return f"only {self._paints.count} of {len(self.cpu)} frames were painted"
        return ""

    def close(self) -> None:
        self._window.close()
        self._running.finish()


class _Paints(QObject):
    """Counts a widget's paint events: a frame that paints nothing costs nothing."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def main(kind: str, seconds: float) -> None:
    app = make_application()
    with tempfile.TemporaryDirectory(prefix="grandstand-bench-") as folder:
        many = Subject(app, MANY, kind, Path(folder), 0)
        few = Subject(app, FEW, kind, Path(folder), 1500)
        frames = _WARM_FRAMES + round(seconds * 1e9 / FRAME_NS)
        due = now_ns()
        for number in range(frames):
            due = max(due + FRAME_NS, now_ns())
            time.sleep(max(0.0, (due - now_ns()) / 1e9))
            for subject in (many, few) if number % 2 else (few, many):
                subject.frame(now_ns())
        problem = many.problem() or few.problem()
        document = {
            "problem": problem,
            "many": {"cpu": many.cpu[_WARM_FRAMES:], "wall": many.wall[_WARM_FRAMES:]},
            "few": {"cpu": few.cpu[_WARM_FRAMES:], "wall": few.wall[_WARM_FRAMES:]},
        }
        many.close()
        few.close()
    print(json.dumps(document))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
