"""What all exports share: files written whole or not at all, and being cancelled. Any thread."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

Hear = Callable[[float], bool]
"""Gets the share done (0 to 1); False cancels."""


class Cancelled(Exception):
    """Somebody does not want it any more; nothing is left of it."""


@contextlib.contextmanager
def written(path: Path, folder: bool = False) -> Iterator[Path]:
    """A place to write to that becomes ``path`` at the end, or vanishes when that is not reached."""
    part = path.with_name(path.name + ".part")
    _remove(part)
    if folder:
        part.mkdir(parents=True)
    try:
        yield part
        if folder and path.exists():
            raise FileExistsError(f"{path.name} is there already; choose another name.")
        part.replace(path)
    finally:
        _remove(part)


def _remove(part: Path) -> None:
    with contextlib.suppress(OSError):
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink(missing_ok=True)
