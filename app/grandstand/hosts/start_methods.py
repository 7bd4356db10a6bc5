"""How child processes come into being, and where which way is safe."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from grandstand.hosts.base import Availability, Surroundings

EXPLAINED = {
    "forkserver": "a clean helper process forks each worker: quick and safe",
    "spawn": "a new interpreter for each worker: slower to start, works everywhere",
    "fork": "a copy of the app itself: quickest, and unsafe beside threads or a window",
}
_PRELOAD = [
    "grandstand.engine.child", "grandstand.engine.outbox", "grandstand.engine.workloads.primes",
    "multiprocessing.synchronize",
]  # fmt: skip
"""Loaded once by the fork server: its children share the pages, and start in a fraction of the time."""


def offered() -> tuple[str, ...]:
    """Every start method, the usual choice first."""
    there = multiprocessing.get_all_start_methods()
    return tuple(method for method in EXPLAINED if method in there) or ("spawn",)


def available(method: str, where: Surroundings) -> Availability:
    """Whether ``method`` ("" for the usual one) is safe here."""
    method = method or offered()[0]
    if method not in EXPLAINED:
        return Availability(False, f"There is no start method '{method}'.", f"Choose: {', '.join(EXPLAINED)}.")
    if method not in offered():
        return Availability(False, f"This system has no '{method}'.", "Choose spawn: it works everywhere.")
    if method == "fork" and where.window:
        return Availability(
            False,
            "Forking a process that runs a window is unsafe: the copy inherits locks that nobody will release.",
            "Choose forkserver: it forks a clean helper process instead. On the command line fork works.",
        )
    if method == "fork" and threading.active_count() > 1:
        return Availability(
            False, "Forking a process with several threads is unsafe.", "Choose forkserver: it forks a helper."
        )
    return Availability(True)


def choose(method: str) -> str:
    """The method to use for ``method`` or ""; starts the fork server with what it is to load beforehand."""
    method = method or offered()[0]
    if method == "forkserver":
        from multiprocessing import forkserver, resource_tracker  # not on every platform

        multiprocessing.get_context("forkserver").set_forkserver_preload(_PRELOAD)
        with _held_back(signal.SIGHUP):
            resource_tracker.ensure_running()  # it sees to SIGINT and SIGTERM itself
            with _held_back(signal.SIGTERM), _importable():
                forkserver.ensure_running()
    return method


@contextlib.contextmanager
def _held_back(number: int) -> Iterator[None]:
    """What is started here never gets this signal: a closing terminal or ``timeout`` sends it to the whole process
    group, and helpers must outlast the app, which ends its workers through them. They leave when the app is gone."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _importable() -> Iterator[None]:
    """The fork server looks for what it loads beforehand in PYTHONPATH and in the working folder, not in our
    sys.path, and says nothing when it does not find it."""
    before = os.environ.get("PYTHONPATH")
    root = str(Path(__file__).resolve().parents[2])
    os.environ["PYTHONPATH"] = root if not before else os.pathsep.join((root, before))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def warm_up() -> None:
    """Starts the fork server before it is needed (about 0.1 s); on the pump's thread."""
    if offered()[0] == "forkserver":
        choose("forkserver")
