"""Functions of several kinds, sent to workers: which of them arrive, and with which message the others fail.

A start method that makes a new Python sends the function by pickling it: as the name of a module and a name in it.
"""

import functools
import importlib
import os
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Callable, Dict, List

from grandstand.engine.experiments.process_order import cheap_context, keep_files_in

Function = Callable[[int], int]
NUMBER = 21
PATIENCE_S = 20.0
POOL, INTERPRETER = "pool", "interpreter"
PLAIN = "function of a module"
TYPED = "def typed(number):\n    return 2 * number\n"
"""What somebody types into a notebook, or after python -c."""


# -- the functions ----------------------------------------------------------------------------------------------------


def double(number: int) -> int:
    return 2 * number


def multiply(factor: int, number: int) -> int:
    return factor * number


def make_closure(factor: int) -> Function:
    def times(number: int) -> int:
        return factor * number

    return times


def make_method() -> Function:
    class Doubler:
        def double(self, number: int) -> int:
            return 2 * number

    return Doubler().double


def functions() -> Dict[str, Function]:
    """All of them double a number."""
    main = sys.modules["__main__"].__dict__
    exec(TYPED, main)
    return {
        PLAIN: double,
        "functools.partial of one": functools.partial(multiply, 2),
        "lambda": lambda number: 2 * number,
        "closure": make_closure(2),
        "method of a local class": make_method(),
        "function of __main__": main["typed"],
    }


# -- the ways: each returns what the worker answered, or raises -------------------------------------------------------


def answer(pipe: Any, function: Function, number: int) -> None:
    """A worker."""
    pipe.send(function(number))


def by_process(method: str, function: Function) -> int:
    """Raises EOFError when the worker ended without an answer."""
    context: Any = get_context(method)
    mine, theirs = context.Pipe()
    try:
        process = context.Process(target=answer, args=(theirs, function, NUMBER))
        process.start()  # raises what pickling raises
        theirs.close()
        if not mine.poll(PATIENCE_S):
            raise TimeoutError("the worker does not answer")
        try:
            return int(mine.recv())
        finally:
            process.join()
    finally:
        theirs.close()
        mine.close()


def by_pool(method: str, function: Function) -> int:
    with ProcessPoolExecutor(1, get_context(method)) as pool:
        return pool.submit(function, NUMBER).result(PATIENCE_S)


def by_interpreter(method: str, function: Function) -> int:
    interpreter = importlib.import_module("concurrent.interpreters").create()
    try:
        interpreter.exec("import sys; sys.path[:] = {!a}".format(sys.path))
        return int(interpreter.call(function, NUMBER))
    finally:
        interpreter.close()


# -- the measurement --------------------------------------------------------------------------------------------------


class Said:
    """What workers write to standard error: it goes into a file, for the worker that dies of it tells nobody else."""

    def __init__(self, path: str) -> None:
        self._number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(self._number, 2)

    def last(self) -> str:
        """The last line since the last look."""
        os.lseek(self._number, 0, os.SEEK_SET)
        lines = os.read(self._number, 65_536).decode(errors="replace").strip().splitlines()
        os.ftruncate(self._number, 0)
        return lines[-1] if lines else ""


def plain(message: str) -> str:
    """Without addresses, and without the name of this module."""
    return re.sub(r" at 0x[0-9a-fA-F]+", "", message).replace(__name__ + ".", "")[:200]


def send_all(tell: Any, repeats: int, methods: List[str], place: str) -> Dict[str, Any]:
    """Sends each function once a repeat by each way: the start methods, "pool" and, where there are such,
    "interpreter".

    Returns ``kinds``, ``pool`` (the pool's start method), ``arrived`` and ``messages``: for each way and kind a list,
    one a repeat, of whether the right answer came, and of what was raised or said instead; ``silent``: how many of
    those that failed raised nothing where they were started, and ended the worker.
    """
    keep_files_in(place)
    said = Said(os.path.join(place, "said"))
    pool = cheap_context().get_start_method()
    ways = {method: (by_process, method) for method in methods}
    ways[POOL] = (by_pool, pool)
    if sys.version_info >= (3, 14):
        ways[INTERPRETER] = (by_interpreter, "")
    kinds = functions()
    arrived: Dict[str, Dict[str, List[bool]]] = {way: {kind: [] for kind in kinds} for way in ways}
    messages: Dict[str, Dict[str, List[str]]] = {way: {kind: [] for kind in kinds} for way in ways}
    silent = 0
    for repeat in range(repeats):
        for way, (send, method) in ways.items():
            for kind, function in kinds.items():
                message, right = "", False
                try:
                    right = send(method, function) == 2 * NUMBER
                except EOFError:
                    silent += 1
                    message = said.last()
                except Exception as problem:
                    message = "{}: {}".format(type(problem).__name__, problem)
                said.last()
                arrived[way][kind].append(right)
                messages[way][kind].append(plain(message))
            done = (repeat + (list(ways).index(way) + 1) / len(ways)) / repeats
            tell(progress=done, words="{}, repeat {} of {}".format(way, repeat + 1, repeats))
    return {"kinds": list(kinds), "pool": pool, "arrived": arrived, "messages": messages, "silent": silent}
