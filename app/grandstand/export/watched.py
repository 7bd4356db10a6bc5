"""The recording of a watched program as rows, for tables and traces. Any thread.

What was seen is read as it was told: the size of the recording does not matter.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from grandstand.engine import observed as o
from grandstand.engine.messages import STATE_COUNT
from grandstand.journal.reader import Recording
from grandstand.plain import one_line
from grandstand.vocabulary.states import KEYS

NAME, STATE, GIL = "name", "state", "gil"
_GIL_TRACK = 1_000_000_000
"""No thread of Linux has such a number."""
_MOST_NAME = 200
_WIDTH = o.ROW_HEAD + STATE_COUNT
Rows = Iterable[tuple[Any, ...]]

PROCESSES = ("t_ns", "pid", "parent", "command", "python", "free_threaded", "gil", "why_not")
THREADS = ("pid", "thread", "name", "since_ns", "until_ns", "not_seen_ns", *(f"{key}_ns" for key in KEYS))
SLICES = ("pid", "thread", "state", "start_ns", "end_ns", "duration_ns")
GILS = ("t_ns", "pid", "gil", "held_ns", "free_ns", "not_seen_ns", "hand_overs", "looks")
HOLDERS = ("pid", "gil", "thread", "start_ns", "end_ns", "duration_ns")
CPU = ("t_ns", "pid", "cpu_ns")


def processes(recording: Recording) -> Rows:
    """What became known of processes, and when."""
    for _, _, event in recording.observed(0):
        if isinstance(event, o.ProcessSeen):
            yield (
                event.t_ns, event.pid, event.parent or "", " ".join(event.command), event.python,
                int(event.free_threaded), event.gil, event.why,
            )  # fmt: skip


def threads(recording: Recording) -> Rows:
    """Each thread with its account as it was last."""
    names: dict[tuple[int, int], str] = {}
    last: dict[tuple[int, int, int], list[int]] = {}
    called: dict[tuple[int, int, int], str] = {}
    for _, _, event in recording.observed(0):
        if isinstance(event, o.ThreadSeen):
            names[event.pid, event.thread] = one_line(event.name, most=_MOST_NAME)
        elif isinstance(event, o.ThreadsSeen):
            for row in _rows(event):
                key = (event.pid, row[0], row[1])
                last[key], called[key] = row, names.get((event.pid, row[0]), "")
    for (pid, thread, since), row in last.items():
        yield pid, thread, called[pid, thread, since], since, row[2], row[4], *row[o.ROW_HEAD :]


def slices(recording: Recording) -> Rows:
    for _, _, event in recording.observed(0):
        if isinstance(event, o.ThreadsSeen):
            for thread, state, start, end in _groups(event.slices, 4):
                if 0 <= state < len(KEYS):
                    yield event.pid, thread, KEYS[state], start, end, end - start


def gils(recording: Recording) -> Rows:
    for _, _, event in recording.observed(0):
        if isinstance(event, o.GilSeen):
            yield (
                event.t_ns, event.pid, event.gil, event.held_ns, event.free_ns, event.unseen_ns, event.switches,
                event.samples,
            )  # fmt: skip


def holders(recording: Recording) -> Rows:
    """Thread 0: nobody had it."""
    for _, _, event in recording.observed(0):
        if isinstance(event, o.GilSeen):
            for thread, start, end in _groups(event.slices, 3):
                yield event.pid, event.gil, thread, start, end, end - start


def cpu(recording: Recording) -> Rows:
    for _, _, event in recording.observed(0):
        if isinstance(event, o.ProcessUsed):
            yield event.t_ns, event.pid, event.cpu_ns


Piece = tuple[str, int, int, str, int, int]


def watched_slices(recording: Recording) -> Iterator[Piece]:
    """(what, pid, track, name, start, end) in the order in which a track's pieces follow each other.

    NAME: of a track, of the whole process where the track is its main thread's; STATE: ``name`` is the state's number;
    GIL: ``name`` is its holder's, and a piece without times names the track. What overlaps is left out.
    """
    named: dict[tuple[int, int], str] = {}
    reached: dict[tuple[int, int], int] = {}
    for _, _, event in recording.observed(0):
        if isinstance(event, o.ProcessSeen):
            title = one_line(" ".join(event.command), most=_MOST_NAME) or f"process {event.pid}"
            yield NAME, event.pid, event.pid, title, 0, 0
        elif isinstance(event, o.ThreadSeen) and event.name and event.thread != event.pid:
            named[event.pid, event.thread] = one_line(event.name, most=_MOST_NAME)
            yield NAME, event.pid, event.thread, named[event.pid, event.thread], 0, 0
        elif isinstance(event, o.ThreadsSeen):
            for thread, state, start, end in _groups(event.slices, 4):
                if 0 <= state < len(KEYS) and _follows(reached, (event.pid, thread), start, end):
                    yield STATE, event.pid, thread, str(state), start, end
        elif isinstance(event, o.GilSeen):
            track = _GIL_TRACK + event.gil
            if (event.pid, track) not in reached:
                reached[event.pid, track] = 0
                yield GIL, event.pid, track, f"GIL {event.gil + 1}" if event.gil else "GIL", 0, 0
            for thread, start, end in _groups(event.slices, 3):
                if thread and _follows(reached, (event.pid, track), start, end):
                    usual = "main thread" if thread == event.pid else f"thread {thread}"
                    yield GIL, event.pid, track, named.get((event.pid, thread), usual), start, end


def _follows(reached: dict[tuple[int, int], int], track: tuple[int, int], start: int, end: int) -> bool:
    if end < start or start < reached.get(track, 0):
        return False
    reached[track] = end
    return True


def _rows(event: o.ThreadsSeen) -> Iterator[list[int]]:
    flat = array("q", event.rows[: len(event.rows) // (8 * _WIDTH) * 8 * _WIDTH])
    for i in range(0, len(flat), _WIDTH):
        yield flat[i : i + _WIDTH].tolist()


def _groups(packed: bytes, size: int) -> Iterator[list[int]]:
    flat = array("q", packed[: len(packed) // (8 * size) * 8 * size])
    for i in range(0, len(flat), size):
        yield flat[i : i + size].tolist()
