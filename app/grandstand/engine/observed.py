"""What the observer of a running program says: small, immutable, over the wire codec. No thread of its own.

All times are ns of the monotonic clock, which every process of one machine shares. Totals are cumulative, so a
message that gets lost costs a stretch of the picture and never the truth of a figure.
"""

from typing import NamedTuple, Tuple


class Watching(NamedTuple):
    """The observer's first word: its own pid, and the process that it was told to watch."""

    observer: int
    pid: int
    t_ns: int
    wall_ns: int


class ProcessSeen(NamedTuple):
    """A process has come, or something has come to be known of it (it ran exec, its Python was found).

    ``parent``: another watched process, or 0. ``python`` is its version or "". ``gil``: "read", "none" (a
    free-threaded Python without one), or "" where it is not known; ``why`` then says why, in words, and ``remedy``
    what would mend it. ``source``: how its GIL was found.
    """

    pid: int
    parent: int
    t_ns: int
    command: Tuple[str, ...]
    python: str
    free_threaded: bool
    gil: str
    source: str
    why: str
    remedy: str


class ThreadSeen(NamedTuple):
    """A thread has come, or is called otherwise now. ``name`` is "" where it has none of its own."""

    pid: int
    thread: int
    t_ns: int
    name: str


class ThreadsSeen(NamedTuple):
    """Where the threads of a process stand.

    ``rows``: int64, ROW of them a thread: thread, since (first look), until (last look), CPU time from its birth,
    time not seen, state it is in, then its time in each state since its first look (ns, by number). ``slices``: int64
    fours (thread, state, start, end) since the last message; what no slice covers was not seen.
    """

    pid: int
    t_ns: int
    rows: bytes
    slices: bytes


class GilSeen(NamedTuple):
    """One GIL of a process; 0 is its main interpreter's. Times and counts are totals since it was found.

    ``holders``: int64 pairs (thread, ns held); ``held_ns`` also counts threads that ended a while ago, which are not
    in it any more. ``slices``: int64 threes (thread or 0 for free, start, end).
    ``switches``: how often it went from one thread to another, as the interpreter counts them. ``invalid``: readings
    of ``samples`` that made no sense.
    """

    pid: int
    gil: int
    t_ns: int
    held_ns: int
    free_ns: int
    unseen_ns: int
    switches: int
    samples: int
    invalid: int
    holders: bytes
    slices: bytes


class ThreadGone(NamedTuple):
    """A thread has ended, as far as was seen at ``t_ns``."""

    pid: int
    thread: int
    t_ns: int


class ProcessUsed(NamedTuple):
    """CPU time of a whole process from its birth, to a clock tick: threads that were never seen are in it."""

    pid: int
    t_ns: int
    cpu_ns: int


class ProcessGone(NamedTuple):
    """``cpu_ns``: of the whole process as last seen, threads that were never seen included, to a clock tick."""

    pid: int
    t_ns: int
    cpu_ns: int


class Ended(NamedTuple):
    """The program that the observer started has ended: its exit code, negative for a signal."""

    pid: int
    t_ns: int
    code: int


class Stuck(NamedTuple):
    """Threads of a process that wait for locks and for nothing else, since ``since_ns``.

    ``ring``: they wait for each other, in this order, which is sure; else it only looks so. No ``threads``: what was
    said of this process before holds no more.
    """

    pid: int
    t_ns: int
    since_ns: int
    threads: Tuple[int, ...]
    ring: bool


class Looking(NamedTuple):
    """How well the observer sees: looks a second at GILs and at threads, what it looks at, its own CPU time (ns)."""

    t_ns: int
    gil_hz: float
    threads_hz: float
    processes: int
    threads: int
    cpu_ns: int


ROW_HEAD = 6
"""Numbers of a row before its states."""
