"""The old files: which there are, copies of them that may be opened, and what is kept of their figures."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from tests.recordings_of_old.renamed import todays

HERE = Path(__file__).resolve().parent
FOLDERS = sorted(path for path in HERE.iterdir() if path.name.startswith("schema"))
_SIDES = ("-wal", "-wal.gz")
"""What stands beside a recording whose app was killed: it belongs to that file."""
FILES = [
    path
    for folder in FOLDERS
    for path in sorted(folder.iterdir())
    if path.is_file() and not path.name.endswith(_SIDES)
]


def name_of(path: Path) -> str:
    """Of the file when it is unpacked."""
    return path.name.removesuffix(".gz")


def unpacked(folder: Path, target: Path) -> Path:
    """Copies all files of a folder; they look as old as if nobody had written them for an hour."""
    for path in folder.iterdir():
        if path.is_file():
            copy = target / name_of(path)
            if path.suffix == ".gz":
                copy.write_bytes(gzip.decompress(path.read_bytes()))
            else:
                shutil.copyfile(path, copy)
            os.utime(copy, (copy.stat().st_mtime - 3_600,) * 2)
    return target


def contents(folder: Path) -> dict[str, str]:
    """Checksums by name, but of what SQLite shares between the readers of a file."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if not path.name.endswith("-shm")
    }


def kept(path: Path, what: str) -> Any:
    """``figures`` or ``words`` of a file as they were kept, with today's keys."""
    return todays(json.loads(place(path, what).read_text(encoding="utf-8")))


def place(path: Path, what: str) -> Path:
    return path.parent / what / f"{name_of(path)}.json"
