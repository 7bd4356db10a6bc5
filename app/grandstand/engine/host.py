"""A host: a process that carries workers under any Python from 3.9 on, reached by the wire. All of it runs there.

hosts.interpreter starts it, with a few lines that find these files and nothing beside them. It is given descriptors of
its own: orders come in on the first, events go out on the second, and the third, where there is one, is silent: when
it closes, the app is gone. It introduces itself, is sent a ChildPlan, and then does what a child does (see
engine.child); only how it is reached differs.
"""

import collections
import os
import queue
import select
import sys
import threading
from typing import Any, Deque

from grandstand.engine import guest, runners, wire
from grandstand.engine import messages as m
from grandstand.engine.crew import Crew
from grandstand.engine.introduction import inherited, introduce


class Outbox:
    """Events as frames into a descriptor. Any thread.

    A worker must not wait for the app, so a frame that a full pipe takes only a part of is finished later.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._rest = memoryview(b"")
        self._lock = threading.Lock()
        if hasattr(select, "poll"):  # Windows' pipes cannot be asked for room: there a worker does wait
            os.set_blocking(number, False)

    def put(self, event: Any) -> None:
        """Waits for room. Raises OSError when nobody is left to read."""
        frame = wire.encode(event)
        with self._lock:
            self._finish()
            self._rest = memoryview(frame)
            self._finish()

    def put_nowait(self, event: Any) -> None:
        """Raises queue.Full while there is no room."""
        with self._lock:
            if not self._push():
                raise queue.Full
            self._rest = memoryview(wire.encode(event))
            self._push()

    def _push(self) -> bool:
        """Writes what the pipe takes; whether that was all."""
        while self._rest:
            try:
                self._rest = self._rest[os.write(self._number, self._rest) :]
            except BlockingIOError:
                return False
        return True

    def _finish(self) -> None:
        while not self._push():
            poll = select.poll()
            poll.register(self._number, select.POLLOUT)
            poll.poll()


class _Orders:
    """What the app says, one by one. One thread at a time."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._decoder = wire.Decoder()
        self._come: Deque[Any] = collections.deque()

    def next(self) -> Any:
        """Waits for it; ends this process when the app is gone. Raises WireError for what makes no sense."""
        while not self._come:
            piece = os.read(self._number, 65_536)
            if not piece:
                os._exit(0)  # and with it everybody who could want a tidy end
            self._come.extend(self._decoder.feed(piece))
        return self._come.popleft()


def main(*numbers: str) -> None:
    """``numbers``: of its descriptors, as the command line has them."""
    orders = _Orders(inherited(numbers[0], os.O_RDONLY))
    out = Outbox(inherited(numbers[1], os.O_WRONLY))
    guest.leave_signals_to_the_app()
    guest.die_with_parent()
    if len(numbers) > 2:
        guest.die_when_closed(inherited(numbers[2], os.O_RDONLY))
    out.put(introduce(runners.offered()))
    guest.print_to_nobody()  # until now the app has listened, for the reason why it could not begin
    try:
        _work(orders, out)
    except BaseException as problem:  # a defect of ours, not the workload's: say so instead of dying silently
        out.put(m.Trouble("host", "A host failed: {!r}.".format(problem)[:300], "Please report this."))
        raise


def _work(orders: _Orders, out: Outbox) -> None:
    plan = orders.next()
    if not isinstance(plan, m.ChildPlan):
        raise wire.WireError("a plan was expected, and {} came".format(type(plan).__name__))
    if plan.lower_priority:
        guest.lower_priority()
    sys.path += [folder for folder in plan.path if folder not in sys.path]
    crew = Crew(plan, out)
    crew.stops.watch()  # before there are threads: they get it from here
    threading.Thread(target=_listen, args=(orders, crew, out), name="orders", daemon=True).start()
    crew.run()


def _listen(orders: _Orders, crew: Crew, out: Outbox) -> None:
    while True:
        try:
            crew.obey(orders.next())
        except OSError:
            os._exit(0)
        except wire.WireError as problem:
            out.put(m.Trouble("host", "Its orders make no sense: {}.".format(problem)[:300], "Please report this."))
            os._exit(1)
