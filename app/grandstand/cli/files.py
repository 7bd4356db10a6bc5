"""Files that commands write: checked before the work begins, and written whole or not at all. Any thread."""

from __future__ import annotations

from pathlib import Path


class Unwritable(RuntimeError):
    """A file could not be written; the text says which and why."""


def check_target(text: str, option: str, endings: tuple[str, ...] = ()) -> None:
    """Raises ValueError, saying what to do, when ``text`` cannot be a file to write ('' and '-' can)."""
    if not text or text == "-":
        return
    path = Path(text)
    if not path.resolve().parent.is_dir():
        raise ValueError(f"{option}: there is no folder {path.resolve().parent}.")
    if path.is_dir():
        raise ValueError(f"{option} wants a file; {text} is a folder.")
    if endings and path.suffix.lower() not in endings:
        names = f"{', '.join(endings[:-1])} or {endings[-1]}" if len(endings) > 1 else endings[0]
        raise ValueError(f"{option} writes {names}; choose one of these endings.")


def write_text(path: Path, text: str) -> None:
    """Whole or not at all: a reader never sees half a document. Raises Unwritable."""
    temporary = path.with_name(path.name + ".part")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise Unwritable(f"Cannot write {path}: {problem.strerror}.") from problem
