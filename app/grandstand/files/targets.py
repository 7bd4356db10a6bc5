"""Targets looked over before any work begins: can they be written, and would one of them destroy another, or an input?

Main thread of a command, or the GUI thread: a look takes as long as making and removing a small file.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grandstand.files.places import Real, place, real, same
from grandstand.files.writer import begin, standard_output

KNOWN = (
    ".png", ".svg", ".pdf", ".gif", ".mp4", ".csv", ".json", ".md", ".html", ".toml", ".grandstand", ".gz", ".zip",
    ".jpg", ".jpeg", ".webp", ".webm", ".txt", ".xlsx", ".parquet",
)  # fmt: skip
"""Endings that say what is in a file."""
_ROOM = bytes(16_384)
"""What a disk must still take; the smallest of results needs as much."""


@dataclass(frozen=True)
class Wanted:
    """An output: ``text`` is its name as typed ('' for none), ``option`` what stands before it.

    ``endings``: those that suit what is written. Others are refused if they are known to mean something else, or all
    of them if ``strict``. ``new``: nothing may stand there yet; ``folder``: it becomes a folder; ``file``: it cannot
    be a pipe, a device or standard output.
    """

    option: str
    text: str
    endings: tuple[str, ...] = ()
    strict: bool = False
    new: bool = False
    folder: bool = False
    file: bool = False


def check(outputs: Sequence[Wanted], inputs: Sequence[tuple[str, Path]] = (), trial: bool = True) -> None:
    """Raises ValueError, saying what to do. ``inputs``: what is read, as (what it is, where).

    ``trial``: find out by a small file whether the disk takes any, which on a slow one may take a while.
    """
    targets: list[tuple[Wanted, Real]] = []
    for output in outputs:
        if not output.text:
            continue
        goal = _looked_up(output)
        for what, path in inputs:
            if _is_that(goal, path):
                raise ValueError(
                    f"{output.option}: {output.text} is {what}; writing would destroy it. Choose another name."
                )
        _check_ending(output, goal)
        for other, taken in targets:
            if same(goal, taken):
                name = "standard output" if goal.stdout else output.text
                raise ValueError(
                    f"{other.option} and {output.option} both go to {name}. Give each a place of its own."
                )
        targets.append((output, goal))
    for output, goal in targets if trial else ():
        _try(output, goal)


def _looked_up(output: Wanted) -> Real:
    text, option = output.text, output.option
    if text.startswith("-") and text != "-":  # `watch --json -- python x.py` wants no file with the name --
        what = "a name" if output.file or output.folder else "a name (- is standard output)"
        raise ValueError(
            f"{option}: {text} looks like an option. Give {what} after {option}, or ./{text} for a file of that name."
        )
    target = place(text)
    try:
        goal = real(target)
    except OSError as problem:
        raise ValueError(f"{option}: {text} cannot be written: {words(problem)}") from None
    if output.file and goal.straight and not _is_folder(goal):
        what = "standard output" if goal.stdout else f"{text}, which is not a file"
        raise ValueError(f"{option} cannot go to {what}. Name a {'folder' if output.folder else 'file'}.")
    if output.new and (goal.status is not None or os.path.lexists(target)):
        kind = "tables go into a new folder" if output.folder else "recordings are not written over"
        raise ValueError(f"{option}: {text} is there already; {kind}. Choose another name.")
    if _is_folder(goal) or (not output.folder and text.endswith(("/", os.sep))):
        raise ValueError(f"{option} expects a file; {text} is a folder. Name a file in it.")
    return goal


def _is_that(goal: Real, path: Path) -> bool:
    try:
        return same(goal, real(path))
    except OSError:  # what cannot be looked at cannot be read either, and whoever reads it says so
        return False


def _is_folder(goal: Real) -> bool:
    return goal.status is not None and stat.S_ISDIR(goal.status.st_mode)


def _check_ending(output: Wanted, goal: Real) -> None:
    if (goal.straight and not _is_folder(goal)) or not (output.endings or output.folder):
        return
    ending = Path(output.text).suffix.lower()
    if ending in output.endings or (not output.strict and ending not in KNOWN):
        return
    names = [*output.endings[:-1], f"or {output.endings[-1]}"] if len(output.endings) > 1 else list(output.endings)
    if not names:
        raise ValueError(
            f"{output.option}: {output.text} is to be a folder, and {ending} is a file's ending. Leave it out."
        )
    listed = f"{', '.join(names[:-1])} {names[-1]}" if len(names) > 1 else names[0]
    these = "one of these endings" if len(names) > 1 else "this ending"
    raise ValueError(f"{output.option} writes {listed}; {output.text} ends otherwise. Choose {these}.")


def _try(output: Wanted, goal: Real) -> None:
    """Makes and removes a small file beside the target; a pipe or a device is only asked whether it may be written."""
    try:
        if goal.stdout:
            standard_output()
        elif goal.descriptor is not None:
            _try_descriptor(goal.descriptor)
        elif goal.status is not None and not os.access(goal.path, os.W_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        elif not goal.straight:
            _try_folder(goal)
    except OSError as problem:
        raise ValueError(f"{output.option}: {output.text} cannot be written: {words(problem)}") from None
    except _NoFolder:
        raise ValueError(
            f"{output.option}: there is no folder {goal.path.parent}. Make it first, or choose another."
        ) from None


class _NoFolder(Exception):
    """The folder that the target is to be in is not there."""


def _try_folder(goal: Real) -> None:
    if not goal.path.parent.is_dir():
        raise _NoFolder
    try:
        part = begin(goal.path.parent)
    except OSError as problem:
        if goal.status is not None and problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return  # the file itself may be written, so it will be, in its place
        raise
    try:
        part.write_bytes(_ROOM)
    finally:
        part.unlink(missing_ok=True)


def _try_descriptor(number: int) -> None:
    os.fstat(number)
    try:
        from fcntl import F_GETFL, fcntl
    except ImportError:  # Windows
        return
    if fcntl(number, F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        raise OSError(errno.EBADF, "it can only be read")


def words(problem: OSError) -> str:
    """What is the matter, and what to do about it: a sentence or two, after a colon."""
    hints = {
        errno.ENOENT: "Choose another folder.",
        errno.EACCES: "Choose another folder, or allow writing there.",
        errno.EPERM: "Choose another folder, or allow writing there.",
        errno.EROFS: "Choose a folder on another disk.",
        errno.ENOSPC: "Make room, or choose another disk.",
        errno.EDQUOT: "Make room, or choose another disk.",
        errno.EFBIG: "Allow larger files (ulimit -f), or choose another place.",
        errno.ENAMETOOLONG: "Choose a shorter name.",
        errno.ELOOP: "Name the file itself.",
        errno.EEXIST: "Choose another name.",
    }
    text = (problem.strerror or str(problem)).strip().rstrip(".")
    if problem.errno == errno.ENOENT:
        text = "its folder is gone, or takes no files"
    hint = hints.get(problem.errno or 0, "Choose another place.")
    return f"{text[:1].lower()}{text[1:]}. {hint}"
