"""``break-even``: by length of a task and size of its data, which way of running tasks wins here. Main thread."""

from __future__ import annotations

import threading
from contextlib import nullcontext

from rich.progress import BarColumn, Progress, TimeRemainingColumn

from grandstand.cli.interrupts import interrupts
from grandstand.cli.outputs import deliver, document_output
from grandstand.cli.pictures import PICTURE_ENDINGS, pictures_output, why_no_picture
from grandstand.cli.tables import Column, table
from grandstand.cli.terminal import Terminal, bar_words
from grandstand.compare.break_even import Map, conditions, document, measure, sentence
from grandstand.files.targets import Wanted, check
from grandstand.hosts.isolated import ExperimentCancelled, ExperimentError
from grandstand.render.comparison import break_even

DONE, FAILED, USAGE = 0, 1, 2


def run_break_even(json_output: str = "", snapshot: str = "", theme: str = "dark") -> int:
    """Measures and tells; returns the exit code."""
    console = Terminal(stderr=True)
    try:
        check(
            [Wanted("--json", json_output, (".json",)), Wanted("--snapshot", snapshot, PICTURE_ENDINGS, strict=True)]
        )
        missing = why_no_picture(snapshot)
        if missing:
            raise ValueError(missing)
    except ValueError as problem:
        console.refuse("Cannot measure:", problem.args[0])
        return USAGE
    with interrupts.kept():
        return _measure_and_tell(json_output, snapshot, theme, console)


def _measure_and_tell(json_output: str, snapshot: str, theme: str, console: Terminal) -> int:
    bar = Progress(
        bar_words("Break-even map"), BarColumn(), bar_words("{task.percentage:>3.0f} %"), TimeRemainingColumn(),
        console=console, transient=True,
    ) if console.drawn_live else None  # fmt: skip
    task = bar.add_task("", total=1.0) if bar is not None else None

    def hear(share: float, words: str) -> None:
        if bar is not None and task is not None:
            bar.update(task, completed=share)

    cancelled = threading.Event()
    try:
        with interrupts.stopping(cancelled.set), bar or nullcontext():
            measured = measure(hear, cancelled)
    except ExperimentCancelled:
        console.tell("Interrupted: part of a map says nothing.")
        return interrupts.code
    except ExperimentError as problem:
        console.tell(f"The map could not be measured: {problem}")
        return FAILED
    outputs = (
        document_output(json_output, lambda: document(measured)),
        pictures_output(
            snapshot, lambda: (break_even(measured),), theme, lambda: f"{sentence(measured)}\n{conditions(measured)}"
        ),
    )
    return DONE if deliver(outputs, lambda output: _tell(output, measured), console) else FAILED


def _tell(output: Terminal, measured: Map) -> None:
    """The picture's words: rows of data sizes, columns of lengths; a question mark where it is not sure."""
    picture = break_even(measured)
    output.tell(picture.title)
    columns = [Column(picture.y_title), *(Column(title, right=True) for title in picture.columns)]
    rows = [[label, *(square.text for square in squares)] for label, squares in picture.rows]
    output.print(table(columns, rows, output.width))
    output.tell(picture.note)
