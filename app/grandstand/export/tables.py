"""A recording as CSV tables in a folder (docs/exports.md). Any thread.

Typed columns, one unit a column, named in it; times in ns of the recording's clock: what pyarrow or pandas turn into
Parquet without a question. Rows are written as they are read: the size of the recording does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from grandstand.engine.samples import CoresSample, MemorySample, QuotaSample
from grandstand.export import watched
from grandstand.export.base import Cancelled, Hear
from grandstand.files.writer import folder_written
from grandstand.journal.lanes import stretches
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording
from grandstand.journal.schema import STATE_COLUMNS
from grandstand.journal.told import channels_of, told
from grandstand.plain import CsvWriter
from grandstand.vocabulary.channels import OWN
from grandstand.vocabulary.states import KEYS

_HEAR_EVERY = 5_000

Rows = Iterable[tuple[Any, ...]]


def write_tables(recording: Recording, folder: Path, hear: Hear = lambda share: True) -> dict[str, int]:
    """Makes ``folder`` with a file a table; returns rows by table. Raises Cancelled, OSError, Unreadable."""
    counts: dict[str, int] = {}
    tables = list((WATCHED if recording.watched else TABLES).items())
    with folder_written(folder) as part:
        for number, (name, (columns, rows)) in enumerate(tables):
            count = 0
            with (part / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                out = CsvWriter(file)
                out.writerow(columns)
                for row in rows(recording):
                    out.writerow(row)
                    count += 1
                    if count % _HEAR_EVERY == 0 and not hear(number / len(tables)):
                        raise Cancelled
            counts[name] = count
            if not hear((number + 1) / len(tables)):
                raise Cancelled
    return counts


def _session(recording: Recording) -> Rows:
    here = recording.machine
    yield (
        recording.title, recording.began_at, recording.start_ns, recording.end_ns, here.cpu, here.cores, here.python,
        here.gil, here.os, here.priority, recording.dropped,
    )  # fmt: skip


def _runs(recording: Recording) -> Rows:
    """With the figures that the window showed at the end; a session keeps those of its last 200 runs."""
    player = Player(recording)
    player.seek(player.end_ns)
    while not player.work(1.0):
        pass
    summaries = {run.number: player.session.summary(run) for run in player.session.runs}
    for run in recording.runs:
        s, summary = run.setting, summaries.get(run.number)
        figures: tuple[Any, ...] = ("",) * 6
        states: tuple[Any, ...] = ("",) * len(KEYS)
        if summary is not None and summary.measured:
            figures = (
                summary.per_second, summary.low, summary.high, summary.seconds, summary.cpu_cores,
                summary.start_up_seconds,
            )  # fmt: skip
            states = tuple(summary.states[key] for key in KEYS)
        parameters = " ".join(f"{key}={value:g}" for key, value in s.parameters)
        options = " ".join(f"{key}={value}" for key, value in s.options)
        unit = s.about.unit
        yield (
            run.number, run.at_ns, run.ended_ns or "", run.state.value if run.state else "", s.workload, s.mode,
            s.workers, parameters, options, s.python, unit, *figures, *states,
        )  # fmt: skip


def _workers(recording: Recording) -> Rows:
    for _, at_ns, handle, worker, lane, t_ns, pid, thread, nice in recording.happenings(0)["workers"]:
        yield at_ns, handle, worker, lane + 1, t_ns, pid, thread, nice


def _progress(recording: Recording) -> Rows:
    for row in recording.happenings(0)["progress"]:
        yield (*row[1:9], KEYS[row[9]] if 0 <= row[9] < len(KEYS) else "", *row[10:-1])


def _slices(recording: Recording) -> Rows:
    for lanes, slices in stretches(recording):
        for lane, (state, start, end) in zip(lanes.tolist(), slices.tolist(), strict=True):
            yield lane + 1, KEYS[state], start, end, end - start


def _samples(recording: Recording) -> Iterator[tuple[Any, ...]]:
    channels = channels_of(recording)
    for t_ns, sample in told(recording):
        if isinstance(sample, float):
            yield t_ns, "heartbeat", "", sample, "ms"
        elif isinstance(sample, CoresSample):
            for i, percent in enumerate(sample.percent):
                yield t_ns, "core", i + 1, percent, "%"
            yield t_ns, "ours", "", sample.ours_percent, "% of a core"
            yield t_ns, "window", "", sample.window_percent, "% of a core"
        elif isinstance(sample, MemorySample):
            for pid, size in sample.bytes_by_pid.items():
                yield t_ns, f"memory {sample.kind}", pid, size, "bytes"
        elif isinstance(sample, QuotaSample):
            yield t_ns, "quota", "", sample.cores, "cores"
            yield t_ns, "held back by the quota", "", sample.seconds, "s, all cores together"
        else:
            channel = channels(sample.channel)
            for which, figure in zip(channel.names(len(sample.values)), sample.values, strict=True):
                yield t_ns, channel.key, which, figure, channel.unit


def _channels(recording: Recording) -> Rows:
    for channel in (*OWN, *recording.channels):
        yield channel.key, channel.title, channel.unit, channel.of, channel.kind, channel.source


def _markers(recording: Recording) -> Rows:
    for _, at_ns, handle, kind, data in recording.happenings(0)["markers"]:
        yield at_ns, handle, kind, data


TABLES: dict[str, tuple[tuple[str, ...], Callable[[Recording], Rows]]] = {
    "session": (
        ("title", "began_at", "start_ns", "end_ns", "cpu", "cores", "python", "gil", "os", "priority", "dropped"),
        _session,
    ),
    "runs": (
        ("run", "start_ns", "end_ns", "ended", "workload", "mode", "workers", "parameters", "options",
         "python", "unit", "per_second", "low",
         "high", "measured_s", "cpu_cores", "start_up_s", *(f"{key}_s" for key in KEYS)),
        _runs,
    ),
    "workers": (("heard_ns", "handle", "worker", "lane", "hello_ns", "pid", "thread", "nice"), _workers),
    "progress": (
        ("heard_ns", "handle", "worker", "t_ns", "units", "steps", "cpu_ns", "printed", "open_state", *STATE_COLUMNS),
        _progress,
    ),
    "slices": (("lane", "state", "start_ns", "end_ns", "duration_ns"), _slices),
    "samples": (("t_ns", "what", "which", "value", "unit"), _samples),
    "channels": (("channel", "title", "unit", "of", "kind", "source"), _channels),
    "markers": (("heard_ns", "handle", "kind", "data"), _markers),
}  # fmt: skip
"""By name of the file: its columns, and what makes its rows."""

WATCHED: dict[str, tuple[tuple[str, ...], Callable[[Recording], Rows]]] = {
    "session": TABLES["session"],
    "processes": (watched.PROCESSES, watched.processes),
    "threads": (watched.THREADS, watched.threads),
    "slices": (watched.SLICES, watched.slices),
    "gil": (watched.GILS, watched.gils),
    "gil_slices": (watched.HOLDERS, watched.holders),
    "cpu": (watched.CPU, watched.cpu),
}
"""Of a watched program."""
