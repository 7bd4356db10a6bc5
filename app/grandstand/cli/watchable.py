"""``watch --list``: the Python programs of this user that run now. Main thread."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from grandstand.cli.outputs import deliver, document_output
from grandstand.cli.tables import Cell, Column, table
from grandstand.cli.terminal import Terminal
from grandstand.observe.running import Running, RunningPythons
from grandstand.plain import one_line
from grandstand.session.words import percent

SCHEMA = 2
_BETWEEN_S = 0.3
"""Two looks tell how busy a program is."""
_FIGURES, _LEAST = 44, 24
"""Letters that the other columns take, and that a program's name gets at least: its number says which one it is."""


def list_programs(json_output: str) -> int:
    """Prints them, those that use most first; returns the exit code."""
    looking = RunningPythons()
    looking.look()
    time.sleep(_BETWEEN_S)
    programs = looking.look()
    output = document_output(json_output, lambda: document(programs), "Result written to {}")
    well = deliver((output,), lambda terminal: _tell(terminal, programs), Terminal(stderr=True))
    return 0 if well else 1


def document(programs: Sequence[Running]) -> dict[str, Any]:
    """As JSON-ready data, schema version 2 (docs/json.md)."""
    return {
        "schema": SCHEMA,
        "kind": "programs",
        "programs": [
            {
                "pid": one.pid,
                "command": list(one.command),
                "cpu": None if one.cpu is None else round(one.cpu, 3),
                "threads": one.threads,
                "memory_bytes": one.memory,
                "started": datetime.fromtimestamp(one.started).astimezone().isoformat(timespec="seconds"),
            }
            for one in programs
        ],
    }


def _tell(output: Terminal, programs: Sequence[Running]) -> None:
    if not programs:
        output.tell("No Python program of yours is running.")
        return
    columns = [
        Column("process", right=True), Column("CPU", right=True), Column("threads", right=True),
        Column("memory", right=True, spare=True), Column("program"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            str(one.pid), "–" if one.cpu is None else percent(one.cpu), str(one.threads),
            f"{one.memory / 1e6:.0f} MB", _cut(one_line(one.title), output.width - _FIGURES),
        ]
        for one in programs
    ]  # fmt: skip
    output.print(table(columns, rows, output.width))


def _cut(text: str, room: int) -> str:
    room = max(_LEAST, room)
    return text if len(text) <= room else f"{text[: room - 1]}…"
