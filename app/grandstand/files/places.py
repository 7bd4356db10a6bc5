"""Where a written file goes: what a name stands for once links, devices and standard output are seen through.

Any thread. Nothing here is written or changed.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

STDOUT = Path("-")
"""Standard output. A file of that name is ``./-``, which `place` tells apart."""
_MOST_LINKS = 40
_DESCRIPTORS = re.compile(r"/proc/(self|thread-self|\d+)(/task/\d+)?/fd")


def place(text: str) -> Path:
    """The target that a person named: `STDOUT` for '-', else an absolute path. Nothing is looked up."""
    if text == "-":
        return STDOUT
    with contextlib.suppress(OSError):  # the working folder may be gone
        return Path(text).absolute()
    return Path(text)


@dataclass(frozen=True)
class Real:
    """What ``target`` is: one of standard output, an open descriptor of this process, or a path without links.

    ``status``: of what stands at the path now, None where nothing does. ``straight``: it is no regular file, so what
    is written goes right into it.
    """

    target: Path
    path: Path
    descriptor: int | None = None
    status: os.stat_result | None = None

    @property
    def stdout(self) -> bool:
        return self.descriptor == 1

    @property
    def straight(self) -> bool:
        return self.descriptor is not None or (self.status is not None and not stat.S_ISREG(self.status.st_mode))


def real(target: Path) -> Real:
    """Sees through links. Raises OSError where they lead in a circle."""
    if target == STDOUT:
        return Real(target, target, 1)
    path, number = _followed(target)
    if number is not None:
        return Real(target, path, number)
    try:
        there = os.stat(path)
    except FileNotFoundError:
        there = None
    return Real(target, path, None, there)


def _followed(target: Path) -> tuple[Path, int | None]:
    """The path without links; the number of our descriptor that it is a name for (/dev/stdout, /dev/fd/63)."""
    path = str(target.absolute())
    for _ in range(_MOST_LINKS):
        folder, name = os.path.split(path)
        folder = os.path.realpath(folder)
        path = os.path.join(folder, name)
        if name.isdecimal() and (folder == "/dev/fd" or _DESCRIPTORS.fullmatch(folder)):
            ours = folder == "/dev/fd" or folder.split("/")[2] in ("self", "thread-self", str(os.getpid()))
            return Path(path), int(name) if ours else None
        if name in ("", os.curdir, os.pardir) or not os.path.islink(path):
            return Path(os.path.realpath(path)), None
        path = os.path.join(folder, os.readlink(path))
    os.stat(target)  # the system's own word for it: too many levels of links
    return Path(path), None


def same(one: Real, other: Real) -> bool:
    """Whether both are the same file, by name or by what stands there; devices, which hold nothing, never are."""
    if one.descriptor is not None or other.descriptor is not None:
        return one.descriptor == other.descriptor
    if one.status is not None and stat.S_ISCHR(one.status.st_mode):
        return False
    if os.path.normcase(one.path) == os.path.normcase(other.path):
        return True
    return one.status is not None and other.status is not None and os.path.samestat(one.status, other.status)
