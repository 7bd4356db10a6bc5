"""The process in which one experiment of a claim runs.

``run`` is what a helper Python (see engine.helper_python) is started with; it finds ``package.module:function`` in
sys.argv.

Its standard input brings one line of JSON (the arguments) and is then its lifeline: when it closes, because the app
closed it or died, the process ends with all that it has started. What it tells goes out as lines of JSON through what
was its standard output; prints go nowhere, unless the experiment captures them.
"""

import contextlib
import importlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from typing import Any, Callable, Dict, List, Tuple

from grandstand.engine.clocks import now_ns
from grandstand.engine.stops import Stops

PULSE = "GRANDSTAND_PULSE"
Telling = Callable[..., None]


class Tell:
    """``tell(progress=0.5)``, ``tell(slices=[…])``: a line of JSON to the app. Any thread."""

    def __init__(self, number: int, stops: Stops) -> None:
        self._number = number
        self._stops = stops
        self._lock = threading.Lock()

    def __call__(self, **said: Any) -> None:
        self._stops.look(now_ns())
        line = (json.dumps(said) + "\n").encode()
        with self._lock:
            view = memoryview(line)
            while view:
                view = view[os.write(self._number, view) :]


class Lanes:
    """Slices of an experiment's lanes, told to the app twenty times a second, for its picture. Any thread.

    ``between(lane, state, start, end)`` in ns of perf_counter_ns; ``doing(lane, state)`` for the block that follows.
    """

    def __init__(self, tell: Telling, labels: List[str]) -> None:
        self._tell = tell
        self._slices: List[Tuple[int, str, int, int, str]] = []
        self._last = 0.0
        tell(lanes=labels, t=time.perf_counter_ns())

    def between(self, lane: int, state: str, start: int, end: int, text: str = "") -> None:
        self._slices.append((lane, state, start, end, text))
        now = time.monotonic()
        if now - self._last > 0.05:
            self._last = now
            self.flush()

    @contextlib.contextmanager
    def doing(self, lane: int, state: str, text: str = "") -> Any:
        start = time.perf_counter_ns()
        try:
            yield
        finally:
            self.between(lane, state, start, time.perf_counter_ns(), text)

    def flush(self) -> None:
        slices, self._slices = self._slices, []
        if slices:
            self._tell(slices=slices)


def _leave_with_the_app() -> None:
    try:
        while os.read(0, 1024):
            pass
    except OSError:
        pass
    end_group()


def _first_line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):  # byte by byte: what follows belongs to the lifeline
        byte = os.read(0, 1)
        if not byte:
            end_group()
        line += byte
    return line


def end_group() -> None:
    """Ends this process and all that it has started, at once."""
    if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def _pulse() -> Tuple[int, int]:
    """Where the app's pulse beats (see engine.stops)."""
    pid, _, thread = os.environ.pop(PULSE, "").partition(":")
    return (int(pid), int(thread)) if pid.isdigit() and thread.isdigit() else (0, 0)


def main(target: str) -> int:
    out = os.dup(1)  # not inherited by what the experiment starts
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    arguments: Dict[str, Any] = json.loads(_first_line())
    stops = Stops(_pulse())
    stops.watch()  # before there are threads: they get it from here
    threading.Thread(target=_leave_with_the_app, name="lifeline", daemon=True).start()
    tell = Tell(out, stops)
    began = now_ns()
    stops.look(began)
    module, _, name = target.partition(":")
    try:
        result = getattr(importlib.import_module(module), name)(tell, **arguments)
        ended = now_ns()
        tell(result=result, stopped=stops.seen(began, ended, ended - began)[1] > 0)
    except BaseException as problem:
        tell(error=_words(problem), traceback=traceback.format_exc()[-4000:])
    os.close(out)
    return 0


def _words(problem: BaseException) -> str:
    """What went wrong; of a system without shared memory the reason, which an error of multiprocessing's hides."""
    if isinstance(problem, OSError):
        try:
            multiprocessing.Lock()
        except OSError as why:
            return (
                "Processes cannot share memory here, nor locks (/dev/shm: {}). Make room there; a container may need "
                "more of it (--shm-size)".format(why.strerror)
            )
    return "{}: {}".format(type(problem).__name__, problem)


def run() -> None:
    main(sys.argv[1])
    end_group()  # whatever the experiment has left behind
