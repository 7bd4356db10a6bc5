"""The workers of one process, whatever process it is and however it is reached. Runs in a child or a host.

A runner (see engine.runners) runs them; a listening thread has them obey; what they say goes to ``out``.
"""

import os
import queue
import threading
from typing import Any, Dict, List

from grandstand.engine import messages as m
from grandstand.engine import runners
from grandstand.engine.gil_watch import GilWatch
from grandstand.engine.introduction import introduce
from grandstand.engine.loop import Control, Worker
from grandstand.engine.stops import Stops

MOST_UNSENT = 2_000


class Crew:
    """The workers of this process and the doors to them. One lock guards who is there; steps never touch it.

    ``out.put(message)`` waits for room on the way to the app, ``out.put_nowait`` raises queue.Full without it.
    """

    def __init__(self, plan: m.ChildPlan, out: Any) -> None:
        self._out = out
        self._runner = runners.load(plan.shape)
        self.stops = Stops(plan.pulse)
        self._gil = GilWatch()
        self._post: Any = None  # a queue.SimpleQueue for workers that are threads
        self._sender: Any = None
        self._lock = threading.Condition()
        self._workers: Dict[int, Worker] = {}
        self._new: List[Worker] = []
        self._stopping = False
        for spec in plan.specs:  # before the first order can come, or a Stop would find nobody to stop
            self._add(spec)

    # -- what they say ----------------------------------------------------------------------------------------

    def emit(self, message: m.Message) -> None:
        """Never waits in a worker thread: threads that share a GIL leave their words with the sender.

        multiprocessing's queue has a lock in its put. A thread that loses its turn while it holds that lock makes
        every other one that has something to say wait for it: 64 threads took more than ten seconds to say hello.
        ``SimpleQueue.put`` is one piece of C code.
        """
        if self._gil.off and self._gil.came_on():
            self._tell_of_gil()
        if self._post is None:
            self.deliver(message)
        elif not (isinstance(message, m.Progress) and self._post.qsize() > MOST_UNSENT):
            self._post.put(message)

    def _tell_of_gil(self) -> None:
        """A free-threaded Python has its GIL on again: from now on workers may wait for it."""
        for worker in list(self._workers.values()):
            worker.meter.gil_came_on()
        what = "the import of '{}'".format(self._gil.module) if self._gil.module else "an import"
        words = "This free-threaded Python turned its GIL on again: {} asked for it, by not declaring that it can run"
        remedy = "A newer version of that module may do without; --option gil=0 keeps the GIL off at your own risk."
        self.emit(m.Trouble(m.INSTEAD, (words + " without.").format(what), remedy))
        self.emit(introduce(runners.offered()))

    def begin_sending(self) -> None:
        """From now on a sender's thread says what workers have to say."""
        self._post = queue.SimpleQueue()
        self._sender = threading.Thread(target=self._send, name="sender", daemon=True)
        self._sender.start()

    def end_sending(self) -> None:
        """Waits until all is said."""
        self._post.put(None)
        self._sender.join()

    def _send(self) -> None:
        """The sender's thread. Behind 63 that compute, each of its turns is a third of a second apart: it takes all
        that there is to say at once, and says it in one piece where it can.
        """
        post = self._post
        going = True
        while going:
            messages = [post.get()]
            while not post.empty():
                messages.append(post.get_nowait())
            if messages[-1] is None:
                messages.pop()
                going = False
            for batch in m.batches(messages):
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

    # -- what a runner uses -----------------------------------------------------------------------------------

    def run(self) -> None:
        """Runs the workers in the calling thread until none is left."""
        self._out.put(m.Ready(os.getpid()))
        self._runner.run(self)

    def take_new(self) -> List[Worker]:
        """The workers that have come since the last call."""
        with self._lock:
            new, self._new = self._new, []
            return new

    def wait_for_more(self, some: bool) -> bool:
        """A moment's wait for new workers; False when none is there or has come. ``some``: others still work."""
        with self._lock:
            if not self._new and not some:
                return False
            self._lock.wait(0.02 if self._stopping else 0.25)
            return True

    # -- orders -----------------------------------------------------------------------------------------------

    def _add(self, spec: m.WorkerSpec) -> None:
        control = (self._runner.control or Control)(dict(spec.parameters))
        worker = Worker(spec, self.emit, control, self.stops, self._runner.shared)
        with self._lock:
            worker.control.stop = self._stopping
            self._workers[spec.worker] = worker
            self._new.append(worker)
            self._lock.notify_all()

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
