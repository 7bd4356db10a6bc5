"""What a file may be called that a recording is written to, by format. Any thread."""

from __future__ import annotations

from pathlib import Path

from grandstand.files.targets import Wanted

PICTURES, FILMS = ("png", "svg", "pdf"), ("gif", "mp4")
FORMATS = (*PICTURES, *FILMS, "csv", "trace")
_SIDES = ("", "-wal", "-shm", "-journal")


def wanted(option: str, text: str, kind: str) -> Wanted:
    """The output ``text`` in format ``kind``. Pictures and films may do without an ending, but have no other."""
    if kind == "csv":
        return Wanted(option, text, new=True, folder=True, file=True)
    if kind == "trace":
        return Wanted(option, text, (".json", ".gz"))
    return Wanted(option, text, (f".{kind}",), strict=bool(Path(text).suffix))


def inputs_of(*recordings: Path) -> list[tuple[str, Path]]:
    """What must not be written over: recordings that are open, with what SQLite keeps beside them."""
    what = "the recording that is being read" if len(recordings) == 1 else "a recording that is open"
    return [(what, path.with_name(path.name + side)) for path in recordings for side in _SIDES]
