"""The file being written. Everything here runs on the recorder's thread, but ``bytes``.

Write-ahead log with synchronous=FULL: a commit returns when its pages have reached the disk, so what was committed
survives a killed app and a power cut (NORMAL would lose the last commits with the power; the rollback journal would
make readers wait). It costs one fsync a commit, without the GIL. At the end the file is a single one again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from pathlib import Path
from typing import Any

from grandstand.files.private import FILE_MODE, private_folder
from grandstand.journal import schema
from grandstand.journal.rows import INSERT, Row, channel_row
from grandstand.vocabulary.channels import OWN
from grandstand.vocabulary.states import KEYS

PIECE = 256
"""Rows after which ``put`` is due."""
_AT_ONCE = (64, 16, 4, 1)
"""Rows in one statement. Each statement gives the GIL away once and must get it back: beside eight busy Qt
threads that takes milliseconds, and row by row the writer could not keep up. Few sizes, so that sqlite3 keeps the
prepared statements."""
_HEADS = {table: statement.partition(" VALUES ") for table, statement in INSERT.items()}
_MULTI = {
    table: {n: f"{head} VALUES {', '.join([values] * n)}" for n in _AT_ONCE}
    for table, (head, _, values) in _HEADS.items()
}


class WriteProblem(Exception):
    """Nothing more can be written; the text says why and what to do."""


class Writer:
    """``facts``: the sessions row; ``most_bytes``: size at which the file is full (0: the disk's).

    The file is made by ``open``; one that is there already is not touched. Then, over and over: ``begin``, ``add``,
    ``put`` and ``change``, ``commit``; at last ``finish``. Each raises WriteProblem.
    """

    def __init__(self, path: Path, facts: dict[str, Any], most_bytes: int = 0) -> None:
        self.path = path
        self._facts = facts
        self._most_bytes = most_bytes
        self._rows: dict[str, list[Row]] = {}
        self._count = 0
        self._db: sqlite3.Connection | None = None
        self._identity = (0, 0)

    def open(self) -> None:
        """Makes file and tables; leaves no file when that fails."""
        try:
            private_folder(self.path.parent)
        except OSError as problem:
            folder = self.path.parent
            raise WriteProblem(
                f"The folder {folder} cannot be made: {problem.strerror}. Choose another one for recordings."
            ) from problem
        try:
            # Exclusively: a file of this name may be somebody's recording. With its tables in one piece: it is never
            # seen empty, also not by who looks for what a killed app has left.
            with contextlib.closing(_Descriptor(self.path, self._begun())) as made:
                self._identity = made.identity
        except OSError as problem:
            raise self._cannot_begin(problem) from problem
        try:
            self._make()
        except (sqlite3.Error, OSError) as problem:
            self.discard()
            raise self._problem(problem) from problem

    def _begun(self) -> bytes:
        """A recording without any happening, as a file has it."""
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
            db.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
            db.execute(f"PRAGMA user_version={schema.VERSION}")
            for statement in (*schema.TABLES.values(), *schema.INDEXES.values()):
                db.execute(statement)
            db.executemany("INSERT INTO states VALUES (?, ?)", enumerate(KEYS))
            db.executemany(INSERT["channels"], map(channel_row, OWN))
            names = ", ".join(self._facts)
            values = tuple(self._facts.values())
            db.execute(f"INSERT INTO sessions ({names}) VALUES ({', '.join('?' * len(values))})", values)
            return db.serialize()

    def _make(self) -> None:
        db = self._db = sqlite3.connect(self.path, isolation_level=None, timeout=2.0)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA trusted_schema=OFF")
        if self._most_bytes:
            page = db.execute("PRAGMA page_size").fetchone()[0]
            db.execute(f"PRAGMA max_page_count={max(1, self._most_bytes // page)}")
        db.execute("PRAGMA busy_timeout=200")  # from here on who finds it locked comes again

    @property
    def bytes(self) -> int:
        """Of the file and its log as they are on the disk. Any thread."""
        total = 0
        for name in (self.path, self.path.with_name(self.path.name + "-wal")):
            with contextlib.suppress(OSError):
                total += name.stat().st_size
        return total

    @property
    def piece_full(self) -> bool:
        return self._count >= PIECE

    def begin(self) -> bool:
        """Begins a transaction; False while another program has the file locked (come again)."""
        db = self._open_db()
        if db.in_transaction:
            return True
        try:
            there = self.path.stat()
        except OSError:
            there = None
        if there is None or (there.st_dev, there.st_ino) != self._identity:
            raise WriteProblem(
                f"Recording stopped: {self.path.name} was deleted or moved. The run goes on. Switch recording off and "
                "on for a new file."
            )
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return False
            raise self._problem(problem) from problem
        except sqlite3.Error as problem:
            raise self._problem(problem) from problem
        return True

    def add(self, table: str, row: Row) -> None:
        """Remembers a row for the next ``put``."""
        self._rows.setdefault(table, []).append(row)
        self._count += 1

    def put(self) -> None:
        """Remembered rows into the transaction."""
        rows, self._rows, self._count = self._rows, {}, 0
        db = self._open_db()
        try:
            for table, waiting in rows.items():
                at = 0
                for size in _AT_ONCE:
                    statement = _MULTI[table][size]
                    while len(waiting) - at >= size:
                        db.execute(statement, [value for row in waiting[at : at + size] for value in row])
                        at += size
        except sqlite3.Error as problem:
            raise self._problem(problem) from problem

    def change(self, statement: str, values: Row) -> None:
        """At once, after everything remembered: it may be about that."""
        self.put()
        self._execute(statement, values)

    def commit(self, at_ns: int, longest_ns: int, dropped: int) -> None:
        """Ends the transaction: from here on it survives."""
        self.put()
        self._execute(
            "UPDATE sessions SET last_ns=max(last_ns, ?), longest_ns=?, dropped=?", (at_ns, longest_ns, dropped)
        )
        self._execute("COMMIT")

    def finish(self, at_ns: int) -> None:
        """The session is over: one file again."""
        if not self.begin():
            raise WriteProblem(
                f"Another program has {self.path.name} locked. What was written stays; the next start finishes it."
            )
        self._execute("UPDATE sessions SET last_ns=max(last_ns, ?)", (at_ns,))
        self._execute("UPDATE sessions SET ended_ns=last_ns")
        self._execute("COMMIT")
        with contextlib.suppress(sqlite3.Error):  # a reader may have it open: then library.finish does it later
            self._open_db().execute("PRAGMA journal_mode=DELETE")

    def close(self) -> None:
        """Without another word to the file; never raises."""
        db, self._db = self._db, None
        if db is not None:
            with contextlib.suppress(sqlite3.Error):
                if db.in_transaction:
                    db.execute("ROLLBACK")
            with contextlib.suppress(sqlite3.Error):
                db.close()

    def discard(self) -> None:
        """Closes and removes the file that ``open`` made, if it is still that one."""
        self.close()
        with contextlib.suppress(OSError):
            there = self.path.stat()
            if (there.st_dev, there.st_ino) == self._identity:
                for end in ("-wal", "-shm", ""):
                    self.path.with_name(self.path.name + end).unlink(missing_ok=True)

    # -- inside -----------------------------------------------------------------------------------------------

    def _open_db(self) -> sqlite3.Connection:
        if self._db is None:
            raise WriteProblem("Recording has not begun.")
        return self._db

    def _execute(self, statement: str, values: Row = ()) -> None:
        try:
            self._open_db().execute(statement, values)
        except sqlite3.Error as problem:
            raise self._problem(problem) from problem

    def _cannot_begin(self, problem: OSError) -> WriteProblem:
        name = self.path.name
        if problem.errno == errno.EEXIST:
            return WriteProblem(f"{name} is there already. Choose another name; recordings are not written over.")
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            return WriteProblem(f"The disk is full: {name} cannot be begun. Make room, then record again.")
        return WriteProblem(f"{name} cannot be written: {problem.strerror}. Choose another folder for recordings.")

    def _problem(self, problem: Exception) -> WriteProblem:
        name = self.path.name
        kind = getattr(problem, "sqlite_errorcode", 0) & 0xFF
        stays = f"What is in {name} stays; the run goes on."
        again = "then switch recording off and on."
        if kind == sqlite3.SQLITE_FULL:
            if self._most_bytes and self.bytes >= self._most_bytes // 2 and _free(self.path) > self._most_bytes // 10:
                return WriteProblem(
                    f"Recording stopped: {name} has reached its limit of {self._most_bytes / 1e6:,.0f} MB. {stays} "
                    "Switch recording off and on for a new file."
                )
            return WriteProblem(f"The disk is full: recording stopped. {stays} Make room, {again}")
        if kind == sqlite3.SQLITE_READONLY:
            return WriteProblem(
                f"Recording stopped: {name} or its folder is write-protected now. {stays} Allow writing, {again}"
            )
        if kind in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
            return WriteProblem(
                f"Recording stopped: the disk does not take any more of {name} ({problem}). {stays} See whether the "
                f"disk is full or gone, {again}"
            )
        return WriteProblem(f"Recording stopped: {name} cannot be written ({problem}). {stays}")


class _Descriptor:
    """A new file for its owner alone; what SQLite makes beside it has the same mode.

    Closed before SQLite opens it: a later close would drop SQLite's locks on it.
    """

    def __init__(self, path: Path, content: bytes) -> None:
        self._number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
        try:
            while content:
                content = content[os.write(self._number, content) :]
            there = os.fstat(self._number)
        except OSError:
            os.close(self._number)
            path.unlink()
            raise
        self.identity = (there.st_dev, there.st_ino)

    def close(self) -> None:
        os.close(self._number)


def _free(path: Path) -> int:
    import shutil

    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return 0
