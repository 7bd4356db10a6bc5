"""``compare --open A --beside B``: two comparisons that were saved, side by side; nothing is measured. Main thread."""

from __future__ import annotations

from grandstand.cli.compared import (
    DONE,
    FAILED,
    USAGE,
    CompareRequest,
    check_targets,
    outputs_of,
    read_file,
)
from grandstand.cli.outputs import deliver
from grandstand.cli.pictures import pictures_output
from grandstand.cli.run import Usage
from grandstand.cli.tables import Column, table, table_of
from grandstand.cli.terminal import Terminal
from grandstand.compare import beside_document
from grandstand.compare.beside import beside, sentence
from grandstand.render.beside import charts


def tell_beside(request: CompareRequest, console: Terminal) -> int:
    """Does it; returns the exit code."""
    try:
        check_targets(request)
        if not request.open or request.workload or request.resume or request.checks:
            raise Usage(
                "--beside needs --open: it measures nothing. Measure first with --json FILE, then "
                "compare --open FILE --beside OTHER."
            )
        pair = beside(read_file(request.open, "--open"), read_file(request.beside, "--beside"))
    except (KeyError, ValueError) as problem:
        console.refuse("Cannot compare:", problem.args[0])
        return USAGE

    def tell(output: Terminal) -> None:
        output.tell(sentence(pair))
        if pair.differences:
            one, two = pair.names
            columns = [Column("what differs"), Column(one, words=True), Column(two, words=True)]
            output.print(table(columns, [[d.what, d.one, d.two] for d in pair.differences], output.width))
        rows = beside_document.table(pair)
        if rows:
            output.print(table_of(rows, output.width))
        for note in beside_document.notes(pair):
            output.tell(note)

    outputs = outputs_of(
        request,
        lambda: beside_document.document(pair),
        lambda: beside_document.csv_text(pair),
        lambda: beside_document.markdown(pair),
        pictures_output(request.snapshot, lambda: charts(pair), request.theme, lambda: sentence(pair)),
    )
    return DONE if deliver(outputs, tell, console) else FAILED
