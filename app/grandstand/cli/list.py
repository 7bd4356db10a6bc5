"""``list``: what there is to run, and in which ways. Main thread."""

from __future__ import annotations

from typing import Any

from grandstand import extensions
from grandstand.cli.tables import Column, table
from grandstand.cli.terminal import Terminal, write_json
from grandstand.control import catalogue
from grandstand.export.formats import formats
from grandstand.hosts.base import Surroundings
from grandstand.modes.mode import Mode
from grandstand.vocabulary.options import NUMBER, Option

SCHEMA = 2


def document() -> dict[str, Any]:
    """Workloads, modes and start methods as JSON-ready data, schema version 2 (docs/json.md)."""
    where = Surroundings(window=False)
    return {
        "schema": SCHEMA,
        "workloads": [
            {
                "key": w.key,
                "title": w.title,
                "unit": w.unit,
                "expect": w.expect,
                "parameters": [parameter._asdict() for parameter in w.parameters],
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
                "singular": entry.mode.singular,
                "plural": entry.mode.plural,
                "baseline": entry.mode.baseline,
                "options": [_option(entry.mode, option, where) for option in entry.mode.options],
            }
            for entry in catalogue.mode_entries(where)
        ],
        "exports": [{"key": key, "title": one.title, "kind": one.kind} for key, one in formats().items()],
        "problems": [
            {"distribution": p.distribution, "group": p.group, "name": p.name, "reason": p.why}
            for p in extensions.problems()
        ],
    }


def _option(mode: Mode, option: Option, where: Surroundings) -> dict[str, Any]:
    """One option as data; what its kind has no use for is null."""
    number = option.kind == NUMBER
    return {
        "key": option.key,
        "title": option.title,
        "kind": option.kind,
        "default": option.default,
        "help": option.help,
        "choices": [
            {
                "key": pick.key,
                "title": pick.title,
                "help": pick.help,
                "available": availability.ok,
                "reason": availability.reason or None,
            }
            for pick, availability in catalogue.picks(mode, option, where)
        ],
        "minimum": option.minimum if number else None,
        "maximum": option.maximum if number else None,
        "unit": option.unit,
    }


def show(as_json: bool) -> None:
    """Prints the document, as JSON or as tables."""
    listed = document()
    if as_json:
        write_json(listed)
        return
    console = Terminal()
    console.say("Workloads")
    rows = []
    for w in listed["workloads"]:
        parameters = "\n".join(
            f"{k['key']}  {k['minimum']:g}…{k['maximum']:g} {k['unit']}  ({k['default']:g})" for k in w["parameters"]
        )
        rows.append([w["key"], w["title"], w["unit"], parameters])
    columns = [Column("key"), Column("title"), Column("unit"), Column("parameters (range, default)")]
    console.print(table(columns, rows, console.width))
    console.say("\nModes")
    rows = [
        [
            mode["key"], mode["title"], ", ".join(option["key"] for option in mode["options"]),
            "available" if mode["available"] else f"{mode['reason']} {mode['remedy']}",
        ]
        for mode in listed["modes"]
    ]  # fmt: skip
    columns = [Column("key"), Column("title"), Column("options"), Column("here", words=True)]
    console.print(table(columns, rows, console.width))
    for problem in extensions.problems():
        console.say(f"\n{problem.text}")
