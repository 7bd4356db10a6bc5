"""The window from the command line: looked over before Qt is touched, replaced by the terminal where there is none."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grandstand import plain
from grandstand.cli.preflight import explain, find_problems
from grandstand.invocation import command

if TYPE_CHECKING:
    from grandstand.control.controller import Controller

PICTURE = "grandstand.png"


def _complain(text: str) -> None:
    """Without rich: it may be what is missing, and the window does not need it."""
    print(plain.lines(text), file=sys.stderr)


def open_window(
    recording: str = "", complain: Callable[[str], None] = _complain, *, or_in_the_terminal: bool = True
) -> int:
    """Opens the window, with a recording if one is named; returns the exit code.

    Without a display, runs the default job ``or_in_the_terminal``. ``complain`` tells the person what is wrong.
    """
    path = None
    if recording:
        from grandstand.journal import library

        try:
            path = library.find(recording)
        except ValueError as problem:
            complain(f"{problem}")
            return 2
        if not path.is_file():
            complain(f"There is no file {recording}.")
            return 2
    problems = find_problems()
    if problems:
        complain(explain(problems))
    if any(p.key in ("python", "packages", "qt-version") and p.fatal for p in problems):
        return 1
    if any(p.key == "platform" for p in problems):
        return 2
    no_display = any(p.key == "display" for p in problems)
    if recording and no_display:
        complain(f"To look at a recording without a display: {command('export FILE --to png …')}")
        return 1
    if or_in_the_terminal and no_display:  # libraries of X11 matter only once there is a display
        return _in_the_terminal()
    if any(p.fatal for p in problems):
        return 1
    from grandstand.ui.shell.application import run_window

    return run_window(path)


def _in_the_terminal() -> int:
    """The window's default job, its result and a picture of the window that would have been."""
    from grandstand.cli.run import RunRequest, run
    from grandstand.files.places import place
    from grandstand.files.targets import Wanted, check
    from grandstand.observe.machine import whole_cores

    _complain("Running the default job here in the terminal instead.\n")
    request = RunRequest("primes", "threads", min(4, 2 * whole_cores()), 5.0, snapshot=str(place(PICTURE)))
    missing = without_a_screen()
    try:
        check([Wanted("The picture", PICTURE)])
    except ValueError as problem:
        missing = missing or str(problem)
    if missing:  # the picture is an extra
        _complain(f"{missing}\n")
        request = replace(request, snapshot="")
    return run(request)


def write_snapshot(controller: Controller, path: Path, theme: str, size: str = "", transparent: bool = False) -> None:
    """A picture of the window for what ``controller`` has measured. Raises OSError; Unwritable where Qt cannot draw.

    Drawn by Qt without any screen, so it works where no window can be opened.
    """
    from grandstand.cli.outputs import Unwritable
    from grandstand.files.writer import write_bytes

    missing = without_a_screen()
    if missing:
        raise Unwritable(missing)
    from grandstand.ui.pictures import session_picture

    write_bytes(path, session_picture(controller, path.suffix.lower()[1:], theme, size, transparent))


def without_a_screen() -> str:
    """Has Qt draw without any screen; returns why it cannot, or ''."""
    if "PySide6" not in sys.modules:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    missing = [p for p in find_problems(environ={"QT_QPA_PLATFORM": "offscreen"}) if p.fatal]
    return f"No picture: {missing[0].message} {missing[0].remedy}" if missing else ""
