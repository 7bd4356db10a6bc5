"""Long figuring on a thread of the window: it leaves the GIL alone while a frame is drawn. Any thread.

The same clock that workers in this process go by (grandstand.hosts.frame_slots). Nothing waits on the command line,
where no thread has said ``polite``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from grandstand.hosts.frame_slots import frame_slots

_here = threading.local()


@contextmanager
def polite() -> Iterator[None]:
    """Within it ``breathe`` of this thread sleeps through frame slots."""
    before = getattr(_here, "polite", False)
    _here.polite = True
    try:
        yield
    finally:
        _here.polite = before


def breathe() -> None:
    """To be called every millisecond or so of long work; costs next to nothing where nobody is polite."""
    if getattr(_here, "polite", False):
        frame_slots().leave_alone()
