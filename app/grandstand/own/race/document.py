"""A race as JSON (docs/json.md), and the comparison that is in one. Any thread."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grandstand.compare import document as compared
from grandstand.compare.comparison import Comparison
from grandstand.compare.leg import Setup
from grandstand.files.reading import Unreadable, read_bytes
from grandstand.own.race.answer import Answer, answer, rows, warnings
from grandstand.own.race.racing import Race

SCHEMA = 1
KIND = "race"


def document(race: Race) -> dict[str, Any]:
    """Everything: the doctor's findings, the comparison as ``compare --json`` has it, the answer, the code."""
    result = answer(race)
    return {
        "schema": SCHEMA,
        "kind": KIND,
        "function": {**race.own.as_dict(), **race.said},
        "python": race.own.python.as_dict(),
        "cores": race.cores,
        "budget": race.budget,
        "seconds": race.seconds,
        "answer": _answer(result),
        "rows": rows(race),
        "dropped": [{**_setup(one), "why": why} for one, why in race.dropped.items()],
        "left_out": [one.as_dict() for one in race.left_out],
        "warnings": warnings(race),
        "code": _code(result),
        "doctor": race.diagnosis.as_dict(),
        "comparison": compared.document(race.comparison),
    }


def _answer(result: Answer) -> dict[str, Any]:
    return {
        "text": result.text, "reasons": list(result.reasons), "use": _setup(result.use) if result.use else None,
        "speedup": result.speedup.as_dict() if result.speedup else None,
    }  # fmt: skip


def _setup(setup: Setup) -> dict[str, Any]:
    return {"setup": setup.words, "mode": setup.mode, "workers": setup.workers, "python": setup.python or None}


def _code(result: Answer) -> dict[str, Any] | None:
    if result.way is None or not result.code:
        return None
    variants = {name: text for name, text in result.code.items() if name != "program"}
    return {**result.way.as_dict(), "program": result.code["program"], "variants": variants}


def load(path: Path) -> Comparison:
    """The comparison in what ``race --json`` or ``compare --json`` has written. Raises Unreadable."""
    text = read_bytes(path, compared.MOST_BYTES, "a race")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("This is no JSON. Name a file that race --json has written.") from None
    if isinstance(data, dict) and data.get("kind") == KIND:
        if not isinstance(data.get("schema"), int) or data["schema"] > SCHEMA:
            raise Unreadable(f"This race has schema {data.get('schema')}; this Grandstand reads {SCHEMA}.")
        return compared.read(json.dumps(data.get("comparison")))
    return compared.read(text)
