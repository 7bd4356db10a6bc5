"""The entry points of child processes. Everything here runs in a child.

A child lowers its priority, listens on its control pipe in a thread of its own, and ends when the pipe does: the
app has died. Its workers stream over one ``multiprocessing.Queue`` per child: a queue that several processes wrote
to would have a lock that a killed one might take with it.
"""

import gc
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from typing import Any, Callable, Dict, List, NamedTuple, Tuple

from grandstand.engine import messages as m
from grandstand.engine import printed
from grandstand.engine.loop import Control, Gate, Worker, run_in_turns, run_worker, start_thread
from grandstand.engine.stops import Stops

NICE = 19
"""The lowest priority there is short of running only when nobody else does. At +10 every tenth frame of the window
found its core taken and waited some 3 ms for it; at +19 one in a hundred does (Linux 6.18, EEVDF, 2 cores)."""
MOST_UNSENT = 2_000
PREPARED_S, FIRST_STEP_S = 1.0, 0.25
"""The longest that threads wait at the start for those that prepare, and for those that make their first step."""
SINGLE, THREADS, TURNS = "single", "threads", "turns"


class ChildPlan(NamedTuple):
    """How a child runs its workers: ``single`` in its main thread, ``threads`` each in one, ``turns`` in one.

    ``pulse``: process and thread id of the app's pulse (see engine.stops).
    """

    shape: str
    specs: Tuple[m.WorkerSpec, ...]
    parent: int
    lower_priority: bool
    pulse: Tuple[int, int] = (0, 0)


class _Child:
    """The workers of this child and the doors to them. One lock guards who is there; steps never touch it."""

    def __init__(self, plan: ChildPlan, out: Any) -> None:
        self._out = out
        self.stops = Stops(plan.pulse)
        self._post: Any = None  # a queue.SimpleQueue for workers that are threads
        self._plan = plan
        self._lock = threading.Condition()
        self._workers: Dict[int, Worker] = {}
        self._threads: List[Tuple[Worker, threading.Thread]] = []
        self._new: List[Worker] = []
        self._stopping = False
        for spec in plan.specs:  # before the first order can come, or a Stop would find nobody to stop
            self._add(spec)

    def emit(self, message: m.Message) -> None:
        """Never waits in a worker thread: threads that share a GIL leave their words with the sender.

        multiprocessing's queue has a lock in its put. A thread that loses its turn while it holds that lock makes
        every other one that has something to say wait for it: 64 threads took more than ten seconds to say hello.
        ``SimpleQueue.put`` is one piece of C code.
        """
        if self._post is None:
            self.deliver(message)
        elif not (isinstance(message, m.Progress) and self._post.qsize() > MOST_UNSENT):
            self._post.put(message)

    def _send(self) -> None:
        """The sender's thread. Behind 63 that compute, each of its turns is a third of a second apart: it takes all
        that there is to say at once, and says it in one piece where it can.
        """
        post = self._post
        assert post is not None
        going = True
        while going:
            said = [post.get()]
            while not post.empty():
                said.append(post.get_nowait())
            if said[-1] is None:
                said.pop()
                going = False
            for batch in m.batches(said):
                self._out.put(batch)

    def deliver(self, message: m.Message) -> None:
        """Totals are cumulative, so a Progress that finds the queue full may be dropped.

        Hello, Goodbye and Trouble are news that nothing repeats; they wait for room.
        """
        if isinstance(message, m.Progress):
            try:
                self._out.put_nowait(message)
            except queue.Full:
                pass
        else:
            self._out.put(message)

    def run(self) -> None:
        self._out.put(m.Ready(os.getpid()))
        shape = self._plan.shape
        if shape == SINGLE:
            for worker in self._take_new():
                run_worker(worker)
        elif shape == TURNS:
            run_in_turns(self._take_new(), self._take_new)
        else:
            self._post = queue.SimpleQueue()
            sender = threading.Thread(target=self._send, name="sender", daemon=True)
            sender.start()
            self._run_threads()
            self._post.put(None)
            sender.join()

    def _run_threads(self) -> None:
        while True:
            # A new thread needs the GIL to begin, and starting it waits for that: behind 63 others that
            # compute, each start would take their turns' time. So all wait at a gate until every one is there.
            gate, line = Gate(), Gate()
            new = self._take_new()
            if new:
                for worker, _ in self._threads:
                    worker.control.hold(line)
            for worker in new:
                worker.control.gate, worker.line = gate, line
                try:
                    self._threads.append(start_thread(worker))
                except RuntimeError as problem:  # "can't start new thread": the system has no more
                    self.emit(m.Trouble(m.NO_THREADS, str(problem), "Choose fewer workers."))
                    worker.end(problem)
            _wait(PREPARED_S, lambda: all(worker.ready or worker.ended for worker in new))  # noqa: B023
            gate.set()
            _wait(FIRST_STEP_S, lambda: all(worker.stepped or worker.ended for worker in new))  # noqa: B023
            line.set()
            self._threads = [pair for pair in self._threads if pair[1].is_alive()]
            with self._lock:
                if not self._new and not self._threads:
                    return
                self._lock.wait(0.02 if self._stopping else 0.25)

    def _add(self, spec: m.WorkerSpec) -> None:
        shared = self._plan.shape == THREADS
        worker = Worker(spec, self.emit, Control(dict(spec.parameters)), self.stops, shared)
        with self._lock:
            worker.control.stop = self._stopping
            self._workers[spec.worker] = worker
            self._new.append(worker)
            self._lock.notify_all()

    def _take_new(self) -> List[Worker]:
        with self._lock:
            new, self._new = self._new, []
            return new

    def obey(self, order: Any) -> None:
        """One order from the app; called in the listening thread."""
        if isinstance(order, m.Parameters):
            for worker in list(self._workers.values()):
                worker.control.set_parameters(dict(order.values))
        elif isinstance(order, m.Resize):
            for number in order.remove:
                if number in self._workers:
                    self._workers.pop(number).control.stop = True
            for spec in order.add:
                self._add(spec)
        elif isinstance(order, m.Stop):
            with self._lock:
                self._stopping = True
                for worker in self._workers.values():
                    worker.control.stop = True
                self._lock.notify_all()


def _wait(seconds: float, enough: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not enough() and time.monotonic() < until:
        time.sleep(0.002)


def child_main(out: Any, orders: Any, plan: ChildPlan) -> None:
    """Target of every child process. ``out``: its queue to the app; ``orders``: its end of the control pipe."""
    gc.freeze()  # what came with the fork stays shared: a collection would write to every page of it
    _settle(plan)
    child = _Child(plan, out)
    child.stops.watch()  # before there are threads: they get it from here
    listener = threading.Thread(target=_listen, args=(orders, child), name="orders", daemon=True)
    listener.start()
    try:
        child.run()
    except BaseException as problem:  # a defect of ours, not the workload's: say so instead of dying silently
        child.deliver(
            m.Trouble("child", "A worker process failed: {!r}.".format(problem)[:300], "Please report this.")
        )
        raise


def _listen(orders: Any, child: _Child) -> None:
    while True:
        try:
            order = orders.recv()
        except (EOFError, OSError):
            os._exit(0)  # the app is gone, and with it everybody who could want a tidy end
        child.obey(order)


def _settle(plan: ChildPlan) -> None:
    """Priority, signals, output: what a guest in somebody's machine owes to the host."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the app, which then stops us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # so is the end of the terminal
    if hasattr(signal, "pthread_sigmask"):  # the fork server is deaf to SIGTERM; a worker is not
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    _die_with_parent(plan.parent)
    _die_with_app()
    _let_go_of_helpers()
    if plan.lower_priority:
        _lower_priority()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):  # prints from C code and of grandchildren must not end up in somebody's JSON
        os.dup2(nowhere, number)
    os.close(nowhere)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    printed.install()


def _die_with_parent(parent: int) -> None:
    """Linux: have the kernel end this child with its parent, in case it hangs holding the GIL.

    The parent of a forked or spawned child is the app; that of the fork server's is the fork server.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    set_parent_death_signal = 1
    ctypes.PyDLL(None).prctl(set_parent_death_signal, int(signal.SIGKILL), 0, 0, 0)
    if parent != 1 and os.getppid() == 1:  # it died before we could ask
        os._exit(0)


def _die_with_app() -> None:
    """Linux: the same for the app behind a fork server, whose parent's death tells nothing of the app's.

    multiprocessing gives every child a pipe whose other end only the app holds. Its closing is made to send
    SIGKILL: that needs neither the GIL nor a process that is awake.
    """
    parent = multiprocessing.parent_process()
    if parent is None or not sys.platform.startswith("linux"):
        return
    import fcntl

    pipe = parent.sentinel
    try:
        fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(pipe, fcntl.F_SETSIG, int(signal.SIGKILL))
        fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    except (OSError, AttributeError):  # the end of the control pipe remains, for children that do not hang
        return
    if not parent.is_alive():
        os._exit(0)


def _let_go_of_helpers() -> None:
    """The fork server and the resource tracker end when nobody holds their pipes any more. What a workload forks and
    leaves behind must not be somebody.
    """
    server = sys.modules.get("multiprocessing.forkserver")
    if server is not None:
        _close_attribute(server._forkserver, "_forkserver_alive_fd")
    tracker = sys.modules.get("multiprocessing.resource_tracker")
    if tracker is not None and hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: _close_attribute(tracker._resource_tracker, "_fd"))


def _close_attribute(holder: Any, name: str) -> None:
    number = getattr(holder, name, None)
    if number is not None:
        setattr(holder, name, None)
        try:
            os.close(number)
        except OSError:
            pass


def _lower_priority() -> None:
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    elif hasattr(os, "nice"):
        try:
            os.nice(NICE)
        except OSError:
            pass
