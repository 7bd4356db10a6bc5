"""How child processes come into being, and where which way is safe."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import signal
import threading
from collections.abc import Iterator
from typing import NamedTuple

from grandstand.engine import helper_python, runners
from grandstand.hosts import scratch
from grandstand.hosts.base import Availability, Surroundings
from grandstand.modes.start_method import EXPLAINED, FORK, offered

log = logging.getLogger(__name__)

_PRELOAD = [
    "grandstand.engine.child", "grandstand.engine.outbox", "grandstand.engine.workloads.primes",
    *("grandstand.engine.runners." + key for key in runners.KEYS),
]  # fmt: skip
"""Loaded once by the fork server: its children share the pages, and start in a fraction of the time."""
_LAST = (
    "import atexit, importlib; "
    "sweeper = lambda: importlib.import_module('grandstand.hosts.scratch'); "
    "atexit.register(lambda: sweeper().remove_if_left_alone({!a}, 2.0)); "
)
"""The fork server ends when the app has, and then removes the folder that a killed app leaves."""


def available(method: str, where: Surroundings) -> Availability:
    """Whether ``method`` ("" for the usual one) is safe here."""
    method = method or offered()[0]
    if method not in EXPLAINED:
        return Availability(False, f"There is no start method '{method}'.", f"Choose: {', '.join(EXPLAINED)}.")
    if method not in offered():
        return Availability(False, f"This system has no '{method}'.", "Choose spawn: it works everywhere.")
    if method == FORK and where.window:
        return Availability(
            False,
            "Forking a process that runs a window is unsafe: the copy inherits locks that nobody will release.",
            "Choose forkserver: it forks a clean helper process instead. On the command line fork works.",
        )
    if method == FORK and threading.active_count() > 1:
        return Availability(
            False, "Forking a process with several threads is unsafe.", "Choose forkserver: it forks a helper."
        )
    return Availability(True)


class Chosen(NamedTuple):
    """A start method that works here. ``instead``: why it is not the usual one, in words; '' when it is."""

    method: str
    instead: str = ""


def choose(method: str) -> Chosen:
    """The method to use for ``method`` or ""; starts the fork server with what it is to load beforehand.

    Where that cannot begin, spawn takes the place of the usual choice; who asked for the fork server by name gets an
    OSError instead.
    """
    wanted = method or offered()[0]
    if wanted != "forkserver":
        return Chosen(wanted)
    try:
        _ensure_fork_server()
    except OSError as problem:
        if method:
            raise
        return Chosen("spawn", f"The fork server cannot begin here ({problem.strerror or problem}).")
    return Chosen(wanted)


def _ensure_fork_server() -> None:
    """Raises OSError."""
    from multiprocessing import forkserver, resource_tracker  # not on every platform

    with held_back("SIGHUP"), helper_python.starting():
        resource_tracker.ensure_running()  # it sees to SIGINT and SIGTERM itself
    folder = str(scratch.folder())
    with held_back("SIGHUP", "SIGTERM"), helper_python.starting(_LAST.format(folder)):
        # Where multiprocessing would make a folder of its own, which stays when the app is killed.
        multiprocessing.process.current_process()._config["tempdir"] = folder  # type: ignore[attr-defined]
        multiprocessing.get_context("forkserver").set_forkserver_preload(_PRELOAD)
        forkserver.ensure_running()


@contextlib.contextmanager
def held_back(*names: str) -> Iterator[None]:
    """What is started here never gets these signals: a closing terminal or ``timeout`` sends them to the whole process
    group, and helpers must outlast the app, which ends its workers through them. They leave when the app is gone."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {getattr(signal, name) for name in names})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def warm_up() -> None:
    """Starts the fork server before it is needed (about 0.1 s); on the pump's thread. Never raises: what is wrong
    is said when somebody wants to run something."""
    if offered()[0] != "forkserver":
        return
    try:
        choose("")
    except Exception:
        log.exception("The fork server was not started beforehand")
