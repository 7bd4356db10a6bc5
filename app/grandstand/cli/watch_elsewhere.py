"""``watch`` where another program's memory cannot be read: CPU time by thread, and why no more. Main thread."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil

from grandstand.cli.interrupts import interrupts
from grandstand.cli.watch_recorded import Hear, NotRecorded, hearing, told
from grandstand.cli.watched import WatchRequest, tell
from grandstand.observe.cpu_only import PERIOD_S, CpuOnly
from grandstand.watch.program import Program

if TYPE_CHECKING:
    from grandstand.cli.terminal import Terminal
    from grandstand.journal.watch_recorder import WatchRecorder

NOT_FOUND, USAGE = 127, 2


def watch_elsewhere(request: WatchRequest, console: Terminal) -> int:
    """As ``watch``; returns the exit code."""
    program = Program()
    try:
        with hearing(program, request) as (hear, recorder):
            return _watch(request, console, program, hear, recorder)
    except NotRecorded as problem:
        console.refuse("Cannot watch:", str(problem))
        return USAGE


def _watch(
    request: WatchRequest, console: Terminal, program: Program, hear: Hear, recorder: WatchRecorder | None
) -> int:
    child: subprocess.Popen[bytes] | None = None
    if request.command:
        try:
            child = subprocess.Popen(request.command)
        except OSError as problem:
            console.refuse("Cannot watch:", f"{request.command[0]} cannot be started: {problem.strerror}.")
            return NOT_FOUND
    asked = False

    def stop() -> None:
        nonlocal asked
        asked = True

    try:
        looking = CpuOnly(child.pid if child is not None else request.pid)
    except psutil.Error:
        if child is None:
            console.refuse("Cannot watch:", f"There is no process {request.pid}.")
            return USAGE
        return child.wait()
    hear(list(looking.begin()))
    until = time.monotonic() + (request.seconds or float("inf"))
    with interrupts.stopping(stop):
        while not looking.over and time.monotonic() < until and not (asked and child is None):
            hear(list(looking.look()))
            if child is not None and child.poll() is not None:
                break
            time.sleep(PERIOD_S)
        well = tell(program, request, console, "", stderr=child is not None) & told(recorder, request, console)
        code = child.wait() if child is not None else 0
    if sys.platform != "win32" and code < 0:
        code = 128 - code
    return code or (0 if well else 1)
