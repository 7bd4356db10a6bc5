"""What stands beside the rows of a watched program: names and figures of the last two seconds. No Qt."""

from __future__ import annotations

from grandstand.session.gils import LEAST_LOOKS
from grandstand.watch.lately import Lately
from grandstand.watch.program import Process, Program
from grandstand.watch.rows import MOST_ENDED, Group, Row


class RowWords:
    """Of one program, as far as is known at the moment."""

    def __init__(self, program: Program, lately: Lately) -> None:
        self._program, self._lately = program, lately

    def process(self, group: Group) -> Process | None:
        """The process of a group: also one that has ended."""
        process = self._program.processes.get(group.pid)
        if process is not None and not group.ended_ns:
            return process
        return next(
            (one for one in reversed(self._program.former) if (one.pid, one.until) == (group.pid, group.ended_ns)),
            None,
        )

    def heading(self, group: Group) -> tuple[str, str, bool]:
        """Its command line; facts; whether these are a warning."""
        process = self.process(group)
        if process is None:
            return f"process {group.pid}", "ended" if group.ended_ns else "", False
        facts = [str(group.pid)]
        if group.ended_ns:
            return process.title, " · ".join([*facts, "ended"]), False
        if process.stuck:
            return process.title, " · ".join([*facts, "deadlock" if process.ring else "looks stuck"]), True
        cores = self._lately.cores(group.pid)
        facts += [f"{cores:.2f} cores"] if cores is not None else []
        if process.python:
            facts.append(f"Python {process.python}")
        facts += [_gil(process, self._lately.hand_overs(group.pid)), _poor(group)]
        if group.gone > MOST_ENDED:
            facts.append(f"{group.gone:,} threads have ended")
        if group.more:
            facts.append(f"{len(group.more)} more threads are not drawn")
        if group.more_gils:
            facts.append(f"{len(group.more_gils)} more GILs are not drawn")
        return process.title, " · ".join(fact for fact in facts if fact), False

    def row(self, row: Row) -> tuple[str, str]:
        """Its name, and what it did: of a thread its share of a core, of a GIL how long it was held."""
        process = self._program.processes.get(row.pid)
        if not row.thread:
            several = process is not None and len(process.gils) > 1
            held = self._lately.held(row.pid, row.gil) if not row.ended_ns and row.quality.good else None
            return f"GIL {row.gil + 1}" if several else "GIL", "" if held is None else _percent(held)
        if row.ended_ns:
            return self._name(row), "ended"
        activity = self._lately.thread(row.pid, row.thread)
        return self._name(row), _percent(activity.computing) if activity is not None else ""

    @staticmethod
    def _name(row: Row) -> str:
        if row.thread == row.pid:
            return "main thread"  # what the system calls it is the program's name
        return row.name or f"thread {row.thread}"


def _percent(share: float) -> str:
    """There is room for a few letters."""
    return "<1 %" if 0.001 < share < 0.005 else f"{100 * share:.0f} %"


def _poor(group: Group) -> str:
    """Why a GIL is not drawn at the moment."""
    for row in group.gils.values():
        looks, unseen = row.quality.looks, row.quality.unseen
        if not row.quality.good and looks is not None and unseen is not None:
            how = f"{looks:.0f} looks/s" if looks < LEAST_LOOKS else f"{_percent(unseen)} of the time not seen"
            return f"GIL not drawn: {how}"
    return ""


def _gil(process: Process, hand_overs: float) -> str:
    if process.gil == "none":
        return "no GIL (free-threaded)"
    if process.main_gil is not None:
        return f"{hand_overs:.0f} hand-overs/s"
    if process.python or process.why:
        return "its GIL cannot be read"
    return "no Python"
