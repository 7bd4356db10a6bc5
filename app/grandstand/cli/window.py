"""The window from the command line: looked over before Qt is touched, replaced by the terminal where there is none."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import replace

from grandstand import plain
from grandstand.cli.preflight import explain, find_problems
from grandstand.invocation import command

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
    # Of so many new objects hardly one is garbage; looking through them took an eighth of the time to the first paint.
    # Once that has come, the window's own collector takes over.
    gc.disable()
    from grandstand.ui.shell.application import run_window

    try:
        return run_window(path)
    finally:
        gc.enable()


def _in_the_terminal() -> int:
    """The window's default job, its result and a picture of the window that would have been."""
    from grandstand.cli.run import RunRequest, run
    from grandstand.cli.screen import without_a_screen
    from grandstand.control.controller import first_choice
    from grandstand.files.places import place
    from grandstand.files.targets import Wanted, check

    _complain("Running the default job here in the terminal instead.\n")
    first = first_choice()
    request = RunRequest(first.workload, first.mode, first.workers, 5.0, snapshot=str(place(PICTURE)))
    missing = without_a_screen()
    try:
        check([Wanted("The picture", PICTURE)])
    except ValueError as problem:
        missing = missing or str(problem)
    if missing:  # the picture is an extra
        _complain(f"{missing}\n")
        request = replace(request, snapshot="")
    return run(request)
