"""Functions of the person's own that were named in this session, and what their workers are told. Any thread.

The only place that lets such a function run. A key alone starts nothing: that of a recording, a talk or a comparison
is not in here until the person has named the function.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grandstand.engine import workloads
from grandstand.engine.own import notes as said
from grandstand.engine.own.work import FunctionWorkload
from grandstand.engine.workloads.base import Workload
from grandstand.hosts import scratch

PREFIX = "own:"
_LEAST_MEMORY = 256_000_000
_lock = threading.Lock()
_named: dict[str, Named] = {}


@dataclass(frozen=True)
class Named:
    """``described``: what workers are told (engine/own/work.py). ``shown``: 'job.py:work'."""

    key: str
    title: str
    unit: str
    shown: str
    described: dict[str, Any]
    memory: int = 0
    """Bytes that a worker process may take; 0 for its share of what is free."""


def is_own(key: object) -> bool:
    return isinstance(key, str) and key.startswith(PREFIX)


def name(shown: str, title: str, unit: str, described: dict[str, Any], memory: int = 0) -> Named:
    """The person has said: run this. The same description gives the same key, in every session."""
    same = {part: value for part, value in described.items() if part not in ("digest", "fail_fast")}
    digest = hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()[:8]
    named = Named(f"{PREFIX}{shown}@{digest}", title, unit, shown, described, memory)
    with _lock:
        _named[named.key] = named
    return named


def shown(key: str) -> str:
    """A workload's key as people read it: 'job.py:work'."""
    return key.removeprefix(PREFIX).partition("@")[0] if is_own(key) else key


def refusal(key: str) -> str:
    """Why a comparison or a talk that was opened may not start this workload by itself; '' where it may.

    What ships with the app may; a person's function, and a workload of somebody else's, when they were named here.
    """
    if key in workloads.keys() or get(key) is not None:  # noqa: SIM118
        return ""
    return (
        f"{shown(key)[:80]} is not Grandstand's own, and is not started by a file that mentions it. To run it, "
        "name it yourself: file.py:function."
    )


def get(key: str) -> Named | None:
    with _lock:
        return _named.get(key)


def workload(key: str) -> type[Workload]:
    """What stands for it in the app; nothing of the person's is imported. Raises KeyError for one nobody has named."""
    there = get(key)
    if there is None:
        raise KeyError(refusal(key))
    return type("Named", (FunctionWorkload,), {"key": key, "title": there.title, "unit": there.unit})


def environment(key: str, workers: int = 1) -> dict[str, str]:
    """What the workers of a new run find in their environment; {} for the app's own workloads. Raises OSError.

    ``workers``: among so many the memory is shared.
    """
    there = get(key) if is_own(key) else None
    if there is None:
        return {}
    stem = hashlib.sha256(key.encode()).hexdigest()[:12]
    folder = scratch.folder()
    told = folder / f"own-{stem}.json"
    _put(told, json.dumps(there.described))
    tickets, notes = folder / f"own-{stem}.tickets", folder / f"own-{stem}.notes"
    for path in (tickets, notes):  # replaced: workers of the run before may still have theirs open
        _put(path, "")
    return {
        "own": str(told), "own_tickets": str(tickets), "own_notes": str(notes),
        "own_memory": str(there.memory or memory_limit(workers)),
    }  # fmt: skip


def notes(key: str) -> list[dict[str, Any]]:
    """What the workers of the last run said besides their figures."""
    stem = hashlib.sha256(key.encode()).hexdigest()[:12]
    try:
        return said.read(str(scratch.folder() / f"own-{stem}.notes"))
    except OSError:
        return []


def memory_limit(workers: int) -> int:
    """Bytes that a worker process may take: its share of four fifths of what is available now."""
    import psutil

    return max(_LEAST_MEMORY, int(psutil.virtual_memory().available * 0.8 / max(1, workers)))


def _put(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
