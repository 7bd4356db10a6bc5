"""One experiment in a process group of its own, which nothing of it outlives. Usable from any thread; a run blocks.

What is started may deadlock, hang or start processes itself. It all lives in a new process group, tied to this
process by its standard input (see grandstand.engine.experiment): cancelling, a time limit and the death of the app
end it.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import psutil

from grandstand.engine import helper_python
from grandstand.engine.experiment import PULSE
from grandstand.hosts.pulse import pulse

_LOOK_S = 0.05
_MISSED_S = 1.0
_ATTEMPTS = 3


class ExperimentError(RuntimeError):
    """The experiment failed by itself. ``details``: its traceback, where there is one."""

    def __init__(self, text: str, details: str = "") -> None:
        super().__init__(text)
        self.details = details


class ExperimentTimeout(ExperimentError):
    """It was not done in the time allowed."""


class ExperimentCancelled(Exception):
    """Whoever wanted it does not any more."""


def run_isolated(
    target: str,
    arguments: dict[str, Any],
    seconds: float,
    hear: Callable[[dict[str, Any]], None],
    cancelled: Callable[[], bool] = lambda: False,
    environment: dict[str, str] | None = None,
    start: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Runs ``package.module:function(tell, **arguments)``; returns its result. ``hear``: what it tells meanwhile.

    ``start``: the command line that runs engine.experiment for ``target``, where it is not to be this Python.

    One that was suspended meanwhile has measured that, and is done again. Raises ExperimentError, ExperimentTimeout
    after ``seconds``, or ExperimentCancelled. Whatever happens, nothing of it is left when this returns.
    """
    pid, thread = pulse().hold()
    variables = {**(environment or {}), PULSE: f"{pid}:{thread}"}
    try:
        for _ in range(_ATTEMPTS):
            result, suspended = _once(target, arguments, seconds, hear, cancelled, variables, start)
            if not suspended:
                return result
    finally:
        pulse().release()
    raise ExperimentError(f"It was suspended (stopped from outside) each of {_ATTEMPTS} times. Measure again.")


def _once(
    target: str,
    arguments: dict[str, Any],
    seconds: float,
    hear: Callable[[dict[str, Any]], None],
    cancelled: Callable[[], bool],
    variables: dict[str, str],
    start: Sequence[str] | None,
) -> tuple[dict[str, Any], bool]:
    """The result, and whether it was suspended meanwhile."""
    process = _launch(target, variables, start)
    assert process.stdin is not None
    assert process.stdout is not None
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    reader = threading.Thread(target=_read, args=(process.stdout, lines), name="experiment", daemon=True)
    reader.start()
    try:
        with contextlib.suppress(OSError):  # it died at once: the reader tells
            process.stdin.write(json.dumps(arguments).encode() + b"\n")
            process.stdin.flush()
        return _listen(process, lines, seconds, hear, cancelled)
    finally:
        _end(process)
        with contextlib.suppress(OSError):
            process.stdin.close()
        reader.join(2.0)
        process.stdout.close()


def _launch(target: str, environment: dict[str, str], start: Sequence[str] | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        start or helper_python.command("grandstand.engine.experiment:run", target),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd=os.path.abspath(os.sep),  # the person's folder may be gone, and none of it is wanted
        env={**os.environ, **environment},
        start_new_session=True,
    )


def _read(stream: Any, lines: queue.SimpleQueue[bytes | None]) -> None:
    rest = b""
    with contextlib.suppress(OSError, ValueError):
        while piece := stream.read(65_536):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                lines.put(line)
    lines.put(None)


def _listen(
    process: subprocess.Popen[bytes],
    lines: queue.SimpleQueue[bytes | None],
    seconds: float,
    hear: Callable[[dict[str, Any]], None],
    cancelled: Callable[[], bool],
) -> tuple[dict[str, Any], bool]:
    until = now = time.monotonic() + seconds
    while True:
        before, now = now, time.monotonic()
        if now - before > _MISSED_S:  # this process was stopped, and it with it
            until += now - before
        if cancelled():
            raise ExperimentCancelled
        if time.monotonic() > until:
            raise ExperimentTimeout(f"The experiment was not done within {seconds:g} s and was ended.")
        try:
            line = lines.get(timeout=_LOOK_S)
        except queue.Empty:
            continue
        if line is None:
            code = process.wait(2.0)
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            raise ExperimentError(f"The experiment's process ended without a result ({how}).")
        said = _frame(line)
        if said is None:
            continue
        if "error" in said:
            raise ExperimentError(said["error"], said.get("traceback", ""))
        if "result" in said:
            result = said["result"]
            assert isinstance(result, dict)
            return result, bool(said.get("stopped"))
        hear(said)


def _frame(line: bytes) -> dict[str, Any] | None:
    """None for what is no word of the experiment's: something has printed before it could be kept from it."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """The whole group, and on systems without groups the whole tree."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # its leader has not been reaped: the number is still its own
    else:
        with contextlib.suppress(psutil.Error):
            for one in psutil.Process(process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    one.kill()
        process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5.0)
