"""What workers of a person's function have to say besides their figures: errors at items, and batching. Any thread.

One file for all workers of a run, a line of JSON each, appended in one piece. A worker that is killed has left what it
had said. Bounded: a worker tells 20 errors in full, and counts the rest.
"""

import json
import os
from typing import Any, Dict, List

from grandstand.engine import messages as m

MOST_TOLD = 20
MOST_BYTES = 8_000_000


class Notes:
    """``path``: the file; with '' nothing is kept."""

    def __init__(self, path: str, worker: int) -> None:
        self._worker = worker
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if path else -1

    def say(self, **note: Any) -> None:
        if self._file >= 0:
            line = (json.dumps({"worker": self._worker, **note}) + "\n").encode()
            if os.fstat(self._file).st_size < MOST_BYTES:
                os.write(self._file, line)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def read(path: str) -> List[Dict[str, Any]]:
    """All that was said; empty where there is no such file."""
    try:
        with open(path, "rb") as stream:
            lines = stream.read(2 * MOST_BYTES).splitlines()
    except OSError:
        return []
    notes = []
    for line in lines:
        try:
            note = json.loads(line)
        except ValueError:  # a worker was killed in the middle of it, or a disk is full
            continue
        if isinstance(note, dict):
            notes.append(note)
    return notes


def shown(value: Any, most: int = 120) -> str:
    """A value as one short line of text, also one whose repr raises."""
    try:
        text = repr(value)
    except Exception as problem:
        text = "<{}, whose repr raises {}>".format(type(value).__name__, type(problem).__name__)
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def words(problem: BaseException) -> str:
    """An exception in one line."""
    name = type(problem).__name__
    try:
        return m.shorten("{}: {}".format(name, problem) if str(problem) else name, m.ERROR_BYTES)
    except Exception:
        return name
