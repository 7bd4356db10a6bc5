"""One measurement of the doctor's in a child process of its own, under the project's Python. Any thread; blocks.

The child and all that it starts live in a process group that is ended as one (hosts/isolated.py): after its time, when
it takes too much memory, and with the app.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from grandstand.engine.paths import SOURCES
from grandstand.hosts import scratch
from grandstand.hosts.isolated import ExperimentError, ExperimentTimeout, run_isolated
from grandstand.session import words

_TARGET = "grandstand.engine.own.examine:run"
_BEGIN = (
    "import sys, types; package = types.ModuleType('grandstand'); package.__path__ = [{package!r}]; "
    "sys.modules['grandstand'] = package; from grandstand.engine.experiment import run; run()"
)
"""The engine alone, without putting the folder that it lies in on the path: there may be other packages in it."""
_LOOK_S = 0.2
_HEADROOM = 1.25


class Unmeasured(RuntimeError):
    """Nothing came of it: the child took too long or too much memory, or died. The text says so."""


class TookTooLong(Unmeasured):
    """It was not done in its time."""


@dataclass(frozen=True)
class Children:
    """Starts measurements of one function. ``memory``: bytes that a child may take; ``cancelled``: asked all the time.

    ``described``: the file that describes the function.
    """

    executable: str
    described: Path
    memory: int
    cancelled: Callable[[], bool] = lambda: False

    def measure(self, what: str, patience: float, call_limit: float = 0.0, **options: Any) -> dict[str, Any]:
        """``module.function`` of engine.own.examine. Raises Unmeasured, and ExperimentCancelled.

        ``patience``: seconds for all of it; ``call_limit``: for a call that the child says it is about to make, 0 for
        no limit of its own.
        """
        pids: list[int] = []
        looked = [0.0]
        until = [float("inf")]

        def hear(words: dict[str, Any]) -> None:
            if "pid" in words:
                pids.append(int(words["pid"]))
            if "calling" in words and call_limit:
                until[0] = time.monotonic() + call_limit

        def cancelled() -> bool:
            now = time.monotonic()
            if now > until[0]:
                raise TookTooLong(f"it was not done within {words.seconds(call_limit)}, and was ended")
            if pids and now - looked[0] > _LOOK_S:
                looked[0] = now
                if _memory_of(pids[-1]) > self.memory * _HEADROOM:
                    raise Unmeasured(
                        f"it took more than {words.megabytes(self.memory)} of memory, all that it may take here, and "
                        "was ended"
                    )
            return self.cancelled()

        begin = _BEGIN.format(package=os.path.join(SOURCES, "grandstand"))
        start = [self.executable, "-I", "-c", begin, _TARGET]
        arguments = {"measure": what, "described": str(self.described), **options}
        try:
            return run_isolated(_TARGET, arguments, patience, hear, cancelled, start=start)
        except ExperimentTimeout:
            raise TookTooLong(f"it was not done within {words.seconds(patience)}, and was ended") from None
        except ExperimentError as problem:
            raise Unmeasured(_ended(problem.args[0])) from None
        except OSError as problem:
            raise Unmeasured(f"no process could be started ({problem.strerror or problem})") from None


def _ended(text: str) -> str:
    signals = {"signal 11": "a segmentation fault (signal 11)", "signal 9": "signal 9 (SIGKILL: out of memory?)",
               "signal 6": "an abort (signal 6)"}  # fmt: skip
    for short, long in signals.items():
        if text.endswith(f"({short})."):
            return f"it ended its process by {long}"
    if "ended without a result" in text:
        return f"it ended its process {text[text.rindex('(') :].rstrip('.')}"
    if text.startswith("MemoryError"):
        return "it wanted more memory than it may take here (MemoryError)"
    return text.rstrip(".")


def _memory_of(pid: int) -> int:
    """Bytes of a process and all that it has started."""
    try:
        process = psutil.Process(pid)
        return sum(_resident(one) for one in (process, *process.children(recursive=True)))
    except psutil.Error:
        return 0


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def put_description(described: dict[str, Any], folder: str) -> Path:
    """The file that children read. Raises OSError."""
    path = Path(folder) / "function.json"
    path.write_text(json.dumps(described), encoding="utf-8")
    return path


part = scratch.part
