"""What ships with the app: fonts, icons, themes, talks, templates. Everybody reads them here; nobody builds paths.

A wheel has them inside the package, maybe in a zip; a clone and an editable install beside the source root. So they
are handed out as bytes and text, never as paths. Any thread.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def read_bytes(name: str) -> bytes:
    """The contents of a file, ``"folder/file"``. Raises OSError: it is not there, or cannot be read."""
    return _root().joinpath(*name.split("/")).read_bytes()


def read_text(name: str) -> str:
    """The same as text. Raises OSError too, and UnicodeDecodeError when it is not UTF-8."""
    return read_bytes(name).decode("utf-8")


def names(folder: str, *endings: str) -> tuple[str, ...]:
    """The files of a folder that have one of the ``endings``, sorted, without the folder; none if there is no such
    folder."""
    where = _root() / folder
    if not where.is_dir():
        return ()
    return tuple(sorted(one.name for one in where.iterdir() if one.name.endswith(endings)))


@cache
def _root() -> Traversable:
    from importlib.resources import files  # 10 ms, and most commands read nothing

    package = files("grandstand")
    inside = package / "resources"
    return inside if inside.is_dir() else Path(str(package)).parents[1] / "resources"
