"""Importing the file as a pool's child does: how long, what it prints, starts and changes. In a child of its own."""

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from typing import Any, Dict, List

from grandstand.engine.own.subject import Subject, problem_told, threads_here

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGALRM", "SIGUSR1", "SIGCHLD")


def timed(tell: Any, described: Dict[str, Any]) -> Dict[str, Any]:
    """With nothing loaded but what every worker has (multiprocessing, json, …): the time counts."""
    return _measure(tell, described, contextlib.nullcontext(), [])


def traced(tell: Any, described: Dict[str, Any]) -> Dict[str, Any]:
    """As in a child that imports its main module: starting a process is refused. ``started``: what was tried."""
    from grandstand.engine.own.examine.traced import trace

    started: List[str] = []
    return _measure(tell, described, trace(started, refuse_processes=True), started)


def _measure(tell: Any, described: Dict[str, Any], around: Any, started: List[str]) -> Dict[str, Any]:
    """``error`` is null where it can be imported."""
    tell(pid=os.getpid())
    threads, modules, folder = threads_here(), set(sys.modules), os.getcwd()
    before = handlers()
    error = None
    kind = ""
    began, cpu = time.perf_counter(), time.process_time()
    subject = None
    with around:
        try:
            subject = Subject({**described, "setup": ""})
            kind = type(subject.function).__name__
        except BaseException as problem:
            error = problem_told(problem, described)
    took = time.perf_counter() - began
    tail = subject.tail if subject is not None else _tail()
    return {
        "seconds": took,
        "cpu_seconds": time.process_time() - cpu,
        "printed": tail.count(),
        "printed_last": tail.text()[-200:],
        "modules": len(set(sys.modules) - modules),
        "threads": max(0, threads_here() - threads),
        "started": started[:20],
        "folder_changed": os.getcwd() not in (folder, described.get("folder") or folder),
        "signals_changed": [name for name, handler in handlers().items() if before[name] is not handler],
        "kind": kind,
        "error": error,
        "start_method": multiprocessing.get_start_method(),
        "start_methods": multiprocessing.get_all_start_methods(),
    }


def _tail() -> Any:
    from grandstand.engine.printed import Tail

    return Tail()


def handlers() -> Dict[str, Any]:
    return {name: signal.getsignal(getattr(signal, name)) for name in _SIGNALS if hasattr(signal, name)}
