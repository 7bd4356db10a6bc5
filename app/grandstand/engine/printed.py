"""What a workload prints. It must neither reach the app's own output nor grow without bound.

Each worker keeps the count and the last 2,000 characters; a print of any other thread goes where it always went.
Runs in the printing thread.
"""

import sys
import threading
from typing import Any, Iterable, Optional

KEPT = 2_000


class Tail:
    """Counts characters and keeps the last ones."""

    def __init__(self) -> None:
        self._count = 0
        self._text = ""

    def write(self, text: str) -> int:
        self._count += len(text)
        self._text = (self._text + text[-KEPT:])[-KEPT:]
        return len(text)

    def count(self) -> int:
        return self._count

    def text(self) -> str:
        return self._text


class Router:
    """Stands in for sys.stdout or sys.stderr: text of a captured thread goes to that thread's Tail."""

    def __init__(self, beneath: Any) -> None:
        self._beneath = beneath

    def write(self, text: str) -> int:
        tail = getattr(_captured, "tail", None)
        if tail is not None:
            return int(tail.write(text))
        return int(self._beneath.write(text) or 0) if self._beneath is not None else len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if getattr(_captured, "tail", None) is None and self._beneath is not None:
            self._beneath.flush()

    def writable(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._beneath, name)


_captured = threading.local()


def capture(tail: Optional[Tail]) -> None:
    """From now on the calling thread's prints go to ``tail``; with None they go where they went before."""
    _captured.tail = tail


def install() -> None:
    """Puts routers in place of sys.stdout and sys.stderr; harmless when they are there already."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, Router):
            setattr(sys, name, Router(stream))


def uninstall() -> None:
    """Takes the routers away again."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, Router):
            setattr(sys, name, stream._beneath)
