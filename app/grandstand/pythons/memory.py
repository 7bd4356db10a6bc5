"""What Pythons have said, kept by path and by the state of the file that said it. Any one thread at a time.

A cache: what is damaged or from another version is left out and written anew, and where nothing can be written all
are asked each time.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from pathlib import Path
from typing import Annotated, Any

import msgspec

from grandstand import folders
from grandstand.files.checked import Table, decode
from grandstand.files.private import private_folder
from grandstand.files.reading import Unreadable, read_bytes
from grandstand.files.writer import write_bytes
from grandstand.pythons.interview import Answer
from grandstand.pythons.places import environment_of

SCHEMA = 1
FAILURES_S = 3_600.0
"""For so long one that failed is not asked again: what it lacks may be mended without a change of the file itself."""
DISCOVERY_S = 86_400.0
_MOST = 8_000_000
_log = logging.getLogger(__name__)

Stamp = tuple[Any, ...]


class _Kept(Table, frozen=True):
    path: str
    stamp: list[str | int]
    at: float
    answer: Answer | None = None
    reason: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


class _Discovered(Table, frozen=True):
    at: float
    by: str
    paths: list[str]


class _File(Table, frozen=True):
    schema: int
    question: str = ""
    kept: list[_Kept] = []
    discovered: _Discovered | None = None


class Memory:
    """`recall` and `remember` while Pythons are looked for, `save` at the end."""

    def __init__(self, question: str, file: Path | None = None) -> None:
        """``question`` names what is asked: answers to another one are no answers. ``file``: None for nowhere."""
        self._file, self._question = file, question
        self._kept: dict[str, _Kept] = {}
        self._discovered: _Discovered | None = None
        self._changed = False
        if file is not None:
            self._load(file)

    def recall(self, path: str, stamp: Stamp) -> Answer | str | None:
        """What it said, or why it could not; None where that must be found out."""
        kept = self._kept.get(path)
        if kept is None or kept.stamp != list(stamp):
            return None
        if kept.answer is not None:
            return kept.answer
        age = time.time() - kept.at
        return kept.reason if 0 <= age < FAILURES_S and kept.reason else None

    def remember(self, path: str, stamp: Stamp, told: Answer | str) -> None:
        answer, reason = (told, "") if isinstance(told, Answer) else (None, told)
        self._kept[path] = _Kept(path, list(stamp), time.time(), answer, reason)
        self._changed = True

    def discovered(self, by: str) -> list[str] | None:
        """What python-discovery found, asked by the same Python within a day."""
        last = self._discovered
        return last.paths if last and last.by == by and 0 <= time.time() - last.at < DISCOVERY_S else None

    def remember_discovered(self, by: str, paths: list[str]) -> None:
        self._discovered = _Discovered(time.time(), by, paths)
        self._changed = True

    def save(self) -> None:
        """Writes what has changed, without what is not there any more. Never raises: a cache is not worth an error."""
        if not self._changed or self._file is None:
            return
        if os.path.lexists(self._file) and not self._file.is_file():
            _log.info("What Pythons said cannot be kept: %s is not a file", self._file)  # a pipe would be waited for
            return
        kept = [one for one in self._kept.values() if _is_text(one) and os.path.lexists(one.path)]
        discovered = self._discovered
        if discovered is not None and not all(map(_is_text, discovered.paths)):
            discovered = None
        try:
            private_folder(self._file.parent)
            write_bytes(self._file, msgspec.json.encode(_File(SCHEMA, self._question, kept, discovered)))
            self._changed = False
        except (OSError, UnicodeError) as problem:
            _log.info("What Pythons said could not be kept in %s: %s", self._file, problem)

    def _load(self, file: Path) -> None:
        try:
            remembered = decode(read_bytes(file, _MOST, "what Pythons said"), _File, "what Pythons said")
        except Unreadable as problem:
            _log.info("%s is made anew: %s", file, problem)
            return
        if remembered.schema == SCHEMA and remembered.question == self._question:
            self._kept = {one.path: one for one in remembered.kept}
            self._discovered = remembered.discovered


def place() -> Path | None:
    """The file, in the app's cache folder; None for a user who has none."""
    folder = folders.cache()
    return None if folder is None else folder / "pythons.json"


def stamp(executable: str) -> Stamp:
    """What changes when an interpreter is upgraded or replaced, or its environment made anew. Raises OSError."""
    real = os.path.realpath(executable)
    status = os.stat(real)
    made = 0
    if environment := environment_of(executable):
        with contextlib.suppress(OSError):
            made = os.stat(os.path.join(environment, "pyvenv.cfg")).st_mtime_ns
    return (real, status.st_mtime_ns, status.st_size, made)


def _is_text(one: object) -> bool:
    """Whether JSON can hold it: a path may have bytes that are no text."""
    try:
        msgspec.json.encode(one)
    except UnicodeEncodeError:
        return False
    return True
