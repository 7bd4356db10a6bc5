"""Finds threads that wait for locks and will wait for ever, as far as can be told. The observer's only thread.

A thread waits for good where it has waited for a lock, without a time limit, for a stated time and has not run since.
That alone says little: an idle worker of a pool waits like that. So it counts in two cases:

- a *ring*: each of some threads waits for an RLock that the next one owns. An RLock knows its owner; it is found by
  looking through the program's memory for what points to the futex that the thread waits on.
- *every* thread of the process waits like that, so none of its own can wake another. Other processes could, through
  a lock in shared memory: then all processes of the program must wait.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from grandstand.engine import observed
from grandstand.engine.messages import LOCK
from grandstand.observe.outside import procfs
from grandstand.observe.outside.memory import Gone
from grandstand.observe.outside.thread import Thread
from grandstand.observe.outside.watched import WatchedProcess

_PIECE = 4 << 20
_MOST_BYTES = 256 << 20
"""Looked through at most, once for each set of waiting threads: some 0.1 s."""
_OBJECT = struct.Struct("<QQQQQ")  # reference count, type, lock, owner, count: an RLock of 3.8 to 3.13


class Finder:
    """``after_ns``: who has waited for longer without running counts as waiting for good."""

    def __init__(self, after_ns: int) -> None:
        self._after = after_ns
        self._said: dict[int, tuple[tuple[int, ...], bool]] = {}
        self._rings: dict[tuple[int, tuple[int, ...]], tuple[int, ...]] = {}

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
            self._rings = {k: v for k, v in self._rings.items() if k[0] != process.pid}
            self._rings[key] = ring_of(owners(process, waiting)) if len(waiting) > 1 else ()
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


def owners(process: WatchedProcess, waiting: list[Thread]) -> dict[int, int]:
    """{who waits: who owns the RLock it waits for}, where that can be established."""
    memory = process.interpreter.memory
    if memory is None:
        return {}
    wanted = {thread.wait.address: [] for thread in waiting if thread.wait.address}  # type: dict[int, list[int]]
    for thread in waiting:
        if thread.wait.address:
            wanted[thread.wait.address].append(thread.tid)
    owned: dict[int, int] = {}
    try:
        for address, at in _pointers(process, list(wanted)):
            owner = _owner(process, at - 16, address)
            if owner > 0:
                for tid in wanted[address]:
                    if tid != owner:
                        owned[tid] = owner
    except (Gone, OSError):
        return {}
    return owned


def _pointers(process: WatchedProcess, addresses: list[int]) -> Iterator[tuple[int, int]]:
    """(address, where a word in writable memory points to it)."""
    memory = process.interpreter.memory
    assert memory is not None
    patterns = [(address, struct.pack("<Q", address)) for address in addresses]
    left = _MOST_BYTES
    for mapped in procfs.mappings(process.pid):
        if not mapped.flags.startswith("rw") or mapped.file[1] or mapped.path.startswith("[v"):
            continue
        for start in range(mapped.start, mapped.end, _PIECE):
            raw = memory.read(start, min(_PIECE, mapped.end - start))
            left -= len(raw)
            if left < 0:
                return
            for address, pattern in patterns:
                at = raw.find(pattern)
                while at >= 0:
                    if at % 8 == 0:
                        yield address, start + at
                    at = raw.find(pattern, at + 1)


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
