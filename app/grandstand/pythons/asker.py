"""The process that asks: starts whatever may be a Python, within bounds, and ends it with all its kin.

Runs in a helper of the app's (see asking.py), which says on standard input what to start, a line of JSON each, and
hears on standard output what came of it. The end of standard input means that the app is gone, or wants no more:
then nothing that was started stays. A thread for each of the few that are asked at a time, two more for what it says.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

KEPT = 256 * 1024
"""Bytes of its output that are kept, the last ones: the answer comes after whatever else is printed."""
MOST = 64 * 1024 * 1024
"""More than this nobody prints who has an answer to give."""
NICE = 10
_LOOK_S, _MISSED_S, _AFTER_S = 0.02, 1.0, 0.3
_WORDS = 4_000
_PR_SET_CHILD_SUBREAPER = 36


def main() -> int:
    """``asker N``: asks N at a time until standard input ends."""
    _be_modest()
    asker = Asker()
    jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    for _ in range(int(sys.argv[1])):
        threading.Thread(target=asker.work, args=(jobs,), daemon=True).start()
    for line in sys.stdin.buffer:
        jobs.put(json.loads(line))
    asker.end()
    os._exit(0)  # threads may wait for the output of something that got away


class Asker:
    """What runs at the moment, and the end of it all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    def work(self, jobs: queue.SimpleQueue[dict[str, Any]]) -> None:
        """In a thread: one job after another."""
        while True:
            job = jobs.get()
            outcome = self.ask(job["argv"], job["mark"].encode("ascii"), job["seconds"])
            line = json.dumps({"key": job["key"], **outcome}).encode("ascii") + b"\n"
            with self._lock, contextlib.suppress(OSError):  # the app is gone; standard input says so too
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()

    def ask(self, argv: list[str], mark: bytes, seconds: float) -> dict[str, Any]:
        """Starts it and waits for an answer between two ``mark`` on its standard output.

        {"answer": text}, or {"how": "refused", "number", "text"} where the system would not start it, or
        {"how": "silent", "flood" or "ended", "code", "out", "err"}.
        """
        try:
            with self._lock:
                if self._ended:
                    return {"how": "refused", "number": 0, "text": "it was not asked any more"}
                process = subprocess.Popen(
                    argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
                    cwd=os.path.abspath(os.sep), start_new_session=True,
                )  # fmt: skip
                self._running.add(process)
        except (OSError, ValueError) as problem:
            number = getattr(problem, "errno", None) or 0
            return {"how": "refused", "number": number, "text": getattr(problem, "strerror", None) or str(problem)}
        done = threading.Event()
        out, err = _Tail(process.stdout, done, mark), _Tail(process.stderr, done)
        try:
            how = _wait(process, out, err, done, seconds)
        finally:
            end(process)
            with self._lock:
                self._running.discard(process)
        if (answer := out.answer()) is not None:
            return {"answer": answer}
        for tail in (out, err):  # what got away from its group may keep them open
            tail.thread.join(_AFTER_S)
        return {"how": how, "code": process.returncode, "out": out.words(), "err": err.words()}

    def end(self) -> None:
        """Nothing stays, and nothing is started any more."""
        with self._lock:
            self._ended = True
            for process in self._running:
                end(process)
        sweep()


class _Tail:
    """The end of what a stream carried, read in a thread of its own."""

    def __init__(self, stream: Any, done: threading.Event, mark: bytes = b"") -> None:
        self._mark = mark
        self._kept = b""
        self._done = done
        self.total = 0
        self.answered = False
        self.thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self.thread.start()

    def _read(self, stream: Any) -> None:
        with contextlib.suppress(OSError, ValueError), stream:
            while piece := stream.read(65_536):
                self.total += len(piece)
                self._kept = (self._kept + piece)[-KEPT:]
                if self._mark and self._kept.count(self._mark) > 1:
                    self.answered = True
                    self._done.set()
                if self.total > MOST:
                    self._done.set()
        self._done.set()

    def answer(self) -> str | None:
        parts = self._kept.split(self._mark) if self._mark else []
        return parts[-2].decode("ascii", "replace") if len(parts) > 2 else None

    def words(self) -> str:
        return self._kept[-_WORDS:].decode("utf-8", "replace")


def _wait(process: subprocess.Popen[bytes], out: _Tail, err: _Tail, done: threading.Event, seconds: float) -> str:
    """Until it answered, ended, said too much or was silent for too long."""
    until = now = time.monotonic() + seconds
    ended = None
    while True:
        before, now = now, time.monotonic()
        if now - before > _MISSED_S:  # this process was stopped, and it with it
            until += now - before
        if out.answered:
            return "answered"
        if max(out.total, err.total) > MOST:
            return "flood"
        if ended is None and _has_ended(process):
            ended = now
        if ended is not None and (now - ended > _AFTER_S or not (out.thread.is_alive() or err.thread.is_alive())):
            return "ended"  # what it left behind may keep its streams open for ever
        if now > until:
            return "silent"
        if done.wait(_LOOK_S):  # an answer, or the end of a stream, which comes a moment before that of the process
            done.clear()
            time.sleep(0.002)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Without collecting it where that can be: until then its number, and its group's, is nobody else's."""
    if not hasattr(os, "waitid"):
        return process.poll() is not None
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except OSError:
        return True


def end(process: subprocess.Popen[bytes]) -> None:
    """It and its whole group, on systems without groups its tree."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        import psutil

        with contextlib.suppress(psutil.Error):
            for one in psutil.Process(process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    one.kill()
        process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(2.0)


def sweep() -> None:
    """Ends what has left its group and lost its parents: on Linux such processes come to be this one's children."""
    for _ in range(20):
        left = _children()
        if not left:
            return
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for pid in left:
            with contextlib.suppress(OSError):
                os.waitpid(pid, 0)


def _children() -> list[int]:
    pids: list[int] = []
    with contextlib.suppress(OSError, ValueError):
        for file in Path("/proc/self/task").glob("*/children"):
            pids += map(int, file.read_text().split())
    return pids


def _be_modest() -> None:
    """The window and the workers come first; on Linux orphans of what is asked are this process's to end."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICE)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
