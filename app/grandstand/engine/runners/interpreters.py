"""Interpreters: each worker in a sub-interpreter with a GIL of its own, in a thread of its own. Python 3.14 and newer.

What they say comes over an OS pipe each: the queues between interpreters poll.
"""

import importlib
import json
import os
import selectors
import sys
import threading
from typing import Any, List

from grandstand.engine import finder, paths, wire
from grandstand.engine import messages as m
from grandstand.engine.clocks import now_ns
from grandstand.engine.loop import Worker
from grandstand.engine.runners import INTERPRETERS, Runner
from grandstand.engine.shared_control import SharedControl

_CODE = (
    finder.CODE
    + """
from grandstand.engine.inside import main
main(number, told, memory)
"""
)


def run(crew: Any) -> None:
    crew.begin_sending()
    reader = _Reader(crew)
    threads: List[threading.Thread] = []
    while True:
        for worker in crew.take_new():
            thread = threading.Thread(target=_run, args=(worker, crew, reader), name="interpreter", daemon=True)
            try:
                thread.start()
            except RuntimeError as problem:  # "can't start new thread": the system has no more
                crew.emit(m.Trouble("threads", str(problem), "Choose fewer workers."))
                worker.end(problem)
                continue
            threads.append(thread)
        threads = [thread for thread in threads if thread.is_alive()]
        if not crew.wait_for_more(bool(threads)):
            break
    reader.close()
    crew.end_sending()


def _run(worker: Worker, crew: Any, reader: "_Reader") -> None:
    """One worker: makes its interpreter, runs it, and closes it again."""
    interpreters = importlib.import_module("concurrent.interpreters")
    control: Any = worker.control
    told = json.dumps([worker.spec, sys.path])
    interpreter = None
    heard = _Heard()
    try:
        read, write = os.pipe()
        reader.add(read, heard)
        try:
            interpreter = interpreters.create()
            interpreter.prepare_main(root=paths.SOURCES, number=write, told=told, memory=control.memory)
            interpreter.exec(_CODE)
        finally:
            os.close(write)
            heard.all.wait()
    except BaseException as problem:
        _failed(worker, crew, heard, problem)
    finally:
        if interpreter is not None:
            try:
                interpreter.close()
            except interpreters.InterpreterError as problem:
                crew.emit(m.Trouble("interpreter", "A sub-interpreter did not end: {}.".format(problem)[:300], ""))


def _failed(worker: Worker, crew: Any, heard: "_Heard", problem: BaseException) -> None:
    """It could not begin, or something of ours went wrong in it."""
    if not heard.greeted:
        worker.end(problem)
    elif not heard.left:
        words = m.shorten("{}: {}".format(type(problem).__name__, problem), m.ERROR_BYTES)
        crew.emit(m.Goodbye(worker.spec.worker, now_ns(), "failed", words, "", ""))


class _Heard:
    """Of a worker: whether it has said hello and goodbye; ``all`` is set when nothing more can come."""

    def __init__(self) -> None:
        self.greeted = self.left = False
        self.all = threading.Event()


class _Reader:
    """Passes on what comes over the pipes, in a thread of its own."""

    def __init__(self, crew: Any) -> None:
        self._crew = crew
        self._selector = selectors.DefaultSelector()
        self._wake, self._waker = os.pipe()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._read, name="reader", daemon=True)
        self._thread.start()

    def add(self, number: int, heard: _Heard) -> None:
        """Reads from there until its other end is closed."""
        self._selector.register(number, selectors.EVENT_READ, (wire.Decoder(), heard))

    def close(self) -> None:
        os.close(self._waker)
        self._thread.join()
        self._selector.close()
        os.close(self._wake)

    def _read(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                decoder, heard = key.data
                piece = os.read(key.fd, 65_536)
                for message in decoder.feed(piece):
                    heard.greeted = heard.greeted or isinstance(message, m.Hello)
                    heard.left = heard.left or isinstance(message, m.Goodbye)
                    self._crew.emit(message)
                if not piece:
                    self._selector.unregister(key.fd)
                    os.close(key.fd)
                    heard.all.set()


RUNNER = Runner(INTERPRETERS, False, run, SharedControl)
