"""Reads a recording that may come from anywhere: nothing in it is run, everything in it is checked.

The connection is read-only, allows nothing but reading our own tables, ends a query that takes too long and refuses
values that are too long. What is wrong becomes ``Unreadable``, with what to do. One thread at a
time: who opens a recording may hand it on.
"""

from __future__ import annotations

import contextlib
import operator
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from grandstand import plain
from grandstand.files.reading import Missing, check_file
from grandstand.files.reading import Unreadable as NoFile
from grandstand.journal import checks, observed, schema, upgrade
from grandstand.journal.checks import NONE, written_s_ago
from grandstand.journal.checks import Unreadable as Unreadable
from grandstand.journal.layout import layout
from grandstand.journal.rows import MARKERS, SAMPLES
from grandstand.journal.runs import RecordedRun, run_of
from grandstand.vocabulary.channels import Channel

OPEN_S = 3.0
QUERY_S = 1.0
MOST_RUNS = 20_000
LONGEST_NS = 60 * 86_400 * 10**9
"""Sixty days: no session is longer."""
_MOST_BYTES = 32_000_000
"""Of one answer while opening: cells may share pages, so a small file can hold far more than its size."""
_TOO_MUCH = "it holds more than a recording can. Another program changed it."
_MOST_STATES = 1_000
_MOST_CHANNELS = 100
_MOST_NAMED = 8
_AT_ONCE = 100
_STEPS = 5_000
_FRESH_S = 10.0
_TABLES = ("runs", "workers", "progress", "samples", "markers", "observed")
_COUNTED = (*((table, "seq") for table in _TABLES), ("runs", "stopping_seq"), ("runs", "ended_seq"))
Chunk = tuple[int, int, int, int, bytes]
"""seq, lane, t_ns (up to when its worker told), at_ns (when it was heard of), slices as in the table."""
_OPEN_STATE = schema.COLUMNS["progress"].index("open_state")
_seq, _lane, _data = operator.itemgetter(0), operator.itemgetter(1), operator.itemgetter(4)
_numbers = operator.itemgetter(slice(0, 4))


class Recording:
    """An open file. ``start_ns`` to ``end_ns``: from when it was begun to what was written last.

    ``watched``: it is of another program, seen from outside.

    It stays what it was when it was opened: ``last_seq`` is the last happening that counts. ``skipped`` tells what
    of it nobody here knows ("" for nothing): a newer Grandstand may have written more.
    """

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db
        self._until = 0.0
        db.set_progress_handler(lambda: 1 if time.monotonic() > self._until else 0, _STEPS)
        self._until = time.monotonic() + OPEN_S
        self._layout = layout(db)
        db.set_authorizer(checks.authorize)
        self._skipped = list(self._layout.skipped)
        self._numbers = self._read_states()
        self.channels: tuple[Channel, ...] = tuple(self._read_channels())
        self._read_facts()
        if self._layout.newer:
            self._skipped += self._unknown_kinds()

    @classmethod
    def open(cls, path: Path) -> Recording:
        """Raises Unreadable."""
        path = Path(path)
        # SQLite alone opens it: on POSIX systems whoever closes a file otherwise drops all locks that this process has
        # on it, and it may be the one that is being recorded here.
        try:
            size = check_file(path).st_size
            for side in ("-wal", "-shm", "-journal"):
                with contextlib.suppress(Missing):
                    check_file(path.with_name(path.name + side))
        except NoFile as problem:
            raise Unreadable(f"it cannot be opened: {problem}") from problem
        if size < 512:
            raise Unreadable(NONE)
        why: Exception | None = None
        for mode in ("mode=ro", "mode=ro&immutable=1"):  # the latter where no file can be made beside it
            db = None
            try:
                db = sqlite3.connect(
                    f"file:{quote(os.fsencode(path.resolve()))}?{mode}",
                    uri=True,
                    isolation_level=None,
                    check_same_thread=False,
                )
                checks.harden(db)
                return cls(path, db)
            except Unreadable:
                _close(db)
                raise
            except (sqlite3.Error, ValueError, OverflowError, RecursionError, MemoryError) as found:
                _close(db)
                why = found
                if "not a database" in str(found):
                    raise Unreadable(NONE) from found
                if "unable to open" not in str(found) and "readonly" not in str(found):
                    break
        raise Unreadable(f"it is damaged ({why}). An earlier copy, if there is one, may open.") from why

    def close(self) -> None:
        _close(self._db)

    @property
    def spans(self) -> tuple[tuple[int, int, str], ...]:
        """From when to when (ns from the start) each run lasted, and its mode; none reaches into the next."""
        length = max(0, self.end_ns - self.start_ns)
        begun = [min(length, max(0, run.at_ns - self.start_ns)) for run in self.runs]
        stretches = []
        for i, (run, start) in enumerate(zip(self.runs, begun, strict=True)):
            after = begun[i + 1] if i + 1 < len(begun) else length
            end = min(after, run.ended_ns - self.start_ns) if run.ended_ns else after
            stretches.append((start, max(start, end), run.setting.mode))
        return tuple(stretches)

    @property
    def being_recorded(self) -> bool:
        """Whether a window writes it right now: it has not ended, and was written to within the last 10 s."""
        return not self.ended and written_s_ago(self.path) < _FRESH_S

    def rows(
        self, statement: str, values: tuple[Any, ...] = (), seconds: float = QUERY_S, most_bytes: int = 0
    ) -> list[tuple[Any, ...]]:
        """All rows of a query of ours; ends after ``seconds``, and after ``most_bytes`` of text and blobs (0: any).

        Raises Unreadable.
        """
        fetched: list[tuple[Any, ...]] = []
        for piece in self._pieces(statement, values, seconds):
            if most_bytes:
                most_bytes -= sum(len(value) for row in piece for value in row if isinstance(value, str | bytes))
                if most_bytes < 0:
                    raise Unreadable(_TOO_MUCH)
            fetched += piece
        return fetched

    def happenings(self, after: int, chunk: int = 200) -> dict[str, Iterator[tuple[Any, ...]]]:
        """By table: rows with a ``seq`` above ``after``, in its order, read a chunk at a time.

        ``progress`` rows end with the data of their slices (None without any).
        """
        of = self._layout.of
        with_slices = f"{of('progress')}, s.data FROM progress p LEFT JOIN slices s ON s.seq = p.seq"
        progress = self._stream(with_slices, after, chunk)
        streams = {
            "workers": self._stream(f"{of('workers')} FROM workers p", after, chunk),
            "progress": progress if self._numbers is None else map(self._todays_states, progress),
            "samples": self._stream(f"{of('samples')} FROM samples p", after, chunk // 4),
            "markers": self._stream(f"{of('markers')} FROM markers p", after, chunk // 4),
            "observed": iter(()),
        }
        if "observed" in self._layout.tables:
            streams["observed"] = self._stream(f"{of('observed')} FROM observed p", after, chunk // 4)
        return streams

    def observed(self, after: int) -> Iterator[tuple[int, int, Any]]:
        """What was seen from outside: (seq, at_ns, event) with a ``seq`` above ``after``. Raises Unreadable."""
        for seq, at_ns, *rest in self.happenings(after)["observed"]:
            try:
                event = observed.event_of(*rest)
            except (ValueError, RecursionError, OverflowError) as problem:
                raise Unreadable(f"it is damaged: {problem}.") from problem
            if event is not None:
                yield seq, at_ns, event if self._numbers is None else observed.renumbered(event, self._numbers)

    def seen_at(self, kinds: Sequence[str], most: int) -> list[tuple[int, str, int]]:
        """When (at_ns) events of these kinds were seen from outside: time, kind, process. Raises Unreadable."""
        if "observed" not in self._layout.tables:
            return []
        marks = ", ".join("?" * len(kinds))
        statement = f"SELECT at_ns, kind, pid FROM observed WHERE kind IN ({marks}) ORDER BY seq LIMIT {most}"
        rows = self.rows(statement, tuple(kinds), OPEN_S, _MOST_BYTES)
        return [row for row in rows if type(row[0]) is int and type(row[2]) is int]

    def slices(self, from_ns: int, until_ns: int, seconds: float = QUERY_S) -> list[Chunk]:
        """What was heard in [from, until), in order; ends after ``seconds``. Raises Unreadable."""
        chunks: list[Chunk] = []
        room = _MOST_BYTES
        columns = self._layout.of("slices", "seq", "lane", "t_ns", "at_ns", "data")
        statement = f"SELECT {columns} FROM slices p WHERE at_ns >= ? AND at_ns < ? AND seq <= ?"
        for piece in self._pieces(statement, (from_ns, until_ns, self.last_seq), seconds):
            if {*map(type, map(_data, piece))} != {bytes} or {*map(type, chain(*map(_numbers, piece)))} != {int}:
                raise Unreadable("it is damaged: slices that cannot be read, or lack a lane or a time.")
            if min(map(_lane, piece)) < 0 or max(map(_lane, piece)) >= 64:
                raise Unreadable("it is damaged: slices of a lane that cannot be.")
            room -= sum(map(len, map(_data, piece)))
            if room < 0:
                raise Unreadable(_TOO_MUCH)
            chunks += piece if self._numbers is None else [(*row[:4], self._todays_slices(row[4])) for row in piece]
        chunks.sort(key=_seq)  # here, not there: SQLite would have to carry the slices along
        return chunks

    def next_slices_ns(self, from_ns: int) -> int | None:
        """When slices are heard of next, at ``from_ns`` or later; None when never. Raises Unreadable."""
        (at_ns,) = self.rows("SELECT min(at_ns) FROM slices WHERE at_ns >= ?", (from_ns,))[0]
        return at_ns if type(at_ns) is int else None

    # -- inside -----------------------------------------------------------------------------------------------

    def _pieces(self, statement: str, values: tuple[Any, ...], seconds: float) -> Iterator[list[tuple[Any, ...]]]:
        self._until = time.monotonic() + seconds
        try:
            cursor = self._db.execute(statement, values)
            while piece := cursor.fetchmany(_AT_ONCE):
                yield piece
        except sqlite3.OperationalError as problem:
            if "interrupted" in str(problem):
                raise Unreadable("reading takes too long. Copy the file to a quicker disk.") from problem
            raise Unreadable(f"it is damaged ({problem}).") from problem
        except (sqlite3.Error, OverflowError, MemoryError) as problem:
            raise Unreadable(f"it is damaged ({problem}).") from problem

    def _stream(self, what: str, after: int, chunk: int) -> Iterator[tuple[Any, ...]]:
        while True:
            rows = self.rows(
                f"SELECT {what} WHERE p.seq > ? AND p.seq <= ? ORDER BY p.seq LIMIT {chunk}", (after, self.last_seq)
            )
            for row in rows:
                if type(row[0]) is not int or row[0] <= after or type(row[1]) is not int:
                    raise Unreadable("it is damaged: its events are out of order.")
                after = row[0]
                yield row
            if len(rows) < chunk:
                return

    @property
    def skipped(self) -> str:
        if not self._skipped:
            return ""
        who = "A newer Grandstand wrote this. Not shown" if self._layout.newer else "Not shown"
        return f"{who}: {', '.join(self._skipped[:_MOST_NAMED])}{', …' if len(self._skipped) > _MOST_NAMED else ''}."

    def _read_states(self) -> tuple[int, ...] | None:
        """Today's number of each state that the file knows; None where they are today's."""
        if self._layout.version < 2:
            return upgrade.renumbered(dict(enumerate(upgrade.KEYS_OF_1)))
        statement = f"SELECT {self._layout.of('states')} FROM states p LIMIT {_MOST_STATES + 1}"
        rows = self.rows(statement, (), OPEN_S, _MOST_BYTES)
        good = all(type(n) is int and 0 <= n < _MOST_STATES and type(key) is str for n, key in rows)
        if not good or len(rows) > _MOST_STATES:
            raise Unreadable("it is damaged: its states cannot be read.")
        numbers = upgrade.renumbered(dict(rows))
        self._skipped += [f"state {key[:40]!r}" for n, key in rows if numbers is not None and numbers[n] < 0]
        return numbers

    def _read_channels(self) -> Iterator[Channel]:
        """What the file says of its channels, but the app's own; of one that is described badly its key is enough."""
        if "channels" not in self._layout.tables:
            return
        statement = f"SELECT {self._layout.of('channels')} FROM channels p LIMIT {_MOST_CHANNELS}"
        for row in self.rows(statement, (), OPEN_S, _MOST_BYTES):
            channel = checks.channel(row)
            if channel is not None and channel.key not in SAMPLES:
                yield channel

    def _unknown_kinds(self) -> Iterator[str]:
        data, value = self._layout.of("samples", "data"), self._layout.of("samples", "value")
        figures = f" AND NOT coalesce(substr({data}, 1, 1) = '[', typeof({value}) = 'real')"
        for table, kinds, more in (
            ("markers", MARKERS, ""),
            ("samples", SAMPLES, figures),
            ("observed", tuple(observed.EVENTS), ""),
        ):
            if table not in self._layout.tables:
                continue
            marks = ", ".join("?" * len(kinds))
            statement = (
                f"SELECT kind, count(*) FROM {table} p WHERE kind NOT IN ({marks}){more} GROUP BY kind LIMIT 20"
            )
            for kind, many in self.rows(statement, kinds, OPEN_S, _MOST_BYTES):
                yield f"{many:,} {table} of kind {str(kind)[:40]!r}"

    def _todays_states(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A row of progress: numbers as they are today, what nobody here knows left out."""
        numbers = self._numbers
        assert numbers is not None
        state, data = row[_OPEN_STATE], row[-1]
        if type(state) is int and 0 <= state < len(numbers):
            state = max(0, numbers[state])
        if type(data) is bytes:
            data = self._todays_slices(data)
        return (*row[:_OPEN_STATE], state, *row[_OPEN_STATE + 1 : -1], data)

    def _todays_slices(self, packed: bytes) -> bytes:
        if len(packed) % 24:  # torn: whoever takes it says so
            return packed
        rows = np.frombuffer(packed, np.int64).reshape(-1, 3).copy()
        numbers = np.array(self._numbers, np.int64)
        inside = (rows[:, 0] >= 0) & (rows[:, 0] < len(numbers))
        rows[inside, 0] = numbers[rows[inside, 0]]
        return rows[~inside | (rows[:, 0] >= 0)].tobytes()

    def _read_facts(self) -> None:
        rows = self.rows(f"SELECT {self._layout.of('sessions')} FROM sessions p LIMIT 2", (), OPEN_S, _MOST_BYTES)
        if len(rows) != 1:
            raise Unreadable("it is damaged: it does not hold one session.")
        (
            _, title, _, machine, began_at, began_s, began_ns, last_ns, ended_ns, cores, warm_up_ns, window,
            longest_ns, dropped, pinned, watched,
        ) = rows[0]  # fmt: skip
        texts = (title, machine, began_at)
        whole = (began_ns, last_ns, cores, warm_up_ns, window, longest_ns, dropped, pinned, watched)
        if not all(type(text) is str for text in texts) or not all(type(number) is int for number in whole):
            raise Unreadable("it is damaged: its first page holds the wrong kinds of values.")
        if type(began_s) is not float or not 0 <= began_s < 1e11 or not (ended_ns is None or type(ended_ns) is int):
            raise Unreadable("it is damaged: it does not say when it was made.")
        end = last_ns if ended_ns is None else ended_ns
        if not (began_ns <= end <= began_ns + LONGEST_NS and 1 <= cores <= 4096 and 0 <= warm_up_ns <= 10**13):
            raise Unreadable("it is damaged: its times or its cores cannot be.")
        self.title: str = plain.one_line(title)
        self.began_at: str = plain.one_line(began_at[:40])
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
        self.watched = bool(watched)
        self.machine = checks.machine(machine)
        # One statement, so one moment of a file that is being written: without it, what one table lacks yet would be
        # passed by for what another has already.
        last = ", ".join(
            f"coalesce((SELECT max({self._layout.of(table, column)}) FROM {table} p), 0)"
            for table, column in _COUNTED
            if table in self._layout.tables
        )
        self.last_seq: int = self.rows(f"SELECT max({last})", (), OPEN_S)[0][0]
        self.runs: tuple[RecordedRun, ...] = tuple(self._read_runs())
        self.notes: tuple[tuple[int, str], ...] = tuple(
            (at, plain.one_line(text[:500]))
            for at, text in self.rows(
                "SELECT at_ns, data FROM markers WHERE kind = 'note' ORDER BY seq LIMIT 10000",
                (),
                OPEN_S,
                _MOST_BYTES,
            )
            if type(at) is int and type(text) is str
        )

    def _read_runs(self) -> Iterator[RecordedRun]:
        older = ", ".join(self._layout.former)
        statement = f"SELECT {self._layout.of('runs')}, {older} FROM runs p ORDER BY seq LIMIT {MOST_RUNS + 1}"
        rows = self.rows(statement, (), OPEN_S, _MOST_BYTES)
        if len(rows) > MOST_RUNS:
            raise Unreadable(f"it holds more than {MOST_RUNS:,} runs.")
        yield from map(run_of, rows)


def _close(db: sqlite3.Connection | None) -> None:
    if db is not None:
        with contextlib.suppress(sqlite3.Error):
            db.close()
