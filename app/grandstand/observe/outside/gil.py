"""Who holds a GIL, over time, read from outside. The observer's only thread.

A GIL's record in memory is read some hundred times a second. Between two readings that agree nothing is assumed to
have changed; between two that differ the change is put in the middle. A reading that makes no sense, or comes too
late, leaves a stretch that was not seen.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable

from grandstand.observe.outside.layout import RECORD, Layout
from grandstand.observe.outside.memory import Gone, Memory

FREE = 0
"""Stands for a thread where nobody holds it."""
_LONGEST_INTERVAL_US = 100_000_000
_MASK = (1 << 64) - 1


class Holders:
    """From a thread state to the system's thread id. ``known(tid)``: whether this process has such a thread."""

    def __init__(self, memory: Memory, layout: Layout, known: Callable[[int], int]) -> None:
        self._memory = memory
        self._layout = layout
        self._known = known

    def thread(self, state: int) -> int:
        """-1 where it cannot be told. Raises Gone."""
        layout, memory = self._layout, self._memory
        if layout.native >= 0:
            number = memory.number(state + layout.native)
        elif layout.libc_thread >= 0:
            number = memory.number(memory.word(state + layout.ident) + layout.libc_thread)
        else:
            return -1
        return self._known(number) if number > 0 else -1


class GilTrack:
    """One GIL. ``number`` within its process: 0 is the main interpreter's."""

    def __init__(self, number: int, address: int, memory: Memory, layout: Layout, holders: Holders) -> None:
        self.number = number
        self.address = address
        self.held_ns: dict[int, int] = {}
        self.gone_ns = 0  # by threads that are not told of any more
        self.free_ns = self.unseen_ns = 0
        self.samples = self.invalid = self.switches = 0
        self.enabled = True
        self._enabled_at = address + layout.enabled if layout.enabled >= 0 else 0
        self._record = address + layout.record
        self._memory = memory
        self._fd = memory.fd
        self._holders = holders
        self._raw = b"?"  # what no reading can be
        self._state = -1  # a thread id, FREE, or -1: not seen
        self._count = -1
        self._at = 0  # when it was last read
        self._slice = 0  # when the open slice began
        self._slices: list[int] = []

    @property
    def futexes(self) -> tuple[int, int]:
        begin = self._record + RECORD.size
        return begin, begin + 208

    def look_whether_enabled(self) -> bool:
        """A free-threaded build may switch its GIL on when a module is imported. Raises Gone."""
        if self._enabled_at:
            self.enabled = self._memory.number(self._enabled_at) > 0
        return self.enabled

    def sample(self, now: int, late_ns: int) -> bool:
        """Reads it; ``late_ns``: a longer gap was not seen. False when the program is gone."""
        try:
            raw = os.pread(self._fd, 32, self._record)
        except OSError:
            raw = b"-"
        gap = now - self._at
        self.samples += 1
        if raw == self._raw:
            if gap <= late_ns:
                self._at = now
                return True
        elif not raw:
            return False
        else:
            late_ns //= 2  # the middle of a long gap says little
        return self._changed(raw, now, gap > late_ns)

    def _changed(self, raw: bytes, now: int, late: bool) -> bool:
        try:
            state, count = self._understood(raw)
        except Gone:
            return False
        if state < 0:
            self.invalid += 1
            raw = b"?"  # so that the next one is looked at, whatever it is
        if count >= 0 and self._count >= 0:
            self.switches += (count - self._count) & _MASK
        if count >= 0:
            self._count = count
        before, self._state, self._raw = self._state, state, raw
        if late or not self._at:
            self._close(before, self._at)
            self.unseen_ns += now - self._at if self._at else 0
            self._slice = now
        elif before != state:
            middle = (self._at + now) // 2 if before >= 0 and state >= 0 else self._at if before >= 0 else now
            self._close(before, middle)
            self._slice = middle
        self._at = now
        return True

    def _understood(self, raw: bytes) -> tuple[int, int]:
        """(thread id, FREE or -1, number of switches or -1)."""
        if len(raw) != RECORD.size:
            return -1, -1
        interval, holder, locked, count = RECORD.unpack(raw)
        if not 0 < interval <= _LONGEST_INTERVAL_US or locked not in (-1, 0, 1):
            return -1, -1
        if locked != 1:
            return FREE, count
        return self._holders.thread(holder), count

    def _close(self, state: int, until: int) -> None:
        """Ends the open slice."""
        length = until - self._slice
        if length <= 0 or not self._slice:
            return
        if state < 0:
            self.unseen_ns += length
            return
        if state == FREE:
            self.free_ns += length
        else:
            self.held_ns[state] = self.held_ns.get(state, 0) + length
        slices = self._slices
        if slices and slices[-3] == state and slices[-1] == self._slice:
            slices[-1] = until
        else:
            slices += (state, self._slice, until)

    @property
    def all_held_ns(self) -> int:
        return self.gone_ns + sum(self.held_ns.values())

    def forget(self, thread: int) -> None:
        """It ended a while ago: how long it held the GIL has been told, and stays in the total."""
        self.gone_ns += self.held_ns.pop(thread, 0)

    def take(self) -> bytes:
        """The slices since the last call, as int64 (thread or FREE, start, end); the open one ends for now."""
        if self._at > self._slice > 0:
            self._close(self._state, self._at)
            self._slice = self._at
        packed = array("q", self._slices).tobytes()
        self._slices = []
        return packed


def addresses(memory: Memory, layout: Layout, base: int, runtime: int) -> list[int]:
    """Of all GILs of a process, the main interpreter's first. Raises Gone."""
    if layout.head < 0:
        return [base + layout.gil]
    at = memory.word((runtime if layout.gil < 0 else base) + layout.head)
    places: list[int] = []
    for _ in range(10_000):  # a list that is being changed may lead in a circle
        if not at:
            break
        gil = memory.word(at + layout.interpreter_gil)
        if gil and gil not in places:
            places.append(gil)
        at = memory.word(at + layout.interpreter_next)
    places.reverse()
    return places


def plausible(memory: Memory, layout: Layout, address: int) -> bool:
    """Whether a GIL's record lies there. Raises Gone."""
    raw = memory.read(address + layout.record, RECORD.size)
    if len(raw) != RECORD.size:
        return False
    interval, _, locked, _ = RECORD.unpack(raw)
    return 0 < interval <= _LONGEST_INTERVAL_US and locked in (-1, 0, 1)
