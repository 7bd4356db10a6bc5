"""The only worker loop. Runs in the worker: a thread, the main thread of a child process, or a QThread."""

import importlib
import os
import sys
import threading
import time
from typing import Any, Callable, Dict, List, Optional, Tuple

from grandstand.engine import messages as m
from grandstand.engine.clocks import native_thread_id, now_ns
from grandstand.engine.meter import Meter
from grandstand.engine.printed import Tail, capture
from grandstand.engine.stops import Stops
from grandstand.engine.workloads import create
from grandstand.engine.workloads.base import Workload

TURN_NS = 50_000_000
GATE_S = 2.0
_FOREVER = 1 << 62
_TOO_MANY_UNITS = 1e30
_LONGEST_PIECE = 300
_NONSENSE = "step() of '{}' must return the units done, a number from 0 up; it returned {}"
kept: Dict[str, Any] = {}
"""Modules by name that were loaded before a person's path was set: there may be files of that name on it."""
Emit = Callable[[m.Message], None]
Pace = Callable[[int, Meter], int]


class Gate:
    """Opens once. Waited at by polling: an Event's waiters leave one behind the other, each in need of the
    GIL before the next may go, and 64 of them took ten seconds."""

    __slots__ = ("opened",)

    def __init__(self) -> None:
        self.opened = False

    def set(self) -> None:
        self.opened = True

    def wait(self, seconds: float) -> None:
        until = now_ns() + int(seconds * 1e9)
        while not self.opened and now_ns() < until:
            time.sleep(0.004)


class Control:
    """What a worker looks at between two steps. Written by one other thread, read by the worker; never locked."""

    __slots__ = ("gate", "parameters", "stop", "version")

    def __init__(self, parameters: Dict[str, float]) -> None:
        self.stop = False
        self.parameters = parameters
        self.version = 0
        self.gate: Optional[Gate] = None

    def set_parameters(self, parameters: Dict[str, float]) -> None:
        self.parameters = parameters
        self.version += 1

    def hold(self, gate: Gate) -> None:
        """Has the worker wait, idle, until ``gate`` is set (at most GATE_S) before its next step."""
        self.gate = gate
        self.version += 1

    def wait_at_gate(self) -> bool:
        """Waits if there is a gate; says whether there was one."""
        gate, self.gate = self.gate, None
        if gate is None:
            return False
        gate.wait(GATE_S)
        return True


class Worker:
    """One worker's workload, meter and control, with the words it says when it begins and ends.

    ``stops`` and ``shared`` as in Meter.
    """

    def __init__(
        self,
        spec: m.WorkerSpec,
        emit: Emit,
        control: Optional[Control] = None,
        stops: Optional[Stops] = None,
        shared: bool = True,
    ) -> None:
        self.spec = spec
        self.control = control or Control(dict(spec.parameters))
        self.ended = self.ready = self.stepped = self._greeted = False
        self.line: Optional[Gate] = None
        self._emit = emit
        self._tail = Tail()
        self._stops = stops
        self.meter = Meter(spec.worker, emit, spec.flush_ns, self._tail.count, stops, shared)
        self._seen = 0
        self._parameters = self.control.parameters
        self.workload: Optional[Workload] = None

    def measure_by(self, make: Callable[..., Meter]) -> None:
        """Takes a meter of another kind, before it begins; ``make`` takes what Meter takes, but for ``shared``."""
        self.meter = make(self.spec.worker, self._emit, self.spec.flush_ns, self._tail.count, self._stops)

    def capture(self) -> None:
        """From now on prints of the calling thread are this worker's."""
        capture(self._tail)

    def begin(self) -> None:
        """Builds the workload and says hello; raises what the workload raises.

        All that gives the GIL away comes before the gate: behind 63 threads that compute, each such moment
        costs a round of everybody's turns.
        """
        capture(self._tail)
        self._seen = self.control.version
        self._parameters = self.control.parameters
        self.workload = create(self.spec.workload, self.spec.worker, self._parameters, self.spec.environment)
        self.meter.prepare()
        self.ready = True
        self.control.wait_at_gate()
        self._greet(self.meter.begin())

    def _greet(self, t: int) -> None:
        self._greeted = True
        spec = self.spec
        self._emit(m.Hello(spec.worker, spec.lane, t, os.getpid(), native_thread_id(), _nice()))

    def steps(self, until: int = _FOREVER, pace: Optional[Pace] = None) -> None:
        """Makes steps until told to stop or until the clock says ``until`` (at least one)."""
        workload = self.workload
        assert workload is not None
        capture(self._tail)
        meter, control, clock = self.meter, self.control, now_ns
        step = workload.step
        limit, seen = meter.limit_ns, self._seen
        start = clock()
        while not control.stop:
            if control.version != seen:
                seen = self._seen = control.version
                start = self._change(workload)
            done = step(meter)
            end = clock()
            try:
                sensible = 0 <= done < _TOO_MANY_UNITS
            except TypeError:
                sensible = False
            if not sensible:
                raise nonsense(workload, done)
            meter.units += done
            meter.steps += 1
            if meter.bracketed:
                meter.bracketed = False
            elif end - start > limit:
                limit = meter.long_step(start, end)
            else:
                limit = meter.usual_step(end - start)
            if end >= meter.flush_due:
                end = meter.flush()
            if pace is not None:
                end = pace(end, meter)
            start = end
            if end >= until:
                return

    async def asteps(self, pause: Callable[[], Any]) -> None:
        """The same in a task: awaits the workload's ``astep``, or makes its ``step`` as it is; until told to stop.

        A step that gave nobody else a turn is followed by ``await pause()``. The account is the meter's affair.
        """
        workload, meter, control = self.workload, self.meter, self.control
        assert workload is not None
        astep = workload.astep
        while not control.stop:
            if control.version != self._seen:
                self._seen = control.version
                self._change(workload)
            turn = meter.turn
            done = workload.step(meter) if astep is None else await astep(meter)
            try:
                sensible = 0 <= done < _TOO_MANY_UNITS
            except TypeError:
                sensible = False
            if not sensible:
                raise nonsense(workload, done)
            meter.units += done
            meter.steps += 1
            if meter.turn == turn:
                await pause()

    def rest(self) -> None:
        """Its turn is over: idle from here, and the totals are told as they stand."""
        self.meter.enter(m.IDLE)
        self.meter.flush()

    def resume(self) -> None:
        """Its turn begins; the totals are told, so that nobody spreads the coming work over the idle time."""
        self.meter.leave()
        self.meter.bracketed = False
        self.meter.flush()

    def _change(self, workload: Workload) -> int:
        """New parameter values, or a gate to wait at; returns the instant after it."""
        if self.control.gate is not None:
            self.meter.enter(m.IDLE)
            self.control.wait_at_gate()
            self.meter.leave()
            self.meter.bracketed = False
        if self._parameters is not self.control.parameters:
            self._parameters = self.control.parameters
            workload.configure(self._parameters)
        return now_ns()

    def end(self, error: Optional[BaseException] = None) -> None:
        """Closes the account and says goodbye, with the traceback when there was an error."""
        self.ended = True
        if self.workload is not None:
            try:
                self.workload.close()
            except BaseException as problem:  # closing after an error may fail too; the first error counts
                error = error or problem  # SystemExit too: this thread has the other workers' turns to make as well
        t = self.meter.end()
        if not self._greeted:  # it could not even begin; without a hello its lane would never learn why
            self._greet(t)
        capture(None)
        tail = m.shorten(self._tail.text(), -m.TAIL_BYTES)
        if error is None:
            self._emit(m.Goodbye(self.spec.worker, t, "stopped", "", "", tail))
            return
        words, lines = _tell(error)
        self._emit(m.Goodbye(self.spec.worker, t, "failed", words, lines, tail))


def nonsense(workload: Workload, done: Any) -> ValueError:
    """A step returned what is no number of units."""
    return ValueError(_NONSENSE.format(workload.key or type(workload).__name__, repr(done)[:80]))


def _tell(error: BaseException) -> Tuple[str, str]:
    """An exception as one line and as a traceback, even one that cannot be turned into text."""
    traceback = kept.get("traceback") or importlib.import_module("traceback")  # not in every worker that never fails
    name = type(error).__name__
    try:
        words = "{}: {}".format(name, error)
    except BaseException as problem:
        words = "{} (its message cannot be read: {})".format(name, type(problem).__name__)
    try:
        pieces = traceback.format_exception(type(error), error, error.__traceback__)
        # A message of a million characters must not push the lines of code out of what is kept.
        lines = "".join(p if len(p) <= _LONGEST_PIECE else p[:_LONGEST_PIECE] + " ...\n" for p in pieces)
    except BaseException:
        lines = "".join(traceback.format_tb(error.__traceback__)) + words
    return m.shorten(words, m.ERROR_BYTES), m.shorten(lines, -m.TRACEBACK_BYTES)


def run_worker(worker: Worker, pace: Optional[Pace] = None) -> None:
    """One worker from hello to goodbye in the calling thread. Never raises what the workload raises.

    With a ``line`` it stops there, idle, after its first step until that gate opens. Threads that computed at once
    would leave the last of 64 without its first turn for seconds: the GIL is not given out in order.
    """
    error: Optional[BaseException] = None
    try:
        worker.begin()
        if worker.line is not None:
            worker.steps(until=0)
            worker.control.hold(worker.line)
            worker.stepped = True
        worker.steps(pace=pace)
    except BaseException as problem:  # SystemExit and KeyboardInterrupt of a workload are its own affair too
        error = problem
    worker.end(error)


def run_in_turns(workers: List[Worker], arrivals: Callable[[], List[Worker]]) -> None:
    """Sequential: a single thread does each worker's steps for a turn of 50 ms, then the next one's.

    A worker whose turn it is not is idle. ``arrivals`` gives workers added since the last call; when there is
    nothing left to do, the loop ends.
    """
    turning: List[Worker] = []
    coming = list(workers)
    while True:
        for worker in coming:
            error = _guarded(worker.begin)
            if error is None:
                worker.rest()
                turning.append(worker)
            else:
                worker.end(error)
        if not turning:
            return
        for worker in list(turning):
            worker.resume()
            error = None
            if not worker.control.stop:
                error = _guarded(worker.steps, now_ns() + TURN_NS)
            if error is not None or worker.control.stop:
                turning.remove(worker)
                worker.end(error)
            else:
                worker.rest()
        coming = arrivals()


def _guarded(call: Callable[..., None], *args: int) -> Optional[BaseException]:
    try:
        call(*args)
    except BaseException as problem:
        return problem
    return None


def _nice() -> int:
    """The calling thread's nice value (Linux counts it per thread); 0 where there is none."""
    if sys.platform == "win32" or not hasattr(os, "getpriority"):
        return 0
    who = native_thread_id() if sys.platform.startswith("linux") else 0
    try:
        return os.getpriority(os.PRIO_PROCESS, who)
    except OSError:
        return 0


def start_thread(worker: Worker) -> Tuple[Worker, threading.Thread]:
    """run_worker in a daemon thread of its own. Raises RuntimeError when the system gives no more threads."""
    thread = threading.Thread(target=run_worker, args=(worker,), name="worker-{}".format(worker.spec.lane + 1))
    thread.daemon = True
    thread.start()
    return worker, thread
