"""Results of claims on disk: one JSON file beside the settings, written whole or not at all. GUI thread.

Pictures are not kept. A file that cannot be read, or that another Python or machine wrote, is set aside, never
deleted: figures of one machine must not be shown as another's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grandstand.claims import report
from grandstand.claims.base import Result
from grandstand.files.writer import write_text
from grandstand.session import words

_SAME = ("cpu", "cores", "quota", "python", "gil")


def load(path: Path, machine: dict[str, Any]) -> tuple[dict[str, Result], str]:
    """Results by claim, and a message for the person, or ''. Never raises for what is in the file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}, ""
    except (OSError, UnicodeDecodeError) as problem:
        return {}, _set_aside(path, "broken", f"The kept results could not be read ({problem}).")
    try:
        document = json.loads(text)
        if document["schema"] != report.SCHEMA:
            raise ValueError(f"schema {document['schema']}, not {report.SCHEMA}")
        results = [report.read(entry) for entry in document["claims"]]
        there = dict(document["machine"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        return {}, _set_aside(path, "broken", f"The kept results could not be read ({type(problem).__name__}).")
    if any(there.get(key) != machine.get(key) for key in _SAME):
        what = f"Python {there.get('python')} on {words.cores_of(there)}"
        return {}, _set_aside(path, "other", f"The kept results are of another machine or Python ({what}).")
    return {result.id: result for result in results}, ""


def save(path: Path, results: Sequence[Result], machine: dict[str, Any]) -> None:
    """Writes them all, atomically. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(report.document(results, machine), indent=1))


def _set_aside(path: Path, why: str, text: str) -> str:
    aside = path.with_name(f"{path.stem}.{why}{path.suffix}")
    try:
        os.replace(path, aside)
    except OSError as problem:
        return f"{text} They could not be set aside either: {problem}."
    return f"{text} They were set aside as {aside.name}."
