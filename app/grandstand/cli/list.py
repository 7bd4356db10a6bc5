"""``list``: what there is to run, and in which ways. Main thread."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from grandstand.cli.outputs import print_document
from grandstand.control import catalogue
from grandstand.hosts.base import Surroundings

SCHEMA = 1


def document() -> dict[str, Any]:
    """Workloads, modes and start methods as JSON-ready data, schema version 1 (docs/json.md)."""
    where = Surroundings(window=False)
    return {
        "schema": SCHEMA,
        "workloads": [
            {
                "key": w.key,
                "title": w.title,
                "unit": w.unit,
                "expect": w.expect,
                "knobs": [knob._asdict() for knob in w.knobs],
            }
            for w in catalogue.workload_classes()
        ],
        "modes": [
            {
                "key": entry.mode.key,
                "title": entry.mode.title,
                "blurb": entry.mode.blurb,
                "available": entry.availability.ok,
                "reason": entry.availability.reason or None,
                "remedy": entry.availability.remedy or None,
            }
            for entry in catalogue.mode_entries(where)
        ],
        "start_methods": [
            {"key": key, "explained": text, "available": there.ok, "reason": there.reason or None}
            for key, text, there in catalogue.start_method_entries(where)
        ],
    }


def show(as_json: bool) -> None:
    """Prints the document, as JSON or as tables."""
    found = document()
    if as_json:
        print_document(found)
        return
    console = Console()
    table = Table(title="Workloads", title_justify="left", box=None, pad_edge=False)
    for heading in ("key", "title", "unit", "knobs (range, default)"):
        table.add_column(heading)
    for w in found["workloads"]:
        knobs = "\n".join(
            f"{k['key']}  {k['minimum']:g}…{k['maximum']:g} {k['unit']}  ({k['default']:g})" for k in w["knobs"]
        )
        table.add_row(w["key"], w["title"], w["unit"], knobs)
    console.print(table)
    console.print()
    table = Table(title="Modes", title_justify="left", box=None, pad_edge=False)
    for heading in ("key", "title", "here"):
        table.add_column(heading)
    for mode in found["modes"]:
        there = "available" if mode["available"] else f"{mode['reason']} {mode['remedy']}"
        table.add_row(mode["key"], mode["title"], there)
    console.print(table)
