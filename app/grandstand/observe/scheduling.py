"""What a thread asks of the operating system's scheduler. Called in the thread that it is about."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys

_SHORT_NS = 100_000
_RESET_ON_FORK = 1
_NUMBERS = {"x86_64": 314, "aarch64": 274, "riscv64": 274}
"""sched_setattr(2) by machine; Python's ``os`` does not have it."""


def wake_promptly() -> bool:
    """Asks for short turns, so that this thread gets a core as soon as it wakes. True if the system granted it.

    Linux from 6.12 on lets a normal thread choose its slice (sched_attr.sched_runtime); one that is shorter than that
    of the thread on the core takes over at once instead of waiting out the other's turn, some 3 ms. Its share of the
    machine stays the same. Threads and processes made from here do not inherit it.
    """
    number = _NUMBERS.get(platform.machine())
    if not sys.platform.startswith("linux") or number is None or os.sched_getscheduler(0) != os.SCHED_OTHER:
        return False
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    # size, policy, flags, nice, priority, runtime, deadline, period
    wish = struct.pack("=IIQiIQQQ", 48, os.SCHED_OTHER, _RESET_ON_FORK, nice, 0, _SHORT_NS, 0, 0)
    try:
        return int(ctypes.CDLL(None).syscall(number, 0, wish, 0)) == 0
    except (OSError, AttributeError):
        return False
