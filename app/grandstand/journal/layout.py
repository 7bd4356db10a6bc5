"""What a recording's tables look like, and how what one has is read as today's. Pure but for one query; any thread.

A file outlives the code that wrote it: columns are read by name, what a file lacks has a default, what nobody here
knows is passed by and named in ``Layout.skipped``. All that may define a table or an index is a plain list of columns,
so that nothing in a file can run when it is read or changed.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from grandstand.journal import schema, upgrade
from grandstand.journal.checks import NONE, Unreadable

_MOST_PARTS = 100
_TABLE = re.compile(r"CREATE TABLE (\w+) \(([\w\s,]+)\)", re.ASCII)
_COLUMN = re.compile(r"(\w+) (INTEGER|REAL|TEXT|BLOB)( PRIMARY KEY)?( NOT NULL)?", re.ASCII)
_INDEX = re.compile(r"CREATE INDEX \w+ ON \w+ \(\w+(, \w+)*\)", re.ASCII)
_CHANGED = "its tables are not those of a recording. It was changed by another program."
_NEEDED = {
    "sessions": ("began_ns", "last_ns"),
    "runs": ("seq", "at_ns", "number", "handle", "workload", "mode", "workers"),
    "workers": ("seq", "at_ns", "handle", "worker", "lane", "t_ns"),
    "progress": ("seq", "at_ns", "handle", "worker", "t_ns", "units"),
    "slices": ("seq", "at_ns", "lane", "t_ns", "data"),
    "samples": ("seq", "at_ns", "t_ns", "kind"),
    "markers": ("seq", "at_ns", "handle", "kind", "data"),
    "states": (),
    "channels": (),
    "observed": (),
}
_USUAL = {
    "title": "''", "app_version": "''", "machine": "'{}'", "began_at": "''", "began_s": "0.0", "cores": "1",
    "warm_up_ns": "300000000", "window": "0", "longest_ns": "10000000000", "parameters": "'{}'", "options": "''",
    "python": "''", "python_name": "''", "about": "''", "text": "''", "ended_ns": "NULL", "stopping_seq": "NULL",
    "stopping_ns": "NULL",
    "ended_seq": "NULL", "state": "NULL", "value": "NULL", "key": "''", "unit": "''", "what": "''", "source": "''",
    "each_of": "''", "names": "'[]'", "place": "1000.0",
}  # fmt: skip
"""In place of a column that a file lacks, as SQL; 0 for all others."""


@dataclass(frozen=True)
class Layout:
    """``version`` that the file says it has; ``skipped``: what is in it that nobody here knows, in words.

    ``tables`` that there are. ``columns``: by table what to select, in the order of today's columns, each as SQL about
    the alias ``p``. ``former``: what older schemas have of runs (see upgrade.OPTIONS), as SQL.
    """

    version: int
    tables: frozenset[str]
    columns: dict[str, tuple[str, ...]]
    former: tuple[str, ...]
    skipped: tuple[str, ...]

    @property
    def newer(self) -> bool:
        return self.version > schema.VERSION

    def of(self, table: str, *names: str) -> str:
        """Today's columns of a table (or those named), as SELECT takes them."""
        every = dict(zip(schema.COLUMNS[table], self.columns[table], strict=True))
        return ", ".join(every[name] for name in names or schema.COLUMNS[table])


def layout(db: sqlite3.Connection) -> Layout:
    """Raises Unreadable for a file that is none of ours, that lacks what it needs, or that could do something."""
    if db.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
        raise Unreadable("this is another program's database, not a recording.")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version < 1:
        raise Unreadable(NONE)
    there: dict[str, list[str]] = {}
    parts = db.execute(f"SELECT type, name, sql FROM sqlite_master LIMIT {_MOST_PARTS}").fetchall()
    for kind, name, sql in parts:
        if kind == "index" and type(sql) is str and _INDEX.fullmatch(sql):
            continue
        match = _TABLE.fullmatch(sql) if kind == "table" and type(sql) is str else None
        if match is None or match[1] != name:
            raise Unreadable(_CHANGED)
        there[name] = _columns(match[2])
    columns, skipped = {}, [f"table {name}" for name in there if name not in schema.TABLES]
    for table, wanted in schema.COLUMNS.items():
        has = {upgrade.column(table, name): name for name in there.get(table, ())}
        if any(name not in has for name in _NEEDED[table]):
            newer = version > schema.VERSION
            raise Unreadable(f"a newer Grandstand wrote it (format {version}). Update." if newer else _CHANGED)
        columns[table] = tuple(f"p.{has[name]}" if name in has else _USUAL.get(name, "0") for name in wanted)
        old = [name for name, _, _ in upgrade.OPTIONS] if table == "runs" else []
        skipped += [f"column {table}.{has[name]}" for name in has if name not in wanted and name not in old]
    former = tuple(f"p.{name}" if name in there["runs"] else usual for name, usual, _ in upgrade.OPTIONS)
    return Layout(version, frozenset(there), columns, former, tuple(skipped))


def _columns(text: str) -> list[str]:
    """Names of columns. Raises Unreadable for a definition that says more than names and types."""
    names = []
    for part in text.split(","):
        match = _COLUMN.fullmatch(" ".join(part.split()))
        if match is None:
            raise Unreadable(_CHANGED)
        names.append(match[1])
    if len(set(names)) != len(names):
        raise Unreadable(_CHANGED)
    return names
