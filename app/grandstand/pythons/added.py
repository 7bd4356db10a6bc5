"""Paths that a person has added, remembered from one start of the app to the next. Any thread.

In the app's data folder. What is spoiled is set aside and never deleted.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec

from grandstand import folders
from grandstand.files.aside import set_aside
from grandstand.files.checked import Table, decode
from grandstand.files.private import private_folder
from grandstand.files.reading import Missing, Unreadable, read_bytes
from grandstand.files.targets import words
from grandstand.files.writer import write_text
from grandstand.plain import json_text

SCHEMA = 1
_MOST, _MOST_BYTES = 1_000, 1_000_000


class _File(Table, frozen=True):
    schema: int
    added: Annotated[list[str], msgspec.Meta(max_length=_MOST)] = []


class NotKept(RuntimeError):
    """It could not be remembered; the text says why and what to do."""


def place() -> Path | None:
    """The file; None for a user who has no place for one."""
    folder = folders.data()
    return None if folder is None else folder / "pythons.json"


def paths(tell: Callable[[str], None] = lambda _: None) -> list[str]:
    """In the order in which they were added. A list that cannot be read is set aside, which ``tell`` hears."""
    return _read(tell)[0]


def add(path: str) -> None:
    """``path`` is absolute. One that is there already stays where it is. Raises NotKept."""
    remembered = _to_change()
    if path in remembered:
        return
    if len(remembered) >= _MOST:
        raise NotKept(f"{_MOST:,} paths are remembered already. Forget some of them first.")
    _write([*remembered, path])


def forget(path: str) -> bool:
    """Whether it was among them. Raises NotKept."""
    remembered = _to_change()
    if path not in remembered:
        return False
    _write([one for one in remembered if one != path])
    return True


def _read(tell: Callable[[str], None] = lambda _: None) -> tuple[list[str], int]:
    """The paths and the file's schema. A newer Grandstand's file stays as it is, and none of it is taken."""
    file = place()
    if file is None:
        return [], SCHEMA
    try:
        file_read = decode(read_bytes(file, _MOST_BYTES, "a list of Pythons"), _File, "a list of Pythons")
    except Missing:
        return [], SCHEMA
    except Unreadable as problem:
        tell(f"The Pythons that were added are forgotten: {file}: {problem} {set_aside(file, 'unreadable')}")
        return [], SCHEMA
    if file_read.schema > SCHEMA:
        return [], file_read.schema
    return [os.fsdecode(bytes.fromhex(one[4:])) if _is_hex(one) else one for one in file_read.added], SCHEMA


def _to_change() -> list[str]:
    remembered, schema = _read()
    if schema > SCHEMA:
        raise NotKept(f"{place()} is a newer Grandstand's and stays as it is. Use that one to add or forget paths.")
    return remembered


def _write(remembered: list[str]) -> None:
    file = place()
    if file is None:
        raise NotKept(f"{folders.NOWHERE}, so no path can be remembered.")
    try:
        private_folder(file.parent)
        data = {"schema": SCHEMA, "added": [_spelled(one) for one in remembered]}
        write_text(file, json_text(data, indent=2) + "\n")
    except OSError as problem:
        raise NotKept(f"Cannot write {file}: {words(problem)}") from problem


def _spelled(path: str) -> str:
    """JSON has only text: a path with bytes that are none is written as 'hex:' and its bytes."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return "hex:" + os.fsencode(path).hex()
    return path


def _is_hex(text: str) -> bool:
    try:
        return text.startswith("hex:") and bool(bytes.fromhex(text[4:]))
    except ValueError:
        return False
