"""``break-even``: by length of a task and size of its data, which way of running tasks wins here. Main thread."""

from __future__ import annotations

import json
import sys
import threading
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from grandstand.cli.files import Unwritable, check_target, write_text
from grandstand.cli.pictures import PICTURE_ENDINGS, write_pictures
from grandstand.compare.break_even import Map, conditions, document, measure, sentence
from grandstand.hosts.isolated import ExperimentError
from grandstand.render.comparison import break_even

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def run_break_even(json_output: str = "", snapshot: str = "", theme: str = "dark") -> int:
    """Measures and tells; returns the exit code."""
    console = Console(stderr=True)
    try:
        check_target(json_output, "--json")
        check_target(snapshot, "--snapshot", PICTURE_ENDINGS)
    except ValueError as problem:
        console.print(f"[bold]Cannot measure:[/] {escape(str(problem.args[0]))}", highlight=False)
        return USAGE
    bar = Progress(
        TextColumn("Break-even map"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn(),
        console=console, transient=True,
    ) if console.is_terminal else None  # fmt: skip
    task = bar.add_task("", total=1.0) if bar is not None else None

    def hear(share: float, words: str) -> None:
        if bar is not None and task is not None:
            bar.update(task, completed=share)

    try:
        with bar or nullcontext():
            found = measure(hear, threading.Event())
    except KeyboardInterrupt:
        console.print("Interrupted: a part of a map says nothing.", highlight=False)
        return INTERRUPTED
    except ExperimentError as problem:
        console.print(f"The map could not be measured: {problem}", highlight=False, markup=False)
        return FAILED
    Console(stderr=json_output == "-").print(_table(found))
    try:
        text = json.dumps(document(found), indent=2) + "\n"
        if json_output == "-":
            sys.stdout.write(text)
        elif json_output:
            write_text(Path(json_output), text)
            console.print(f"Written to {json_output}", highlight=False, markup=False)
        if snapshot:
            write_pictures(Path(snapshot), (break_even(found),), theme, f"{sentence(found)}\n{conditions(found)}")
            console.print(f"Picture written to {snapshot}", highlight=False, markup=False)
    except Unwritable as problem:
        console.print(str(problem), highlight=False, markup=False)
        return FAILED
    return DONE


def _table(found: Map) -> Table:
    """The picture's words: rows of data sizes, columns of lengths; a question mark where it is not sure."""
    picture = break_even(found)
    table = Table(title=picture.title, title_justify="left", box=None, pad_edge=False, caption=picture.note)
    table.add_column(picture.y_title)
    for column in picture.columns:
        table.add_column(column, justify="right")
    for label, squares in picture.rows:
        table.add_row(label, *(square.text for square in squares))
    return table
