"""Somewhere to open a window: the display there is, else an X server of our own in memory, else no screen at all.

Standard library, and the app's own look at what Qt needs. Bench process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from types import TracebackType

from grandstand.cli.preflight import find_problems

_SIZE = "3000x1000x24"
"""Room for two windows side by side."""


class Screen:
    """``environment`` is for the window's process, ``words`` say what it is.

    ``own`` is True for an X server that nobody else sees: there the mouse may be moved.
    """

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self.environment = dict(os.environ)
        self.own = False
        if _can_open(self.environment):
            platform = self.environment.get("QT_QPA_PLATFORM", "")
            self.words = f"Qt's {platform} platform" if platform else "the display there is"
            return
        display = self._start_server() if sys.platform.startswith("linux") else ""
        if display:
            self.environment["DISPLAY"] = display
            self.environment["QT_QPA_PLATFORM"] = "xcb"
            if _can_open(self.environment):
                self.own = True
                self.words = "an X server in memory (Xvfb, xcb)"
                return
            self.close()
        self.environment["QT_QPA_PLATFORM"] = "offscreen"
        self.words = "Qt's offscreen platform: no X server here"

    def _start_server(self) -> str:
        """Starts Xvfb on a free number; returns DISPLAY, or '' where there is none to start."""
        program = shutil.which("Xvfb")
        if program is None:
            return ""
        read, write = os.pipe()
        self._server = subprocess.Popen(
            [program, "-displayfd", str(write), "-screen", "0", _SIZE, "-nolisten", "tcp", "-noreset"],
            pass_fds=(write,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as answer:  # ends without a word when the server could not start
            number = answer.readline().strip()
        return f":{number}" if number else ""

    @property
    def server_pid(self) -> int:
        """Of our own X server; 0 without."""
        return self._server.pid if self._server is not None else 0

    def close(self) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(5)
            self._server = None

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _can_open(environment: dict[str, str]) -> bool:
    return not any(problem.fatal for problem in find_problems(environment))
