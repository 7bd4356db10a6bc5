"""Writes a recording on a thread of its own: who has something to record only remembers it here.

A file is complete up to its last transaction, at most WRITE_EVERY_S ago, whatever happens to the app or the machine.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from grandstand import __version__
from grandstand.journal.rows import DROPPED, NOBODY
from grandstand.journal.writer import WriteProblem, Writer
from grandstand.observe.machine import Machine

WRITE_EVERY_S = 0.35
MOST_WAITING = 64_000_000
"""Bytes that wait to be written; beyond them what the picture can spare is dropped, and counted. What has begun or
ended, and markers, never are."""
HAPPENING = 300
"""Bytes that a happening takes here, about, besides its slices and figures."""
_PATIENCE_S = 4.0
"""At the end, for another program to let go of the file."""

Happening = tuple[Any, ...]  # what, its bytes, at_ns, the rest


@dataclass(frozen=True)
class Begun:
    """What a recording is called and where it is made. ``clock``: ns of its times; ``watched``: another program."""

    title: str
    machine: Machine
    window: bool
    cores: int
    warm_up_ns: int
    clock: Callable[[], int]
    watched: bool = False

    def facts(self) -> dict[str, Any]:
        """The row of ``sessions``."""
        now = self.clock()
        return {
            "title": clean(self.title, 200), "app_version": __version__, "machine": json.dumps(self.machine.as_dict()),
            "began_at": datetime.now().astimezone().isoformat(timespec="seconds"), "began_s": time.time(),
            "began_ns": now, "last_ns": now, "cores": self.cores, "warm_up_ns": self.warm_up_ns,
            "window": int(self.window), "longest_ns": 0, "dropped": 0, "pinned": 0, "watched": int(self.watched),
        }  # fmt: skip


class Scribe:
    """``remember`` on any one thread, ``close`` at the end. Heirs say in ``one`` what a happening becomes in the file.

    ``problem``: why nothing more is written, with what to do. ``warning``: what is the matter while it still is.
    ``dropped``: happenings that the disk could not keep up with.
    """

    def __init__(self, path: Path, begun: Begun, most_bytes: int = 0) -> None:
        """``most_bytes``: a larger file is not made (0: as large as it gets)."""
        self.path = path
        self.problem = ""
        self.dropped = 0
        self.writer = Writer(path, begun.facts(), most_bytes)
        self.seq = 0
        self.last_ns = 0
        self.anything = False
        """Whether there is something in it that is worth a file."""
        self._clock = begun.clock
        self._waiting: deque[Happening] = deque()
        self._came = self._went = 0  # bytes; each is written by one thread alone
        self._locked = False
        self._opened = threading.Event()
        self._wake = threading.Event()
        self._closing = False
        self._longest = 0
        self._told_dropped = 0
        self._thread = threading.Thread(target=self._write_on, name="recorder", daemon=True)

    def begin(self) -> None:
        """Never raises: see ``problem``."""
        self._thread.start()

    @property
    def bytes(self) -> int:
        """Of the file as it is on the disk."""
        return self.writer.bytes

    @property
    def warning(self) -> str:
        """In words, what keeps it from writing everything in time; '' when nothing does."""
        if self.problem:
            return ""
        if self._locked:
            return f"Another program has {self.path.name} locked. Recording goes on when it lets go of the file."
        if self.crowded():
            return f"The disk is too slow to record everything: {self.dropped:,} messages are missing so far."
        return ""

    def wait_until_open(self, patience_s: float) -> bool:
        """Waits until the file is there to be written to; False when it is not, ``problem`` says why then."""
        return self._opened.wait(patience_s) and not self.problem

    def note(self, text: str) -> None:
        """A person's own marker, now."""
        self.remember("note", HAPPENING, self._clock(), clean(text, 500))

    def rename(self, title: str) -> None:
        """Gives the recording another title."""
        self.remember("title", HAPPENING, self._clock(), clean(title, 200))

    def close(self) -> None:
        """Writes what is left and finishes the file; waits for that (3 to 5 ms, 8 workers, an idle disk).

        A recording without anything in it leaves no file.
        """
        self._closing = True
        self._wake.set()
        self._thread.join(10.0)

    def crowded(self, more: int = 0) -> bool:
        """Whether there is no room for so many more bytes."""
        return self._came - self._went + more >= MOST_WAITING

    def remember(self, what: str, size: int, at_ns: int, rest: Any) -> None:
        if not self.problem:
            self._came += size
            self._waiting.append((what, size, at_ns, rest))

    # -- the writing thread -----------------------------------------------------------------------------------

    def one(self, what: str, at_ns: int, rest: Any) -> None:
        """Writes one happening."""
        raise NotImplementedError

    def settle(self) -> None:
        """A transaction is about to end: what was held back to become one row is written."""

    def reached(self, first_ns: int, at_ns: int) -> None:
        """Slices that began at ``first_ns`` were heard of at ``at_ns``."""
        self._longest = max(self._longest, at_ns - first_ns)

    def _write_on(self) -> None:
        try:
            self.writer.open()
            self._opened.set()
            while not self._closing:
                self._wake.wait(WRITE_EVERY_S)
                self._write()
            self._finish()
        except WriteProblem as problem:
            self._give_up(str(problem))
        except Exception as problem:  # a defect of ours must not end the run that is being recorded
            self._give_up(f"Recording stopped: {type(problem).__name__}: {problem}. What was written stays.")
        finally:
            self.writer.close()

    def _give_up(self, text: str) -> None:
        # Who remembers goes on until close(): its thread may be just about to call it.
        self.problem = text
        self._waiting.clear()
        self._opened.set()

    def _finish(self) -> None:
        until = time.monotonic() + _PATIENCE_S
        while not self._write() and time.monotonic() < until:
            pass  # each look waits a moment for the lock
        if self.anything or self._waiting:
            self.writer.finish(max(self._clock(), self.last_ns))
        else:
            self.writer.discard()

    def _write(self) -> bool:
        """What is waiting, in small pieces, so that the window's thread gets the GIL in between.

        False when the file was locked, and everything still waits.
        """
        writer = self.writer
        while self._waiting:
            self._locked = not writer.begin()
            if self._locked:
                return False
            until = time.monotonic() + WRITE_EVERY_S
            while self._waiting and time.monotonic() < until:
                what, size, at_ns, rest = self._waiting.popleft()
                self.last_ns = max(self.last_ns, at_ns)
                self._common(what, at_ns, rest)
                self._went += size
                if writer.piece_full:
                    writer.put()
                    if not self._closing:
                        time.sleep(0.001)
            self.settle()
            if self.dropped > self._told_dropped:
                fresh, self._told_dropped = self.dropped - self._told_dropped, self.dropped
                self.seq += 1
                writer.add("markers", (self.seq, self.last_ns, NOBODY, DROPPED, json.dumps(fresh)))
            writer.commit(self.last_ns, self._longest, self.dropped)
        return True

    def _common(self, what: str, at_ns: int, rest: Any) -> None:
        if what == "title":
            self.writer.change("UPDATE sessions SET title=?", (rest,))
        elif what == "note":
            self.settle()
            self.anything = True
            self.seq += 1
            self.writer.add("markers", (self.seq, at_ns, 0, "note", rest))
        else:
            self.one(what, at_ns, rest)


def clean(text: str, most: int) -> str:
    """At most so many characters, and none that has no UTF-8."""
    return text[:most].encode("utf-8", "replace").decode()
