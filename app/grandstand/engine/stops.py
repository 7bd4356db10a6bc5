"""Whether a silence of this process's clocks was a stop from outside. One object a process; used by its workers.

To a thread a stop looks like a wait: wall time goes on, CPU time and run delay do not. Only a witness can tell them
apart, and there are two:

* **SIGCONT**, for what SIGSTOP, Ctrl+Z or a debugger stopped. It is blocked, so it stays pending until somebody looks
  (the kernel lets a process go on all the same). A handler would run in the main thread alone, and only once that
  gets the GIL; a pending signal is seen by whichever thread looks first.
* **The app's pulse**, for what freezes the app and its workers at once without a signal: a freezer cgroup
  (``docker pause``), or a system whose clock goes on while it sleeps. A thread of the app does nothing but sleep for
  PULSE_NS, over and over; the scheduler counts how often it ran. When it should have run and did not, though it was
  not kept from a core either, nobody's clock was being read. Reading that count needs neither the GIL nor the app.

Without a witness nothing is called a stop.
"""

import signal
import threading
from typing import Any, List, Optional, Tuple

from grandstand.engine.schedstat import Schedstat

PULSE_NS = 100_000_000
LEAST_NS = 20_000_000
"""A shorter silence is not looked into."""
_LEAST_BEATS_NS = 3 * PULSE_NS
"""So much must be missing from the pulse: it beats ten times a second, and not quite on time."""
_ABOUT_NS = 3 * PULSE_NS // 2
_LOOK_NS = 250_000_000
_KEPT = 16


class Stops:
    """``pulse``: process and thread id of the app's pulse; (0, 0) for none."""

    def __init__(self, pulse: Tuple[int, int] = (0, 0)) -> None:
        self._lock = threading.Lock()
        self._known: List[Tuple[int, int, int]] = []  # from, until, at most so much of it (ns)
        self._clear = 0
        self._looked = 0
        self._beats: Optional[Tuple[int, int, int]] = None  # when, run delay, times run
        pid, thread = pulse
        self._pulse = Schedstat("/proc/{}/task/{}/schedstat".format(pid, thread)) if pid else None
        self._blocked = False

    def watch(self) -> Any:
        """Blocks SIGCONT in the calling thread and those that it starts; for the main thread. Returns what
        ``unwatch`` wants."""
        if not hasattr(signal, "SIGCONT"):
            return None
        before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGCONT,))
        self._blocked = True
        self._take()  # one from before
        return before

    def unwatch(self, before: Any) -> None:
        """As it was before ``watch``, in the same thread."""
        self._blocked = False
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def look(self, t: int) -> None:
        """At each message, at the instant ``t``: has later silences begin after it."""
        if t - self._looked < _LOOK_NS:
            return
        self._looked = t
        with self._lock:
            self._ask_pulse(t)
            if not self._pending():
                self._clear = t

    def seen(self, start: int, end: int, silent: int, sure: bool = False) -> Tuple[int, int]:
        """How much of ``silent`` ns, in which the calling thread neither ran nor wanted to, was a stop.

        The silence lay between ``start`` and ``end``, which is now. ``sure``: the thread had nothing to wait for, so
        if there was a stop, it lasted that long. Returns (from when, ns).
        """
        with self._lock:
            self._ask_pulse(end)
            if self._pending():
                since = min(max(start, self._clear), end)
                self._add(since, end, min(silent, end - since))  # before it is taken: others may be looking
                self._take()
            self._clear = end
            since, stopped = end, 0
            for i, (first, last, most) in enumerate(self._known):
                shared = min(last, end) - max(first, start)
                if shared > 0:
                    if sure and min(silent, shared) > most:
                        most = min(silent, shared)
                        self._known[i] = first, last, most
                    since = min(since, max(first, start))
                    stopped += min(shared, most)
        return since, min(stopped, silent)

    def any_since(self, t: int) -> bool:
        """Whether a stop is known that lasted beyond ``t``."""
        with self._lock:
            return any(last > t for _, last, _ in self._known)

    def close(self) -> None:
        if self._pulse is not None:
            self._pulse.close()

    # -- inside -----------------------------------------------------------------------------------------------

    def _pending(self) -> bool:
        return self._blocked and signal.SIGCONT in signal.sigpending()

    def _take(self) -> None:
        """Takes a pending SIGCONT; only with the lock, or two might wait for one."""
        if self._pending():
            signal.sigwait((signal.SIGCONT,))

    def _ask_pulse(self, t: int) -> None:
        beat = self._pulse.read() if self._pulse is not None else None
        if beat is None:
            return
        delay, times = beat
        if self._beats is not None:
            then, delayed, before = self._beats
            silent = (t - then) - (delay - delayed) - (times - before) * PULSE_NS
            if silent >= _LEAST_BEATS_NS:
                self._add(then, t, silent + _ABOUT_NS)
        self._beats = t, delay, times

    def _add(self, start: int, end: int, most: int) -> None:
        """Remembers a stop; one that overlaps another is the same, seen twice."""
        apart = []
        for first, last, so_far in self._known:
            if first < end and start < last:
                start, end, most = min(start, first), max(end, last), max(most, so_far)
            else:
                apart.append((first, last, so_far))
        self._known = [*apart[1 - _KEPT :], (start, end, most)]
