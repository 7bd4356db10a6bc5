"""``compare --open A --beside B``: two comparisons that were saved, side by side; nothing is measured. Main thread."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from grandstand.cli.compare import (
    DONE,
    FAILED,
    USAGE,
    CompareRequest,
    check_targets,
    outputs_of,
    read_file,
    table_of,
)
from grandstand.cli.outputs import deliver
from grandstand.cli.pictures import pictures_output
from grandstand.cli.run import Usage
from grandstand.compare import beside_document
from grandstand.compare.beside import beside, sentence
from grandstand.render.beside import charts


def tell_beside(request: CompareRequest, console: Console) -> int:
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
        console.print(f"[bold]Cannot compare:[/] {escape(str(problem.args[0]))}", highlight=False)
        return USAGE

    def tell(output: Console) -> None:
        output.print(sentence(found), highlight=False, markup=False)
        if found.differences:
            one, two = found.names
            output.print(table_of([{"what differs": d.what, one: d.one, two: d.two} for d in found.differences]))
        rows = beside_document.table(found)
        if rows:
            output.print(table_of(rows))
        for note in beside_document.notes(found):
            output.print(note, highlight=False, markup=False)

    outputs = outputs_of(
        request,
        lambda: beside_document.document(found),
        lambda: beside_document.csv_text(found),
        lambda: beside_document.markdown(found),
        pictures_output(request.snapshot, lambda: charts(found), request.theme, lambda: sentence(found)),
    )
    return DONE if deliver(outputs, tell, console) else FAILED
