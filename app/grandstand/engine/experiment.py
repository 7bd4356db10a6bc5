"""The process in which one experiment of a claim runs.

``run`` is what a helper Python (see engine.helper_python) is started with; it finds ``package.module:function`` and
the numbers of two descriptors in sys.argv. Frames of engine.wire travel over both, each in one direction.

The first descriptor brings the arguments (Asked) and is then the process's lifeline: when it closes, because the app
closed it or died, the process ends with all that it has started. On the second it introduces itself and then tells
(Told) how it goes and what came of it. What it prints goes nowhere, unless the experiment captures it.
"""

import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from typing import Any, Callable, Dict, List, Tuple

from grandstand.engine import messages as m
from grandstand.engine import wire
from grandstand.engine.clocks import now_ns
from grandstand.engine.introduction import inherited, introduce
from grandstand.engine.stops import Stops

PULSE = "GRANDSTAND_PULSE"
Telling = Callable[..., None]


_AT_ONCE = 2_000
"""Slices told in one frame."""


class Tell:
    """``tell(progress=0.5)``, ``tell(slices=[…])``: plain JSON to the app. Any thread.

    Raises WireError for what is no JSON (a NaN is none), or too much at once.
    """

    def __init__(self, number: int, stops: Stops) -> None:
        self._number = number
        self._stops = stops
        self._lock = threading.Lock()

    def __call__(self, **words: Any) -> None:
        self._stops.look(now_ns())
        with self._lock:
            wire.write(self._number, wire.Told(words))


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
        for i in range(0, len(slices), _AT_ONCE):
            self._tell(slices=slices[i : i + _AT_ONCE])


def _leave_with_the_app(lifeline: int) -> None:
    try:
        while os.read(lifeline, 1024):
            pass
    except OSError:
        pass
    end_group()


def _asked(lifeline: int) -> Dict[str, Any]:
    """The arguments, which come first. Raises WireError for something else."""
    decoder = wire.Decoder()
    while True:
        piece = os.read(lifeline, 65_536)
        if not piece:
            end_group()
        for event in decoder.feed(piece):
            if not isinstance(event, wire.Asked):
                raise wire.WireError("arguments were expected, and {} came".format(type(event).__name__))
            return event.arguments


def end_group() -> None:
    """Ends this process and all that it has started, at once."""
    if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def _pulse() -> Tuple[int, int]:
    """Where the app's pulse beats (see engine.stops)."""
    pid, _, thread = os.environ.pop(PULSE, "").partition(":")
    return (int(pid), int(thread)) if pid.isdigit() and thread.isdigit() else (0, 0)


def main(target: str, orders: str, events: str) -> int:
    lifeline, out = inherited(orders, os.O_RDONLY), inherited(events, os.O_WRONLY)
    wire.write(out, introduce())
    stops = Stops(_pulse())
    stops.watch()  # before there are threads: they get it from here
    tell = Tell(out, stops)
    module, _, name = target.partition(":")
    try:
        arguments = _asked(lifeline)
        threading.Thread(target=_leave_with_the_app, args=(lifeline,), name="lifeline", daemon=True).start()
        began = now_ns()
        stops.look(began)
        result = getattr(importlib.import_module(module), name)(tell, **arguments)
        ended = now_ns()
        tell(result=result, stopped=stops.seen(began, ended, ended - began)[1] > 0)
    except BaseException as problem:
        tell(error=m.shorten(_words(problem), m.ERROR_BYTES), traceback=traceback.format_exc()[-4000:])
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
    main(*sys.argv[1:4])
    end_group()  # whatever the experiment has left behind
