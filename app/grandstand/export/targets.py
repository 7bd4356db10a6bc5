"""What a file may be called that a recording is written to, by format. Any thread."""

from __future__ import annotations

from pathlib import Path

from grandstand.export.formats import FILE, FOLDER, Format
from grandstand.files.targets import Wanted

_SIDES = ("", "-wal", "-shm", "-journal")


def wanted(option: str, text: str, kind: Format) -> Wanted:
    """The output ``text`` in a format. Pictures and films may do without an ending, but have no other."""
    if kind.kind == FOLDER:
        return Wanted(option, text, new=True, folder=True, file=True)
    endings = tuple(dict.fromkeys(f".{ending.rpartition('.')[2]}" for ending in kind.endings))
    return Wanted(option, text, endings, strict=kind.kind != FILE and bool(Path(text).suffix))


def inputs_of(*recordings: Path) -> list[tuple[str, Path]]:
    """What must not be written over: recordings that are open, with what SQLite keeps beside them."""
    what = "the recording that is being read" if len(recordings) == 1 else "a recording that is open"
    return [(what, path.with_name(path.name + side)) for path in recordings for side in _SIDES]
