"""A watched program as far as is known: what the observer said, applied in order. Any one thread; no Qt."""

from __future__ import annotations

import copy
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from grandstand.engine import observed as o
from grandstand.engine.messages import STATE_COUNT, Trouble
from grandstand.plain import one_line
from grandstand.vocabulary import states
from grandstand.watch.summed import LEAST_THREADS, MOST_PROCESSES, MOST_THREADS, Summed

_ROW = o.ROW_HEAD + STATE_COUNT
MOST_NAME = 80
"""Letters of a thread's name; the system keeps 15 of them."""
_MOST_WORDS = 1_000
"""Of what is said about a process: a recording may come from anywhere."""


@dataclass
class Thread:
    """Times in ns. ``since`` its first look to ``until`` its last; ``states`` by number, and with ``unseen`` they add
    up to that. ``held``: how long it held its process's GILs."""

    pid: int
    id: int
    name: str = ""
    since: int = 0
    until: int = 0
    unseen: int = 0
    state: int = 0
    states: tuple[int, ...] = (0,) * STATE_COUNT
    held: int = 0
    gone: bool = False

    @property
    def seconds(self) -> float:
        return (self.until - self.since) / 1e9

    @property
    def cpu_seconds(self) -> float:
        """While it was watched."""
        return self.states[states.COMPUTING.number] / 1e9


@dataclass
class Gil:
    """Totals in ns since it was found. ``holders``: ns by thread."""

    number: int
    first: int
    until: int = 0
    held: int = 0
    free: int = 0
    unseen: int = 0
    switches: int = 0
    samples: int = 0
    invalid: int = 0
    holders: dict[int, int] = field(default_factory=dict)

    @property
    def seen_s(self) -> float:
        return (self.held + self.free) / 1e9

    @property
    def share_held(self) -> float:
        return self.held / (self.held + self.free) if self.held + self.free else 0.0

    @property
    def missed(self) -> float:
        """The share of time in which it was not seen."""
        whole = self.held + self.free + self.unseen
        return self.unseen / whole if whole else 0.0

    @property
    def rate_hz(self) -> float:
        whole = (self.held + self.free + self.unseen) / 1e9
        return self.samples / whole if whole > 0 else 0.0

    @property
    def switches_per_second(self) -> float:
        """Hand-overs from one thread to another, counted by the interpreter itself, so none is missed."""
        whole = (self.held + self.free + self.unseen) / 1e9
        return self.switches / whole if whole > 0 else 0.0

    def share_of(self, thread: int) -> float:
        """Of the time in which it was seen, how much this thread held it."""
        seen = self.held + self.free
        return self.holders.get(thread, 0) / seen if seen else 0.0


@dataclass
class Process:
    """``gil``: "read", "none" (a free-threaded Python without one) or "", and then ``why`` and ``remedy`` in words."""

    pid: int
    parent: int = 0
    since: int = 0
    until: int = 0
    command: tuple[str, ...] = ()
    python: str = ""
    free_threaded: bool = False
    gil: str = ""
    source: str = ""
    why: str = ""
    remedy: str = ""
    gone: bool = False
    stuck: tuple[int, ...] = ()
    ring: bool = False
    stuck_since: int = 0
    threads: dict[int, Thread] = field(default_factory=dict)
    gils: dict[int, Gil] = field(default_factory=dict)
    ended: list[Thread] = field(default_factory=list)
    earlier: Summed = field(default_factory=Summed)
    """Of threads that ended before those in ``ended``."""
    too_brief: int = 0
    """Threads that were there, and had ended before anybody could look at what they did."""
    used: tuple[int, int, int, int] = (0, 0, 0, 0)
    """First and last time (ns) at which its CPU time was told, and what that was then (ns)."""

    @property
    def cores(self) -> float:
        """How many cores' time it has used, threads that nobody saw included; 0 before it is known."""
        first, last, before, now = self.used
        return (now - before) / (last - first) if last > first else 0.0

    @property
    def everyone(self) -> list[Thread]:
        """Threads there are and were, those first that came first; without ``earlier``."""
        return sorted([*self.ended, *self.threads.values()], key=lambda thread: (thread.since, thread.id))

    @property
    def cpu_seconds(self) -> float:
        """While it was watched, of the threads that were seen."""
        computing = states.COMPUTING.number
        threads = (*self.ended, *self.threads.values())
        return (self.earlier.states[computing] + sum(thread.states[computing] for thread in threads)) / 1e9

    @property
    def count(self) -> int:
        """How many threads there are and were."""
        return self.earlier.count + len(self.ended) + len(self.threads)

    def sum_up(self) -> Summed:
        """All its threads in one."""
        summed = Summed()
        summed.add_summed(self.earlier)
        summed.add((*self.ended, *self.threads.values()))
        return summed

    def forget(self, most: int) -> None:
        """Of more threads that have ended, the older ones are summed up; half of ``most`` stay."""
        if len(self.ended) <= most:
            return
        old, self.ended = self.ended[: -most // 2], self.ended[-most // 2 :]
        self.earlier.add(old)
        kept = {*self.threads, *(thread.id for thread in self.ended)}
        for gil in self.gils.values():
            gil.holders = {thread: ns for thread, ns in gil.holders.items() if thread in kept}

    @property
    def main_gil(self) -> Gil | None:
        """The one that was held longest: of several, that of the interpreter that does the work."""
        return max(self.gils.values(), key=lambda gil: gil.held, default=None)

    def share_held_by(self, thread: int) -> float | None:
        """How much of the time this thread held a GIL: its interpreter's, of several. None where none was seen."""
        return max((gil.share_of(thread) for gil in self.gils.values()), default=None)

    @property
    def title(self) -> str:
        """Its command line, without the folders before the program's name."""
        if not self.command:
            return f"process {self.pid}"
        return one_line(" ".join((self.command[0].rpartition("/")[2] or self.command[0], *self.command[1:])))


class Program:
    """``apply`` events as they come. ``troubles``: what was said to be wrong; ``exit_code`` as in subprocess."""

    def __init__(self) -> None:
        self.processes: dict[int, Process] = {}
        self.former: list[Process] = []
        self.earlier = Summed()
        """Of the threads of ``earlier_processes`` processes that ended before those in ``former``."""
        self.earlier_processes = 0
        self.troubles: list[Trouble] = []
        self.pid = 0
        self.observer = 0
        self.began = 0
        self.until = 0
        self.exit_code: int | None = None
        self.observer_cpu_s = 0.0
        self._first_cpu: int | None = None
        self._first_look = 0
        self._looked_until = 0
        self._looks = [0.0, 0.0, 0.0]  # seconds, looks at GILs, looks at threads

    def apply(self, events: Iterable[Any]) -> None:
        for event in events:
            apply = _APPLY.get(type(event))
            if apply is not None:
                apply(self, event)

    @property
    def everything(self) -> list[Process]:
        """Processes there are and were, in the order in which they came; without ``earlier_processes``."""
        return sorted([*self.former, *self.processes.values()], key=lambda process: (process.since, process.pid))

    @property
    def seconds(self) -> float:
        return max(0, self.until - self.began) / 1e9

    @property
    def gil_hz(self) -> float:
        """Looks at GILs a second, on average."""
        return self._looks[1] / self._looks[0] if self._looks[0] else 0.0

    @property
    def threads_hz(self) -> float:
        return self._looks[2] / self._looks[0] if self._looks[0] else 0.0

    @property
    def observer_share(self) -> float:
        """What the observer itself has cost: a share of one core, its start left out."""
        seconds = (self._looked_until - self._first_look) / 1e9
        return self.observer_cpu_s / seconds if seconds > 0 else 0.0

    @property
    def missed(self) -> float:
        """The share of all threads' time in which they were not seen."""
        summed = Summed()
        summed.add_summed(self.earlier)
        for process in (*self.former, *self.processes.values()):
            summed.add_summed(process.sum_up())
        return summed.unseen / summed.length if summed.length else 0.0

    def snapshot(self) -> dict[str, Any]:
        """All of it as it is now, to come back to; what has ended does not change any more and is shared."""
        return _copied(vars(self))

    def restore(self, snapshot: dict[str, Any]) -> None:
        vars(self).update(_copied(snapshot))

    def _process(self, pid: int, t_ns: int) -> Process:
        process = self.processes.get(pid)
        if process is None:
            process = self.processes[pid] = Process(pid, since=t_ns)
        process.until = max(process.until, t_ns)
        self.until = max(self.until, t_ns)
        return process

    def _watching(self, event: o.Watching) -> None:
        self.observer, self.pid, self.began = event.observer, event.pid, event.t_ns

    def _process_seen(self, event: o.ProcessSeen) -> None:
        process = self._process(event.pid, event.t_ns)
        process.parent, process.command = event.parent, event.command
        process.python, process.free_threaded = one_line(event.python, most=MOST_NAME), event.free_threaded
        process.gil, process.source = event.gil, one_line(event.source, most=_MOST_WORDS)
        process.why, process.remedy = (one_line(text, most=_MOST_WORDS) for text in (event.why, event.remedy))

    def _thread_seen(self, event: o.ThreadSeen) -> None:
        self._thread(event.pid, event.thread, event.t_ns).name = one_line(event.name, most=MOST_NAME)

    def _thread(self, pid: int, tid: int, t_ns: int) -> Thread:
        threads = self._process(pid, t_ns).threads
        if tid not in threads:
            threads[tid] = Thread(pid, tid)
        return threads[tid]

    def _threads_seen(self, event: o.ThreadsSeen) -> None:
        rows = numbers(event.rows)
        for i in range(0, len(rows) - _ROW + 1, _ROW):
            thread = self._thread(event.pid, rows[i], event.t_ns)
            _, thread.since, thread.until, _, thread.unseen, thread.state = rows[i : i + o.ROW_HEAD]
            thread.states = tuple(rows[i + o.ROW_HEAD : i + _ROW])

    def _gil_seen(self, event: o.GilSeen) -> None:
        process = self._process(event.pid, event.t_ns)
        gil = process.gils.setdefault(event.gil, Gil(event.gil, event.t_ns))
        gil.until, gil.held, gil.free, gil.unseen = event.t_ns, event.held_ns, event.free_ns, event.unseen_ns
        gil.switches, gil.samples, gil.invalid = event.switches, event.samples, event.invalid
        pairs = numbers(event.holders)
        told = dict(zip(pairs[::2], pairs[1::2], strict=False))
        gil.holders.update(told)  # of threads that ended a while ago nothing more is told
        for tid in told:
            thread = process.threads.get(tid)
            if thread is not None:
                thread.held = sum(one.holders.get(tid, 0) for one in process.gils.values())

    def _thread_gone(self, event: o.ThreadGone) -> None:
        process = self._process(event.pid, event.t_ns)
        thread = process.threads.pop(event.thread, None)
        if thread is None or not thread.until:
            process.too_brief += 1
            return
        thread.gone = True
        process.ended.append(thread)
        process.forget(self._most_threads)

    @property
    def _most_threads(self) -> int:
        """Of one process, so that there are not too many in all."""
        return max(LEAST_THREADS, MOST_THREADS // max(1, len(self.former) + len(self.processes)))

    def _process_used(self, event: o.ProcessUsed) -> None:
        process = self._process(event.pid, event.t_ns)
        first, _, before, _ = process.used
        known = (first, before) if first else (event.t_ns, event.cpu_ns)
        process.used = (known[0], event.t_ns, known[1], event.cpu_ns)

    def _process_gone(self, event: o.ProcessGone) -> None:
        process = self.processes.pop(event.pid, None)
        if process is not None:
            process.gone, process.until = True, event.t_ns
            self.former.append(process)
            process.forget(self._most_threads)
            if len(self.former) > MOST_PROCESSES:
                self._forget()

    def _forget(self) -> None:
        """Of many processes that have ended, the older half is summed up; not the one that was asked for."""
        old = [process for process in self.former[: MOST_PROCESSES // 2] if process.pid != self.pid]
        gone = set(map(id, old))
        self.former = [process for process in self.former if id(process) not in gone]
        self.earlier_processes += len(old)
        for process in old:
            self.earlier.add_summed(process.sum_up())

    def _ended(self, event: o.Ended) -> None:
        self.exit_code = event.code
        self.until = max(self.until, event.t_ns)

    def _stuck(self, event: o.Stuck) -> None:
        process = self._process(event.pid, event.t_ns)
        process.stuck, process.ring, process.stuck_since = event.threads, event.ring, event.since_ns

    def _looking(self, event: o.Looking) -> None:
        if self._first_cpu is None:
            self._first_cpu, self._first_look = event.cpu_ns, event.t_ns
        else:
            seconds = (event.t_ns - self._looked_until) / 1e9
            self._looks[0] += seconds
            self._looks[1] += event.gil_hz * seconds
            self._looks[2] += event.threads_hz * seconds
        self._looked_until = event.t_ns
        self.observer_cpu_s = (event.cpu_ns - self._first_cpu) / 1e9

    def _trouble(self, event: Trouble) -> None:
        self.troubles.append(event)


_APPLY: dict[type, Any] = {
    o.Watching: Program._watching, o.ProcessSeen: Program._process_seen, o.ThreadSeen: Program._thread_seen,
    o.ThreadsSeen: Program._threads_seen, o.GilSeen: Program._gil_seen, o.ThreadGone: Program._thread_gone,
    o.ProcessUsed: Program._process_used, o.ProcessGone: Program._process_gone, o.Ended: Program._ended,
    o.Stuck: Program._stuck, o.Looking: Program._looking, Trouble: Program._trouble,
}  # fmt: skip


def _copied(state: dict[str, Any]) -> dict[str, Any]:
    processes: dict[int, Process] = state["processes"]
    done = [*state["former"], *(thread for process in processes.values() for thread in process.ended)]
    return copy.deepcopy(state, {id(one): one for one in done})


def numbers(packed: bytes) -> list[int]:
    """int64s as events hold them; what is torn at the end is left out."""
    values = array("q")
    values.frombytes(packed[: len(packed) // 8 * 8])
    return values.tolist()
