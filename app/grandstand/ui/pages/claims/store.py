"""Results of claims on disk: one JSON file beside the settings, written whole or not at all. Any thread.

Pictures are not kept. A file that cannot be read, or that another Python or machine wrote, is set aside, never
deleted: figures of one machine must not be shown as another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grandstand.claims import report
from grandstand.claims.base import Result
from grandstand.files.aside import set_aside
from grandstand.files.private import tighten
from grandstand.files.reading import Missing, Unreadable, read_bytes
from grandstand.files.writer import write_text
from grandstand.plain import json_text
from grandstand.session import words

MOST_BYTES = 4_000_000
_SAME = ("cpu", "cores", "quota", "python", "gil")


def load(path: Path, machine: dict[str, Any]) -> tuple[dict[str, Result], str]:
    """Results by claim, and a message for the person, or ''. Never raises for what is in the file, or for its kind."""
    try:
        data = read_bytes(path, MOST_BYTES, "a file of results")
        tighten(path)
        results, there, wrong = report.read_document(data)
    except Missing:
        return {}, ""
    except Unreadable as problem:
        return {}, f"The kept results could not be read: {problem} {set_aside(path, 'broken')}"
    if results and any(there.get(key) != machine.get(key) for key in _SAME):
        what = f"Python {there.get('python')} on {words.cores_of(there)}"
        return {}, f"The kept results are of another machine or Python ({what}). {set_aside(path, 'other')}"
    trouble = ""
    if wrong:
        many = f"{len(wrong)} of {len(wrong) + len(results)} kept results"
        trouble = f"{many} could not be read: {wrong[0]} The file is kept: {set_aside(path, 'broken')}"
    return {result.id: result for result in results}, trouble


def save(path: Path, results: Sequence[Result], machine: dict[str, Any]) -> None:
    """Writes them all, atomically. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json_text(report.document(results, machine), indent=1))
    tighten(path)
