"""One process as the observer sees it: its threads, its Python, its GILs. The observer's only thread."""

from __future__ import annotations

import errno
import os
import time
from array import array
from collections import deque
from collections.abc import Iterator
from typing import Any

from grandstand.engine import observed
from grandstand.observe.outside import procfs, rights, waits
from grandstand.observe.outside.interpreter import NONE, READ, Interpreter
from grandstand.observe.outside.memory import Gone
from grandstand.observe.outside.procfs import Stat
from grandstand.observe.outside.thread import Thread

MOST_SLICES = 8_000
"""In one message: eight thousand take some 340 kB."""
_STOPPED = "Tt"
_USED_NS = 250_000_000
"""How often CPU time of the whole is told: a clock tick is 10 ms of it."""
_TOLD_NS = 2_000_000_000
"""For so long after its end it is told how long a thread held the GIL. A program may start threads by the million."""
clock = time.perf_counter_ns


class WatchedProcess:
    """``parent``: another watched process, or 0. Raises OSError when it is gone already.

    ``command``: what it was started with, where that is known: one that has ended already has none to be read.
    """

    def __init__(self, pid: int, parent: int, ancestor: bool, command: tuple[str, ...] = ()) -> None:
        self.pid = pid
        self.parent = parent
        self.stat: Stat = procfs.stat(pid)
        self.stat_ns = clock()
        self.threads: dict[int, Thread] = {}
        self.stopped = False
        self.command = procfs.command(pid) or command or (f"[{self.stat.name}]",)
        self.may_look = waits.KNOWN
        self.ending = False  # its memory is gone: what was known of it stays so
        self.starved = False  # this system lets us open no more files
        self._ancestor = ancestor
        self._inner = not procfs.same_pid_namespace(pid)
        self._by_inner: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._leaving: list[Thread] = []
        self._gone: deque[tuple[int, int]] = deque()
        self._said: tuple[Any, ...] = ()
        self._used_at = 0
        self.interpreter = Interpreter(pid, ancestor, self._known)
        self.futexes: list[tuple[int, int]] = []
        self.look_for_threads()

    def _known(self, tid: int) -> int:
        """The thread's id as we see it, -1 where this process has none such."""
        if self._inner:
            tid = self._by_inner.get(tid, -1)
        if tid in self.threads:
            return tid
        if tid > 0 and not self._inner and self._add(tid):  # born since the last look
            return tid
        return -1

    def _add(self, tid: int) -> bool:
        try:
            inner = procfs.inner_id(self.pid, tid) if self._inner else tid
            self.threads[tid] = Thread(self.pid, tid, inner, "")
        except OSError as problem:
            self.starved = self.starved or problem.errno in (errno.EMFILE, errno.ENFILE)
            return False
        self._by_inner[inner] = tid
        return True

    def look_for_threads(self) -> None:
        """Threads that have come and gone. Raises OSError when the process is gone."""
        there = set(procfs.threads(self.pid))
        for tid in self.threads.keys() - there:
            self._drop(tid)
        for tid in there - self.threads.keys():
            self._add(tid)

    def look_at_it(self) -> None:
        """Is it stopped, has it ended, has it become another by exec? Raises OSError when it is gone."""
        stat = procfs.stat(self.pid)
        if stat.started != self.stat.started:
            raise ProcessLookupError(f"process {self.pid} is another one now")
        if stat.state in "ZX" and stat.threads <= 1:
            raise ProcessLookupError(f"process {self.pid} has ended")
        self.stat, self.stat_ns = stat, clock()
        self.stopped = stat.state in _STOPPED

    def look_at_names(self) -> None:
        """Its command line, and names of threads that are not just the program's."""
        try:
            self.command = procfs.command(self.pid) or self.command
            own = procfs.thread_name(self.pid, self.pid)
            for tid, thread in self.threads.items():
                name = procfs.thread_name(self.pid, tid)
                thread.name = "" if name == own and tid != self.pid else name
        except OSError:  # the next look at it will tell
            pass

    def sample(self, thread: Thread, now: int, late_ns: int) -> None:
        """Looks at one of its threads."""
        try:
            futexes = self.futexes if self.interpreter.settled else None
            thread.sample(now, self.stopped, futexes, self.may_look, late_ns)
        except PermissionError:
            self.may_look = False
            if not self.interpreter.why:
                self.interpreter.why, self.interpreter.remedy = rights.why_not(self.pid, self._ancestor)
        except (OSError, ValueError):
            if self.threads.get(thread.tid) is thread:
                self._drop(thread.tid)

    def sample_gils(self, now: int, late_ns: int) -> bool:
        """False when there is nothing to be read any more: it has ended, or become another program."""
        if self.ending:
            return True
        return all(track.sample(now, late_ns) for track in self.interpreter.tracks if track.enabled)

    def find_python(self, now: int) -> bool:
        """A step further in looking for its Python and GILs. False when it has ended, or become another program."""
        try:
            if not self.ending and self.interpreter.step(now):
                self.futexes = [track.futexes for track in self.interpreter.tracks]
                if self.interpreter.settled:
                    for thread in self.threads.values():
                        thread.name_waits(self.futexes)
        except Gone:
            return False
        return True

    def begin_anew(self) -> None:
        """It has become another program by exec: its Python is looked for again, and its GILs get new numbers.

        Or its memory is gone because it is about to end: then nothing is looked for.
        """
        try:
            os.readlink(f"/proc/{self.pid}/exe")
        except OSError:
            self.ending = True
            return
        first = self.interpreter.next_number
        self.interpreter.close()
        self.interpreter = Interpreter(self.pid, self._ancestor, self._known, first)
        self.futexes = []
        self.may_look = waits.KNOWN
        self.look_at_names()

    def _drop(self, tid: int) -> None:
        thread = self.threads.pop(tid)
        thread.account.finish(thread.account.at_ns)
        thread.close()
        self._by_inner.pop(thread.inner, None)
        self._names.pop(tid, None)
        self._leaving.append(thread)
        self._gone.append((clock(), tid))

    def news(self, now: int, pictures: bool) -> Iterator[Any]:
        """What is to be said since the last time. ``pictures``: slices too."""
        it = self.interpreter
        known = (self.command, it.layout, it.state, it.why, it.has_no_gil, self.may_look)
        if known != self._said:
            self._said = known
            yield self._described(now)
        if self.stat_ns - self._used_at >= _USED_NS:
            self._used_at = self.stat_ns
            yield observed.ProcessUsed(self.pid, self.stat_ns, self.stat.cpu * procfs.NS_PER_TICK)
        leaving, self._leaving = self._leaving, []
        for tid, thread in self.threads.items():
            if self._names.get(tid) != thread.name:
                self._names[tid] = thread.name
                yield observed.ThreadSeen(self.pid, tid, now, thread.name)
        yield from self._rows(now, [*leaving, *self.threads.values()], pictures)
        yield from self._gils(now, pictures)
        for thread in leaving:
            yield observed.ThreadGone(self.pid, thread.tid, thread.account.at_ns)

    def _described(self, now: int) -> observed.ProcessSeen:
        it = self.interpreter
        gil = "none" if it.has_no_gil else "read" if it.state == READ else ""
        layout = it.layout
        return observed.ProcessSeen(
            self.pid, self.parent, now, self.command, layout.python if layout is not None else "", it.free_threaded,
            gil, layout.source if gil == "read" and layout is not None else "",
            it.why if it.state == NONE or not self.may_look else it.still_looking, it.remedy,
        )  # fmt: skip

    def _rows(self, now: int, threads: list[Thread], pictures: bool) -> Iterator[observed.ThreadsSeen]:
        rows, slices = array("q"), array("q")
        for thread in threads:
            account = thread.account
            if not account.fresh:
                continue
            account.fresh = False
            rows += account.row(thread.tid)
            taken = account.take()
            if pictures:
                for i in range(0, len(taken), 3):
                    slices.extend((thread.tid, taken[i], taken[i + 1], taken[i + 2]))
            if len(slices) > 4 * MOST_SLICES or len(rows) > MOST_SLICES:
                yield observed.ThreadsSeen(self.pid, now, rows.tobytes(), slices.tobytes())
                rows, slices = array("q"), array("q")
        if rows:
            yield observed.ThreadsSeen(self.pid, now, rows.tobytes(), slices.tobytes())

    def _gils(self, now: int, pictures: bool) -> Iterator[observed.GilSeen]:
        while self._gone and now - self._gone[0][0] > _TOLD_NS:
            _, tid = self._gone.popleft()
            if tid not in self.threads:
                for track in self.interpreter.tracks:
                    track.forget(tid)
        for track in self.interpreter.tracks:
            if not track.enabled or not track.samples:
                continue
            slices = track.take()
            holders = array("q", [n for pair in track.held_ns.items() for n in pair]).tobytes()
            yield observed.GilSeen(
                self.pid, track.number, now, track.all_held_ns, track.free_ns, track.unseen_ns,
                track.switches, track.samples, track.invalid, holders, slices if pictures else b"",
            )  # fmt: skip

    def close(self) -> None:
        for tid in list(self.threads):
            self._drop(tid)
        self.interpreter.close()
