"""One experiment in a process group of its own, which nothing of it outlives. Usable from any thread; a run blocks.

What is started may deadlock, hang or start processes itself. It all lives in a new process group, tied to this
process by a pipe (see grandstand.engine.experiment): cancelling, a time limit and the death of the app end it. So does
anything on its wire that cannot be understood.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import psutil

from grandstand.engine import helper_python, wire
from grandstand.engine.experiment import PULSE
from grandstand.engine.introduction import introduced
from grandstand.hosts.pulse import pulse
from grandstand.hosts.wires import Wires

_LOOK_S = 0.05
_MOST_UNHEARD = 64
"""Events that wait for somebody who listens slowly; then the experiment waits too."""
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
    try:
        asked = wire.encode(wire.Asked(arguments))
    except wire.WireError as problem:
        raise ExperimentError(f"The experiment cannot be asked: {problem}.") from None
    wires = Wires()
    heard: queue.Queue[Any] = queue.Queue(_MOST_UNHEARD)
    over = threading.Event()
    try:
        process = _launch(target, variables, wires, start)
        reader = threading.Thread(target=_converse, args=(wires, asked, heard, over), name="experiment", daemon=True)
        reader.start()
        try:
            return _listen(process, heard, seconds, hear, cancelled)
        finally:
            over.set()
            _end(process)
            reader.join(2.0)
    finally:
        wires.close()


def _launch(
    target: str, environment: dict[str, str], wires: Wires, start: Sequence[str] | None
) -> subprocess.Popen[bytes]:
    return wires.start(
        list(start or ()) or helper_python.command("grandstand.engine.experiment:run", target),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=os.path.abspath(os.sep),  # the person's folder may be gone, and none of it is wanted
        env={**os.environ, **environment},
        start_new_session=True,
    )


class _End:
    """Put last, when no more is to be heard; ``cut``: in the middle of a frame."""

    def __init__(self, cut: bool = False) -> None:
        self.cut = cut


def _converse(wires: Wires, asked: bytes, heard: queue.Queue[Any], over: threading.Event) -> None:
    """The reader's thread: asks, then puts each event into ``heard``, and last an _End or a WireError."""
    decoder = wire.Decoder()
    last: Any = _End()
    try:
        with contextlib.suppress(BrokenPipeError):  # it died at once: reading tells
            wire.write_frame(wires.orders, asked)
        while _has_something(wires.events, over):
            piece = os.read(wires.events, 65_536)
            if not piece:
                last = _End(cut=decoder.left > 0)
                break
            for event in decoder.feed(piece):
                _put(heard, event, over)
    except wire.WireError as problem:
        for event in getattr(problem, "events", ()):
            _put(heard, event, over)
        last = problem
    except OSError:
        pass
    _put(heard, last, over)


def _has_something(number: int, over: threading.Event) -> bool:
    """Waits until there is something to read; False when nobody wants it any more."""
    if not hasattr(select, "poll"):  # Windows, where the read itself waits
        return not over.is_set()
    poll = select.poll()
    poll.register(number, select.POLLIN)
    while not over.is_set():
        if poll.poll(1000 * _LOOK_S):
            return True
    return False


def _put(heard: queue.Queue[Any], what: Any, over: threading.Event) -> None:
    while not over.is_set():
        with contextlib.suppress(queue.Full):
            heard.put(what, timeout=_LOOK_S)
            return


def _listen(
    process: subprocess.Popen[bytes],
    heard: queue.Queue[Any],
    seconds: float,
    hear: Callable[[dict[str, Any]], None],
    cancelled: Callable[[], bool],
) -> tuple[dict[str, Any], bool]:
    until = now = time.monotonic() + seconds
    known = False
    while True:
        before, now = now, time.monotonic()
        if now - before > _MISSED_S:  # this process was stopped, and it with it
            until += now - before
        if cancelled():
            raise ExperimentCancelled
        if time.monotonic() > until:
            raise ExperimentTimeout(f"The experiment was not done within {seconds:g} s and was ended.")
        try:
            event = heard.get(timeout=_LOOK_S)
        except queue.Empty:
            continue
        if isinstance(event, _End):
            raise ExperimentError(_how_it_ended(process, event))
        if not known or isinstance(event, wire.WireError):
            _check(event)
            known = True
        if not isinstance(event, wire.Told):
            continue  # its introduction, or something of a newer engine
        words = event.said
        if "error" in words:
            raise ExperimentError(str(words["error"]), str(words.get("traceback", "")))
        if "result" in words:
            result = words["result"]
            if not isinstance(result, dict):
                raise ExperimentError("The experiment gave a result that cannot be read.", repr(result)[:1000])
            return result, bool(words.get("stopped"))
        hear(words)


def _check(event: Any) -> None:
    """Raises ExperimentError for what is no introduction, and for what could not be read at all."""
    try:
        if isinstance(event, wire.WireError):
            raise event
        introduced(event)
    except wire.WireError as problem:
        raise ExperimentError(f"The experiment's process cannot be understood: {problem}.") from None


def _how_it_ended(process: subprocess.Popen[bytes], end: _End) -> str:
    cut = " in the middle of a frame" if end.cut else ""
    try:
        code = process.wait(2.0)
    except subprocess.TimeoutExpired:
        return f"The experiment's process closed its wire{cut} without a result."
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return f"The experiment's process ended{cut} without a result ({how})."


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
