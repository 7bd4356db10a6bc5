"""``watch``: a running program, seen from outside, or one that is launched for it. Main thread; no Qt.

A launched program has the terminal: what it reads and writes is its own, and our words go to standard error, after
the watching, or into files.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

from rich.live import Live

from grandstand.cli.interrupts import interrupts
from grandstand.cli.launched import CANNOT_RUN, NOT_FOUND, Launched
from grandstand.cli.outputs import to_stdout
from grandstand.cli.terminal import Terminal
from grandstand.cli.watch_recorded import Hear, NotRecorded, hearing, open_recorded, read_by, told
from grandstand.cli.watched import WatchRequest, tell
from grandstand.cli.watched_tables import live_view
from grandstand.files.targets import Wanted, check
from grandstand.journal.schema import SUFFIX
from grandstand.observe.observer import Observer
from grandstand.observe.outside.process import NO_PROCESS, NOT_STARTED
from grandstand.watch.program import Program

if TYPE_CHECKING:
    from grandstand.journal.watch_recorder import WatchRecorder

DONE, FAILED, USAGE = 0, 1, 2
_LONGEST = 7 * 24 * 3600.0
_REDRAWN_S = 0.25


class Usage(ValueError):
    """The command's words are off; the text says how."""


def watch(request: WatchRequest) -> int:
    """Does it; returns the exit code, which is the program's own where one is launched."""
    console = Terminal(stderr=True)
    try:
        _check(request)
    except ValueError as problem:
        console.refuse("Cannot watch:", problem.args[0])
        return USAGE
    if request.listed:
        from grandstand.cli.watchable import list_programs

        return list_programs(request.json_output)
    if request.opened:
        return open_recorded(request, console)
    if not sys.platform.startswith("linux"):
        from grandstand.cli.watch_elsewhere import watch_elsewhere

        return watch_elsewhere(request, console)
    return _launch(request, console) if request.command else _attach(request, console)


def _check(request: WatchRequest) -> None:
    if request.listed and (request.pid or request.command or request.report or request.record or request.opened):
        raise Usage("--list only lists what is running; it takes no program, --pid, --report, --record or --open.")
    if request.opened and (request.pid or request.command or request.record):
        raise Usage("--open tells of a recording; it takes no program, --pid or --record.")
    if not request.listed and not request.opened and bool(request.pid) == bool(request.command):
        raise Usage("name one program: watch -- PROGRAM ARGUMENTS…, or watch --pid PID; watch --list shows them.")
    if request.pid < 0:
        raise Usage(f"--pid expects the number of a process; {request.pid} is not one.")
    if request.pid == os.getpid():
        raise Usage("this command cannot watch itself.")
    if not 0 <= request.seconds <= _LONGEST:
        raise Usage(f"--seconds must be from 0 (to the end) to {_LONGEST:.0f}; {request.seconds:g} is not.")
    if not 0.5 <= request.stuck_after <= _LONGEST:
        raise Usage(f"--stuck-after must be from 0.5 to {_LONGEST:.0f} seconds; {request.stuck_after:g} is not.")
    if request.command and to_stdout(request.json_output, request.report):
        raise Usage("standard output belongs to the program that is launched: write to a file instead of '-'.")
    check(
        [
            Wanted("--json", request.json_output, (".json",)),
            Wanted("--report", request.report, (".html", ".md"), strict=True),
            Wanted("--record", request.record, (SUFFIX,), strict=True, new=True, file=True),
        ],
        read_by(request) if request.opened else (),
    )


def _attach(request: WatchRequest, console: Terminal) -> int:
    """A program that runs already. It goes on when the watching ends."""
    program = Program()
    asked = False

    def stop() -> None:
        nonlocal asked
        asked = True
        observer.let_go()

    view = Live(console=console, auto_refresh=False, transient=True) if console.drawn_live else None
    try:
        with hearing(program, request) as (hear, recorder):
            observer = Observer(pid=request.pid, stuck_after_s=request.stuck_after)
            try:
                with interrupts.stopping(stop), view or nullcontext():
                    _follow(observer, program, request.seconds, hear, view)
            finally:
                observer.close()
    except NotRecorded as problem:
        console.refuse("Cannot watch:", str(problem))
        return USAGE
    if not program.processes and not program.former:
        for trouble in program.troubles:
            console.refuse("Cannot watch:", f"{trouble.text} {trouble.remedy}".rstrip())
        if observer.problem:
            console.refuse("Cannot watch:", observer.problem)
        return USAGE if any(trouble.kind == NO_PROCESS for trouble in program.troubles) else FAILED
    with interrupts.kept():
        well = tell(program, request, console, observer.problem) & told(recorder, request, console)
    if asked and request.seconds:
        return interrupts.code
    return DONE if well and not observer.problem else FAILED


def _follow(observer: Observer, program: Program, seconds: float, hear: Hear, view: Live | None) -> None:
    until = float("inf")
    drawn = 0.0
    while not observer.over:
        hear(observer.events(0.05))
        now = time.monotonic()
        if seconds and program.pid and until == float("inf"):
            until = now + seconds
        if now >= until:
            observer.let_go()
        if view is not None and now - drawn > _REDRAWN_S:
            drawn = now
            view.update(live_view(program, view.console.width, view.console.height), refresh=True)


def _launch(request: WatchRequest, console: Terminal) -> int:
    """A program of our own. Its exit code is ours, unless it could not be started."""
    program = Program()
    try:
        with hearing(program, request) as (hear, recorder):
            return _launched(request, console, program, hear, recorder)
    except NotRecorded as problem:
        console.refuse("Cannot watch:", str(problem))
        return USAGE


def _launched(
    request: WatchRequest, console: Terminal, program: Program, hear: Hear, recorder: WatchRecorder | None
) -> int:
    with Launched(request.command, request.stuck_after) as launched:
        launched.follow(program, request.seconds, hear)
        failed = next((trouble for trouble in program.troubles if trouble.kind == NOT_STARTED), None)
        if failed is not None:
            console.refuse("Cannot watch:", failed.text)
            return NOT_FOUND if failed.remedy == str(errno.ENOENT) else CANNOT_RUN
        well = tell(program, request, console, launched.problem, stderr=True) & told(recorder, request, console)
        code = launched.wait(program)
    return code or (DONE if well else FAILED)
