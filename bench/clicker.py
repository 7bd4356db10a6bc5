"""Clicks on a driven window from outside it, as a person's come: real ones where the X server is ours. Bench process.

On our own X server the click is an X event (XTEST, what xdotool uses), stamped before it is sent. On anybody else's
screen the mouse is left alone: there the click is posted into the window's process and on to Qt by a thread that is
not the window's. Either way a window that does not react is found out.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import time

from grandstand.engine.clocks import now_ns

from bench.app_process import AppProcess
from bench.screen import Screen

_LEFT = 1


class Clicker:
    """``words`` say how it clicks."""

    def __init__(self, app: AppProcess, screen: Screen) -> None:
        self._app = app
        self._display: int | None = None
        self.words = "posted to Qt by another thread of the window's process"
        if screen.own:
            self._open(screen.environment["DISPLAY"])

    def _open(self, display: str) -> None:
        x11, xtest = ctypes.util.find_library("X11"), ctypes.util.find_library("Xtst")
        if not x11 or not xtest:
            return
        self._x, self._test = ctypes.CDLL(x11), ctypes.CDLL(xtest)
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._display = self._x.XOpenDisplay(display.encode())
        if self._display:
            self.words = "X events from another process (XTEST)"

    def latency_ms(self, name: str, patience: float = 20.0) -> float:
        """From a click on the named control until its new look is painted. Raises Silent when that never comes."""
        place = self._app.ask("watch", patience, name=name)
        self._app.forget_events()
        self._move(place["x"], place["y"])
        time.sleep(0.06)  # the window sees the mouse come; that is not the click
        clicked = now_ns()
        if self._display:
            self._button(True)
            self._button(False)
        else:
            self._app.tell("click", name=name)
        return float((self._app.event("effect", patience)["t_ns"] - clicked) / 1e6)

    def _move(self, x: int, y: int) -> None:
        if self._display:
            display = ctypes.c_void_p(self._display)
            self._test.XTestFakeMotionEvent(display, -1, x, y, ctypes.c_ulong(0))
            self._x.XFlush(display)

    def _button(self, down: bool) -> None:
        display = ctypes.c_void_p(self._display)
        self._test.XTestFakeButtonEvent(display, _LEFT, int(down), ctypes.c_ulong(0))
        self._x.XFlush(display)

    def close(self) -> None:
        if self._display:
            self._x.XCloseDisplay(ctypes.c_void_p(self._display))
            self._display = None
