"""The clocks of one worker thread, read without giving the interpreter away.

A file read through ``os`` releases the GIL, and with it the worker's turn: the measurement would change what it
measures. ``ctypes.PyDLL`` calls keep it.
"""

import ctypes
import os
import sys
import threading
import time
from typing import Callable, Optional

now_ns = time.perf_counter_ns


def _thread_cpu_clock() -> Callable[[], int]:
    try:
        time.thread_time_ns()
    except (AttributeError, OSError):  # some platforms have no such clock; process time is the honest neighbor
        return time.process_time_ns
    return time.thread_time_ns


cpu_ns = _thread_cpu_clock()


def native_thread_id() -> int:
    """The operating system's id of the calling thread (Linux: the tid under /proc)."""
    return threading.get_native_id()


class SchedulerClock:
    """Run delay and voluntary switches of the calling thread.

    Source: second field of ``/proc/thread-self/schedstat`` (ns spent runnable but not running, kernel
    Documentation/scheduler/sched-stats) and ``getrusage(RUSAGE_THREAD).ru_nvcsw``. Both are per thread: make it in
    the thread that it is to watch. ``available`` is False where the system has no such figures.
    """

    def __init__(self) -> None:
        self._fd = -1
        self._pread = None
        self._rusage = None
        if not sys.platform.startswith("linux"):
            return
        try:
            import resource

            self._fd = os.open("/proc/thread-self/schedstat", os.O_RDONLY | os.O_CLOEXEC)
            pread = ctypes.PyDLL(None).pread
            pread.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_long)
            pread.restype = ctypes.c_ssize_t
            self._pread = pread
            self._buffer = ctypes.create_string_buffer(96)
            self._rusage = resource.getrusage
            self._who = resource.RUSAGE_THREAD
            self._last = 0
            if not self._kept() or self.run_delay_ns() is None:
                self.close()
        except (OSError, ImportError, AttributeError, ValueError):
            self.close()

    @property
    def available(self) -> bool:
        return self._fd >= 0

    def _kept(self) -> bool:
        """Whether the kernel keeps these figures; one that does not says "0 0 0" even to a thread that runs."""
        fields = os.read(self._fd, 95).split()
        return len(fields) == 3 and int(fields[2]) > 0

    def run_delay_ns(self) -> Optional[int]:
        """Nanoseconds this thread has waited for a core so far; None where the system does not say."""
        if self._pread is None:
            return None
        size = self._pread(self._fd, self._buffer, 95, 0)
        if size <= 0:
            return None
        try:
            return int(self._buffer.raw[:size].split()[1])
        except (IndexError, ValueError):
            return None

    def blocked_since_last_call(self) -> bool:
        """True when the thread gave up its core of its own accord (waited for something) since the last call.

        Tells a wait for the interpreter from a core that a hypervisor took away, which no other figure shows.
        """
        if self._rusage is None:
            return True
        count = self._rusage(self._who).ru_nvcsw
        blocked = bool(count != self._last)
        self._last = count
        return blocked

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1
        self._pread = None
        self._rusage = None
