"""What a recording may hold, and what a connection to one may do. Pure but for the file's times; any thread."""

from __future__ import annotations

import contextlib
import json
import math
import sqlite3
import sys
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

from grandstand import plain
from grandstand.journal import schema
from grandstand.observe.machine import Machine
from grandstand.session.about import About
from grandstand.vocabulary import channels as vocabulary
from grandstand.vocabulary.channels import Channel
from grandstand.vocabulary.options import Values

NONE = "this is not a recording. Recordings are files that Grandstand has written."
_MOST_VALUE = schema.MOST_TEXT + 20_000
_MOST_PARAMETERS = 100
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION}


class Unreadable(ValueError):
    """What cannot be read, in plain words, with what to do."""


def parameters(text: str) -> tuple[tuple[str, float], ...]:
    """The parameters of a run. Raises Unreadable."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("it is damaged: its parameters cannot be read.") from problem
    if (
        not isinstance(values, dict)
        or len(values) > _MOST_PARAMETERS
        or not all(
            isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e15 and math.isfinite(v)
            for v in values.values()
        )
    ):
        raise Unreadable("it is damaged: a parameter is not a number.")
    return tuple(sorted(values.items()))


def options(text: str) -> Values:
    """The options of a run's mode. Raises Unreadable."""
    values = _object(text)
    if len(values) > _MOST_PARAMETERS or not all(
        isinstance(v, str | bool) or (isinstance(v, int | float) and abs(v) < 1e15) for v in values.values()
    ):
        raise Unreadable("it is damaged: its options cannot be read.")
    return tuple(
        sorted(
            (plain.one_line(k[:40]), plain.one_line(v[:200]) if isinstance(v, str) else v) for k, v in values.items()
        )
    )


def about(text: str) -> About:
    """What a workload from outside calls itself. Raises Unreadable."""
    fields = _object(text)
    title, unit, named = fields.get("title"), fields.get("unit"), fields.get("parameters", [])
    if not isinstance(named, list) or len(named) > _MOST_PARAMETERS:
        raise Unreadable("it is damaged: a workload without a description.")
    rows = [tuple(row) if isinstance(row, list) else () for row in named]
    if not all(type(word) is str for word in (title, unit, *(w for row in rows for w in row))) or any(
        len(row) != 3 for row in rows
    ):
        raise Unreadable("it is damaged: a workload without a description.")
    plainly = [tuple(plain.one_line(word[:100]) for word in row) for row in rows]
    return About(plain.one_line(str(title)[:100]), plain.one_line(str(unit)[:40]), tuple(plainly))  # type: ignore[arg-type]


def channel(row: tuple[Any, ...]) -> Channel | None:
    """A channel as a row of its table describes it; None for one that cannot be, which is then told by its key."""
    key, title, unit, of, kind, source, each, names, place = row
    if not all(type(text) is str for text in (key, title, unit, of, kind, source, each, names)):
        return None
    if type(place) is not float or not abs(place) <= vocabulary.LARGEST:
        return None
    try:
        columns = json.loads(names)
    except (ValueError, RecursionError):
        return None
    if not isinstance(columns, list) or not all(type(name) is str for name in columns):
        return None
    words = [plain.one_line(text[: vocabulary.LONGEST_TEXT]) for text in (title, unit, source)]
    named = tuple(plain.one_line(name[:100]) for name in columns[: vocabulary.MOST_COLUMNS])
    described = Channel(key, words[0], words[1], of, kind, words[2], named, each, place)
    try:
        vocabulary.check(described)
    except ValueError:
        return None
    return described


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("it is damaged: it does not say how it was run.") from problem
    if not isinstance(value, dict):
        raise Unreadable("it is damaged: it does not say how it was run.")
    return value


def machine(text: str) -> Machine:
    """Where it was made. Raises Unreadable."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("it is damaged: it does not say where it was made.") from problem
    usual: dict[str, Any] = {field.name: 1 if field.name == "cores" else "" for field in fields(Machine)}
    del usual["quota"]
    if not isinstance(values, dict):
        raise Unreadable("it is damaged: it does not say where it was made.")
    told = {key: values.get(key, value) for key, value in usual.items()}
    if not all(type(told[key]) is type(value) for key, value in usual.items()):
        raise Unreadable("it is damaged: it does not say where it was made.")
    quota = values.get("quota")
    if quota is not None and not (type(quota) in (int, float) and 0 < quota < 1e6):
        raise Unreadable("it is damaged: its CPU quota cannot be read.")
    cut: dict[str, Any] = {
        key: plain.one_line(value[:200]) if isinstance(value, str) else value for key, value in told.items()
    }
    return Machine(**cut, quota=quota)


def harden(db: sqlite3.Connection) -> None:
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


def authorize(action: int, table: str | None, column: str | None, database: str | None, by: str | None) -> int:
    """For a connection: our tables may be read, and nothing else be done."""
    if action in _ALLOWED and by is None:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and by is None and table in schema.TABLES:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def written_s_ago(path: Path) -> float:
    """Seconds since anything was written to a recording; since 1970 if it is gone."""
    newest = 0.0
    for name in (path, path.with_name(path.name + "-wal")):
        with contextlib.suppress(OSError):
            there = name.stat()
            if there.st_size:  # who only reads leaves an empty log
                newest = max(newest, there.st_mtime)
    return time.time() - newest
