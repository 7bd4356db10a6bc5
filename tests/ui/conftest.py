"""The real window for tests, and the check that each test leaves no process, thread or window behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy  # noqa: F401  (its threads come with the first import, and stay)
import pytest
from grandstand.hosts.frame_slots import frame_slots
from grandstand.ui.shell.application import Running
from grandstand.ui.shell.settings import Settings
from grandstand.ui.theme.manager import theme_manager
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from tests.control.leftovers import Leftovers

LEFT = Qt.MouseButton.LeftButton

TWO_THREADS = """
import threading, time
def compute():
    while True: sum(range(2000))
threading.Thread(target=compute, daemon=True).start()
print(1, flush=True)
time.sleep(120)
"""


class Seat:
    """In front of the real window. ``wait`` is light work: it sleeps, so that a busy machine changes nothing."""

    def __init__(self, qtbot: Any, settings: Path) -> None:
        self.qtbot = qtbot
        self.running = Running(Settings(settings))
        self.window = self.running.window
        self.controller = self.running.controller
        self.controller.session.warm_up_ns = 50_000_000
        self.dashboard = self.window.live.dashboard
        self.sidebar = self.window.live.sidebar
        self._finished = False

    def show(self) -> None:
        with self.qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.running.begin()
        self.until(lambda: self.window.clock.last_ns)  # the first frame shows what was chosen
        self.wait(0.02)

    def wait(self, seconds: float) -> None:
        self.qtbot.wait(int(1000 * seconds))

    def until(self, happened: Callable[[], object], seconds: float = 20) -> None:
        self.qtbot.waitUntil(lambda: bool(happened()), timeout=int(1000 * seconds))

    # -- hands ------------------------------------------------------------------------------------------------

    def press(self, key: Qt.Key | str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window, key, modifier)
        QApplication.processEvents()

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        QTest.mouseClick(widget, LEFT, pos=at or widget.rect().center())
        QApplication.processEvents()

    def part(self, name: str, kind: type = QWidget) -> Any:
        """The one widget of that name."""
        found = [w for w in self.window.findChildren(kind) if w.objectName() == name]
        assert len(found) == 1, f"{len(found)} widgets are called {name}"
        return found[0]

    # -- what goes on -----------------------------------------------------------------------------------------

    @property
    def run(self) -> Any:
        return self.controller.session.current

    @property
    def state(self) -> str:
        return self.controller.state.value

    def working(self) -> bool:
        """Whether what was chosen runs, with news from every worker."""
        choice, run = self.controller.choice, self.run
        return (
            self.state == "running"
            and run.setting == choice.setting()
            and sum(r.last is not None and r.last.units > 0 for r in run.alive) >= choice.workers
        )

    def start(self) -> None:
        self.press(Qt.Key.Key_Space)
        self.until(self.working)

    def toasts(self) -> list[str]:
        return [toast.text for toast in self.window.toasts.toasts()]

    def finish(self) -> None:
        """As the app does when its window has closed."""
        if not self._finished:
            self._finished = True
            self.window.close()
            assert self.running.finish() == 0
            self.window.deleteLater()


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


@pytest.fixture
def seats(qtbot: Any, settings_file: Path) -> Iterator[Callable[..., Seat]]:
    """``seats()``: one window after the other; ``seats(show=False)`` as it is before it is seen."""
    made: list[Seat] = []

    def sit_down(show: bool = True, **choice: Any) -> Seat:
        for seat in made:
            seat.finish()
        seat = Seat(qtbot, settings_file)
        made.append(seat)
        seat.window.toasts.animation_ms = 0
        if choice:
            seat.controller.choose(**choice)
        if show:
            seat.show()
        return seat

    yield sit_down
    for seat in made:
        seat.finish()
    theme_manager().set_theme("dark")
    theme_manager().set_scale(1.0)
    frame_slots().enabled = True


@pytest.fixture
def seat(seats: Callable[..., Seat]) -> Seat:
    """A window in which two threads could wait for 5 ms at a time."""
    return seats(workload="wait", parameters={"duration_ms": 5}, mode="threads", workers=2)


def _windows() -> set[QWidget]:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return set()
    app.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # pyqtgraph's menus have no parent: they are never shown, and go with Python's next collection.
    return {w for w in app.topLevelWidgets() if w.isVisible() or isinstance(w, QMainWindow | QDialog)}


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    before, windows = Leftovers(shared_threads=("Thread (pooled",)), _windows()  # Qt's own pool
    yield
    left = _windows() - windows
    assert not left, f"windows left open: {left}"
    before.check()


@pytest.fixture
def program() -> Iterator[subprocess.Popen[bytes]]:
    """Started by another process, as the programs of a person are."""
    process = subprocess.Popen([sys.executable, "-c", TWO_THREADS, "two threads"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()
