"""What a waiting thread waits for, by the system call that it is in (``/proc/PID/task/TID/syscall``). Pure.

A futex on one of the GIL's own words is the GIL, any other futex a lock; sleeps count as I/O, as they do in the
accounts that workers keep of themselves. What is none of these is ``waiting``: for a child to end, for a signal.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from typing import NamedTuple

from grandstand.engine.messages import COMPUTING, GIL, IO, LOCK, STATE_COUNT, WAITING

_FUTEX_PRIVATE = 128

# By machine: futex calls as {number: (place of the address, place of the operation or -1, place of the timeout)}, then
# calls that wait for I/O or sleep, then other locks (flock, fcntl, semop, semtimedop).
_X86_IO = (
    "0-8 16-23 35 40-48 74-77 80-95 162 187 208 217 230 232 257 262-264 267 270 271 275-278 281 285 288 295 296 299 "
    "306 307 316 326-328 332 426 441"
)
_ARM_IO = "4 22 29 33-38 43-50 56-57 59 61-84 101 115 202-213 242 243 267 269 285-287 291 426 441"
_FUTEX_CALLS = {449: (0, -1, 3), 455: (0, -1, 4)}
_MACHINES = {
    "x86_64": ({202: (0, 1, 3), **_FUTEX_CALLS}, _X86_IO, (65, 72, 73, 220)),
    "aarch64": ({98: (0, 1, 3), **_FUTEX_CALLS}, _ARM_IO, (25, 32, 192, 193)),
}
KNOWN = platform.machine() in _MACHINES
"""Whether this machine's system calls are known; without that nothing is said of what a thread waits for."""


def _numbers(text: str) -> frozenset[int]:
    numbers: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return frozenset(numbers)


_FUTEXES, _io, _locks = _MACHINES.get(platform.machine(), ({}, "", ()))
_IO, _LOCKS = _numbers(_io), frozenset(_locks)


class Wait(NamedTuple):
    """``state`` by number (computing: it does not wait, or waits for a core). ``address`` of a lock's futex, else 0;
    ``timed``: it will not wait for ever; ``shared``: another process may end it."""

    state: int
    address: int = 0
    timed: bool = False
    shared: bool = False


UNNAMED = STATE_COUNT
"""No state: a wait on a futex while it is not known yet which ones are a GIL's. It gets its name afterwards."""
RUNS, _READS, _WAITS = Wait(COMPUTING), Wait(IO), Wait(WAITING)


def name(address: int, gils: Sequence[tuple[int, int]]) -> int:
    """The state of a thread that waits on the futex at that address: for the GIL, or for a lock."""
    return GIL if any(start <= address < end for start, end in gils) else LOCK


def parse(raw: bytes, gils: Sequence[tuple[int, int]] | None) -> Wait:
    """``raw`` is a ``syscall`` line, ``gils`` the stretches of memory that hold the futexes of this process's GILs.

    While those are not known (None), a wait on a futex is UNNAMED.
    """
    if raw.startswith(b"running"):
        return RUNS
    fields = raw.split()
    try:
        number = int(fields[0])
        if number < 0:  # blocked outside any call: a page that is being read
            return _READS
        futex = _FUTEXES.get(number)
        if futex is None:
            return _READS if number in _IO else Wait(LOCK, 0, True, True) if number in _LOCKS else _WAITS
        where, operation, timeout = futex
        address = int(fields[1 + where], 16)
        if gils is None:
            return Wait(UNNAMED, address)
        if name(address, gils) == GIL:
            return Wait(GIL, address)
        private = operation < 0 or bool(int(fields[1 + operation], 16) & _FUTEX_PRIVATE)
        return Wait(LOCK, address, int(fields[1 + timeout], 16) != 0, not private)
    except (IndexError, ValueError):
        return _WAITS
