"""Starts and stops the page server of *Fetch pages*. Usable from any thread; ``start`` and ``close`` wait.

The server is a child process with a lifeline: the app's end of its standard input. When that closes, because
the app closed it or died in whatever way, the server ends by itself. (Linux could end it with its parent, but
that means with the *thread* that started it, and this may be a helper's that lives for a second.)

It runs at normal priority while workers lower theirs: a worker that waits for a page should wait for the
latency that it asked for, not for its fellows to let the server have a core.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from typing import Any

from grandstand.engine import helper_python, paths

_MODULE = "grandstand.hosts.page_server_main"
_PATIENCE_S = 10.0
"""A cold start imports aiohttp, which takes 0.3 s on an idle machine and several on a busy one."""
_LAST_WORDS = 2_000
_FEWER = "Close other programs, or choose fewer workers."


class PageServerError(RuntimeError):
    """The server could not be started. ``args[0]`` says why in plain words, ``remedy`` what would mend it."""

    def __init__(self, text: str, remedy: str = "") -> None:
        super().__init__(text)
        self.remedy = remedy


class PageServer:
    """One server process. An object serves once: after ``close`` or a failed start, make a new one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the three below; never held while waiting
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._address = ""

    @property
    def address(self) -> str:
        """``127.0.0.1:port`` while it runs, else ''."""
        return self._address if self.pid is not None else ""

    @property
    def pid(self) -> int | None:
        """Of the server's process; None when there is none, or no longer."""
        process = self._process
        if process is None:
            return None
        if process.poll() is None:
            return process.pid
        _let_go(process.stdin)
        return None

    def start(self, patience: float = _PATIENCE_S) -> str:
        """Starts the server; returns its address. Blocks until it listens.

        Raises PageServerError when it cannot, after at most ``patience`` seconds.
        """
        with self._lock:
            if self._closed or self._process is not None:
                raise PageServerError("This page server has been used already.", "Make a new one.")
            process = self._process = self._launch()
        assert process.stdout is not None
        # Killing it is what ends the reading below, on every platform and from whichever thread.
        too_late = threading.Timer(patience, process.kill)
        too_late.daemon = True
        began = time.monotonic()
        try:
            too_late.start()
            answer = _first_words(process.stdout)
        except RuntimeError as problem:  # "can't start new thread"
            answer = {
                "error": f"The page server cannot be watched while it starts: {problem}.",
                "remedy": _FEWER,
            }
        finally:
            too_late.cancel()
            process.stdout.close()
        if "port" in answer:
            with self._lock:
                if not self._closed:
                    self._address = f"127.0.0.1:{answer['port']}"
                    return self._address
        timed_out = time.monotonic() - began >= patience
        closed = self._closed
        self.close()
        raise _why(answer, process.returncode, timed_out, closed)

    def close(self) -> None:
        """Ends the server; takes a fraction of a second at most. Safe to call twice, and while it starts."""
        with self._lock:
            self._closed = True
            self._address = ""
            process = self._process
        if process is None:
            return
        _let_go(process.stdin)
        for end in (None, process.terminate, process.kill):
            if end is not None:
                end()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
                return

    def _launch(self) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                helper_python.command(f"{_MODULE}:main"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,  # what it says before it dies is the reason
                cwd=os.path.abspath(os.sep),
            )
        except OSError as problem:
            raise PageServerError(
                f"The system refused to start the page server: {problem}.",
                _FEWER,
            ) from problem


def _let_go(lifeline: Any) -> None:
    """Closes the app's end of the lifeline."""
    if lifeline is not None:
        with contextlib.suppress(OSError):
            lifeline.close()


def _first_words(output: Any) -> dict[str, Any]:
    """The line of JSON that the server begins with; whatever else it says instead, under 'else'."""
    other: list[str] = []
    for line in output:
        text = line.decode("utf-8", "replace")
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if isinstance(answer, dict) and ("port" in answer or "error" in answer):
            return answer
        other.append(text)
    return {"else": "".join(other)[-_LAST_WORDS:]}


def _why(answer: dict[str, Any], code: int | None, timed_out: bool, closed: bool) -> PageServerError:
    """What kept the server from starting."""
    if "error" in answer:
        return PageServerError(str(answer["error"]), str(answer.get("remedy", "")))
    if closed:
        return PageServerError("The page server was closed while it started.")
    if timed_out:
        return PageServerError(
            "The page server did not start in time.",
            "The machine may be very busy: choose fewer workers, try again.",
        )
    last = str(answer.get("else", "")).strip().splitlines()
    words = f": {last[-1]}" if last else "."
    return PageServerError(
        f"The page server ended (exit code {code}) before it could listen{words}",
        f"See what it says when started by hand: cd {paths.SOURCES} && {sys.executable} -m {_MODULE}",
    )
