"""The entry points of child processes: of this Python, started and reached by multiprocessing. All of it runs there.

A child lowers its priority, listens on its control pipe in a thread of its own, and ends when the pipe does: the
app has died. Its workers stream over one ``multiprocessing.Queue`` per child: a queue that several processes wrote
to would have a lock that a killed one might take with it. Hosts under other Pythons are engine.host.
"""

import gc
import multiprocessing
import os
import sys
import threading
from typing import Any

from grandstand.engine import guest, runners
from grandstand.engine import messages as m
from grandstand.engine.crew import Crew

NICE = guest.NICE
SINGLE, THREADS, TURNS = runners.SINGLE, runners.THREADS, runners.TURNS
ChildPlan = m.ChildPlan


def child_main(out: Any, orders: Any, plan: m.ChildPlan) -> None:
    """Target of every child process. ``out``: its queue to the app; ``orders``: its end of the control pipe."""
    gc.freeze()  # what came with the fork stays shared: a collection would write to every page of it
    _settle(plan)
    crew = Crew(plan, out)
    crew.stops.watch()  # before there are threads: they get it from here
    listener = threading.Thread(target=_listen, args=(orders, crew), name="orders", daemon=True)
    listener.start()
    try:
        crew.run()
    except BaseException as problem:  # a defect of ours, not the workload's: say so instead of dying silently
        crew.deliver(m.Trouble("child", "A worker process failed: {!r}.".format(problem)[:300], "Please report this."))
        raise


def _listen(orders: Any, crew: Crew) -> None:
    while True:
        try:
            order = orders.recv()
        except (EOFError, OSError):
            os._exit(0)  # the app is gone, and with it everybody who could want a tidy end
        crew.obey(order)


def _settle(plan: m.ChildPlan) -> None:
    guest.leave_signals_to_the_app()
    # The parent of a forked or spawned child is the app; that of the fork server's is the fork server.
    guest.die_with_parent()
    if plan.parent != 1 and hasattr(os, "getppid") and os.getppid() == 1:  # it died before we could ask
        os._exit(0)
    _die_with_app()
    _let_go_of_helpers()
    if plan.lower_priority:
        guest.lower_priority()
    guest.print_to_nobody()


def _die_with_app() -> None:
    """The same for the app behind a fork server, whose parent's death tells nothing of the app's.

    multiprocessing gives every child a pipe whose other end only the app holds.
    """
    parent = multiprocessing.parent_process()
    if parent is None or not sys.platform.startswith("linux"):
        return
    guest.die_when_closed(parent.sentinel)
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
