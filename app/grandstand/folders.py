"""Where this user's files belong. None where the user has no place of their own: no home folder, an unknown user.

The places are platformdirs', as each system has them. Any thread; looks at the disk.
"""

from __future__ import annotations

import os
from pathlib import Path

NOWHERE = "This user has no home folder"


def home() -> Path | None:
    """The home folder, if there is one. Without $HOME the system's list of users is asked."""
    if os.environ.get("HOME") == "":
        return None  # Python would take / for it
    path = Path(os.path.expanduser("~"))
    return path if path.is_absolute() and path.is_dir() else None


def data() -> Path | None:
    """What the app keeps, such as recordings. The folder itself may have to be made."""
    named = os.path.isabs(os.environ.get("XDG_DATA_HOME", "").strip())
    if home() is None and not named:
        return None
    import platformdirs  # not on the way to the first frame

    path = Path(platformdirs.user_data_dir("grandstand", appauthor=False))
    return path if path.is_absolute() else None


def cache() -> Path | None:
    """What the app can find out again. The folder itself may have to be made."""
    named = os.path.isabs(os.environ.get("XDG_CACHE_HOME", "").strip())
    if home() is None and not named:
        return None
    import platformdirs  # not on the way to the first frame

    path = Path(platformdirs.user_cache_dir("grandstand", appauthor=False))
    return path if path.is_absolute() else None


def start() -> Path:
    """Where a dialog for files begins: at home, else at the root of all folders."""
    return home() or Path(os.path.abspath(os.sep))
