"""Ways to spoil a recording, and what is then done with it; also for the bench of ten thousand."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

from grandstand.journal import library
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording, Unreadable

PAGE = 4096


def play(path: Path) -> str:
    """Everything that the app does with a file: list, open, play, jump, draw. Returns how far it came."""
    library.entry(path)
    try:
        recording = Recording.open(path)
    except Unreadable:
        return "refused"
    try:
        player = Player(recording)
        player.seek(player.end_ns)
        while not player.work(1.0):
            pass
        player.session.lanes.all_since(player.end_ns - 60 * 10**9)
        player.seek((player.start_ns + player.end_ns) // 2)
        while not player.work(1.0):
            pass
        player.session.lanes.all_since(player.t_ns - 10**9, player.t_ns)
        for run in player.session.runs:
            player.session.summary(run)
    except Unreadable:
        return "stopped"
    finally:
        recording.close()
    return "played"


def _bits(path: Path, r: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(r.choice((1, 5, 50))):
        data[r.randrange(len(data))] ^= 1 << r.randrange(8)
    path.write_bytes(data)


def _header_bits(path: Path, r: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(3):
        data[r.randrange(200)] ^= 1 << r.randrange(8)
    path.write_bytes(data)


def _truncated(path: Path, r: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: r.randrange(len(data))])


def _pages(path: Path, r: random.Random) -> None:
    data = bytearray(path.read_bytes())
    pages = len(data) // PAGE
    a, b = r.randrange(pages), r.randrange(pages)
    kept = data[a * PAGE : (a + 1) * PAGE]
    data[a * PAGE : (a + 1) * PAGE] = data[b * PAGE : (b + 1) * PAGE]
    if r.random() < 0.5:
        data[b * PAGE : (b + 1) * PAGE] = kept
    path.write_bytes(data)


def _zeros(path: Path, r: random.Random) -> None:
    data = bytearray(path.read_bytes())
    at = r.randrange(len(data))
    data[at : at + r.choice((16, 512, PAGE))] = bytes(16)
    path.write_bytes(data)


def _sql(path: Path, r: random.Random) -> None:
    """Any column of any table gets any kind of value."""
    db = sqlite3.connect(path)
    table = r.choice(("sessions", "runs", "workers", "progress", "slices", "samples", "markers", "channels"))
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    values: tuple[object, ...] = (
        0, -1, 1, 2**62, -(2**63), 1e308, float("inf"), -1.5, "", "x", "[" * 3_000, "{}", "[]", "null", '{"a":1}',
        b"", b"\x00" * 24, b"\xff" * 48, "\ud800".encode("utf-8", "surrogatepass"), "9" * 400, '[1,2,3,4,5]',
    )  # fmt: skip
    for _ in range(r.choice((1, 3))):
        with contextlib.suppress(sqlite3.Error):
            some = "" if r.random() < 0.3 else f" WHERE rowid % 17 = {r.randrange(17)}"
            db.execute(f"UPDATE {table} SET {r.choice(columns)} = ?{some}", (r.choice(values),))
    db.commit()
    db.close()


def _giants(path: Path, r: random.Random) -> None:
    db = sqlite3.connect(path)
    size = r.choice((200_000, 2_000_000, 30_000_000))
    where = r.choice(
        ("slices SET data", "runs SET text", "sessions SET title", "markers SET data", "samples SET data")
    )
    db.execute(f"UPDATE {where} = zeroblob({size}) WHERE rowid = (SELECT max(rowid) FROM {where.split()[0]})")
    db.commit()
    db.close()


def _schema(path: Path, r: random.Random) -> None:
    """Things that would be run, if anybody let them."""
    db = sqlite3.connect(path)
    for statement in r.sample(
        (
            "CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END",
            "CREATE VIEW more AS SELECT * FROM runs",
            "CREATE VIRTUAL TABLE texts USING fts5(x)",
            "DROP INDEX slices_by_time",
            "ALTER TABLE runs ADD COLUMN g AS (hex(randomblob(1000000)))",
            "ALTER TABLE slices RENAME TO pieces",
            "CREATE INDEX odd ON progress (abs(steps))",
        ),
        2,
    ):
        with contextlib.suppress(sqlite3.Error):
            db.execute(statement)
    if r.random() < 0.5:
        db.execute("PRAGMA writable_schema=ON")
        db.execute("UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', ?)", (r.choice(("", "CHECK (1)", "xx")),))
    db.commit()
    db.close()


def _shuffled(path: Path, r: random.Random) -> None:
    """Happenings in another order, times from everywhere."""
    db = sqlite3.connect(path)
    table = r.choice(("runs", "workers", "progress", "samples", "markers"))
    with contextlib.suppress(sqlite3.Error):
        if r.random() < 0.5:
            db.execute(f"UPDATE {table} SET seq = -seq")
            db.execute(f"UPDATE {table} SET seq = seq + 100000")
        else:
            db.execute(f"UPDATE {table} SET at_ns = at_ns + (abs(random()) % 4000000000000) - 2000000000000")
    db.commit()
    db.close()


def _repeated(path: Path, r: random.Random) -> None:
    """Far more of something than there can be."""
    db = sqlite3.connect(path)
    with contextlib.suppress(sqlite3.Error):
        if r.random() < 0.5:
            db.execute(
                "INSERT INTO workers SELECT p.seq + 1000000, p.at_ns, 2, p.seq, p.seq % 64, p.t_ns, 1, 1, 1"
                " FROM progress p"
            )
        else:
            db.execute(
                "INSERT INTO runs SELECT p.seq + 1000000, p.at_ns, p.seq, p.seq, 'primes', 'threads', 1, '{}', '', 1,"
                " 'x', NULL, NULL, NULL, NULL, NULL FROM progress p"
            )
    db.commit()
    db.close()


def _gone(path: Path, r: random.Random) -> None:
    """Rows are missing: some of a table, or all."""
    db = sqlite3.connect(path)
    some = r.choice(("", "", f" WHERE rowid % 3 = {r.randrange(3)}", " WHERE rowid > 1"))
    with contextlib.suppress(sqlite3.Error):
        db.execute(f"DELETE FROM {r.choice(('sessions', 'runs', 'runs', 'workers', 'progress', 'slices'))}{some}")
    db.commit()
    db.close()


MUTATIONS: dict[str, Callable[[Path, random.Random], None]] = {
    "bits": _bits,
    "header bits": _header_bits,
    "truncated": _truncated,
    "pages": _pages,
    "zeros": _zeros,
    "values": _sql,
    "giants": _giants,
    "schema": _schema,
    "shuffled": _shuffled,
    "repeated": _repeated,
    "gone": _gone,
}
