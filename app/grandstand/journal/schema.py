"""The tables of a recording (docs/recordings.md). One file holds one session. Any thread.

A recording is the list of everything that changed the session, in order: told again to an empty session, it makes the
same one. ``seq`` counts these happenings over all tables; ``at_ns`` is when the window heard of one. All times are
nanoseconds of the recording machine's monotonic clock.

Definitions are plain lists of columns and types: readers take nothing else (journal/layout.py), now and later.
"""

from __future__ import annotations

import re

from grandstand.vocabulary.states import KEYS

APPLICATION_ID = 0x47524E44  # "GRND"
VERSION = 4
SUFFIX = ".grandstand"

MOST_TEXT = 100_000
"""Bytes of the longest text or blob that is written, and that is read."""

STATE_COLUMNS = tuple(f"{key}_ns" for key in KEYS)
"""One column a state in ``progress``."""

TABLES: dict[str, str] = {
    # One row. machine: JSON object of observe.machine.Machine; window: 1 if a window was open; cores: columns of the
    # cores samples; longest_ns: the longest time between the start of a slice and its being heard of;
    # ended_ns: null while it is being recorded, and after a crash; last_ns: the last commit's clock; dropped:
    # happenings that the disk could not keep up with; pinned: 1 if it is not to be deleted to make room; watched: 1
    # for another program, seen from outside, 0 for runs.
    "sessions": """CREATE TABLE sessions (
  id INTEGER PRIMARY KEY, title TEXT NOT NULL, app_version TEXT NOT NULL, machine TEXT NOT NULL,
  began_at TEXT NOT NULL, began_s REAL NOT NULL, began_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL,
  ended_ns INTEGER, cores INTEGER NOT NULL, warm_up_ns INTEGER NOT NULL, window INTEGER NOT NULL,
  longest_ns INTEGER NOT NULL, dropped INTEGER NOT NULL, pinned INTEGER NOT NULL, watched INTEGER NOT NULL)""",
    # A run begins (seq, at_ns), is asked to stop (stopping_*), ends (ended_*, state). text: its marker on the charts;
    # parameters, options: JSON objects; python, python_name: the executable and what it is called, '' for the app's
    # own; about: JSON of what a workload from outside says of itself ({title, unit, parameters: [[key, title,
    # unit]]}), '' for the app's own; previous runs of the same handle end where the next one begins.
    "runs": """CREATE TABLE runs (
  seq INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, number INTEGER NOT NULL, handle INTEGER NOT NULL,
  workload TEXT NOT NULL, mode TEXT NOT NULL, workers INTEGER NOT NULL, parameters TEXT NOT NULL,
  options TEXT NOT NULL, python TEXT NOT NULL, python_name TEXT NOT NULL, about TEXT NOT NULL, text TEXT NOT NULL,
  stopping_seq INTEGER, stopping_ns INTEGER, ended_seq INTEGER, ended_ns INTEGER, state TEXT)""",
    # A worker said hello (messages.Hello).
    "workers": """CREATE TABLE workers (
  seq INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, handle INTEGER NOT NULL, worker INTEGER NOT NULL,
  lane INTEGER NOT NULL, t_ns INTEGER NOT NULL, pid INTEGER NOT NULL, thread INTEGER NOT NULL,
  nice INTEGER NOT NULL)""",
    # A worker's totals (messages.Progress).
    "progress": f"""CREATE TABLE progress (
  seq INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, handle INTEGER NOT NULL, worker INTEGER NOT NULL,
  t_ns INTEGER NOT NULL, units REAL NOT NULL, steps INTEGER NOT NULL, cpu_ns INTEGER NOT NULL,
  printed INTEGER NOT NULL, open_state INTEGER NOT NULL,
  {", ".join(f"{column} INTEGER NOT NULL" for column in STATE_COLUMNS)})""",
    # What the numbers of states in this file mean (progress.open_state, slices.data).
    "states": "CREATE TABLE states (number INTEGER PRIMARY KEY, key TEXT NOT NULL)",
    # The slices that came with the progress of the same seq: little-endian int64 triples (state, start_ns, end_ns);
    # lane: where they are drawn (0-based); first_ns: start of the first of them; t_ns: up to when the worker told of
    # itself (of a lane's later slices, those that start before it are not drawn).
    "slices": """CREATE TABLE slices (
  seq INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, lane INTEGER NOT NULL, first_ns INTEGER NOT NULL,
  t_ns INTEGER NOT NULL, count INTEGER NOT NULL, data BLOB NOT NULL)""",
    # kind: 'cores', 'memory' and 'quota' (data: JSON of the sample), 'heartbeat' (value: ms since the frame before),
    # or the key of any other channel (value: its figure; data: JSON of several).
    "samples": """CREATE TABLE samples (
  seq INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, t_ns INTEGER NOT NULL, kind TEXT NOT NULL, value REAL,
  data TEXT)""",
    # What was measured (vocabulary.channels.Channel): the app's own channels, and those that were heard of. what: of
    # what; names: JSON list of columns.
    "channels": """CREATE TABLE channels (
  key TEXT NOT NULL, title TEXT NOT NULL, unit TEXT NOT NULL, what TEXT NOT NULL, kind TEXT NOT NULL,
  source TEXT NOT NULL, each_of TEXT NOT NULL, names TEXT NOT NULL, place REAL NOT NULL)""",
    # What an observer saw from outside (engine.observed): of a watched program everything, of a run's own workers what
    # tells who held the GIL. kind: of event; data: JSON of its other fields. totals, slices: int64s of 'threads'
    # (rows, slices) and 'gil' (holders, slices) as the events have them; states by number as in ``states``.
    "observed": """CREATE TABLE observed (
  seq INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, kind TEXT NOT NULL, pid INTEGER NOT NULL, t_ns INTEGER NOT NULL,
  data TEXT NOT NULL, totals BLOB NOT NULL, slices BLOB NOT NULL)""",
    # kind: 'goodbye', 'exit', 'trouble', 'host' (data: JSON of Goodbye, ChildExit, Trouble, Introduction), 'lie'
    # (data: JSON of the number of the worker whose words were no figures), 'note' (a person's own marker: its text),
    # 'dropped' (how many happenings are missing here: the disk was too slow; handle -1).
    "markers": """CREATE TABLE markers (
  seq INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, handle INTEGER NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL)""",
}

INDEXES: dict[str, str] = {
    "slices_by_time": "CREATE INDEX slices_by_time ON slices (at_ns, first_ns)",
    "observed_by_kind": "CREATE INDEX observed_by_kind ON observed (kind, at_ns, pid)",
    "progress_by_time": "CREATE INDEX progress_by_time ON progress (at_ns)",
}

COLUMNS: dict[str, tuple[str, ...]] = {
    table: tuple(re.findall(r"(\w+) (?:INTEGER|REAL|TEXT|BLOB)", sql)) for table, sql in TABLES.items()
}
"""Names of the columns by table, in their order."""
