"""The app as a person starts it, on a real X server in memory: keys, clicks, pixels, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from grandstand.ui.theme.tokens import load_theme
from PySide6.QtGui import QColor, QImage

from tests.cli.command import Started, started

TOOLS = ("Xvfb", "xdotool")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the X servers of Linux"),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (make setup-dev says how)"),
]
WIDTH, HEIGHT = 1_500, 960
HELPERS = 2
"""multiprocessing's fork server and resource tracker."""


class Screen:
    """An X server, its picture, and the hands of xdotool."""

    def __init__(self, display: str, frame: Path) -> None:
        self.display = display
        self._frame = frame

    def do(self, *words: str, seconds: float = 30) -> str:
        """One xdotool command."""
        done = subprocess.run(
            ["xdotool", *words], env={**os.environ, "DISPLAY": self.display}, capture_output=True, text=True,
            timeout=seconds,
        )  # fmt: skip
        return done.stdout.strip()

    def key(self, *names: str) -> None:
        self.do("key", "--clearmodifiers", "--delay", "60", *names)

    def click(self, window: str, x: int, y: int) -> None:
        self.do("mousemove", "--window", window, str(x), str(y), "click", "1")

    def has_window(self, name: str, seconds: float) -> str:
        """The id of the window of that name as soon as it is visible; '' when it does not come."""
        until = time.monotonic() + seconds
        while not (found := self.do("search", "--onlyvisible", "--name", name)) and time.monotonic() < until:
            time.sleep(0.05)
        return found.partition("\n")[0]

    def geometry(self, window: str) -> dict[str, int]:
        lines = self.do("getwindowgeometry", "--shell", window).splitlines()
        return {k: int(v) for k, v in (line.split("=") for line in lines) if k in ("X", "Y", "WIDTH", "HEIGHT")}

    def picture(self) -> QImage:
        """What is on the screen: Xvfb keeps it in a file of the xwd format (X11/XWDFile.h)."""
        data = self._frame.read_bytes()
        header = struct.unpack(">25I", data[:100])
        size, width, height, stride, colors = header[0], header[4], header[5], header[12], header[19]
        begin = size + 12 * colors
        pixels = data[begin : begin + stride * height]
        return QImage(pixels, width, height, stride, QImage.Format.Format_RGB32).copy()


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """An X server for this file, with a window manager where there is one."""
    folder = tmp_path_factory.mktemp("screen")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-noreset",
         "-fbdir", str(folder)],
        pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    manager = None
    try:
        with open(read) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        if shutil.which("openbox"):
            manager = subprocess.Popen(
                ["openbox"], env={**os.environ, "DISPLAY": f":{number}"},
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        yield Screen(f":{number}", folder / "Xvfb_screen0")
    finally:
        for process in (manager, server):
            if process is not None:
                process.terminate()
                process.wait(10)


class App:
    """The app on that screen."""

    def __init__(self, screen: Screen, run: Started) -> None:
        self.screen, self.run = screen, run
        self.window = screen.has_window("^Grandstand$", 30)
        assert self.window, "the window did not open"
        screen.do("windowactivate", "--sync", self.window, seconds=5)
        screen.do("windowfocus", "--sync", self.window, seconds=5)
        self.until(lambda: len(self.run.descendants()) >= HELPERS)  # it has painted and begun
        time.sleep(0.3)

    def until(self, happened: Callable[[], bool], seconds: float = 20) -> None:
        self.run.until(happened, seconds)

    def until_workers(self, processes: int) -> None:
        self.until(lambda: len(self.run.descendants()) == HELPERS + processes)

    def ends(self, code: int) -> None:
        _out, err = self.run.process.communicate(timeout=15)
        assert self.run.process.returncode == code, err
        assert "Traceback" not in err
        assert err.strip() == ""
        self.run.nothing_is_left()


@pytest.fixture
def app(screen: Screen, tmp_path: Path) -> Iterator[App]:
    """Two threads could wait for 5 ms at a time; pictures go into ``tmp_path``."""
    choice = {"workload": "wait", "mode": "threads", "workers": 2, "parameters": {"duration_ms": 5}}
    text = json.dumps(choice).replace('"', '\\"')
    settings = tmp_path / "settings.ini"
    settings.write_text(f'[General]\nchoice="{text}"\n[snapshot]\nfolder={tmp_path}\n')
    with started(DISPLAY=screen.display, GRANDSTAND_SETTINGS=str(settings), cwd=tmp_path) as run:
        yield App(screen, run)


def colors(image: QImage) -> set[int]:
    return {image.pixelColor(x, y).rgb() for x in range(0, image.width(), 6) for y in range(0, image.height(), 6)}


def test_an_hour_at_the_desk_in_ten_seconds(app: App, tmp_path: Path):
    screen, theme = app.screen, load_theme("dark")
    seen = colors(screen.picture())
    assert QColor(theme.surface.panel).rgb() in seen
    assert QColor(theme.states["io"]).rgb() in seen  # the legend
    place = screen.geometry(app.window)

    x, y, wide = place["X"], place["Y"], place["WIDTH"] - 380
    waiting = QColor(theme.states["io"]).rgb()

    def waited() -> int:
        """How much of the lanes is waiting for I/O: right of the sidebar, below the toolbar, at any size."""
        lanes = screen.picture().copy(x + 340, y + 120, wide, 160)
        return sum(lanes.pixelColor(i, j).rgb() == waiting for i in range(0, wide, 2) for j in range(0, 160, 5))

    assert waited() == 0
    screen.key("space")
    app.until_workers(1)
    app.until(lambda: waited() > 30)
    early = waited()
    app.until(lambda: waited() > early + 100)  # what the workers do fills their lanes from the right

    screen.key("3")  # two processes
    app.until_workers(2)
    screen.key("Up", "Up")
    app.until_workers(4)

    screen.click(app.window, 70, 30)  # the Stop button
    app.until_workers(0)
    screen.click(app.window, 70, 30)
    app.until_workers(4)

    screen.key("s")
    app.until(lambda: bool(list(tmp_path.glob("grandstand_wait_processes_4_*.png"))))
    screen.key("question")
    if not screen.has_window("keys and words", 5):
        screen.key("question")  # on a very busy machine a key of xdotool's gets lost now and then
        assert screen.has_window("keys and words", 10)
    screen.key("Escape")

    screen.key("d")
    app.until(lambda: QColor(load_theme("light").surface.panel).rgb() in colors(screen.picture()))

    app.run.process.send_signal(signal.SIGTERM)
    app.ends(0)
    text = (tmp_path / "settings.ini").read_text()
    assert "theme=light" in text
    assert '\\"processes\\"' in text


def test_presenting_and_back_and_closed_while_it_runs(app: App):
    before = app.screen.geometry(app.window)
    app.screen.key("3", "space")
    app.until_workers(2)
    app.screen.key("f")
    if shutil.which("openbox"):  # full screen needs a window manager
        app.until(lambda: app.screen.geometry(app.window)["WIDTH"] == WIDTH)
    app.screen.key("Escape")
    app.until(lambda: app.screen.geometry(app.window) == before)
    app.screen.key("ctrl+q")
    app.ends(0)


def test_told_to_end_while_a_talk_is_not_saved(app: App):
    """Nobody is there to answer whether to save it: it is kept for the next time, and the app ends."""
    app.screen.key("t")
    assert app.screen.has_window("scenes", 10)
    app.screen.key("space")  # Add the window as it is
    assert app.screen.has_window("• – scenes", 10)
    app.run.process.send_signal(signal.SIGTERM)
    app.ends(0)


def test_killed_while_it_runs(app: App):
    app.screen.key("3", "space")
    app.until_workers(2)
    app.run.process.kill()
    app.run.process.wait(5)
    app.run.nothing_is_left(2)
