"""The function under examination: imported, set up, callable by number. In the doctor's children; any thread."""

import os
import sys
import threading
import traceback
from typing import Any, Dict, List, Tuple

from grandstand.engine import messages as m
from grandstand.engine import printed
from grandstand.engine.own import importing
from grandstand.engine.own.itemlist import items_of
from grandstand.engine.own.notes import words
from grandstand.engine.own.work import limit_memory


class Subject:
    """``subject(number)`` makes a call with the item of that number (or the arguments that all calls get)."""

    def __init__(self, described: Dict[str, Any], tell: Any = None, setup: bool = True) -> None:
        if tell is not None:
            tell(pid=os.getpid())
        self.described = described
        limit_memory(int(described.get("memory", 0)))
        self.tail = printed.Tail()
        printed.install()
        printed.capture(self.tail)
        self._asyncio: Any = None
        if described["kind"] == "async":  # before the person's path
            import asyncio

            self._asyncio = asyncio
        self.module = importing.import_it(described)
        if setup and described.get("setup"):
            importing.found(self.module, described["setup"])()
        self.function = importing.found(self.module, described["name"])
        self.call = importing.called(described, self.module)
        self.args, self.kwargs = importing.arguments(described)
        self.items = items_of(described)
        self._here = threading.local()

    @property
    def is_async(self) -> bool:
        return self._asyncio is not None

    def arguments(self, number: int) -> List[Any]:
        """What is given by place in call ``number``."""
        return [self.items[number % len(self.items)], *self.args] if len(self.items) else list(self.args)

    def __call__(self, number: int) -> Any:
        """The result. Raises what the function raises."""
        made = self.call(*self.arguments(number), **self.kwargs)
        return self.run(made) if self.is_async else made

    def tried(self, number: int) -> Tuple[bool, Any]:
        """(True, result) or (False, exception)."""
        try:
            return True, self(number)
        except Exception as problem:
            return False, problem

    def run(self, coroutine: Any) -> Any:
        """Awaits it in a loop of the calling thread's own."""
        loop = getattr(self._here, "loop", None)
        if loop is None:
            loop = self._here.loop = self._asyncio.new_event_loop()
        return loop.run_until_complete(coroutine)

    def close(self) -> None:
        """Closes the calling thread's loop."""
        loop = getattr(self._here, "loop", None)
        if loop is not None:
            loop.close()
            self._here.loop = None


def problem_told(problem: BaseException, described: Dict[str, Any]) -> Dict[str, Any]:
    """An exception as data. ``missing``: the module that is not there; ``line``: in the person's file."""
    line = 0
    where = problem.__traceback__
    while where is not None:
        if where.tb_frame.f_code.co_filename == described["file"]:
            line = where.tb_lineno
        where = where.tb_next
    lines = traceback.format_exception(type(problem), problem, problem.__traceback__)
    missing = problem.name if isinstance(problem, ModuleNotFoundError) else None
    return {
        "type": type(problem).__name__, "words": words(problem), "line": line, "missing": missing or "",
        "traceback": m.shorten("".join(lines), -m.TRACEBACK_BYTES),
    }  # fmt: skip


def threads_here() -> int:
    """Threads of this process, those of C libraries included; 0 where the system does not tell."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count() if not sys.platform.startswith("linux") else 0
