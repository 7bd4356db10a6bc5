"""The one writer. Any thread; a write blocks for as long as the disk takes, or whoever reads the other end of a pipe.

A regular file comes to be under a name of its own in the target's folder and takes the target's place when it is
whole: a reader never sees half of it, and whatever fails or interrupts leaves the old one as it was. A link stays a
link: what it points to is written. An existing file keeps its mode; a new one gets what the umask allows. Pipes,
devices and standard output are written straight.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from grandstand.files.places import Real, real

PREFIX, SUFFIX = ".grandstand-", ".part"
"""Of the name that a file has until it is whole; what it will be called may be as long as names can be."""
_NO_ROOM_BESIDE = (errno.EACCES, errno.EPERM, errno.EROFS)
_NOT_REPLACEABLE = (errno.EBUSY, errno.EXDEV, errno.EPERM, errno.EACCES)
"""A file that is mounted by itself (into a container, say), or somebody else's in a folder like /tmp."""


def write_text(target: Path, text: str) -> None:
    """UTF-8, line ends as they are; a question mark for what has no UTF-8. Raises OSError."""
    write_bytes(target, text.encode("utf-8", "replace"))


def write_bytes(target: Path, data: bytes) -> None:
    """Whole or not at all. Raises OSError."""
    goal = real(target)
    if goal.straight:
        with _straight(goal) as out:
            out.write(data)
        return
    with written(target) as part:
        part.write_bytes(data)


@contextlib.contextmanager
def written(target: Path) -> Iterator[Path]:
    """A path to write to, whose content becomes ``target``'s at the end, or vanishes when that is not reached.

    For what wants a path, or writes more than one would keep in memory. Raises OSError.
    """
    goal = real(target)
    if goal.straight:
        with _elsewhere() as part:
            yield part
            _pour(part, goal)
        return
    try:
        part = _begun(goal)
    except OSError as problem:
        if goal.status is None or problem.errno not in _NO_ROOM_BESIDE or not os.access(goal.path, os.W_OK):
            raise
        with _elsewhere() as part:  # the file may be changed, but nothing may be put beside it
            yield part
            _pour(part, goal)
        return
    try:
        yield part
        _take_place(part, goal)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def folder_written(target: Path) -> Iterator[Path]:
    """A folder to fill, that becomes ``target`` at the end, or vanishes. Raises FileExistsError where there is one."""
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, "is there already; choose another name", str(target))
    part = target.parent / _name()
    part.mkdir()
    try:
        yield part
        if os.path.lexists(target):  # somebody made it meanwhile; an empty one would be replaced without a word
            raise FileExistsError(errno.EEXIST, "is there already; choose another name", str(target))
        part.rename(target)
    finally:
        if part.exists():
            shutil.rmtree(part, ignore_errors=True)


def begin(folder: Path) -> Path:
    """A new, empty file of no particular name, with the mode that the umask gives. Raises OSError."""
    while True:
        part = folder / _name()
        with contextlib.suppress(FileExistsError), open(part, "xb"):
            return part


# -- inside -----------------------------------------------------------------------------------------------------------


def _name() -> str:
    return f"{PREFIX}{secrets.token_hex(6)}{SUFFIX}"


def _begun(goal: Real) -> Path:
    part = begin(goal.path.parent)
    if goal.status is not None:
        try:
            _dress(part, goal.status)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return part


def _dress(part: Path, like: os.stat_result) -> None:
    """Owner and mode of the file that it will replace, before there is anything in it."""
    if hasattr(os, "chown"):
        now = part.stat()
        if (now.st_uid, now.st_gid) != (like.st_uid, like.st_gid):
            with contextlib.suppress(OSError):
                os.chown(part, like.st_uid, like.st_gid)
    part.chmod(stat.S_IMODE(like.st_mode))


def _take_place(part: Path, goal: Real) -> None:
    if goal.status is not None and goal.status.st_nlink > 1:
        _pour(part, goal)  # its other names stay names of the same file
        return
    try:
        os.replace(part, goal.path)
    except OSError as problem:
        if goal.status is None or os.name == "nt" or problem.errno not in _NOT_REPLACEABLE:
            raise
        _pour(part, goal)


@contextlib.contextmanager
def _elsewhere() -> Iterator[Path]:
    """A file in the temporary folder, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="grandstand-", ignore_cleanup_errors=True) as folder:
        yield Path(folder, "part")


def _pour(part: Path, goal: Real) -> None:
    with part.open("rb") as source, _straight(goal) as out:
        shutil.copyfileobj(source, out)


@contextlib.contextmanager
def _straight(goal: Real) -> Iterator[IO[bytes] | Any]:
    if goal.stdout:
        out = standard_output()
        yield out
        out.flush()
        return
    if goal.descriptor is not None:
        with os.fdopen(os.dup(goal.descriptor), "wb") as file:
            yield file
        return
    # Without O_CREAT: what is written straight is there already.
    flags = os.O_WRONLY | os.O_TRUNC | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(goal.path, flags), "wb") as file:
        yield file


def standard_output() -> Any:
    """Takes bytes, in turn with what is printed. Raises OSError where there is no standard output."""
    out = sys.stdout
    if out is None:
        raise OSError(errno.EBADF, "Standard output is closed")
    out.flush()
    stream = out.buffer if hasattr(out, "buffer") else _Texts(out)
    stream.flush()
    return stream


class _Texts:
    """Bytes for a stream that takes only text."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        self._stream.write(data.decode("utf-8", "replace"))
        return len(data)

    def flush(self) -> None:
        self._stream.flush()
