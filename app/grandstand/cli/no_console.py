"""The window where there may be no console: started by a click, by pythonw, by a desktop. Main thread."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

from grandstand import plain
from grandstand.cli import window

USAGE = 2


def open_window(arguments: list[str], main: Callable[[list[str]], int]) -> int:
    """Opens the window, with the recording named in ``arguments`` if there is one; returns the exit code.

    Where there is a console, ``main`` does it, as the command line would.
    """
    if sys.stdout is not None and sys.stderr is not None:
        return main(["open", *arguments] if arguments else [])
    _fill_streams()
    if len(arguments) > 1:
        _show(f"One recording can be opened, not {len(arguments)}.")
        return USAGE
    try:
        return window.open_window(arguments[0] if arguments else "", _show, or_in_the_terminal=False)
    except Exception:
        _show(traceback.format_exc()[-2_000:])
        raise


def _fill_streams() -> None:
    """Puts the null device where the standard streams are missing: libraries write to them without asking.

    On POSIX the numbers 0 to 2 would else go to the next files that are opened, and Qt's messages into those.
    """
    if os.name == "posix":
        while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
            os.set_inheritable(handle, True)
        os.close(handle)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - for good


def _show(text: str) -> None:
    """Where nobody reads standard error: in a box, if the system has one."""
    print(plain.lines(text), file=sys.stderr)
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, plain.lines(text), "Grandstand", 0x10)  # 0x10: as an error
