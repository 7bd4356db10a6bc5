"""The app's end of the observer: starts it, hears it, ends it. One thread uses it, any one.

The observer is a process of its own, since a thread in a busy window gets only some 300 looks a second. Its lifeline
is a pipe whose other end is here: when this process ends, in whatever way, it goes too.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from grandstand.engine import helper_python
from grandstand.engine.wire import Decoder, WireError

STUCK_AFTER_S = 5.0
_TARGET = "grandstand.observe.outside.process:main"
_SUBREAPER = 36


class Observer:
    """Watches process ``pid``, or launches ``command`` and watches that. ``events`` until ``over``."""

    def __init__(self, pid: int = 0, command: Sequence[str] = (), stuck_after_s: float = STUCK_AFTER_S) -> None:
        """Raises OSError where no process can be started."""
        self.over = False
        self.problem = ""
        self._decoder = Decoder()
        if command:
            _adopt_orphans(True)
        self._read, out = os.pipe()
        life, self._life = os.pipe()
        os.set_blocking(self._read, False)
        options = {"out": out, "life": life, "pid": pid, "stuck_after_ns": int(stuck_after_s * 1e9)}
        try:
            for number in (out, life):
                os.set_inheritable(number, True)
            self._process = subprocess.Popen(
                [*helper_python.bare_command(_TARGET, json.dumps(options)), *command],
                stdin=None if command else subprocess.DEVNULL,
                stdout=None if command else subprocess.DEVNULL,
                stderr=None if command else subprocess.DEVNULL,
                close_fds=False,  # a program may have been given more open files than three
            )
        except BaseException:
            os.close(self._read)
            os.close(self._life)
            raise
        finally:
            os.close(out)
            os.close(life)

    @property
    def pid(self) -> int:
        return self._process.pid

    def events(self, seconds: float = 0.0) -> list[Any]:
        """What has been said, after at most so many seconds of waiting for it."""
        if self.over:
            return []
        ready, _, _ = select.select([self._read], [], [], seconds)
        heard: list[Any] = []
        if not ready:
            return heard
        try:
            for _ in range(64):
                raw = os.read(self._read, 65_536)
                if not raw:
                    self._end()
                    break
                heard += self._decoder.feed(raw)
        except BlockingIOError:
            pass
        except WireError as problem:
            heard += getattr(problem, "events", [])
            self.problem = f"The observer cannot be understood: {problem}."
            self._end()
        return heard

    def let_go(self) -> None:
        """It is to say its last words and end; they come through ``events`` until ``over``."""
        if self._life >= 0:
            os.close(self._life)
        self._life = -1

    def _end(self) -> None:
        self.over = True
        self.let_go()
        try:
            code = self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        if self.problem:
            return
        if code > 0:
            self.problem = f"The observer ended too early (exit code {code})."
        if code < 0:
            self.problem = f"The observer was ended from outside (signal {-code}); what came after was not seen."

    def close(self) -> None:
        """Ends it at once. What it launched goes on."""
        self.let_go()
        if self._read >= 0:
            os.close(self._read)  # so that it does not wait for its last words to be read
        self._read = -1
        self.over = True
        if self._process.poll() is None:
            try:
                self._process.wait(1.0)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _adopt_orphans(wanted: bool) -> None:
    """Should the observer be killed, the program that it launched becomes our child: so its exit code is not lost."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SUBREAPER, int(wanted), 0, 0, 0)
