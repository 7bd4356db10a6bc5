"""``break-even``: by length of a task and size of its data, which way of running tasks wins here. Main thread."""

from __future__ import annotations

import sys
import threading
from contextlib import nullcontext
from pathlib import Path

from rich.progress import BarColumn, Progress, TimeRemainingColumn

from grandstand.cli.files import Unwritable, check_target, write_text
from grandstand.cli.pictures import PICTURE_ENDINGS, write_pictures
from grandstand.cli.tables import Column, table
from grandstand.cli.terminal import Terminal, bar_words
from grandstand.compare.break_even import Map, conditions, document, measure, sentence
from grandstand.hosts.isolated import ExperimentError
from grandstand.plain import json_text
from grandstand.render.comparison import break_even

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def run_break_even(json_output: str = "", snapshot: str = "", theme: str = "dark") -> int:
    """Measures and tells; returns the exit code."""
    console = Terminal(stderr=True)
    try:
        check_target(json_output, "--json")
        check_target(snapshot, "--snapshot", PICTURE_ENDINGS)
    except ValueError as problem:
        console.refuse("Cannot measure:", problem.args[0])
        return USAGE
    bar = Progress(
        bar_words("Break-even map"), BarColumn(), bar_words("{task.percentage:>3.0f} %"), TimeRemainingColumn(),
        console=console, transient=True,
    ) if console.drawn_live else None  # fmt: skip
    task = bar.add_task("", total=1.0) if bar is not None else None

    def hear(share: float, words: str) -> None:
        if bar is not None and task is not None:
            bar.update(task, completed=share)

    try:
        with bar or nullcontext():
            found = measure(hear, threading.Event())
    except KeyboardInterrupt:
        console.tell("Interrupted: a part of a map says nothing.")
        return INTERRUPTED
    except ExperimentError as problem:
        console.tell(f"The map could not be measured: {problem}")
        return FAILED
    _tell(Terminal(stderr=json_output == "-"), found)
    try:
        text = json_text(document(found), indent=2) + "\n"
        if json_output == "-":
            sys.stdout.write(text)
        elif json_output:
            write_text(Path(json_output), text)
            console.say(f"Written to {json_output}")
        if snapshot:
            write_pictures(Path(snapshot), (break_even(found),), theme, f"{sentence(found)}\n{conditions(found)}")
            console.say(f"Picture written to {snapshot}")
    except Unwritable as problem:
        console.tell(problem)
        return FAILED
    return DONE


def _tell(output: Terminal, found: Map) -> None:
    """The picture's words: rows of data sizes, columns of lengths; a question mark where it is not sure."""
    picture = break_even(found)
    output.tell(picture.title)
    columns = [Column(picture.y_title), *(Column(title, right=True) for title in picture.columns)]
    rows = [[label, *(square.text for square in squares)] for label, squares in picture.rows]
    output.print(table(columns, rows, output.width))
    output.tell(picture.note)
