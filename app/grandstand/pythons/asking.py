"""The process that asks, seen from the app: what is to be started goes in, what came of it comes out.

Used by one thread at a time, any; a thread of its own reads. Nothing of it outlives the ``with`` block, nor the app.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import secrets
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grandstand.engine import helper_python

MARK = "<grandstand"
AT_ONCE = 2
"""More at a time are no faster on two cores, and on more the first answers come soon enough."""


@dataclass(frozen=True)
class Outcome:
    """What became of the job ``key``. ``answer``: what it said between its marks; None where it did not.

    ``how``: refused (by the system, with its ``number``), silent (for all the time it had), flood (of output), ended
    (with ``code``; negative: by that signal), or lost (the asking process itself ended).
    """

    key: int
    answer: str | None = None
    how: str = ""
    number: int = 0
    text: str = ""
    code: int | None = None
    out: str = ""
    err: str = ""


class Asking:
    """``with Asking(env) as asking``: `ask` what is to be started, then `next` for each of them, in any order."""

    def __init__(self, env: Mapping[str, str], at_once: int = AT_ONCE) -> None:
        """Raises OSError where no process can be started."""
        self._open: set[int] = set()
        self._number = 0
        self._lost = False
        self._process = subprocess.Popen(
            helper_python.command("grandstand.pythons.asker:main", str(at_once)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            cwd=os.path.abspath(os.sep), env=clean(env), start_new_session=True,
        )  # fmt: skip
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="pythons", daemon=True)
        self._reader.start()

    def __enter__(self) -> Asking:
        return self

    def __exit__(self, *_: object) -> None:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(OSError):
            process.stdin.close()  # now it ends whatever it has started, and itself
        try:
            process.wait(5.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5.0)
        self._reader.join(2.0)
        process.stdout.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def waiting(self) -> int:
        """How many have not been heard of yet."""
        return len(self._open)

    def ask(self, argv: list[str], mark: str, seconds: float) -> int:
        """Has ``argv`` started when its turn comes; returns its key."""
        self._number += 1
        job = {"key": self._number, "argv": argv, "mark": mark, "seconds": seconds}
        assert self._process.stdin is not None
        self._open.add(self._number)
        with contextlib.suppress(OSError):  # it has ended: `next` tells
            self._process.stdin.write(json.dumps(job).encode("ascii") + b"\n")
        return self._number

    def next(self, timeout: float) -> Outcome | None:
        """The next one that is done; None when there is none within ``timeout`` s."""
        if not self._open:
            return None
        if not self._lost:
            try:
                line = self._lines.get(timeout=timeout)
            except queue.Empty:
                return None
            if line is not None:
                answer: dict[str, Any] = json.loads(line)
                self._open.discard(answer["key"])
                return Outcome(**answer)
            self._lost = True
        return Outcome(self._open.pop(), how="lost")

    def _read(self) -> None:
        assert self._process.stdout is not None
        rest = b""
        with contextlib.suppress(OSError, ValueError):
            while piece := self._process.stdout.read(65_536):
                *whole, rest = (rest + piece).split(b"\n")
                for line in whole:
                    self._lines.put(line)
        self._lines.put(None)


def new_mark() -> str:
    """What nobody prints by chance."""
    return f"{MARK} {secrets.token_hex(12)}>"


def clean(env: Mapping[str, str]) -> dict[str, str]:
    """The variables without what is meant for a person's own Python programs."""
    return {key: value for key, value in env.items() if not key.startswith(("PYTHON", "__PYVENV_LAUNCHER__"))}
