"""Files and folders that hold a person's data are for that person alone. POSIX; elsewhere the system's own rules.

Any thread. Nothing here fails: a file system that knows no modes keeps what it has.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700


def private_folder(path: Path) -> None:
    """Makes the folder where there is none, for its owner alone; one that is there stays as it is. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=FOLDER_MODE, exist_ok=True)


def tighten_folder(path: Path, endings: tuple[str, ...]) -> None:
    """Takes from others what an older version let them have: the folder, and the files in it with these endings."""
    if os.name != "posix":
        return
    _tighten(path, FOLDER_MODE)
    with contextlib.suppress(OSError):
        for there in os.scandir(path):
            if there.name.endswith(endings) and there.is_file(follow_symlinks=False):
                _tighten(Path(there.path), FILE_MODE)


def tighten(path: Path) -> None:
    """The same of one file."""
    if os.name == "posix":
        _tighten(path, FILE_MODE)


def _tighten(path: Path, most: int) -> None:
    with contextlib.suppress(OSError):
        there = os.lstat(path)
        if there.st_uid == os.geteuid() and not stat.S_ISLNK(there.st_mode) and stat.S_IMODE(there.st_mode) & ~most:
            os.chmod(path, stat.S_IMODE(there.st_mode) & most)
