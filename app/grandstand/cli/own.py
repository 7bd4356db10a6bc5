"""A person's function on the command line: what was typed, what is refused, what its workers said. Main thread."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from grandstand.cli.tables import Column, table
from grandstand.cli.terminal import Terminal
from grandstand.control import named
from grandstand.engine import workloads
from grandstand.own import ancestry, naming, reference
from grandstand.own.naming import NoFunction, Own, Wish
from grandstand.session import words

_NOTABLE_END = 0.02
_SHOWN = 5
"""Failed items that are told on the terminal; the JSON document has more."""


def understood(workload: str, wish: Wish) -> tuple[str, Own | None]:
    """The key to run for what was typed as a workload; a person's function is hereby allowed to run.

    Raises ValueError or KeyError, saying what is wrong.
    """
    if workload in workloads.keys() or not reference.is_reference(workload):  # noqa: SIM118
        if wish.given:
            raise ValueError(
                "--arg, --kwarg, --items, --setup, --unit, --memory, --fail-fast and --once are for a function of "
                f"your own, file.py:function. The parameters of {workload} are given with --set."
            )
        return workload, None
    if ancestry.is_workload(workload, [path for path in sys.path if path]):
        return workload, None
    try:
        own = naming.understand(wish)
    except reference.BadReference as problem:
        names = ", ".join(workloads.keys())
        more = "" if ".py" in workload else f" Workloads of Grandstand's own are: {names}."
        raise ValueError(f"{problem}{more}") from None
    return named_key(own), own


def named_key(own: Own) -> str:
    return naming.let_run(own).key


def under(own: Own) -> str:
    """The Python to run it under, as --python takes it; '' for Grandstand's own."""
    return "" if own.python.own else own.python.executable


def inputs(own: Own) -> list[tuple[str, Path]]:
    """Files that no output may take the place of, each with what it is."""
    files = [("the file of your function", own.file.path)]
    if own.items is not None and Path(own.items.text).is_file():
        files.append(("the file of the items", Path(own.items.text)))
    return files


def tell_functions(problem: NoFunction, console: Terminal) -> None:
    """What can be run of a file that was named alone."""
    console.tell(str(problem))
    if not problem.functions:
        return
    columns = [Column("function"), Column("line", right=True), Column("what it says of itself", spare=True)]
    rows = [
        [("async " if one.kind == reference.ASYNC else "class " if one.kind == reference.CLASS else "") + one.call,
         f"{one.line}", one.docstring.strip().partition("\n")[0]]
        for one in problem.functions
    ]  # fmt: skip
    console.print(table(columns, rows, console.width))


def report(key: str, own: Own, processes: int) -> dict[str, Any]:
    """For JSON: what ran in so many worker processes, and what they said besides their figures (docs/json.md)."""
    notes = named.notes(key)
    failed: dict[int, int] = {}
    for note in notes:
        for index, times in dict(note.get("failed") or {}).items():
            failed[int(index)] = failed.get(int(index), 0) + int(times)
    errors: dict[int, dict[str, Any]] = {}
    for note in notes:
        if "item" in note:
            index = int(note["item"])
            errors.setdefault(
                index,
                {"item": index, "value": note.get("shown", ""), "error": note.get("error", ""),
                 "traceback": note.get("traceback", ""), "times": max(1, failed.get(index, 1))},
            )  # fmt: skip
    batches = [int(note["batched"]) for note in notes if "batched" in note]
    return {
        **own.as_dict(),
        "batch": max(batches, default=1),
        "errors": [errors[index] for index in sorted(errors)],
        "failures": max(sum(int(note.get("failures", 0)) for note in notes), len(errors)),
        "changed": own.changed(),
        "memory_limit": own.memory or named.memory_limit(processes),
    }


def all_through(key: str, workers: Iterable[int]) -> bool:
    """Whether each of these workers of a run with --once has found nothing left to do."""
    done = {int(note["worker"]) for note in named.notes(key) if "through" in note}
    return done.issuperset(workers)


def once(key: str, started_ns: int, first_step_ns: int) -> dict[str, Any] | None:
    """For JSON: how a run with --once came to its end; None where it did not (docs/json.md)."""
    ends = sorted(int(note["through"]) for note in named.notes(key) if "through" in note)
    if not ends:
        return None
    return {
        "seconds": (ends[-1] - started_ns) / 1e9, "start_up_seconds": max(0, first_step_ns - started_ns) / 1e9,
        "ragged_seconds": (ends[-1] - ends[0]) / 1e9,
        "alone_seconds": (ends[-1] - ends[-2]) / 1e9 if len(ends) > 1 else 0.0,
    }  # fmt: skip


def tell_once(report: dict[str, Any], items: str, console: Terminal) -> None:
    """All of it, and the ragged end: who had nothing left waited for the last."""
    start = words.seconds(report["start_up_seconds"])
    console.tell(f"All {items} in {words.seconds(report['seconds'])}, {start} of it to start.")
    if report["ragged_seconds"] > _NOTABLE_END * report["seconds"]:
        console.tell(
            f"Ragged end: the last worker was done {words.seconds(report['ragged_seconds'])} after the first had "
            f"nothing left, and worked alone for {words.seconds(report['alone_seconds'])}."
        )


def tell(report: dict[str, Any], console: Terminal) -> None:
    """What there is to say besides the figures."""
    if report["batch"] > 1:
        console.tell(
            f"A call takes less than 0.1 ms, so calls were made {report['batch']:,} at a time between two looks at "
            "the clock: single ones are not in the lanes."
        )
    for error in report["errors"][:_SHOWN]:
        times = f", {error['times']} times" if error["times"] > 1 else ""
        console.tell(f"Item {error['item']}, {error['value']}: {error['error']}{times}")
    if report["errors"]:
        first = report["errors"][0]
        many = report["failures"]
        more = len(report["errors"]) - _SHOWN
        others = f" {more} more items are listed with --json." if more > 0 else ""
        console.tell(
            f"{many:,} call{'s' if many != 1 else ''} raised and {'are' if many != 1 else 'is'} not counted; the rest "
            f"went on (--fail-fast stops at the first).{others} The traceback of item {first['item']}:"
        )
        console.say(first["traceback"])
    if report["changed"]:
        console.tell(
            f"Note: {report['reference'].partition(':')[0]} was changed meanwhile. What was measured is the file as "
            "it was at the start; run it again to measure what it is now."
        )


def no_call_came_back(own: Own, seconds: float) -> str:
    return (
        f"No call of {own.call} came back within {words.seconds(seconds)}. Give it longer (--seconds), or less to do; "
        "if it never returns, it waits for something."
    )
