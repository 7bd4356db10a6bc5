"""Items to work through, and which worker takes which. In the workers; several processes share one file.

Whoever is free takes the next ones, as a pool's workers do. The place in the list is a number in a small file, locked
by the system while it is moved: a worker that is killed in between takes no lock with it.
"""

import os
import struct
import sys
import threading
from typing import Any, Dict, Sequence, Tuple

from grandstand.engine.own.importing import literal

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_NUMBER = struct.Struct("<Q")
_here = threading.Lock()


def items_of(described: Dict[str, Any]) -> Sequence[Any]:
    """The items; empty where a call takes none."""
    there = described.get("items")
    if not there:
        return ()
    if there["kind"] == "range":
        return range(there["start"], there["stop"], there["step"])
    return list(literal(there["text"]))


class Tickets:
    """Numbers from 0 up, each taken once among all workers of a run. ``path``: the file; '' for this process alone."""

    def __init__(self, path: str) -> None:
        self._next = 0
        self._file = -1
        if path:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)

    def take(self, many: int) -> Tuple[int, int]:
        """The next ``many`` numbers, as (first, after the last)."""
        with _here:  # a lock on a file is a process's: threads of it do not keep each other out
            if self._file < 0:
                first = self._next
                self._next += many
                return first, first + many
            _lock(self._file, True)
            try:
                os.lseek(self._file, 0, os.SEEK_SET)
                there = os.read(self._file, _NUMBER.size)
                first = _NUMBER.unpack(there)[0] if len(there) == _NUMBER.size else 0
                os.lseek(self._file, 0, os.SEEK_SET)
                os.write(self._file, _NUMBER.pack(first + many))
            finally:
                _lock(self._file, False)
            return first, first + many

    def close(self) -> None:
        with _here:  # closing one handle lets go of the lock that another thread of this process has
            if self._file >= 0:
                number, self._file = self._file, -1
                os.close(number)


def _lock(number: int, on: bool) -> None:
    if sys.platform == "win32":
        os.lseek(number, 0, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_LOCK if on else msvcrt.LK_UNLCK, 1)
    else:
        fcntl.lockf(number, fcntl.LOCK_EX if on else fcntl.LOCK_UN)
