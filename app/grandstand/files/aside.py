"""What is spoiled among the app's own files is renamed beside its place and never deleted. Any thread."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_MOST = 1000


def set_aside(path: Path, why: str) -> str:
    """Renames ``path`` to NAME.why.ENDING, or to the first such name with a number that is free; says what came of it.

    A device stays where it is: it is nobody's file.
    """
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
            return "It was left where it is."
        numbers = ["", *(f"-{number}" for number in range(2, _MOST))]
        names = (path.with_name(f"{path.stem}.{why}{number}{path.suffix}") for number in numbers)
        aside = next(name for name in names if not os.path.lexists(name))
        path.rename(aside)
    except StopIteration:
        return f"It could not be set aside: there are {_MOST} such files already."
    except OSError as problem:
        return f"It could not be set aside either: {problem.strerror or problem}."
    return f"It was set aside as {aside.name}."
