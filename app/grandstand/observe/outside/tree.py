"""Which processes belong to a program: the first one, and whatever they start. The observer's only thread."""

from __future__ import annotations

import os
from collections.abc import Callable

from grandstand.observe.outside import procfs
from grandstand.observe.outside.watched import WatchedProcess

MOST_PROCESSES = 400


class Tree:
    """``gone`` hears of each that has ended. ``too_many``: more than can be watched were there at some time.

    ``command``: what the first one was launched with, if it was launched to be watched.
    """

    def __init__(
        self, pid: int, ancestor: bool, gone: Callable[[WatchedProcess], None], command: tuple[str, ...] = ()
    ) -> None:
        """Raises OSError when the first one is not there."""
        self._ancestor = ancestor
        self._gone = gone
        self._known: set[int] = set()
        self.too_many = False
        self.processes: dict[int, WatchedProcess] = {pid: WatchedProcess(pid, 0, ancestor, command)}

    def look(self) -> None:
        """Processes that have come. One that lived from one look to the next is not seen."""
        try:
            there = set(procfs.processes())
        except OSError:
            return
        there.discard(os.getpid())  # its parent may be what is watched
        new = sorted(there - self._known)
        self._known = there
        parents: dict[int, int] = {}
        for pid in new:
            try:
                parents[pid] = procfs.stat(pid).parent
            except OSError:
                continue
        progress = True
        while progress:  # a grandchild may have the smaller number
            progress = False
            for pid, parent in list(parents.items()):
                if parent in self.processes and pid not in self.processes:
                    del parents[pid]
                    progress = self._add(pid, parent) or progress

    def _add(self, pid: int, parent: int) -> bool:
        if len(self.processes) >= MOST_PROCESSES:
            self.too_many = True
            return False
        try:
            self.processes[pid] = WatchedProcess(pid, parent, self._ancestor)
        except OSError:
            return False
        return True

    def check(self, process: WatchedProcess, anew: bool = False) -> None:
        """Is it still there, and which threads has it? ``anew``: if it is there, it has become another program."""
        try:
            process.look_at_it()
            process.look_for_threads()
        except OSError:
            self.drop(process)
            return
        if anew:
            process.begin_anew()

    def drop(self, process: WatchedProcess) -> None:
        if self.processes.get(process.pid) is process:
            del self.processes[process.pid]
            process.close()
            self._gone(process)

    def close(self) -> None:
        """Lets go of all: they are watched no longer, and go on."""
        for process in self.processes.values():
            process.close()
        self.processes.clear()
