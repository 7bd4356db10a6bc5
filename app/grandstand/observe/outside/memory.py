"""Reads the memory of another process through ``/proc/PID/mem``, opened for reading only. Any thread, Linux.

The system checks once, when it is opened, whether this user may look (ptrace's rules, Yama's among them); nothing is
stopped for it. The open file belongs to that program alone: after an exec, or its end, it reads as nothing, so that
neither a new program nor a reused number can be taken for it.
"""

from __future__ import annotations

import os
import struct

_HIGHEST = 1 << 47


class Gone(OSError):
    """The program has ended, or has become another by exec."""


class Memory:
    """Raises PermissionError where this user may not look, another OSError where there is nothing to see."""

    def __init__(self, pid: int) -> None:
        self.fd = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)

    def read(self, address: int, size: int) -> bytes:
        """Up to ``size`` bytes: none where the address is none. Raises Gone."""
        if not 0 < address < _HIGHEST:
            return b""
        try:
            raw = os.pread(self.fd, size, address)
        except OSError:  # nothing is mapped there
            return b""
        if not raw:
            raise Gone("the program is gone")
        return raw

    def word(self, address: int) -> int:
        """An unsigned word of 64 bits, 0 where the address is none. Raises Gone."""
        raw = self.read(address, 8)
        return int(struct.unpack("<Q", raw)[0]) if len(raw) == 8 else 0

    def number(self, address: int) -> int:
        """A signed word of 32 bits, 0 where the address is none. Raises Gone."""
        raw = self.read(address, 4)
        return int(struct.unpack("<i", raw)[0]) if len(raw) == 4 else 0

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1
