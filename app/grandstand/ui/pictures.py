"""Pictures of the window without anybody at it: of one session (for the command line), or of every screen.

``python -m grandstand.ui.pictures FOLDER`` runs real work and writes each screen, dark and light; ``make pictures``
calls it. GUI thread.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QEventLoop, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QWidget

from grandstand.control.controller import Controller
from grandstand.engine.clocks import now_ns
from grandstand.hosts.base import flush_ns
from grandstand.modes import processes, qthreads, sequential, threads
from grandstand.ui import snapshot
from grandstand.ui.shell.application import Running, make_application
from grandstand.ui.shell.settings import Settings
from grandstand.ui.studio import PRESETS, Studio, parse_size
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.vector import png_of
from grandstand.vocabulary import panels

_WINDOW = (2880, 1800)
SIZES = {"1280x800": (1280, 800), "1920x1080": (1920, 1080)}


def session_picture(
    controller: Controller, kind: str = "png", theme: str = "dark", size: str = "", transparent: bool = False
) -> bytes:
    """The charts as the window would show ``controller``'s session at its end, as ``kind`` (see Studio.packed).

    Without a ``size`` (see parse_size) in the window's own, at twice its fineness, with all charts. Raises ValueError
    for a ``size`` that is none, and OSError.
    """
    wanted = parse_size(size) if size else _WINDOW
    with quiet():
        make_application()
        theme_manager().set_theme(theme)
        run = controller.session.current
        end = run.ended_ns if run is not None and run.ended_ns else now_ns()
        studio = Studio(controller, wanted, theme, panels.story() if size else panels.usual(), transparent=transparent)
        try:
            studio.still(end + flush_ns(1))
            return studio.packed(kind)
        finally:
            studio.close()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Qt's offscreen platform keeps its complaints to itself."""
    previous = qInstallMessageHandler(_quiet)
    try:
        yield
    finally:
        qInstallMessageHandler(previous)


def _quiet(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Qt's offscreen platform complains of what a picture does not need; everything else is passed on."""
    if "This plugin does not support" not in text:
        print(text, file=sys.stderr)


class Photographer:
    """Drives a real window and takes its picture."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settings = tempfile.TemporaryDirectory()
        os.environ.setdefault("GRANDSTAND_RECORDINGS", str(Path(self._settings.name) / "recordings"))
        make_application()
        self.running = Running(Settings(Path(self._settings.name) / "settings.ini"))
        self.window = self.running.window
        self.window.show()
        self.running.begin()

    def wait(self, seconds: float, until: Callable[[], bool] | None = None) -> None:
        """Lets the event loop run."""
        loop = QEventLoop()
        end = time.monotonic() + seconds
        timer = QTimer()
        timer.timeout.connect(lambda: loop.quit() if time.monotonic() > end or (until and until()) else None)
        timer.start(20)
        loop.exec()

    def shoot(self, name: str, widget: QWidget | None = None) -> None:
        """The window (or ``widget``) in both sizes and both themes; the theme in use before is restored."""
        manager = theme_manager()
        before = manager.theme.name
        for theme in ("dark", "light"):
            manager.set_theme(theme)
            for label, size in SIZES.items():
                if widget is None:
                    if self.window.isFullScreen():  # a screen in memory has a size of its own
                        self.window.showNormal()
                    self.window.resize(*size)
                self.wait(0.35)
                target = widget or self.window
                if widget is None and (target.width(), target.height()) != size:
                    raise RuntimeError(f"{name}: the window will not become {label}, but {target.size().toTuple()}")
                path = self._folder / f"{name}_{theme}_{label}.png"
                snapshot.save(path, png_of(target.grab().toImage()))
                print(path)
                if widget is not None:
                    break
        manager.set_theme(before)

    def finish(self) -> None:
        self.window.close()
        self.running.finish()
        self._settings.cleanup()

    def screens(self) -> None:
        """Every screen, in the order of a first visit."""
        window, controller = self.window, self.running.controller
        self.wait(0.5)
        self.shoot("01_empty")
        window.wish(mode=sequential.MODE.key, workers=4)
        window.toggle_run()
        self.wait(4)
        window.wish(mode=threads.MODE.key)
        self.wait(5)
        self.shoot("02_threads")
        window.wish(mode=processes.MODE.key)
        self.wait(5)
        self.shoot("03_processes")
        window.live.toggle_live()
        window.live.dashboard.lanes.set_span(300_000_000)
        self.shoot("04_paused_zoomed")
        window.live.dashboard.lanes.set_span(10_000_000_000)
        window.live.toggle_live()
        window.wish(mode=threads.MODE.key)
        self.wait(4)
        window.wish(mode=processes.MODE.key)
        self.wait(5)
        window.present(True)
        self.shoot("05_presenting")
        window.present(False)
        window.resize(1440, 900)
        self.wait(0.6)
        window.snapshots.write(self._folder / "06_snapshot.png", controller, window.live.dashboard)
        window.snapshots.write(self._folder / "06_snapshot.svg", controller, window.live.dashboard)
        window.wish(workload="fetch")
        window.wish(mode=threads.MODE.key, workers=8)
        self.wait(6)
        self.shoot("07_fetch")
        window.wish(workload="compress", workers=64)
        self.wait(5)
        self.shoot("08_64_workers")
        window.wish(workload="primes", workers=4)
        window.wish(mode=qthreads.MODE.key)
        self.wait(5)
        self.shoot("09_qthreads")
        window.wish(workload="mixed", mode=processes.MODE.key, workers=4)
        self.wait(3)
        self._kill_one(controller)
        self.wait(2)
        self.shoot("10_worker_killed")
        window.toggle_run()
        self.wait(1.5, lambda: not controller.active)
        self.shoot("11_stopped")
        window.show_help()
        self.wait(0.3)
        dialog = window.findChild(QWidget, "help_dialog")
        if dialog is not None:
            self.shoot("12_help", dialog)
            dialog.close()
        self.claims()
        self.comparison()
        self.recording()
        self.talk()

    def recording(self) -> None:
        """The Recordings page: what this session has recorded, playing, two beside each other; a 4K picture."""
        window = self.window
        window.recorder.close()
        window.pages.slots["recordings"].show(True)
        page = window.pages.slots["recordings"].page
        if page is None:
            return
        self.wait(0.6)
        self.shoot("19_recordings")
        entry = next((e for e in page._entries if not e.problem), None)
        if entry is None:
            return
        page.open(entry.path)
        self.wait(5, lambda: page.playing)
        page.player.seek(int(8e9))
        self.wait(0.6)
        self.shoot("20_replay")
        page.open_beside(entry.path)
        self.wait(5, lambda: len(page.player.tracks) == 2)
        page.player.seek(int(12e9))
        self.wait(0.6)
        self.shoot("21_replay_beside")
        track = page.player.tracks[0]
        for name, size in PRESETS.items():
            studio = Studio(track.player, size, "light")
            studio.still(track.player.t_ns)
            studio.write(self._folder / f"22_snapshot_{name}.png")
            studio.close()
        page.close_player()
        window.pages.slots["recordings"].show(False)

    def talk(self) -> None:
        """Each scene of the starter talk, on the projector."""
        from grandstand.ui.pages.talk import pictures

        for name in pictures.scenes(self.window, self.wait):
            self.shoot(f"23_talk_{name}")

    def claims(self) -> None:
        """The Claims page: empty, while one is checked, and with the results of two real checks."""
        self.window.resize(1440, 900)
        self.window.pages.slots["claims"].show(True)
        page = self.window.pages.slots["claims"].page
        if page is None:
            return
        self.wait(0.3)
        self.shoot("13_claims_empty")
        for name, claim in (("15_claims_queue", "queue-workers"), ("16_claims_computing", "threads-no-cpu")):
            page.open(claim)
            page.check_this()
            if claim == "threads-no-cpu":
                self.wait(20, lambda: page.current.progress > 0.3)
                self.shoot("14_claims_running")
            self.wait(60, lambda: not page.busy)
            self.wait(0.3)
            self.shoot(name)
        self.window.pages.slots["claims"].show(False)

    def comparison(self) -> None:
        """The Compare page: the plan, and what came of a real, small comparison."""
        self.window.pages.slots["compare"].show(True)
        page = self.window.pages.slots["compare"].page
        if page is None:
            return
        self.wait(0.3)
        self.shoot("17_compare_plan")
        for key, text in (("workers", "1, 2, 4"), ("seconds", "0.3")):
            page.form.fields[key].setText(text)
        page.start()
        self.wait(120, lambda: not page.busy)
        self.wait(0.3)
        self.shoot("18_compare_done")
        self.window.pages.slots["compare"].show(False)

    @staticmethod
    def _kill_one(controller: Controller) -> None:
        import signal

        run = controller.session.current
        if run is not None and run.alive and hasattr(signal, "SIGKILL"):
            os.kill(run.alive[1].pid, signal.SIGKILL)


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0] if arguments else "build/pictures")
    folder.mkdir(parents=True, exist_ok=True)
    photographer = Photographer(folder)
    try:
        photographer.screens()
    finally:
        photographer.finish()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
