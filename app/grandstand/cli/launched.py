"""A program that is launched to be watched: it gets the signals, and its exit code is ours. Main thread; Linux.

What comes from the terminal (Ctrl+C, Ctrl+\\) reaches the program by itself, for it is in the same process group; what
somebody sends to this process alone is passed on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any

from grandstand.observe.observer import Observer
from grandstand.watch.program import Program

NOT_FOUND, CANNOT_RUN = 127, 126
"""Exit codes of a shell for a program that is not there, or cannot be run."""
_PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
_BY_KERNEL = 128


class Launched:
    """Use ``with``: within it signals are the program's."""

    def __init__(self, command: Sequence[str], stuck_after_s: float) -> None:
        self._observer = Observer(command=command, stuck_after_s=stuck_after_s)
        self._pid = 0
        self._code: int | None = None
        self._masked: set[Any] = set()

    @property
    def problem(self) -> str:
        return self._observer.problem

    def __enter__(self) -> Launched:
        # Blocked signals wait here until they are asked for. Children were started before, so they have none blocked;
        # those that this process was started to ignore stay ignored.
        self._masked = signal.pthread_sigmask(signal.SIG_BLOCK, _PASSED_ON)
        return self

    def __exit__(self, *_: object) -> None:
        self._observer.close()
        while signal.sigtimedwait(_PASSED_ON, 0) is not None:
            pass  # they came too late for the program, and must not end us before its exit code is passed on
        signal.pthread_sigmask(signal.SIG_SETMASK, self._masked)

    def follow(self, program: Program, seconds: float, hear: Callable[[list[Any]], None]) -> None:
        """Until the program ends, or has been watched for so many seconds (0: to its end). ``hear`` has it told."""
        until = 0.0
        while not self._observer.over:
            hear(self._observer.events(0.05))
            self._pid = program.pid or self._pid
            if self._pid and seconds and not until:
                until = time.monotonic() + seconds
            self._pass_on()
            if program.exit_code is not None:
                self._code = program.exit_code
                self._observer.let_go()
            elif until and time.monotonic() >= until:
                self._observer.let_go()

    def wait(self, program: Program) -> int:
        """The exit code, as a shell tells it: 128 and the signal's number where one ended it."""
        while self._code is None:
            self._pass_on()
            self._code = self._reaped()
            if self._code is None:
                time.sleep(0.02)
        program.exit_code = self._code
        return self._code if self._code >= 0 else 128 - self._code

    def _reaped(self) -> int | None:
        """Since the observer is gone the program is our child, with whatever else it has left behind."""
        try:
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return None
                if pid == self._pid or not self._pid:
                    return os.waitstatus_to_exitcode(status)
        except ChildProcessError:
            return 1  # it was never ours: the system does not hand on orphans

    def _pass_on(self) -> None:
        while self._pid:  # before it is known, what comes waits: it is for the program all the same
            came = signal.sigtimedwait(_PASSED_ON, 0)
            if came is None:
                return
            if came.si_code == _BY_KERNEL:  # by the terminal, which told the program too
                continue
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self._pid, came.si_signo)
