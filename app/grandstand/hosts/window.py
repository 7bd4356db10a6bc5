"""The window's own process as a host: workers in QThreads, streaming over Qt signals.

The honest warning to everyone who writes Qt apps: they share the window's GIL. Handles live on the GUI
thread; workers run in their QThreads. The one module outside grandstand.ui that imports Qt.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, QTimer, Signal, Slot

from grandstand.engine import messages as m
from grandstand.engine import printed
from grandstand.engine.clocks import now_ns
from grandstand.engine.loop import Control, Worker, run_worker
from grandstand.engine.stops import Stops
from grandstand.hosts import base
from grandstand.hosts.frame_slots import frame_slots
from grandstand.hosts.pulse import pulse
from grandstand.hosts.pump import Done, Envelope
from grandstand.invocation import command
from grandstand.modes.mode import Mode, value_of
from grandstand.modes.qthreads import FRAME_SLOTS
from grandstand.vocabulary.options import Values

SWITCH_INTERVAL = 0.0005
USUAL_INTERVAL = 0.005
"""Without frame slots nothing is softened: this is Python's own interval, which any Qt app would have."""
_AT_ONCE = 2
"""Threads that begin at the same time."""
_HOLD_NS = 1_500_000_000
"""The longest that workers rest because others begin."""
_alive: set[_WorkerThread] = set()
"""Keeps running threads referenced: a QThread destroyed while it runs aborts the app."""


class _WorkerThread(QThread):
    """One worker. ``say`` takes its messages, on its own thread."""

    def __init__(self, spec: m.WorkerSpec, control: Control, say: Callable[[m.Message], None], stops: Stops) -> None:
        super().__init__()
        self.spec = spec
        self.control = control
        self._say = say
        self._stops = stops

    def run(self) -> None:
        ticket = frame_slots().ticket()
        try:
            run_worker(Worker(self.spec, self._say, self.control, self._stops), ticket.pace)
        finally:
            ticket.leave()


class QThreadsRun(QObject):
    """Handle of a run in QThreads; everything on the GUI thread, so everything returns at once.

    With frame slots threads are started a few at a time, and meanwhile the others rest: a new thread needs the
    interpreter several times before it is at work, and behind many that compute each of these is a long wait.
    """

    _news = Signal()
    """Emitted by workers' threads when there is something in ``_said`` of which the GUI thread does not know yet."""

    def __init__(self, spec: base.RunSpec, deliver: base.Deliver) -> None:
        super().__init__()
        self.ident = base.next_ident()
        self._spec = spec
        self._deliver = deliver
        self._slots = bool(value_of(spec.options, FRAME_SLOTS.key, FRAME_SLOTS.default))
        self._threads: dict[int, _WorkerThread] = {}
        self._lanes: dict[int, int] = {}
        self._workers = spec.workers
        self._parameters = dict(spec.parameters)
        self._serial = 0
        self._stopping = False
        self._over = False
        self._said: deque[m.Message] = deque()
        self._told = False
        self._to_start: deque[int] = deque()
        self._beginning: set[int] = set()
        self._news.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._saved_interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL if self._slots else USUAL_INTERVAL)
        frame_slots().enabled = self._slots
        frame_slots().gate.reset()
        printed.install()
        self._stops = Stops(pulse().hold())
        self._signals = self._stops.watch()  # the workers' threads are started from this one and have it too
        self.resize(spec.workers)

    @property
    def done(self) -> bool:
        return self._over

    def resize(self, workers: int) -> None:
        for lane in [lane for lane in self._lanes if lane >= workers]:
            thread = self._threads.get(self._lanes.pop(lane))
            if thread is not None:  # else it has failed and is gone
                thread.control.stop = True
        self._workers = workers
        self._to_start = deque(lane for lane in range(workers) if lane not in self._lanes)
        if self._to_start and self._slots:
            frame_slots().gate.hold(now_ns() + _HOLD_NS)
        self._start_some()

    def set_parameters(self, parameters: dict[str, float]) -> None:
        self._parameters = dict(parameters)
        for thread in self._threads.values():
            thread.control.set_parameters(dict(parameters))

    def stop(self, patience: base.Patience) -> None:
        self._stopping = True
        for thread in self._threads.values():
            thread.control.stop = True
        frame_slots().gate.hold(0)
        QTimer.singleShot(int(1000 * (patience.flag + patience.terminate)), self, self._still_there)

    def _start_some(self) -> None:
        """The next few threads; those after them follow when these have begun."""
        if self._stopping:
            self._to_start.clear()
        while self._to_start and (len(self._beginning) < _AT_ONCE or not self._slots):
            self._start(self._to_start.popleft())
        if not self._to_start and not self._beginning and self._slots:
            frame_slots().gate.hold(0)

    def _start(self, lane: int) -> None:
        self._serial += 1
        spec = m.WorkerSpec(
            self._serial,
            lane,
            self._spec.workload,
            self._parameters,
            self._spec.environment,
            base.flush_ns(self._workers),
        )
        control = Control(dict(self._parameters))
        thread = _WorkerThread(spec, control, self._say, self._stops)
        thread.finished.connect(self._finished, Qt.ConnectionType.QueuedConnection)
        self._threads[self._serial] = thread
        self._lanes[lane] = self._serial
        self._beginning.add(self._serial)
        _alive.add(thread)
        thread.start()
        if not thread.isRunning() and not thread.isFinished():
            del self._threads[self._serial]
            _alive.discard(thread)
            self._say(m.Trouble(m.NO_THREADS, "The system gives no more threads.", "Choose fewer workers."))
            Worker(spec, self._say, control).end(RuntimeError("the thread could not be started"))
            QTimer.singleShot(0, self, self._finished)

    def _say(self, message: m.Message) -> None:
        """On a worker's thread. One signal for all that was said since the window looked."""
        self._said.append(message)
        if not self._told:
            self._told = True
            self._news.emit()

    @Slot()
    def _hear(self) -> None:
        self._told = False
        messages = [self._said.popleft() for _ in range(len(self._said))]
        if messages:
            self._deliver([Envelope(self.ident, message) for message in messages])
        begun = {message.worker for message in messages if isinstance(message, (m.Hello, m.Goodbye))}
        if begun & self._beginning:
            self._beginning -= begun
            self._start_some()

    @Slot()
    def _finished(self) -> None:
        self._hear()
        for worker, thread in list(self._threads.items()):
            if thread.isFinished():
                thread.wait()
                _alive.discard(thread)
                del self._threads[worker]
                self._beginning.discard(worker)
                thread.deleteLater()
        if not self._threads and not self._over:
            self._over = True
            sys.setswitchinterval(self._saved_interval)
            printed.uninstall()
            self._stops.unwatch(self._signals)
            self._stops.close()
            pulse().release()
            self._deliver([Envelope(self.ident, Done())])

    @Slot()
    def _still_there(self) -> None:
        if self._threads and self._stopping:
            self._deliver([Envelope(self.ident, m.Trouble(
                "hung",
                f"{len(self._threads)} Qt thread(s) do not answer to Stop. A thread cannot be ended from outside.",
                "They end with the app. In processes mode a hung worker can be ended alone.",
            ))])  # fmt: skip


class Window:
    """Its handles live on the GUI thread and give their envelopes to ``deliver``."""

    pumped = False

    def available(self, mode: Mode, chosen: Values, where: base.Surroundings) -> base.Availability:
        if where.python is not None:
            return base.Availability(
                False, "Qt threads live in this window, which runs under a Python of its own.", "Choose the app's own."
            )
        if where.window and QCoreApplication.instance() is not None:
            return base.Availability(True)
        return base.Availability(
            False, "Qt threads live in the window, and there is no window here.", f"Open the window: {command()}"
        )

    def start(self, mode: Mode, spec: base.RunSpec, deliver: base.Deliver) -> QThreadsRun:
        return QThreadsRun(spec, deliver)


def rescue() -> None:
    """Any thread: frame slots on at once, for a window that does not get to draw any more."""
    frame_slots().enabled = True
    sys.setswitchinterval(SWITCH_INTERVAL)


def end_all(seconds: float) -> int:
    """Stops every worker QThread; waits up to ``seconds``. Returns how many would not end."""
    for thread in _alive:
        thread.control.stop = True
    frame_slots().gate.hold(0)
    until = time.monotonic() + seconds
    for thread in list(_alive):
        if thread.wait(max(1, int(1000 * (until - time.monotonic())))):
            _alive.discard(thread)
    return len(_alive)


HOST = Window()
