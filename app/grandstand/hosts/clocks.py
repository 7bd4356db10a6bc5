"""Clocks of hosts. On one machine all processes share the monotonic clock; where one does not, its times are shifted.

Source: CPython's time.perf_counter_ns is clock_gettime(CLOCK_MONOTONIC) on Linux, mach_absolute_time on macOS and
QueryPerformanceCounter on Windows: each the machine's. A time namespace or another implementation may differ.
"""

from __future__ import annotations

import time
from typing import Any

from grandstand.engine import messages as m
from grandstand.engine import wire
from grandstand.engine.clocks import now_ns

_STRAY_NS = 1_000_000_000
"""Two readings of the wall clock that differ by more from what the way of a message allows are not of one clock."""


def offset_of(introduction: wire.Introduction, asked_ns: int) -> int:
    """What must be added to a host's times: 0 when its clock is this one's.

    ``asked_ns``: an instant before it can have read its clock. It read it between then and now; if it says otherwise,
    the offset follows from the wall clock, which it read in the same moment. Without even that, its clock counts as
    read just now, which is late by the way of a message.
    """
    now = now_ns()
    if asked_ns <= introduction.t_ns <= now:
        return 0
    by_wall = (now - time.time_ns()) - (introduction.t_ns - introduction.wall_ns)
    if asked_ns - _STRAY_NS <= introduction.t_ns + by_wall <= now + _STRAY_NS:
        return by_wall
    return now - introduction.t_ns


def shifted(event: Any, offset: int) -> Any:
    """The same event with every time in it moved by ``offset`` ns; as it is where that gives no time at all."""
    if not offset or not isinstance(event, (m.Hello, m.Progress, m.Goodbye)):
        return event
    if isinstance(event, m.Progress):
        try:
            triples = m.unpack_slices(event.slices)
            slices = m.pack_slices([n for state, a, b in triples for n in (state, a + offset, b + offset)])
        except (ValueError, OverflowError):
            return event
        return event._replace(t_ns=event.t_ns + offset, slices=slices)
    return event._replace(t_ns=event.t_ns + offset)
