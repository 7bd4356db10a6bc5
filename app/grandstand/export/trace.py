"""A recording as a trace: Chrome's trace events in JSON, which Perfetto, speedscope, Firefox Profiler and
chrome://tracing open. Any thread.

Format: "Trace Event Format" (Google, 2016): a slice is a begin and an end ("B", "E") on its lane's track, counters
("C"), instants ("i"), names ("M"). Times are microseconds from the recording's start, with nanoseconds as decimals.

Not complete events ("X"): viewers read times as doubles, where ``ts + dur`` of a slice may come out later than ``ts``
of the next one, and then they nest. With pairs, one instant is one text, whatever a viewer makes of it. An end has the
name and the category of its beginning: Perfetto, speedscope and Firefox Profiler match them by these.
"""

from __future__ import annotations

import gzip
import io
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from grandstand.engine.samples import CoresSample, MemorySample, QuotaSample
from grandstand.export.base import Cancelled, Hear
from grandstand.export.watched import GIL, NAME, watched_slices
from grandstand.files.writer import written
from grandstand.journal.lanes import stretches
from grandstand.journal.reader import Recording
from grandstand.journal.told import channels_of, told
from grandstand.session.quota_use import held_back
from grandstand.vocabulary.states import STATES

_LANES, _MACHINE = 1, 2
_RATE_NS = 100_000_000
_HEAR_EVERY = 5_000


def write_trace(recording: Recording, path: Path, hear: Hear = lambda share: True) -> int:
    """Writes ``path`` (gzip if it ends in .gz), whole or not at all; returns the number of slices.

    ``hear`` gets the share done (0–1) and returns False to cancel. Raises Cancelled, OSError, Unreadable.
    """
    with written(path) as part, _opened(part, path.suffix == ".gz") as out:
        out.write('{"displayTimeUnit":"ms","otherData":')
        out.write(
            json.dumps({"title": recording.title, "began_at": recording.began_at, **recording.machine.as_dict()})
        )
        out.write(',"traceEvents":[\n')
        slices = 0
        at, length = 0, max(1, recording.end_ns - recording.start_ns)
        told = watched_events if recording.watched else events
        for i, event in enumerate(told(recording)):
            slices += event["ph"] == "B"
            at = event.get("ts", at)
            out.write(",\n" if i else "")
            out.write(_text(event))
            if i % _HEAR_EVERY == 0 and not hear(min(1.0, at / length)):
                raise Cancelled
        out.write("\n]}\n")
    return slices


def events(recording: Recording) -> Iterator[dict[str, Any]]:
    """Every event; ``ts`` is ns here. A lane's slices come in order, and none begins before the one before ends."""
    yield _name("process_name", _LANES, 0, "Workers")
    yield _name("process_name", _MACHINE, 0, "Machine")
    lanes: set[int] = set()
    start = recording.start_ns
    for run in recording.runs:
        yield {
            "ph": "i", "s": "g", "name": run.text or run.setting.mode, "cat": "run", "pid": _LANES, "tid": 0,
            "ts": run.at_ns - start,
            "args": {"workload": run.setting.workload, "mode": run.setting.mode, "workers": run.setting.workers},
        }  # fmt: skip
    for at_ns, text in recording.notes:
        yield {"ph": "i", "s": "g", "name": text, "cat": "note", "pid": _LANES, "tid": 0, "ts": at_ns - start}
    for places, slices in stretches(recording):
        for lane, (state, begin, end) in zip(places.tolist(), slices.tolist(), strict=True):
            if lane not in lanes:
                lanes.add(lane)
                yield _name("thread_name", _LANES, lane + 1, f"Lane {lane + 1}")
                yield {
                    "ph": "M", "name": "thread_sort_index", "pid": _LANES, "tid": lane + 1,
                    "args": {"sort_index": lane + 1},
                }  # fmt: skip
            kind = STATES[state]
            slice_ = {"name": kind.title, "cat": "state", "pid": _LANES, "tid": lane + 1}
            yield {"ph": "B", **slice_, "cname": kind.trace, "ts": begin - start}
            yield {"ph": "E", **slice_, "ts": end - start}
    yield from _counters(recording)


def watched_events(recording: Recording) -> Iterator[dict[str, Any]]:
    """The same of a watched program: its processes, their threads, and their GILs as tracks of their own."""
    start = recording.start_ns
    for kind, pid, track, name, begin, end in watched_slices(recording):
        if kind == NAME:
            yield _name("process_name" if track == pid else "thread_name", pid, track, name)
            if track != pid or not name:
                continue
            yield _name("thread_name", pid, pid, "main thread")
        elif kind == GIL:
            if not begin:
                yield _name("thread_name", pid, track, name)
                yield {
                    "ph": "M", "name": "thread_sort_index", "pid": pid, "tid": track, "args": {"sort_index": -1}
                }  # fmt: skip
                continue
            slice_ = {"name": name, "cat": "gil", "pid": pid, "tid": track}
            yield {"ph": "B", **slice_, "ts": begin - start}
            yield {"ph": "E", **slice_, "ts": end - start}
        else:
            state = STATES[int(name)]
            slice_ = {"name": state.title, "cat": "state", "pid": pid, "tid": track}
            yield {"ph": "B", **slice_, "cname": state.trace, "ts": begin - start}
            yield {"ph": "E", **slice_, "ts": end - start}


def _counters(recording: Recording) -> Iterator[dict[str, Any]]:
    start = recording.start_ns
    channels = channels_of(recording)
    quota: QuotaSample | None = None
    for t_ns, sample in told(recording):
        at = t_ns - start
        if isinstance(sample, float):
            yield _counter("Window heartbeat (ms)", at, {"ms": round(sample, 3)})
        elif isinstance(sample, CoresSample):
            yield _counter("Cores (% busy)", at, {f"core {i}": x for i, x in enumerate(sample.percent)})
            yield _counter("Ours (% of a core)", at, {"ours": sample.ours_percent})
        elif isinstance(sample, MemorySample):
            yield _counter("Memory (MB)", at, {"all": round(sum(sample.bytes_by_pid.values()) / 1e6, 3)})
        elif isinstance(sample, QuotaSample):
            back, quota = held_back(quota, sample), sample
            known = {} if math.isnan(back) else {"held back": round(back, 6)}
            yield _counter("CPU quota (cores)", at, {"given": sample.cores, **known})
        else:
            channel = channels(sample.channel)
            names = channel.names(len(sample.values))
            shown = {name or channel.key: x for name, x in zip(names, sample.values, strict=True)}
            yield _counter(f"{channel.title} ({channel.unit})" if channel.unit else channel.title, at, shown)
    before: dict[tuple[int, int], float] = {}
    window, units, last = 0, 0.0, 0
    for row in recording.happenings(0)["progress"]:
        at_ns, handle, worker, total = row[1], row[2], row[3], row[5]
        if at_ns // _RATE_NS != window and window:
            seconds = (at_ns // _RATE_NS - window) * _RATE_NS / 1e9
            yield _counter("Throughput (units/s)", last - start, {"all": round(units / seconds, 1)})
            units = 0.0
        window, last = at_ns // _RATE_NS, at_ns
        units += max(0.0, total - before.get((handle, worker), 0.0))
        before[handle, worker] = total


def _name(what: str, pid: int, tid: int, text: str) -> dict[str, Any]:
    return {"ph": "M", "name": what, "pid": pid, "tid": tid, "args": {"name": text}}


def _counter(name: str, ts: int, values: dict[str, float]) -> dict[str, Any]:
    return {"ph": "C", "name": name, "pid": _MACHINE, "tid": 0, "ts": ts, "args": values}


def _text(event: dict[str, Any]) -> str:
    """JSON; ns as microseconds with three decimals, exactly: a float would not keep them."""
    t_ns = event.pop("ts", None)
    text = json.dumps(event, separators=(",", ":"))
    return text if t_ns is None else f'{text[:-1]},"ts":{_micro(t_ns)}}}'


def _micro(ns: int) -> str:
    sign = "-" if ns < 0 else ""
    return f"{sign}{abs(ns) // 1000}.{abs(ns) % 1000:03}"


def _opened(path: Path, packed: bool) -> IO[str]:
    if packed:  # without a name in its head: what is written to has none yet
        return io.TextIOWrapper(_Packed(path), encoding="utf-8")
    return path.open("w", encoding="utf-8")


class _Packed(gzip.GzipFile):
    """A gzip file that closes what it writes to."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        super().__init__("", "wb", 5, self._file)

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._file.close()
