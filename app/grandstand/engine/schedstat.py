"""What the scheduler keeps of a thread, read without giving the GIL away.

A file read through ``os`` releases the GIL, and with it the worker's turn: the measurement would change what it
measures. ``ctypes.PyDLL`` calls keep it.
"""

import os
import sys
from typing import Optional, Tuple

try:
    import ctypes
except ImportError:  # a Python that was built without it (no libffi): there are no such figures then
    ctypes = None  # type: ignore[assignment]

_FIELDS = 95


class Schedstat:
    """``/proc/…/schedstat`` of a thread, read without giving the GIL away: (ns of run delay, times run)."""

    def __init__(self, path: str) -> None:
        self._fd = -1
        if not sys.platform.startswith("linux") or ctypes is None:
            return
        try:
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            pread = ctypes.PyDLL(None).pread
            pread.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_long)
            pread.restype = ctypes.c_ssize_t
            self._pread = pread
            self._buffer = ctypes.create_string_buffer(_FIELDS + 1)
            fields = self.read()
            if fields is None or fields[1] <= 0:  # a kernel without these figures says "0 0 0", even of itself
                self.close()
        except (OSError, AttributeError):
            self.close()

    @property
    def open(self) -> bool:
        return self._fd >= 0

    def read(self) -> Optional[Tuple[int, int]]:
        """None where the system does not say, or the thread is gone."""
        if self._fd < 0:
            return None
        size = self._pread(self._fd, self._buffer, _FIELDS, 0)
        if size <= 0:
            return None
        try:
            _, delay, times = self._buffer.raw[:size].split()
            return int(delay), int(times)
        except ValueError:
            return None

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1
