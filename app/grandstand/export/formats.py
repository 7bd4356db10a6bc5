"""What a recording can be written as: a descriptor a format, the app's own and those of other packages. Any thread."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grandstand import extensions
from grandstand.export.base import Hear
from grandstand.extensions import Refused
from grandstand.journal.reader import Recording

PICTURE, FILM, FILE, FOLDER = "picture", "film", "file", "folder"
"""What comes of it. Pictures and films are drawn by the window's charts, files and folders written by ``write``."""
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,19}")
_ENDING = re.compile(r"(\.[a-z0-9]{1,12})+")

Write = Callable[[Recording, Path, Hear], Any]


@dataclass(frozen=True)
class Format:
    """``endings``: of its files, the usual one first; a folder has none. ``write``: a function, or its
    ``module:function``; it writes all or nothing (grandstand.files.writer) and returns what ``counted`` names.
    ``watched``: it can also be written of a program that was watched.
    """

    key: str
    title: str
    kind: str
    endings: tuple[str, ...] = ()
    write: Write | str = ""
    counted: str = "written"
    watched: bool = False

    def writer(self) -> Write:
        """Imported now."""
        if not isinstance(self.write, str):
            return self.write
        module, _, name = self.write.partition(":")
        function: Write = getattr(importlib.import_module(module), name)
        return function


_OWN = (
    Format("png", "PNG picture", PICTURE, (".png",)),
    Format("svg", "SVG drawing", PICTURE, (".svg",)),
    Format("pdf", "PDF page", PICTURE, (".pdf",)),
    Format("mp4", "MP4 film", FILM, (".mp4",)),
    Format("gif", "GIF animation", FILM, (".gif",)),
    Format(
        "trace",
        "Trace for Perfetto",
        FILE,
        (".json.gz", ".json"),
        "grandstand.export.trace:write_trace",
        "slices",
        watched=True,
    ),
    Format("csv", "Tables (CSV, a folder)", FOLDER, (), "grandstand.export.tables:write_tables", "rows", watched=True),
)
_added: dict[str, Format] = {}


def formats() -> dict[str, Format]:
    """By key, in the order in which they are offered."""
    extensions.bring("exports", add)
    return {**{one.key: one for one in _OWN}, **_added}


def formats_for(recording: Recording) -> dict[str, Format]:
    """What that one can be written as."""
    return {key: one for key, one in formats().items() if one.watched or not recording.watched}


def add(brought: Any) -> None:
    """Takes a format from outside. Raises Refused, saying why, for one that cannot be offered."""
    extensions.expect(Format, brought, "grandstand.export.formats.Format")
    if not _KEY.fullmatch(str(brought.key)) or brought.key in {*_added, *(one.key for one in _OWN)}:
        raise Refused(f"its key {brought.key!r} is taken, or not made of lower-case letters and digits")
    if not isinstance(brought.title, str) or not brought.title.strip() or not brought.title.isprintable():
        raise Refused("its title must be one line of text")
    if brought.kind not in (FILE, FOLDER) or not brought.write:
        raise Refused("it must be a file or a folder and say how it is written")
    if (brought.kind == FILE) != bool(brought.endings) or not all(_ENDING.fullmatch(e) for e in brought.endings):
        raise Refused("a file has endings such as '.json', a folder has none")
    _added[brought.key] = brought


def remove(key: str) -> None:
    """Takes an added format away again."""
    _added.pop(key, None)
