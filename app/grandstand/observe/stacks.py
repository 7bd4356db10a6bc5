"""What the threads of a program are doing now: their call stacks, read by py-spy without stopping it. Any thread.

py-spy (https://github.com/benfred/py-spy) knows where each version of Python keeps its frames; it is optional.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
from dataclasses import dataclass
from typing import Any

_PATIENCE_S = 8.0
_LOOK_S = 0.1
_MOST_FRAMES = 200
MISSING = "Call stacks are read by py-spy, which is not installed here."
REMEDY = "pip install py-spy, then look again."


@dataclass(frozen=True)
class Frame:
    function: str
    file: str
    line: int


@dataclass(frozen=True)
class Stack:
    """Of one thread, the innermost call first. ``thread``: its number for the system, 0 where that is not known."""

    thread: int
    name: str
    frames: tuple[Frame, ...]


class NoStacks(Exception):
    """Why there are none; ``args`` are the words, and what would mend it."""

    def __str__(self) -> str:
        return " ".join(str(part) for part in self.args if part)


def program() -> str:
    """Where py-spy is; '' where it is not."""
    beside = os.path.join(sysconfig.get_path("scripts"), "py-spy" + (".exe" if sys.platform == "win32" else ""))
    return beside if os.path.exists(beside) else shutil.which("py-spy") or ""


def stacks(pid: int, given_up: threading.Event | None = None) -> list[Stack]:
    """Reads them once, while the program goes on. Raises NoStacks, also when they are ``given_up``."""
    path = program()
    if not path:
        raise NoStacks(MISSING, REMEDY)
    try:
        reading = subprocess.Popen(
            [path, "dump", "--nonblocking", "--json", "--pid", str(pid)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
    except OSError as problem:
        raise NoStacks(f"py-spy cannot be started: {problem.strerror}.", "") from None
    answer, complaint = _answer(reading, given_up or threading.Event())
    if reading.returncode:
        raise NoStacks(f"py-spy could not read process {pid}: {_reason(complaint)}", "")
    try:
        return [_stack(told) for told in json.loads(answer)]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NoStacks("py-spy's answer cannot be understood.", "Another version of it may do.") from None


def _answer(reading: subprocess.Popen[bytes], given_up: threading.Event) -> tuple[bytes, bytes]:
    """What it writes, and its complaints. It is ended when nobody waits for it any longer, or it takes too long."""
    until = time.monotonic() + _PATIENCE_S
    with reading:
        while True:
            try:
                return reading.communicate(timeout=_LOOK_S)
            except subprocess.TimeoutExpired:
                if not given_up.is_set() and time.monotonic() < until:
                    continue
                reading.kill()
                if given_up.is_set():
                    raise NoStacks("Nobody waits for it any longer.", "") from None
                raise NoStacks(f"py-spy did not answer within {_PATIENCE_S:g} s.", "") from None


def _stack(told: dict[str, Any]) -> Stack:
    frames = tuple(
        Frame(str(frame["name"]), str(frame["filename"]), int(frame["line"] or 0))
        for frame in told["frames"][:_MOST_FRAMES]
    )
    return Stack(int(told.get("os_thread_id") or 0), str(told.get("thread_name") or ""), frames)


def _reason(stderr: bytes) -> str:
    """The last thing that it said, on one line."""
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    return (lines[-1][:300] if lines else "it did not say why").rstrip(".") + "."
