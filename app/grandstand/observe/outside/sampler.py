"""The observer's loop: GILs some 1,000 times a second, threads 20 to 200 times, and what has come and gone.

It keeps to a budget of CPU time, counts what each kind of look costs, and looks less often where there is more to look
at; how often it looked is said. When it was itself kept waiting, the stretch counts as not seen.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from grandstand.engine import observed
from grandstand.engine.messages import Trouble
from grandstand.observe.outside import procfs, stuck
from grandstand.observe.outside.thread import Thread
from grandstand.observe.outside.tree import MOST_PROCESSES, Tree
from grandstand.observe.outside.watched import WatchedProcess

MS = 1_000_000
GIL_EVERY = (MS, 20 * MS)
THREADS_EVERY = (5 * MS, 500 * MS)
GIL_BUDGET = 0.065
THREADS_BUDGET = (0.045, 0.12)
"""Shares of a core: for up to FEW threads, and for MANY of them; in between, in between."""
FEW, MANY = 8, 200
GIL_LATE, THREADS_LATE = 20 * MS, 100 * MS
"""Longer gaps were not seen (or, where looks are further apart anyway, gaps of so many looks)."""
LATE_LOOKS = 6
_FIND_AT_LEAST = 100 * MS
_SEARCH_NS = 2 * MS
clock = time.perf_counter_ns
cpu_clock = time.thread_time_ns


class Sampler:
    """``say`` sends an event; ``turn`` once does all that is due, and ``pause`` until something is again."""

    def __init__(
        self,
        pid: int,
        ancestor: bool,
        say: Callable[[Any], None],
        stuck_after_ns: int,
        command: tuple[str, ...] = (),
    ) -> None:
        """``command``: what the program was launched with. Raises OSError when there is no such process."""
        self._say = say
        self.pictures = True
        self.tree = Tree(pid, ancestor, self._ended, command)
        self._stuck = stuck.Finder(stuck_after_ns)
        self._queue: deque[tuple[WatchedProcess, Thread]] = deque()
        self._gil_every, self._threads_every = GIL_EVERY[0], 10 * MS
        self._gil_late, self._threads_late = GIL_LATE, THREADS_LATE
        self._sweep_at = 0
        self._due: dict[str, int] = {}
        # What is done besides: how often at most, and which share of a core it may take. What costs more is done less.
        self._besides = (
            ("find", self._find, 20 * MS, 0.02), ("check", self._check, 40 * MS, 0.01),
            ("tree", self._look_for_processes, 50 * MS, 0.01), ("names", self._names, 1000 * MS, 0.005),
            ("say", self.flush, 50 * MS, 0.025), ("budget", self._keep_to_budget, 250 * MS, 0.01),
            ("stuck", self._find_stuck, 1000 * MS, 0.005), ("search", self._search, 20 * MS, 0.05),
        )  # fmt: skip
        self._random = 12345
        self._rounds = self._sweeps = 0
        self._gil_cost = self._thread_cost = 0.0
        self._costs = [0, 0, 0, 0]  # CPU time of rounds, rounds, CPU time of looks at threads, such looks
        self._measured = clock()
        self._said_too_many = self._said_starved = False
        self._begin = self._measured

    @property
    def over(self) -> bool:
        """Every process of the program has ended."""
        return not self.tree.processes

    def turn(self, pause: float) -> None:
        """Sleeps until the next look is due, but ``pause`` seconds at most, and does what is due."""
        busy = cpu_clock()
        now = clock()
        for process in list(self.tree.processes.values()):
            if not process.sample_gils(now, self._gil_late):
                self.tree.check(process, anew=True)
        done = cpu_clock()
        self._costs[0] += done - busy
        self._costs[1] += 1
        self._rounds += 1
        self._some_threads(now)
        self._costs[2] += cpu_clock() - done
        for name, task, every, share in self._besides:
            if now >= self._due.get(name, 0):
                busy = cpu_clock()
                task(now)
                rest = int((cpu_clock() - busy) / share)
                if name == "find":  # asking an executable for its offsets is dear once, and its answer is waited for
                    rest = min(rest, _FIND_AT_LEAST)
                self._due[name] = now + max(every, rest)
        left = self._jitter(self._gil_every) - (clock() - now)
        if left > 0:
            time.sleep(min(pause, left / 1e9))

    def _jitter(self, every: int) -> int:
        """0.6 to 1.4 of it: looks at fixed distances would fall into step with whatever the program does."""
        self._random = (self._random * 1103515245 + 12345) & 0x7FFFFFFF
        return every * (614 + (self._random >> 8) % 820) >> 10

    def _some_threads(self, now: int) -> None:
        queue = self._queue
        if not queue:
            if now < self._sweep_at:
                return
            self._sweep_at = now + self._jitter(self._threads_every)
            for process in self.tree.processes.values():
                queue.extend((process, thread) for thread in process.threads.values())
            self._sweeps += 1
        # As many as there is time for before the GILs are due again: a few at a time would cost three times as much,
        # since whatever sleeps in between finds the processor's caches cold.
        late, until = self._threads_late, now + self._gil_every * 6 // 10
        while queue:
            process, thread = queue.popleft()
            at = clock()
            process.sample(thread, at, late)
            self._costs[3] += 1
            if at > until:
                break

    def _find(self, now: int) -> None:
        for process in list(self.tree.processes.values()):
            if not process.find_python(now):
                self.tree.check(process, anew=True)

    def _check(self, now: int) -> None:
        for process in list(self.tree.processes.values()):
            self.tree.check(process)

    def _look_for_processes(self, now: int) -> None:
        self.tree.look()
        if self.tree.too_many and not self._said_too_many:
            self._said_too_many = True
            self._say(
                Trouble(
                    "too-many", f"The program has more than {MOST_PROCESSES} processes; the rest is not watched.", ""
                )
            )

    def _names(self, now: int) -> None:
        for process in self.tree.processes.values():
            process.look_at_names()
            if process.starved and not self._said_starved:
                self._said_starved = True
                self._say(
                    Trouble(
                        "files",
                        "The program has more threads than this user may open files, so some are not watched.",
                        "Allow more with: ulimit -n 65536",
                    )
                )

    def _find_stuck(self, now: int) -> None:
        for event in self._stuck.look(self.tree.processes, now):
            self._say(event)

    def _search(self, now: int) -> None:
        """A little at a time: GILs and threads are looked at in between."""
        if self._stuck.search(lambda: clock() - now > _SEARCH_NS):
            self._find_stuck(now)

    def flush(self, now: int) -> None:
        """Says what there is to say."""
        for process in list(self.tree.processes.values()):
            for event in process.news(now, self.pictures):
                self._say(event)

    def _ended(self, process: WatchedProcess) -> None:
        for event in process.news(clock(), self.pictures):
            self._say(event)
        self._say(observed.ProcessGone(process.pid, clock(), process.stat.cpu * procfs.NS_PER_TICK))

    def _keep_to_budget(self, now: int) -> None:
        rounds_cpu, rounds, looks_cpu, looks = self._costs
        self._costs = [0, 0, 0, 0]
        if rounds:
            self._gil_cost = _smooth(self._gil_cost, rounds_cpu / rounds + 20_000)  # and the sleep, some 20 µs
        if looks:
            self._thread_cost = _smooth(self._thread_cost, looks_cpu / looks)
        threads = sum(len(process.threads) for process in self.tree.processes.values())
        share = min(1.0, max(0.0, (threads - FEW) / (MANY - FEW)))
        budget = THREADS_BUDGET[0] + share * (THREADS_BUDGET[1] - THREADS_BUDGET[0])
        self._gil_every = _within(GIL_EVERY, self._gil_cost / GIL_BUDGET)
        self._threads_every = _within(THREADS_EVERY, self._thread_cost * threads / budget)
        if not any(process.interpreter.tracks for process in self.tree.processes.values()):
            self._gil_every = min(self._threads_every, 10 * MS)
        self._gil_late = max(GIL_LATE, LATE_LOOKS * self._gil_every)
        self._threads_late = max(THREADS_LATE, LATE_LOOKS * self._threads_every)
        seconds = (now - self._measured) / 1e9
        if seconds < 0.1:  # the first time
            return
        self._measured = now
        self._say(
            observed.Looking(
                now,
                self._rounds / seconds,
                self._sweeps / seconds,
                len(self.tree.processes),
                threads,
                time.process_time_ns(),
            )
        )
        self._rounds = self._sweeps = 0

    def close(self) -> None:
        """The last words. What still runs has not ended: it is only watched no longer."""
        self.flush(clock())
        self.tree.close()


def _smooth(before: float, now: float) -> float:
    return now if not before else before + 0.3 * (now - before)


def _within(limits: tuple[int, int], value: float) -> int:
    return int(min(limits[1], max(limits[0], value)))
