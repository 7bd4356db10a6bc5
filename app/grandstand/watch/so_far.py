"""What is known of a watched program, as an observer would have to say it to somebody who comes later. Pure.

Totals are cumulative and come with the next news anyway; what has ended is not told again.
"""

from __future__ import annotations

from typing import Any

from grandstand.engine import observed as o
from grandstand.watch.program import Program


def so_far(program: Program) -> list[Any]:
    """Events; none of a program that nothing is known of."""
    if not program.observer:
        return []
    told: list[Any] = [o.Watching(program.observer, program.pid, program.began, 0)]
    for one in sorted(program.processes.values(), key=lambda process: process.since):
        told.append(
            o.ProcessSeen(
                one.pid, one.parent, one.since, one.command, one.python, one.free_threaded, one.gil, one.source,
                one.why, one.remedy,
            )
        )  # fmt: skip
        told += [
            o.ThreadSeen(one.pid, thread.id, thread.since, thread.name)
            for thread in one.threads.values()
            if thread.name
        ]
        if one.stuck:
            told.append(o.Stuck(one.pid, one.until, one.stuck_since, one.stuck, one.ring))
    return told
