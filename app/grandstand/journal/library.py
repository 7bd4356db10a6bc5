"""The folder of recordings: what is there, and names, pins, room. Blocks for as long as the disk takes; any thread."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grandstand import folders, plain
from grandstand.files.private import private_folder, tighten_folder
from grandstand.journal.reader import Recording, Unreadable
from grandstand.journal.runs import RecordedRun
from grandstand.journal.schema import SUFFIX

_SIDES = ("-wal", "-shm", "-journal")
_TRASH = ".deleted"


@dataclass(frozen=True)
class Entry:
    """One recording. ``live``: somebody writes it now. ``problem``: why it cannot be read, then the rest is empty.
    ``watched``: it is of another program, seen from outside.

    ``spans``: from when to when (ns from the start) each run lasted, and its mode.
    """

    path: Path
    title: str
    began_at: str
    seconds: float
    runs: tuple[str, ...]
    bytes: int
    pinned: bool
    live: bool
    problem: str = ""
    spans: tuple[tuple[int, int, str], ...] = ()
    watched: bool = False


def folder() -> Path | None:
    """Where recordings are kept: $GRANDSTAND_RECORDINGS, else the system's place for an app's data.

    None where this user has no such place: then nothing is recorded.
    """
    named = os.environ.get("GRANDSTAND_RECORDINGS")
    if named and named != "off":
        return Path(named)
    base = folders.data()
    return base / "recordings" if base is not None else None


def tighten(where: Path) -> None:
    """Takes from other people what older versions let them see of the app's own folder; a folder that the person
    named is theirs to share."""
    if not os.environ.get("GRANDSTAND_RECORDINGS") and where == folder():
        tighten_folder(where, (SUFFIX, *(SUFFIX + side for side in _SIDES)))


def shown_name(path: Path) -> str:
    """By what a recording of the folder is called on a terminal; ``find`` knows it by that."""
    return plain.one_line(path.stem)


def find(given: str) -> Path:
    """The recording that somebody means: a file, else one in the folder by its name, with or without the ending.

    A path that may not exist where there is none. Raises ValueError when several have that name.
    """
    path = Path(given)
    if os.path.sep in given or path.exists():
        return path
    where = folder()
    if where is None:
        return path
    try:
        files = [p for p in where.iterdir() if p.suffix == SUFFIX]
    except OSError:
        return path
    exact = [p for p in files if given in (p.name, p.stem)]
    matching = exact or [p for p in files if given in (plain.one_line(p.name), shown_name(p))]
    if len(matching) > 1:
        raise ValueError(f"{given} matches {len(matching)} recordings; give the path of one of them.")
    return matching[0] if matching else path


def new_path(where: Path, what: str = "session") -> Path:
    """A name that is free, after what it is of and the time."""
    stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    names = [f"{what}_{stamp}{SUFFIX}", *(f"{what}_{stamp}_{i}{SUFFIX}" for i in range(2, 1000))]
    return next(path for name in names if not (path := where / name).exists())


def entries(where: Path | None, live: Path | None = None) -> list[Entry]:
    """All recordings, newest first; ``live`` is being written by this process. Those a crash left are finished."""
    if where is None:
        return []
    try:
        paths = [path for path in where.iterdir() if path.suffix == SUFFIX and path.is_file()]
    except OSError:
        return []
    listed = [entry(path, path == live) for path in paths]
    return sorted(listed, key=lambda e: (e.began_at or "", e.path.name), reverse=True)


def entry(path: Path, live: bool = False) -> Entry:
    """What is to be said of one file."""
    size = size_of(path)
    try:
        recording = Recording.open(path)
    except Unreadable as problem:
        return Entry(path, path.stem, "", 0.0, (), size, False, live, str(problem))
    try:
        live = live or recording.being_recorded
        runs = ("a program, watched",) if recording.watched else tuple(_words(run) for run in recording.runs)
        seconds = (recording.end_ns - recording.start_ns) / 1e9
        made = Entry(
            path, recording.title, recording.began_at, seconds, runs, size, recording.pinned, live,
            spans=recording.spans, watched=recording.watched,
        )  # fmt: skip
        ended = recording.ended
    finally:
        recording.close()
    if not live and (not ended or _log_left(path)):
        finish(path)
    return made


def size_of(path: Path) -> int:
    """Bytes on the disk, with what SQLite keeps beside it."""
    total = 0
    for name in (path, *(path.with_name(path.name + side) for side in _SIDES)):
        with contextlib.suppress(OSError):
            total += name.stat().st_size
    return total


def _log_left(path: Path) -> bool:
    """Whether a part of it still stands beside it: somebody read it when it ended."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size > 0
    except OSError:
        return False


def finish(path: Path) -> None:
    """Makes one complete file of what a crash left; leaves it as it is where that cannot be."""
    with contextlib.suppress(Unreadable):
        _change(path, "UPDATE sessions SET ended_ns = last_ns WHERE ended_ns IS NULL", ())


def rename(path: Path, title: str) -> None:
    """Raises Unreadable."""
    _change(path, "UPDATE sessions SET title = ?", (title[:200],))


def pin(path: Path, on: bool) -> None:
    """A pinned recording is not deleted to make room. Raises Unreadable."""
    _change(path, "UPDATE sessions SET pinned = ?", (int(on),))


def delete(path: Path) -> Callable[[], None]:
    """Moves it aside; returns what brings it back. ``empty_trash`` deletes it for good.

    Raises OSError, also for what is being recorded: its last seconds would be lost.
    """
    if entry(path).live:
        raise OSError("it is being recorded. Switch recording off first.")
    trash = path.parent / _TRASH
    private_folder(trash)
    target = trash / path.name
    moved: list[tuple[Path, Path]] = []
    for side in ("", *_SIDES):
        name, new = path.with_name(path.name + side), target.with_name(target.name + side)
        if name.exists():
            name.replace(new)
            moved.append((name, new))

    def back() -> None:
        for name, new in moved:
            new.replace(name)

    return back


def empty_trash(where: Path) -> None:
    """Deletes for good what was deleted."""
    trash = where / _TRASH
    with contextlib.suppress(OSError):
        for name in trash.iterdir():
            name.unlink()
        trash.rmdir()


def tidy(where: Path, budget: int, live: Path | None = None) -> list[Path]:
    """Deletes the oldest that are neither pinned nor being recorded until all fit into ``budget`` bytes (0: no limit).

    Returns what it deleted. A file that cannot be read is nobody's to delete: it stays. So does the newest one: who
    has just recorded a long session wants to see it, however little room there is.
    """
    if not budget:
        return []
    listed = entries(where, live)
    total = sum(e.bytes for e in listed)
    gone: list[Path] = []
    newest = next((e for e in listed if not e.problem), None)
    for old in reversed(listed):
        if total <= budget:
            break
        if old.pinned or old.live or old.problem or old is newest:
            continue
        with contextlib.suppress(OSError):
            for side in ("", *_SIDES):
                old.path.with_name(old.path.name + side).unlink(missing_ok=True)
            gone.append(old.path)
            total -= old.bytes
    return gone


def _change(path: Path, statement: str, values: tuple[object, ...]) -> None:
    Recording.open(path).close()  # only in a file that holds what it should may anything be changed
    try:
        db = sqlite3.connect(path, timeout=2.0)
    except sqlite3.Error as problem:
        raise Unreadable(f"{path.name} cannot be changed: {problem}.") from problem
    try:
        db.execute("PRAGMA trusted_schema=OFF")
        db.execute("PRAGMA synchronous=FULL")
        with db:
            db.execute(statement, values)
        with contextlib.suppress(sqlite3.Error):  # somebody reads or writes it: then they will
            db.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as problem:
        raise Unreadable(f"{path.name} cannot be changed: {problem}. Is it on a read-only disk?") from problem
    finally:
        db.close()


def _words(run: RecordedRun) -> str:
    return f"{run.setting.about.title}: {run.setting.words}"
