"""How a process that speaks the wire begins: the descriptors it was given, and its first word. Any thread."""

import os
import sys
import time
from typing import Any, Tuple

from grandstand.engine.clocks import now_ns
from grandstand.engine.wire import PROTOCOL, Introduction, WireError, newer


def inherited(number: str, flags: int) -> int:
    """The descriptor that the app named on the command line; nothing that this process starts inherits it.

    ``flags``: os.O_RDONLY or os.O_WRONLY. Raises ValueError or OSError where there is no such descriptor.
    """
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.open_osfhandle(int(number), flags)
    descriptor = int(number)
    os.set_inheritable(descriptor, False)
    return descriptor


def introduce(runners: Tuple[str, ...] = ()) -> Introduction:
    """What this process is, and its clocks now."""
    return Introduction(
        PROTOCOL,
        sys.version.split()[0],
        sys.implementation.name,
        free_threaded(),
        bool(getattr(sys, "_is_gil_enabled", lambda: True)()),
        os.getpid(),
        now_ns(),
        time.time_ns(),
        runners,
    )


def free_threaded() -> bool:
    """Whether this Python was built to run without a GIL, which says nothing of whether it has one now."""
    flags = getattr(sys, "abiflags", None)
    if flags is not None:
        return "t" in flags
    import sysconfig  # Windows

    return bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def introduced(event: Any) -> Introduction:
    """The introduction that a stream's first event must be. Raises WireError with what is wrong."""
    if not isinstance(event, Introduction):
        raise WireError("its first word was {} and no introduction".format(type(event).__name__))
    if event.protocol > PROTOCOL:
        raise newer(event.protocol)
    return event
