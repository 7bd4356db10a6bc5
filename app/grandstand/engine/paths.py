"""In which order modules are looked for. Imports nothing that a folder on the path could have a file for."""

import os
import sys

SOURCES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
"""What must be on the path for ``import grandstand``: the source root, or the folder of installed packages."""


def ordered() -> "list[str]":
    """sys.path for the app and its helpers: what belongs to us and to this Python, then what somebody has added.

    So a ``queue.py`` of the person's is not taken for the standard library's.
    """
    added = _added()
    own = [path for path in sys.path if path and _absolute(path) not in added]
    last = [_absolute(path) for path in sys.path if _absolute(path) in added]
    first = [] if SOURCES in own else [SOURCES]
    return [path for path in dict.fromkeys([*first, *own, *last]) if path]


def _added() -> "set[str]":
    """Folders that are on the path by the environment's wish or by where the program was started."""
    added = {_absolute("")}
    if not sys.flags.ignore_environment:
        added.update(_absolute(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path)
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    if file:
        added.add(os.path.dirname(os.path.realpath(file)))
    added.discard(SOURCES)
    return added


def _absolute(path: str) -> str:
    """'' for the working folder where there is none any more."""
    try:
        return os.path.abspath(path)
    except OSError:
        return ""
