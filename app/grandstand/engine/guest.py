"""Priority, signals, output: what a guest in somebody's machine owes to the app. Main thread of a child or a host."""

import os
import signal
import sys

from grandstand.engine import printed

NICE = 19
"""The lowest priority there is short of running only when nobody else does. At +10 every tenth frame of the window
found its core taken and waited some 3 ms for it; at +19 one in a hundred does (Linux 6.18, EEVDF, 2 cores)."""


def leave_signals_to_the_app() -> None:
    """Deaf to the terminal's signals, and not to SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the app, which then stops us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    heard = {signal.SIGINT, signal.SIGTERM}
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # so is the end of the terminal
        heard.add(signal.SIGHUP)
    if hasattr(signal, "pthread_sigmask"):  # the fork server is deaf to SIGTERM; a worker is not
        signal.pthread_sigmask(signal.SIG_UNBLOCK, heard)


def die_with_parent() -> None:
    """Linux: have the kernel end this process with its parent, in case it hangs holding the GIL."""
    if not sys.platform.startswith("linux"):
        return
    try:
        import ctypes
    except ImportError:  # a Python that was built without it; the pipes to the app remain
        return
    set_parent_death_signal = 1
    library = getattr(ctypes, "PyDLL", ctypes.CDLL)  # PyPy has only the latter
    library(None).prctl(set_parent_death_signal, int(signal.SIGKILL), 0, 0, 0)


def die_when_closed(pipe: int) -> None:
    """Linux: has the closing of the pipe's other end send SIGKILL: that needs neither the GIL nor a process that is
    awake, and nobody may write to that pipe."""
    if not sys.platform.startswith("linux"):
        return
    import fcntl

    try:
        fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(pipe, fcntl.F_SETSIG, int(signal.SIGKILL))
        fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    except (OSError, AttributeError):  # the end of the orders remains, for what does not hang
        return


def print_to_nobody() -> None:
    """Prints of workers go to their tails; those from C code and of grandchildren must not end up in somebody's
    JSON."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    printed.install()


def lower_priority() -> None:
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    elif hasattr(os, "nice"):
        try:
            os.nice(NICE)
        except OSError:
            pass
