"""The observer's own process: what it is started with, whom it obeys, and how it ends. Its only thread.

It is started by ``grandstand.observe.observer`` with one argument of JSON and, where a program is to be
launched, that program's command line. It starts the program itself, because some systems (Yama's mode 1) let only an
ancestor look. It ends when its lifeline closes, which is when the app ends, however that happens; the program that it
launched goes on. Its events go down a pipe that it never waits for: what does not fit waits here, and pictures are
left out first.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import sys
import time
from typing import Any

from grandstand.engine import observed, wire
from grandstand.engine.messages import Trouble
from grandstand.observe import scheduling
from grandstand.observe.outside import rights
from grandstand.observe.outside.sampler import Sampler, clock

MOST_WAITING = 4 << 20
"""Bytes that the app has not read yet before pictures are left out; at four times as many, everything is."""
NOT_STARTED = "not-started"
NO_PROCESS = "no-process"
FAILED = "failed"
_REAP_S = 0.01


class Outlet:
    """Events into a pipe, without ever waiting for whoever reads it."""

    def __init__(self, number: int) -> None:
        self._fd = number
        self._waiting = bytearray()
        self.closed = False
        os.set_blocking(number, False)

    @property
    def crowded(self) -> bool:
        return len(self._waiting) > MOST_WAITING

    def say(self, event: Any) -> None:
        if len(self._waiting) > 4 * MOST_WAITING:
            return
        self._waiting += wire.encode(event)
        self.push()

    def push(self) -> None:
        try:
            while self._waiting:
                del self._waiting[: os.write(self._fd, self._waiting[:65_536])]
        except BlockingIOError:
            pass
        except OSError:
            self.closed = True

    def finish(self, seconds: float = 2.0) -> None:
        """The last words may take a moment."""
        until = time.monotonic() + seconds
        self.push()
        while self._waiting and not self.closed and time.monotonic() < until:
            time.sleep(0.002)
            self.push()


def main() -> int:
    options: dict[str, Any] = json.loads(sys.argv[1])
    out, life = int(options["out"]), int(options["life"])
    for number in (out, life):
        os.set_inheritable(number, False)
    os.set_blocking(life, False)
    outlet = Outlet(out)
    command = sys.argv[2:]
    child = 0
    if command:
        child = _launch(command, outlet)
        if not child:
            outlet.finish()
            return 1
    _leave_the_terminal()
    _raise_limits()
    scheduling.wake_promptly()
    pid = child or int(options["pid"])
    outlet.say(observed.Watching(os.getpid(), pid, clock(), time.time_ns()))
    try:
        sampler = Sampler(pid, bool(child), outlet.say, int(options["stuck_after_ns"]), tuple(command))
    except OSError as problem:
        if not child:
            outlet.say(_no_process(pid, problem))
        else:
            _wait_for(child, outlet, life)
        outlet.finish()
        return 1
    code = 0
    try:
        _loop(sampler, outlet, life, child)
    except Exception as problem:  # a defect of ours: whoever watches must hear of it, and the program goes on
        words = f"The observer failed: {type(problem).__name__}: {problem} ({_place(problem)})."
        outlet.say(Trouble(FAILED, words, "What was seen until then is shown."))
        code = 1
    outlet.finish()
    return code


def _loop(sampler: Sampler, outlet: Outlet, life: int, child: int) -> None:
    checked = 0.0
    left = bool(child)
    while not outlet.closed:
        sampler.pictures = not outlet.crowded
        sampler.turn(0.05)
        now = time.monotonic()
        if now - checked < _REAP_S:
            continue
        checked = now
        outlet.push()
        if _cut(life):
            break
        if left and _reaped(child, outlet):
            left = False
        if sampler.over and not left:
            break
    sampler.close()


def _place(problem: BaseException) -> str:
    """The file and line in which it was raised."""
    at = problem.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return "" if at is None else f"{os.path.basename(at.tb_frame.f_code.co_filename)}, line {at.tb_lineno}"


def _cut(life: int) -> bool:
    """Whether the app is gone, or has had enough."""
    try:
        return not os.read(life, 64)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _reaped(child: int, outlet: Outlet) -> bool:
    try:
        pid, status = os.waitpid(child, os.WNOHANG)
    except ChildProcessError:
        return True
    if not pid:
        return False
    outlet.say(observed.Ended(child, clock(), os.waitstatus_to_exitcode(status)))
    return True


def _wait_for(child: int, outlet: Outlet, life: int) -> None:
    """A program that ended before it could be looked at."""
    while not _cut(life) and not _reaped(child, outlet):
        time.sleep(_REAP_S)


def _launch(command: list[str], outlet: Outlet) -> int:
    """Starts the program as a shell would: same terminal, files, environment, folder. 0 where it cannot be."""
    ours = [signal.SIGPIPE, signal.SIGXFSZ]  # which Python ignores, and a program would then too
    try:
        return os.posix_spawnp(command[0], command, os.environ, setsigdef=ours)
    except OSError as problem:
        why = {
            errno.ENOENT: "there is no such program",
            errno.EACCES: "it may not be run",
            errno.ENOEXEC: "it is not a program",
            errno.E2BIG: "its command line is too long",
        }.get(problem.errno or 0, problem.strerror or str(problem))
        outlet.say(Trouble(NOT_STARTED, f"{command[0]} cannot be started: {why}.", str(problem.errno or 0)))
        return 0


def _leave_the_terminal() -> None:
    """From here on its standard streams are nobody's, and Ctrl+C and Ctrl+Z are for the program alone."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    for name in ("SIGINT", "SIGHUP", "SIGQUIT", "SIGTSTP", "SIGTTOU", "SIGTTIN"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)


def _raise_limits() -> None:
    """Two files a thread: as many as the system lets this process open."""
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (ImportError, OSError, ValueError):
        pass


def _no_process(pid: int, problem: OSError) -> Trouble:
    if os.path.isdir(f"/proc/{pid}"):
        refusal = rights.why_not(pid, False)
        return Trouble(NO_PROCESS, f"Process {pid} cannot be watched, because {refusal.why}.", refusal.remedy)
    return Trouble(NO_PROCESS, f"There is no process {pid}.", "To see which there are: grandstand watch --list.")
