"""The one way in for files that the app did not just write: what kind, how large, and only then its bytes. Any thread.

Nothing here waits: a pipe, a device or a folder is refused before it is opened, a file that is too large before a
byte of it is read, and a file that grows meanwhile at its limit. A disk that does not answer still holds the caller
up, so the window reads on a thread.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

_KINDS = (
    (stat.S_ISDIR, "it is a folder, not a file. Name a file in it"),
    (stat.S_ISFIFO, "it is a pipe (FIFO), not a file. Save what comes out of it as a file first"),
    (stat.S_ISSOCK, "it is a socket, not a file"),
    (stat.S_ISCHR, "it is a device, not a file"),
    (stat.S_ISBLK, "it is a device, not a file"),
)


class Unreadable(ValueError):
    """A file that cannot be taken. The text says what is wrong and what to do; it follows the file's name."""


class Missing(Unreadable):
    """There is no such file."""


def kind_problem(mode: int) -> str:
    """Why a file of this ``st_mode`` is not opened; '' for a regular file."""
    if stat.S_ISREG(mode):
        return ""
    return next((why for is_kind, why in _KINDS if is_kind(mode)), "it is not a regular file") + "."


def check_file(path: Path) -> os.stat_result:
    """Looks at a file without opening it. Raises Missing or Unreadable."""
    try:
        there = os.stat(path)
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise Missing("there is no such file.") from problem
    except OSError as problem:
        raise Unreadable(_said(problem)) from problem
    except ValueError as problem:  # a name with a NUL in it
        raise Missing(f"no file can have this name ({problem}).") from problem
    if why := kind_problem(there.st_mode):
        raise Unreadable(why)
    return there


def read_bytes(path: Path, most: int, what: str) -> bytes:
    """All bytes of a regular file, ``most`` of them at most. ``what`` names such a file, with its article.

    Raises Missing, or Unreadable.
    """
    _check_size(check_file(path).st_size, most, what)
    try:
        number = os.open(path, os.O_RDONLY | _FLAGS)
        with open(number, "rb") as file:
            there = os.fstat(number)  # of what was opened: the name may stand for something else by now
            if why := kind_problem(there.st_mode):
                raise Unreadable(why)
            _check_size(there.st_size, most, what)
            data = file.read(most + 1)
    except OSError as problem:
        raise Unreadable(_said(problem)) from problem
    _check_size(len(data), most, what)  # a size of 0 may be no size at all, as in /proc
    return data


def read_text(path: Path, most: int, what: str) -> str:
    """The same as UTF-8 text, without a byte order mark. Raises Missing, or Unreadable."""
    return text_of(read_bytes(path, most, what))


def text_of(data: bytes) -> str:
    """UTF-8 text, without a byte order mark. Raises Unreadable."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise Unreadable(f"it is not UTF-8 text (line {line}). Save it as UTF-8.") from problem


def size_words(size: int) -> str:
    """'340 kB', '64 MB', '2.5 GB'."""
    for scale, unit in ((1e9, "GB"), (1e6, "MB")):
        if size >= scale:
            return f"{size / scale:.3g} {unit}"
    return f"{size / 1e3:,.0f} kB"


def _said(problem: OSError) -> str:
    return f"{(problem.strerror or str(problem)).lower()}."


def _check_size(size: int, most: int, what: str) -> None:
    if size > most:
        held = f"it holds {size_words(size)}" if size > 1.1 * most else f"it is larger than {size_words(most)}"
        raise Unreadable(f"{held}; {what} holds {size_words(most)} at most.")


_FLAGS = 0
for _name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)
