"""The clocks of one worker thread, read without giving the GIL away.

Thread CPU time, run delay and voluntary switches.
"""

import threading
import time
from typing import Callable, Optional

from grandstand.engine.schedstat import Schedstat

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
        self._schedstat = Schedstat("/proc/thread-self/schedstat")
        self._last = 0
        try:
            import resource

            self._rusage = resource.getrusage
            self._who = resource.RUSAGE_THREAD
        except (ImportError, AttributeError):
            self.close()

    @property
    def available(self) -> bool:
        return self._schedstat.open

    def run_delay_ns(self) -> Optional[int]:
        """Nanoseconds this thread has waited for a core so far; None where the system does not say."""
        delay = self._schedstat.read()
        return None if delay is None else delay[0]

    def switches_since_last_call(self) -> int:
        """How often the thread gave up its core of its own accord since the last call; only where ``available``.

        0 tells a core that a hypervisor took away, which no other figure shows, from every wait. Who waits for the
        GIL wakes up once a switch interval, so few switches in a long time were no wait for the GIL.
        """
        count = self._rusage(self._who).ru_nvcsw
        since, self._last = count - self._last, count
        return since

    def close(self) -> None:
        self._schedstat.close()
