"""Reads a recording that may come from anywhere: nothing in it is run, everything in it is checked.

The connection is read-only, allows nothing but reading our own tables, ends a query that takes too long and refuses
values that are too long. What is wrong becomes ``Unreadable``, with what to do. One thread at a time.
"""

from __future__ import annotations

import contextlib
import json
import math
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

from app import modes
from app.engine import workloads
from app.measure.machine import Machine
from app.model.run import Setting
from app.model.run_state import RunState
from app.recording import schema

OPEN_S = 3.0
QUERY_S = 1.0
MOST_RUNS = 20_000
LONGEST_NS = 60 * 86_400 * 10**9
"""Sixty days: no session is longer."""
_MOST_VALUE = 1_000_000
_STEPS = 5_000
_NONE = "this is no recording. Recordings are files that Grandstand wrote itself."
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION}


class Unreadable(ValueError):
    """What cannot be read, in plain words, with what to do."""


@dataclass(frozen=True)
class RecordedRun:
    """A row of ``runs``; times are the recording's clock in ns, 0 for what did not happen."""

    seq: int
    at_ns: int
    number: int
    handle: int
    setting: Setting
    text: str
    stopping_seq: int
    stopping_ns: int
    ended_seq: int
    ended_ns: int
    state: RunState | None


class Recording:
    """An open file. ``start_ns`` to ``end_ns``: from when it was begun to what was written last."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db
        self._until = 0.0
        db.set_progress_handler(lambda: 1 if time.monotonic() > self._until else 0, _STEPS)
        self._check_schema()
        db.set_authorizer(_authorize)
        self._read_facts()

    @classmethod
    def open(cls, path: Path) -> Recording:
        """Raises Unreadable."""
        path = Path(path)
        # SQLite alone opens it: on POSIX systems whoever closes a file otherwise drops all locks that this process has
        # on it, and it may be the one that is being recorded here.
        try:
            size = path.stat().st_size
        except OSError as problem:
            raise Unreadable(f"it cannot be opened: {problem.strerror}.") from problem
        if not path.is_file() or size < 512:
            raise Unreadable(_NONE)
        why: Exception | None = None
        for mode in ("mode=ro", "mode=ro&immutable=1"):  # the latter where no file can be made beside it
            db = None
            try:
                db = sqlite3.connect(f"file:{quote(str(path.resolve()))}?{mode}", uri=True, isolation_level=None)
                _harden(db)
                return cls(path, db)
            except Unreadable:
                _close(db)
                raise
            except (sqlite3.Error, ValueError, OverflowError, RecursionError, MemoryError) as found:
                _close(db)
                why = found
                if "not a database" in str(found):
                    raise Unreadable(_NONE) from found
                if "unable to open" not in str(found) and "readonly" not in str(found):
                    break
        raise Unreadable(f"it is damaged ({why}). An earlier copy, if there is one, may open.") from why

    def close(self) -> None:
        _close(self._db)

    def rows(self, statement: str, values: tuple[Any, ...] = (), seconds: float = QUERY_S) -> list[tuple[Any, ...]]:
        """All rows of a query of ours; ends after ``seconds``. Raises Unreadable."""
        self._until = time.monotonic() + seconds
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.OperationalError as problem:
            if "interrupted" in str(problem):
                raise Unreadable("reading takes too long. Copy the file to a quicker disk.") from problem
            raise Unreadable(f"it is damaged ({problem}).") from problem
        except (sqlite3.Error, OverflowError, MemoryError) as problem:
            raise Unreadable(f"it is damaged ({problem}).") from problem

    def happenings(self, after: int, chunk: int = 500) -> dict[str, Iterator[tuple[Any, ...]]]:
        """By table: rows with a ``seq`` above ``after``, in its order, read a chunk at a time.

        ``progress`` rows end with the data of their slices (None without any).
        """
        with_slices = "p.*, s.data FROM progress p LEFT JOIN slices s ON s.seq = p.seq WHERE p.seq > ? ORDER BY p.seq"
        return {
            "workers": self._stream("* FROM workers WHERE seq > ? ORDER BY seq", after, chunk),
            "progress": self._stream(with_slices, after, chunk),
            "samples": self._stream("* FROM samples WHERE seq > ? ORDER BY seq", after, chunk),
            "markers": self._stream("* FROM markers WHERE seq > ? ORDER BY seq", after, chunk),
        }

    def slices(self, from_ns: int, until_ns: int) -> list[tuple[int, int, int, int, bytes]]:
        """(lane, first_ns, t_ns, at_ns, data) of what was heard in [from, until), in order. Raises Unreadable."""
        found = self.rows(
            "SELECT lane, first_ns, t_ns, at_ns, data FROM slices WHERE at_ns >= ? AND at_ns < ? ORDER BY seq",
            (from_ns, until_ns),
        )
        for lane, first, t, at, data in found:
            if not (type(lane) is int and 0 <= lane < 64 and type(first) is type(t) is type(at) is int):
                raise Unreadable("it is damaged: slices without lane or time.")
            if type(data) is not bytes:
                raise Unreadable("it is damaged: slices that are none.")
        return found

    # -- inside -----------------------------------------------------------------------------------------------

    def _stream(self, what: str, after: int, chunk: int) -> Iterator[tuple[Any, ...]]:
        while True:
            rows = self.rows(f"SELECT {what} LIMIT {chunk}", (after,))
            for row in rows:
                if type(row[0]) is not int or row[0] <= after or type(row[1]) is not int:
                    raise Unreadable("it is damaged: its happenings are not in order.")
                after = row[0]
                yield row
            if len(rows) < chunk:
                return

    def _check_schema(self) -> None:
        db = self._db
        self._until = time.monotonic() + OPEN_S
        if db.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
            raise Unreadable("this is another program's database, not a recording.")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > schema.VERSION:
            raise Unreadable(f"a newer Grandstand wrote it (format {version}, this reads {schema.VERSION}). Update.")
        if version < 1:
            raise Unreadable(_NONE)
        wanted = {("table", name, sql) for name, sql in schema.TABLES.items()}
        wanted |= {("index", name, sql) for name, sql in schema.INDEXES.items()}
        there = {tuple(row) for row in db.execute("SELECT type, name, sql FROM sqlite_master LIMIT 100").fetchall()}
        if there != wanted:
            raise Unreadable("its tables are not those of a recording. It was changed by another program.")

    def _read_facts(self) -> None:
        rows = self.rows("SELECT * FROM sessions LIMIT 2", (), OPEN_S)
        if len(rows) != 1:
            raise Unreadable("it is damaged: it does not hold one session.")
        (
            _, title, _, machine, began_at, began_s, began_ns, last_ns, ended_ns, cores, warm_up_ns, window,
            longest_ns, dropped, pinned,
        ) = rows[0]  # fmt: skip
        texts = (title, machine, began_at)
        whole = (began_ns, last_ns, cores, warm_up_ns, window, longest_ns, dropped, pinned)
        if not all(type(text) is str for text in texts) or not all(type(number) is int for number in whole):
            raise Unreadable("it is damaged: its first page holds the wrong kinds of values.")
        if type(began_s) is not float or not 0 <= began_s < 1e11 or not (ended_ns is None or type(ended_ns) is int):
            raise Unreadable("it is damaged: it does not say when it was made.")
        end = last_ns if ended_ns is None else ended_ns
        if not (began_ns <= end <= began_ns + LONGEST_NS and 1 <= cores <= 4096 and 0 <= warm_up_ns <= 10**13):
            raise Unreadable("it is damaged: its times or its cores cannot be.")
        self.title: str = title
        self.began_at: str = began_at[:40]
        self.began_s: float = began_s
        self.start_ns: int = began_ns
        self.end_ns: int = end
        self.ended = ended_ns is not None
        self.cores: int = cores
        self.warm_up_ns: int = warm_up_ns
        self.window = bool(window)
        self.longest_ns = min(LONGEST_NS, max(0, longest_ns))
        self.dropped = max(0, dropped)
        self.pinned = bool(pinned)
        self.machine = _machine(machine)
        self.runs: tuple[RecordedRun, ...] = tuple(self._read_runs())
        self.notes: tuple[tuple[int, str], ...] = tuple(
            (at, text[:500])
            for at, text in self.rows(
                "SELECT at_ns, data FROM markers WHERE kind = 'note' ORDER BY seq LIMIT 10000", (), OPEN_S
            )
            if type(at) is int and type(text) is str
        )

    def _read_runs(self) -> Iterator[RecordedRun]:
        rows = self.rows(f"SELECT * FROM runs ORDER BY seq LIMIT {MOST_RUNS + 1}", (), OPEN_S)
        if len(rows) > MOST_RUNS:
            raise Unreadable(f"it holds more than {MOST_RUNS:,} runs.")
        for row in rows:
            (
                seq, at, number, handle, workload, mode, workers, knobs, start_method, frame_slots, text,
                stopping_seq, stopping_ns, ended_seq, ended_ns, state,
            ) = row  # fmt: skip
            whole = (seq, at, number, handle, workers, frame_slots)
            if not all(type(x) is int for x in whole) or not all(
                x is None or type(x) is int for x in (stopping_seq, stopping_ns, ended_seq, ended_ns)
            ):
                raise Unreadable("it is damaged: a run holds the wrong kinds of values.")
            if not all(type(x) is str for x in (workload, mode, knobs, start_method, text)):
                raise Unreadable("it is damaged: a run holds the wrong kinds of values.")
            if workload not in workloads.keys():  # noqa: SIM118
                raise Unreadable(f"it holds a workload that is not known here, {workload[:40]!r}.")
            if mode not in modes.keys():  # noqa: SIM118
                raise Unreadable(f"it holds a mode that is not known here, {mode[:40]!r}.")
            if not 1 <= workers <= 64 or handle <= 0:
                raise Unreadable("it is damaged: a run with a number of workers that cannot be.")
            setting = Setting(workload, mode, workers, _knobs(knobs), start_method[:40], bool(frame_slots))
            ends = {kind.value: kind for kind in RunState if kind.ended}
            if state is not None and state not in ends:
                raise Unreadable("it is damaged: a run that ended in no known way.")
            yield RecordedRun(
                seq, at, number, handle, setting, text[:500], stopping_seq or 0, stopping_ns or 0, ended_seq or 0,
                ended_ns or 0, ends[state] if state is not None and ended_seq else None,
            )  # fmt: skip


def _knobs(text: str) -> tuple[tuple[str, float], ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("it is damaged: knobs that are none.") from problem
    if not isinstance(found, dict) or not all(
        isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e15 and math.isfinite(v)
        for v in found.values()
    ):
        raise Unreadable("it is damaged: knobs that are no numbers.")
    return tuple(sorted(found.items()))


def _machine(text: str) -> Machine:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("it is damaged: it does not say where it was made.") from problem
    kinds: dict[str, Any] = {field.name: int if field.name == "cores" else str for field in fields(Machine)}
    if not isinstance(found, dict) or set(found) != set(kinds):
        raise Unreadable("it is damaged: it does not say where it was made.")
    if not all(type(found[key]) is kind for key, kind in kinds.items()):
        raise Unreadable("it is damaged: it does not say where it was made.")
    cut: dict[str, Any] = {key: value[:200] if isinstance(value, str) else value for key, value in found.items()}
    return Machine(**cut)


def _harden(db: sqlite3.Connection) -> None:
    """Nothing that a file brings along may run, grow without bounds or be written."""
    for name, most in (
        ("SQLITE_LIMIT_LENGTH", _MOST_VALUE), ("SQLITE_LIMIT_SQL_LENGTH", 20_000), ("SQLITE_LIMIT_ATTACHED", 0),
        ("SQLITE_LIMIT_COLUMN", 100), ("SQLITE_LIMIT_EXPR_DEPTH", 50), ("SQLITE_LIMIT_TRIGGER_DEPTH", 1),
        ("SQLITE_LIMIT_VDBE_OP", 25_000), ("SQLITE_LIMIT_WORKER_THREADS", 0),
    ):  # fmt: skip
        db.setlimit(getattr(sqlite3, name), most)
    if sys.version_info >= (3, 12):
        db.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON", "mmap_size=0", "cache_size=-8000"):
        db.execute(f"PRAGMA {pragma}")


def _authorize(action: int, table: str | None, column: str | None, database: str | None, by: str | None) -> int:
    if action in _ALLOWED and by is None:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and by is None and table in schema.TABLES:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _close(db: sqlite3.Connection | None) -> None:
    if db is not None:
        with contextlib.suppress(sqlite3.Error):
            db.close()
