"""``compare --open A --beside B``: two comparisons that were saved, side by side; nothing is measured. Main thread."""

from __future__ import annotations

from collections.abc import Callable

from grandstand.cli.compare import (
    DONE,
    FAILED,
    USAGE,
    CompareRequest,
    check_targets,
    read_file,
    write_outputs,
)
from grandstand.cli.run import Usage
from grandstand.cli.tables import Column, table, table_of
from grandstand.cli.terminal import Terminal
from grandstand.compare import beside_document
from grandstand.compare.beside import beside, sentence
from grandstand.plain import json_text
from grandstand.render.beside import charts


def tell_beside(request: CompareRequest, console: Terminal) -> int:
    """Does it; returns the exit code."""
    try:
        check_targets(request)
        if not request.open or request.workload or request.resume or request.checks:
            raise Usage(
                "--beside goes with --open alone: it measures nothing. Measure first with --json FILE, then "
                "compare --open FILE --beside OTHER."
            )
        found = beside(read_file(request.open, "--open"), read_file(request.beside, "--beside"))
    except (KeyError, ValueError) as problem:
        console.refuse("Cannot compare:", problem.args[0])
        return USAGE
    output = Terminal(stderr=request.json_output == "-")
    output.tell(sentence(found))
    if found.differences:
        one, two = found.names
        columns = [Column("what differs"), Column(one, words=True), Column(two, words=True)]
        output.print(table(columns, [[d.what, d.one, d.two] for d in found.differences], output.width))
    rows = beside_document.table(found)
    if rows:
        output.print(table_of(rows, output.width))
    for note in beside_document.notes(found):
        output.tell(note)
    texts: dict[str, Callable[[], str]] = {
        request.json_output: lambda: json_text(beside_document.document(found), indent=2) + "\n",
        request.csv: lambda: beside_document.csv_text(found),
        request.markdown: lambda: beside_document.markdown(found),
    }
    pictures = charts(found) if request.snapshot else ()
    return DONE if write_outputs(request, console, texts, pictures, sentence(found)) else FAILED
