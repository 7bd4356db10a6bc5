"""What an observer saw, as rows of the table ``observed``, and rows as its events again. Pure; any thread."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from grandstand.engine import observed as o
from grandstand.engine import wire
from grandstand.engine.messages import STATE_COUNT, Trouble
from grandstand.journal.schema import MOST_TEXT

KINDS: dict[Any, str] = {
    o.Watching: "watching", o.ProcessSeen: "process", o.ThreadSeen: "thread", o.ThreadsSeen: "threads",
    o.GilSeen: "gil", o.ThreadGone: "thread-gone", o.ProcessUsed: "process-used", o.ProcessGone: "process-gone",
    o.Ended: "ended", o.Stuck: "stuck", o.Looking: "looking", Trouble: "trouble",
}  # fmt: skip
EVENTS: dict[str, Any] = {kind: of for of, kind in KINDS.items()}
_BLOBS: dict[Any, tuple[str, str]] = {o.ThreadsSeen: ("rows", "slices"), o.GilSeen: ("holders", "slices")}
_PLACED = ("pid", "t_ns")
"""Fields that have columns of their own."""
_WIDTH = 8 * (o.ROW_HEAD + STATE_COUNT)
_SLICE = 32
_MOST_COMMAND = 8_000
"""Letters of a command line that are kept: some programs are given a whole text on it."""
_MOST_LISTED = 2_000
"""Threads of a ring, at most."""
Row = tuple[Any, ...]


def rows_of(seq: int, at_ns: int, event: Any) -> list[Row]:
    """One event as rows, numbered from ``seq`` on: a large one is written as several smaller ones that say the same.

    Empty for what no table could hold.
    """
    rows: list[Row] = []
    for part in _parts(event):
        values = part._asdict()
        names = _BLOBS.get(type(part), ())
        blobs = [values.pop(name) for name in names] or [b"", b""]
        pid, t_ns = values.pop("pid", 0), values.pop("t_ns", at_ns)
        data = json.dumps(values)  # ASCII: a command line may hold what has no UTF-8
        if not all(type(x) is int and abs(x) < 2**63 for x in (pid, t_ns)) or not all(type(b) is bytes for b in blobs):
            continue
        if max(len(data), *map(len, blobs)) <= MOST_TEXT:
            rows.append((seq + len(rows), at_ns, KINDS[type(part)], pid, t_ns, data, *blobs))
    return rows


def _parts(event: Any) -> Iterator[Any]:
    if isinstance(event, o.ThreadsSeen):
        most_rows, most_slices = MOST_TEXT // _WIDTH * _WIDTH, MOST_TEXT // _SLICE * _SLICE
        if len(event.rows) <= most_rows and len(event.slices) <= most_slices:
            yield event
            return
        for i in range(0, len(event.rows), most_rows):
            yield event._replace(rows=event.rows[i : i + most_rows], slices=b"")
        for i in range(0, len(event.slices), most_slices):
            yield event._replace(rows=b"", slices=event.slices[i : i + most_slices])
    elif isinstance(event, o.ProcessSeen):
        yield event._replace(command=_cut(event.command))
    elif isinstance(event, o.Stuck):
        yield event._replace(threads=event.threads[:_MOST_LISTED])
    else:
        yield event


def _cut(command: Sequence[str]) -> tuple[str, ...]:
    kept, room = [], _MOST_COMMAND
    for word in command:
        if len(word) > room:
            kept.append(word[: max(0, room)] + "…")
            break
        kept.append(word)
        room -= len(word) + 1
    return tuple(kept)


def event_of(kind: Any, pid: Any, t_ns: Any, data: Any, totals: Any, slices: Any) -> Any:
    """The event that a row holds; None for a kind that nobody here knows. Raises ValueError for damage."""
    of = EVENTS.get(kind) if type(kind) is str else None
    if of is None:
        return None
    values = json.loads(data) if type(data) is str else None
    if not isinstance(values, dict) or type(pid) is not int or type(t_ns) is not int:
        raise ValueError("what was seen from outside cannot be read")
    blobs = dict(zip(_BLOBS.get(of, ()), (totals, slices), strict=False))
    if not all(type(blob) is bytes for blob in blobs.values()):
        raise ValueError("what was seen from outside cannot be read")
    values.update({"pid": pid, "t_ns": t_ns})
    return wire.built(of, values, blobs)


def renumbered(event: Any, numbers: Sequence[int]) -> Any:
    """The same with today's numbers of states, from a file that has others (-1: nobody here knows it)."""
    if not isinstance(event, o.ThreadsSeen):
        return event
    width = o.ROW_HEAD + len(numbers)
    old = array("q", event.rows[: len(event.rows) // (8 * width) * 8 * width])
    rows = array("q")
    for i in range(0, len(old), width):
        head, states = old[i : i + o.ROW_HEAD], [0] * STATE_COUNT
        head[-1] = _number(head[-1], numbers)
        for number, ns in zip(numbers, old[i + o.ROW_HEAD : i + width], strict=True):
            if number >= 0:
                states[number] += ns
        rows += head + array("q", states)
    flat = array("q", event.slices[: len(event.slices) // _SLICE * _SLICE])
    slices = array("q")
    for i in range(0, len(flat), 4):
        number = numbers[flat[i + 1]] if 0 <= flat[i + 1] < len(numbers) else -1
        if number >= 0:
            slices += array("q", (flat[i], number, flat[i + 2], flat[i + 3]))
    return event._replace(rows=rows.tobytes(), slices=slices.tobytes())


def _number(state: int, numbers: Sequence[int]) -> int:
    return max(0, numbers[state]) if 0 <= state < len(numbers) else 0
