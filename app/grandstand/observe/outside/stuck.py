"""Finds threads that wait for locks and will wait for ever, as far as can be told. The observer's only thread.

A thread waits for good where it has waited for a lock, without a time limit, for a stated time and has not run since.
That alone says little: an idle worker of a pool waits like that. So it counts in two cases:

- a *ring*: each of some threads waits for an RLock that the next one owns. An RLock knows its owner; it is found by
  looking through the program's memory for what points to the futex that the thread waits on.
- *every* thread of the process waits like that, so none of its own can wake another. Other processes could, through
  a lock in shared memory: then all processes of the program must wait.
"""

from __future__ import annotations

import mmap
import os
import struct
from array import array
from collections.abc import Callable, Iterator, Mapping
from io import FileIO

from grandstand.engine import observed
from grandstand.engine.messages import LOCK
from grandstand.observe.outside import procfs
from grandstand.observe.outside.memory import Gone
from grandstand.observe.outside.thread import Thread
from grandstand.observe.outside.watched import WatchedProcess

_PIECE = 1 << 20
_MOST_BYTES = 256 << 20
"""Looked through at most, once for each set of waiting threads, a piece at a time: it takes a few seconds of CPU time
in a large program, and nothing else would be seen meanwhile."""
_MOST_SPAN = 16 << 30
"""And so much of its address space, used or not: some programs map terabytes that they never use."""
_PAGE = mmap.PAGESIZE
_THERE = 1 << 62
"""A word of pagemap is at least this where the page is in memory or in swap. Other pages were never used."""
_OBJECT = struct.Struct("<QQQQQ")  # reference count, type, lock, owner, count: an RLock of 3.8 to 3.13
Key = tuple[int, tuple[int, ...]]
"""A process, and which of its threads wait."""


class Finder:
    """``after_ns``: who has waited for longer without running counts as waiting for good."""

    def __init__(self, after_ns: int) -> None:
        self._after = after_ns
        self._said: dict[int, tuple[tuple[int, ...], bool]] = {}
        self._rings: dict[Key, tuple[int, ...]] = {}
        self._searches: dict[Key, Search] = {}

    def search(self, until: Callable[[], bool]) -> bool:
        """Goes on looking for owners ``until`` time is up. True when it has found out about some threads."""
        for key, search in list(self._searches.items()):
            if search.go_on(until):
                del self._searches[key]
                self._rings[key] = ring_of(search.owned)
                return True
            if until():
                break
        return False

    def look(self, processes: Mapping[int, WatchedProcess], now: int) -> Iterator[observed.Stuck]:
        """What is stuck now that was not, or the other way round."""
        waiting = {pid: self._waiting(process, now) for pid, process in processes.items()}
        all_wait = all(len(waiting[pid]) == len(p.threads) for pid, p in processes.items())
        for pid, process in processes.items():
            threads, ring = self._stuck(process, waiting[pid], all_wait)
            before = self._said.get(pid, ((), False))
            if (threads, ring) != before:
                self._said[pid] = (threads, ring)
                since = min((process.threads[tid].still_ns for tid in threads), default=now)
                yield observed.Stuck(pid, now, since, threads, ring)
        for pid in self._said.keys() - processes.keys():
            del self._said[pid]
        for pid in {key[0] for key in (*self._rings, *self._searches)} - processes.keys():
            self._forget(pid)

    def _forget(self, pid: int) -> None:
        self._rings = {key: ring for key, ring in self._rings.items() if key[0] != pid}
        self._searches = {key: search for key, search in self._searches.items() if key[0] != pid}

    def _waiting(self, process: WatchedProcess, now: int) -> list[Thread]:
        if process.stopped or not process.may_look:
            return []
        return [
            thread
            for thread in process.threads.values()
            if thread.wait.state == LOCK and not thread.wait.timed and now - thread.still_ns > self._after
        ]

    def _stuck(self, process: WatchedProcess, waiting: list[Thread], all_wait: bool) -> tuple[tuple[int, ...], bool]:
        if not waiting:
            return (), False
        tids = tuple(sorted(thread.tid for thread in waiting))
        key = (process.pid, tids)
        if key not in self._rings:
            if key not in self._searches:
                self._forget(process.pid)
                if len(waiting) > 1:
                    self._searches[key] = Search(process, waiting)
                else:
                    self._rings[key] = ()
            if key in self._searches:  # until it is known, what was said before holds
                return self._said.get(process.pid, ((), False))
        if self._rings[key]:
            return self._rings[key], True
        everybody = len(waiting) == len(process.threads)
        shared = any(thread.wait.shared for thread in waiting)
        if everybody and (not shared or all_wait) and process.interpreter.layout is not None:
            return tids, False
        return (), False


def ring_of(owner: Mapping[int, int]) -> tuple[int, ...]:
    """From {who waits: for whom} the first ring, beginning with its smallest; () where there is none."""
    for first in sorted(owner):
        path = [first]
        at = owner.get(first)
        while at is not None and at not in path:
            path.append(at)
            at = owner.get(at)
        if at is not None and len(path) > 1:
            ring = path[path.index(at) :]
            if len(ring) > 1:
                begin = ring.index(min(ring))
                return tuple(ring[begin:] + ring[:begin])
    return ()


class Search:
    """Looks for who owns the RLocks that threads wait for. ``owned``: {who waits: who owns}, as far as is known."""

    def __init__(self, process: WatchedProcess, waiting: list[Thread]) -> None:
        self.owned: dict[int, int] = {}
        self._process = process
        self._waiters: dict[int, list[int]] = {}
        for thread in waiting:
            if thread.wait.address:
                self._waiters.setdefault(thread.wait.address, []).append(thread.tid)
        self._steps = self._look()

    def go_on(self, until: Callable[[], bool]) -> bool:
        """A piece of memory at a time; True when there is nothing left to look at."""
        try:
            for _ in self._steps:
                if until():
                    return False
        except (Gone, OSError):
            self.owned = {}
        return True

    def _look(self) -> Iterator[None]:
        for pointers in _pointers(self._process, list(self._waiters)):
            for address, at in pointers:
                owner = _owner(self._process, at - 16, address)
                if owner > 0:
                    self.owned |= {tid: owner for tid in self._waiters[address] if tid != owner}
            yield


def _pointers(process: WatchedProcess, addresses: list[int]) -> Iterator[list[tuple[int, int]]]:
    """Piece by piece of its writable memory: (address, where a word points to it)."""
    memory = process.interpreter.memory
    if memory is None:
        return
    patterns = [(address, struct.pack("<Q", address)) for address in addresses]
    left, span = _MOST_BYTES, _MOST_SPAN
    with open(f"/proc/{process.pid}/pagemap", "rb", buffering=0) as pagemap:
        for mapped in procfs.mappings(process.pid):
            if not mapped.flags.startswith("rw") or mapped.file[1] or mapped.path.startswith("[v"):
                continue
            for start in range(mapped.start, mapped.end, _PIECE):
                span -= _PIECE
                pointers = []
                for begin, end in _used(pagemap, start, min(start + _PIECE, mapped.end)):
                    raw = memory.read(begin, end - begin)
                    left -= len(raw)
                    for address, pattern in patterns:
                        at = raw.find(pattern)
                        while at >= 0:
                            if at % 8 == 0:
                                pointers.append((address, begin + at))
                            at = raw.find(pattern, at + 1)
                yield pointers
                if left < 0 or span < 0:
                    return


def _used(pagemap: FileIO, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Stretches of memory that the program has used: reading others would make pages for it that it never wanted."""
    words = array("Q")
    words.frombytes(os.pread(pagemap.fileno(), 8 * ((end - start) // _PAGE), 8 * (start // _PAGE)))
    first = None
    for number, word in enumerate(words):
        if word >= _THERE:
            first = number if first is None else first
        elif first is not None:
            yield start + first * _PAGE, start + number * _PAGE
            first = None
    if first is not None:
        yield start + first * _PAGE, start + len(words) * _PAGE


def _owner(process: WatchedProcess, at: int, lock: int) -> int:
    """The thread that owns the RLock at this address, if there is one; else -1."""
    memory = process.interpreter.memory
    assert memory is not None
    raw = memory.read(at, _OBJECT.size)
    if len(raw) != _OBJECT.size:
        return -1
    references, kind, pointer, owner, count = _OBJECT.unpack(raw)
    if pointer != lock or not owner or not 0 < count < 1 << 32 or not 0 < references < 1 << 40:
        return -1
    name = memory.read(memory.word(kind + 24), 16)  # tp_name comes after the head of a type object
    if not name.startswith((b"_thread.RLock\0", b"RLock\0")):
        return -1
    return process.interpreter.thread_of(owner)
