"""``pythons``: every Python of this machine, and why some cannot be used. Main thread."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from rich.text import Text

from grandstand.cli.interrupts import interrupts
from grandstand.cli.tables import Cell, Column, table
from grandstand.cli.terminal import Terminal, bar_words, write_json
from grandstand.plain import one_line
from grandstand.pythons import added
from grandstand.pythons.finding import FindingCancelled, Progress, examine, find
from grandstand.pythons.record import Python

SCHEMA = 2
DONE, FAILED, USAGE = 0, 1, 2


def show(as_json: bool, add: Sequence[str] = (), forget: Sequence[str] = (), again: bool = False) -> int:
    """Remembers and forgets paths, then prints what there is; returns the exit code."""
    console = Terminal(stderr=True)
    try:
        added.paths(console.tell)
        _change(add, forget, console)
    except ValueError as problem:
        console.refuse("Cannot add:" if add else "Cannot forget:", problem)
        return USAGE
    except added.NotKept as problem:
        console.refuse("Cannot remember:", problem)
        return FAILED
    began = time.monotonic()
    try:
        pythons = _find(console, again)
    except FindingCancelled:
        return interrupts.code
    seconds = time.monotonic() - began
    if as_json:
        write_json(document(pythons, seconds))
    else:
        _tell(Terminal(), pythons)
    return DONE


def document(pythons: Sequence[Python], seconds: float) -> dict[str, Any]:
    """As JSON-ready data, schema version 2 (docs/json.md)."""
    return {
        "schema": SCHEMA,
        "kind": "pythons",
        "seconds": round(seconds, 3),
        "pythons": [one.document() for one in pythons],
    }


def _change(add: Sequence[str], forget: Sequence[str], console: Terminal) -> None:
    """Raises ValueError for what is no Python or was never added, NotKept."""
    paths = added.paths()
    for text in forget:
        path = os.path.abspath(os.path.expanduser(text))
        if path not in paths:
            known = "These were: " + ", ".join(map(one_line, paths)) if paths else "Nothing was."
            raise ValueError(f"{one_line(text)} was not added. {known}")
    examined = [examine(text) for text in add]
    for one, text in zip(examined, add, strict=True):
        if not one.usable:
            raise ValueError(f"{one_line(text)} cannot be used. {one.reason}")
    for text in forget:
        added.forget(os.path.abspath(os.path.expanduser(text)))
        console.say(f"Forgotten: {text}")
    for one in examined:
        added.add(one.executable)
        console.say(f"Remembered: {one.name}, {one.executable}")


def _find(console: Terminal, again: bool) -> list[Python]:
    """Shows on a terminal how far it is. Raises FindingCancelled."""
    from rich.progress import BarColumn
    from rich.progress import Progress as Bar

    bar = Bar(bar_words("{task.description}"), BarColumn(), bar_words("{task.fields[words]}"),
              console=console, transient=True) if console.drawn_live else None  # fmt: skip
    task = bar.add_task("Asking Pythons", total=None, words="") if bar is not None else None

    def hear(so_far: Progress) -> None:
        if bar is not None and task is not None:
            words = f"{so_far.done} of {so_far.total}"
            bar.update(task, completed=so_far.done, total=so_far.total, words=words)

    cancelled = threading.Event()
    with interrupts.stopping(cancelled.set), bar or nullcontext():
        return find(hear, cancelled.is_set, again)


def _tell(output: Terminal, pythons: Sequence[Python]) -> None:
    columns = [
        Column("name"), Column("version", spare=True), Column("GIL", spare=True),
        Column("sub-interpreters", spare=True), Column("executable"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [one.name, one.version, _gil(one), "yes" if one.interpreters else "no", one.executable]
        for one in pythons
        if one.usable
    ]
    output.print(table(columns, rows, output.width))
    for one in pythons:
        if one.usable and one.lacks:
            output.tell(f"{one.name} was built without {', '.join(one.lacks)}. What needs that does not run there.")
    if unusable := [one for one in pythons if not one.usable]:
        output.say("\nThese cannot be used:")
        rows = [[Text(one.name, "bright_black"), one.reason, one.executable] for one in unusable]
        output.print(table([Column("name"), Column("why", words=True), Column("executable")], rows, output.width))


def _gil(one: Python) -> str:
    if one.free_threaded:
        return "off" if one.gil is False else "on (free-threaded build)"
    return "on"
