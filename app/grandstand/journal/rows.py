"""Happenings as rows of the tables, and rows as messages again. Pure; any thread."""

from __future__ import annotations

import json
from typing import Any

from grandstand import plain
from grandstand.engine import messages as m
from grandstand.engine.samples import CoresSample, MemorySample, QuotaSample, Sample
from grandstand.engine.wire import Introduction
from grandstand.journal import observed
from grandstand.journal.schema import MOST_TEXT, STATE_COLUMNS
from grandstand.vocabulary import channels
from grandstand.vocabulary.channels import Channel

Row = tuple[Any, ...]

INSERT: dict[str, str] = {
    "runs": "INSERT INTO runs (seq, at_ns, number, handle, workload, mode, workers, parameters, options, python,"
    " python_name, about, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "workers": "INSERT INTO workers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "progress": f"INSERT INTO progress VALUES ({', '.join('?' * (10 + len(STATE_COLUMNS)))})",
    "slices": "INSERT INTO slices VALUES (?, ?, ?, ?, ?, ?, ?)",
    "samples": "INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?)",
    "channels": "INSERT INTO channels VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "observed": "INSERT INTO observed VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "markers": "INSERT INTO markers VALUES (?, ?, ?, ?, ?)",
}
_WHOLE = 2**63 - 1
_KINDS = {m.Goodbye: "goodbye", m.ChildExit: "exit", m.Trouble: "trouble", Introduction: "host"}
DROPPED = "dropped"
NOBODY = -1
"""Handle of a marker that tells a session nothing."""
_CLASSES: dict[str, Any] = {kind: of for of, kind in _KINDS.items()}
MARKERS = (*_CLASSES, "lie", "note", DROPPED)
HEARTBEAT = channels.HEARTBEAT.key
SAMPLES = tuple(channel.key for channel in channels.OWN)
"""Kinds of the app's own; others are samples of the channel of that key."""
NO_CHANNEL = "?"
"""Kind of a sample of a channel that cannot be."""
_USUAL = {"worker": 0, "t_ns": 0, "pid": 0, "exitcode": 0, "workers": []}
"""In place of what a message lacks; '' for texts."""
_MUST = {"goodbye": ("worker",), "exit": ("workers",), "trouble": ("text",), "host": ("python",)}


def row_of(
    seq: int, at_ns: int, handle: int, message: Any, lanes: dict[tuple[int, int], int]
) -> list[tuple[str, Row]]:
    """(table, row) for one message; empty for what a session does not take, or what no table could hold.

    ``lanes`` knows the lane of each (handle, worker) and learns from Hello. Whatever was said, the rows can be read
    again: a worker that lies must not make a recording unreadable, or end it.
    """
    if isinstance(message, m.Progress):
        try:
            return _progress(seq, at_ns, handle, message, lanes)
        except (TypeError, ValueError, OverflowError, AttributeError):
            return _lie(seq, at_ns, handle, message)
    if isinstance(message, m.Hello):
        whole = (handle, message.worker, message.lane, message.t_ns, message.pid, message.thread, message.nice)
        if not _fits(whole):
            return []
        lanes[handle, message.worker] = message.lane
        return [("workers", (seq, at_ns, *whole))]
    if isinstance(message, CoresSample):
        data = [message.percent, message.busy_s, message.total_s, message.ours_percent, message.window_percent]
        return _sample(seq, at_ns, "cores", message.t_ns, data)
    if isinstance(message, MemorySample):
        data = [message.kind, {str(pid): size for pid, size in message.bytes_by_pid.items()}]
        return _sample(seq, at_ns, "memory", message.t_ns, data)
    if isinstance(message, QuotaSample):
        return _sample(
            seq, at_ns, "quota", message.t_ns, [message.cores, message.periods, message.held, message.seconds]
        )
    if isinstance(message, Sample):
        return [("samples", _figures(seq, at_ns, message))]
    if handle == 0 and type(message) in observed.KINDS:  # who held the GIL of the app's own workers
        return [("observed", row) for row in observed.rows_of(seq, at_ns, message)[:1]]
    kind = _KINDS.get(type(message))
    if kind is None:
        return []
    try:
        # ASCII: what another program printed may hold what has no UTF-8.
        text = json.dumps(message._asdict())
        message_of(kind, text)
    except (TypeError, ValueError):
        return []
    return [("markers", (seq, at_ns, handle, kind, text))] if len(text) <= MOST_TEXT else []


def _sample(seq: int, at_ns: int, kind: str, t_ns: int, data: list[Any]) -> list[tuple[str, Row]]:
    try:
        text = json.dumps(data)
        sample_of(kind, t_ns, text, 0)
    except (TypeError, ValueError):
        return []
    return [("samples", (seq, at_ns, t_ns, kind, None, text))] if len(text) <= MOST_TEXT else []


def _figures(seq: int, at_ns: int, sample: Sample) -> Row:
    """A channel's sample. Of one that no table could hold is remembered that it was: the session refuses it again."""
    values: Any = sample.values
    good = channels.good_key(sample.channel) and _fits((sample.t_ns,)) and type(values) is tuple
    if not good or len(values) > channels.MOST_COLUMNS or not all(map(_figure, values)):
        kind = sample.channel if channels.good_key(sample.channel) else NO_CHANNEL
        return seq, at_ns, sample.t_ns if _fits((sample.t_ns,)) else 0, kind, None, "[]"
    if len(values) == 1:
        return seq, at_ns, sample.t_ns, sample.channel, float(values[0]), None
    return seq, at_ns, sample.t_ns, sample.channel, None, json.dumps(values)


def _figure(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= channels.LARGEST  # not NaN


def channel_row(channel: Channel) -> Row:
    """A description as the table has it."""
    return (
        channel.key, channel.title, channel.unit, channel.of, channel.kind, channel.source, channel.each,
        json.dumps(channel.columns), float(channel.order),
    )  # fmt: skip


def figures_of(kind: str, t_ns: int, value: Any, data: Any) -> Sample | None:
    """The sample of a channel that a row holds; None for what is none, as a newer Grandstand may write."""
    if data is None:
        return Sample(t_ns, kind, (value,)) if type(value) is float else None
    try:
        values = json.loads(data) if type(data) is str else None
    except (ValueError, RecursionError):
        return None
    return Sample(t_ns, kind, tuple(values)) if isinstance(values, list) else None


def _progress(
    seq: int, at_ns: int, handle: int, message: m.Progress, lanes: dict[tuple[int, int], int]
) -> list[tuple[str, Row]]:
    units: Any = message.units  # whatever its type says: it comes from another process
    if not isinstance(units, int | float) or not abs(units) <= _WHOLE or not isinstance(message.slices, bytes):
        return _lie(seq, at_ns, handle, message)
    whole = (message.worker, message.t_ns, message.steps, message.cpu_ns, message.printed, message.open_state)
    states = message.states_ns
    if not _fits(whole) or not _fits(states) or len(states) != len(STATE_COLUMNS):
        return _lie(seq, at_ns, handle, message)
    row = (
        seq, at_ns, handle, message.worker, message.t_ns, float(units), message.steps, message.cpu_ns, message.printed,
        message.open_state, *states,
    )  # fmt: skip
    rows: list[tuple[str, Row]] = [("progress", row)]
    lane = lanes.get((handle, message.worker))
    if message.slices and lane is not None and len(message.slices) <= MOST_TEXT:
        first = int.from_bytes(message.slices[8:16], "little", signed=True)
        rows.append(("slices", (seq, at_ns, lane, first, message.t_ns, len(message.slices) // 24, message.slices)))
    return rows


def _lie(seq: int, at_ns: int, handle: int, message: m.Progress) -> list[tuple[str, Row]]:
    """What no table can hold the session does not take either; that it was said is remembered."""
    return [("markers", (seq, at_ns, handle, "lie", json.dumps(message.worker)))] if _fits((message.worker,)) else []


def _fits(values: tuple[Any, ...]) -> bool:
    return all(type(value) is int and -_WHOLE <= value <= _WHOLE for value in values)


def message_of(kind: str, data: str) -> Any:
    """The message that a marker holds; None for a kind that tells a session nothing. Raises ValueError."""
    if kind not in MARKERS or kind in (DROPPED, "note"):
        return None
    fields = json.loads(data)
    if kind == "lie":
        if type(fields) is not int:
            raise ValueError("a lie without its worker")
        return m.Progress(fields, -1, 0.0, 0, (), 0, 0, b"", 0)  # nothing that could be true
    of = _CLASSES[kind]
    if not isinstance(fields, dict) or any(field not in fields for field in _MUST[kind]):
        raise ValueError(f"a marker of kind {kind} lacks what it should hold")
    if of is Introduction:
        return _introduction(fields)
    fields = {field: fields.get(field, _USUAL.get(field, "")) for field in of._fields}
    if of is m.ChildExit:
        workers = fields["workers"]
        if not isinstance(workers, list) or not all(type(w) is int for w in workers):
            raise ValueError("the workers of an exit are no whole numbers")
        fields["workers"] = tuple(workers)
    for key, value in fields.items():
        wanted = (tuple,) if key == "workers" else (int,) if key in ("pid", "t_ns", "exitcode", "worker") else (str,)
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise ValueError(f"{key} of a marker of kind {kind} has the wrong type")
    return of(**fields)


def _introduction(fields: dict[str, Any]) -> Introduction:
    """What a host said of itself, as far as it is still of use. Raises ValueError."""
    texts = [fields.get(key, "") for key in ("python", "implementation")]
    truths = [fields.get(key, False) for key in ("free_threaded", "gil")]
    if not all(type(text) is str for text in texts) or not all(type(truth) is bool for truth in truths):
        raise ValueError("what a host said of itself has the wrong types")
    python, implementation = (plain.one_line(text[:60]) for text in texts)
    return Introduction(0, python, implementation, truths[0], truths[1], 0, 0, 0, ())


def sample_of(kind: str, t_ns: int, data: str, cores: int) -> CoresSample | MemorySample | QuotaSample:
    """The sample that a row holds. Raises ValueError."""
    fields = json.loads(data)
    if kind == "cores":
        if not isinstance(fields, list) or len(fields) < 5:
            raise ValueError("a cores sample has five parts")
        parts = [_numbers(part, 4096) for part in fields[:3]]
        ours, window = _numbers(fields[3:5], 2)
        if len({len(part) for part in parts}) != 1 or len(parts[0]) < cores:
            raise ValueError("a cores sample has as many figures as there are cores")
        return CoresSample(t_ns, parts[0], parts[1], parts[2], ours, window)
    if kind == "quota":
        limit, periods, held, seconds = _numbers(fields, 4)
        if type(periods) is not int or type(held) is not int or min(limit, periods, held, seconds) < 0:
            raise ValueError("a quota sample counts periods and time")
        return QuotaSample(t_ns, float(limit), periods, held, float(seconds))
    if not isinstance(fields, list) or len(fields) < 2 or fields[0] not in ("USS", "RSS"):
        raise ValueError("a memory sample names its kind, USS or RSS")
    if not isinstance(fields[1], dict):
        raise ValueError("a memory sample gives bytes by process")
    sizes = {int(pid): size for pid, size in fields[1].items()}
    if not all(type(size) is int and 0 <= size < 2**53 for size in sizes.values()):
        raise ValueError("bytes of memory are whole numbers")
    return MemorySample(t_ns, fields[0], sizes)


def _numbers(values: Any, most: int) -> tuple[float, ...]:
    if not isinstance(values, list) or len(values) > most:
        raise ValueError("a list of figures was expected")
    if not all(isinstance(x, int | float) and not isinstance(x, bool) and abs(x) < 1e15 for x in values):
        raise ValueError("a figure is not a number, or cannot be true")
    return tuple(values)
