"""``claims``: checks claims about threads and processes on this machine. Main thread; no Qt."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TimeRemainingColumn
from rich.text import Text

from grandstand import extensions
from grandstand.claims import report
from grandstand.claims.base import Claim, Result, Verdict
from grandstand.claims.check import News, check, claim, claims
from grandstand.claims.lab import Cancelled
from grandstand.cli.interrupts import interrupts
from grandstand.cli.outputs import deliver, document_output, text_output
from grandstand.cli.tables import Cell, Column, table
from grandstand.cli.terminal import Terminal, bar_words
from grandstand.files import targets as files
from grandstand.files.targets import Wanted
from grandstand.observe.machine import machine
from grandstand.plain import json_text

DONE, FAILED, USAGE = 0, 1, 2
ENDINGS = (".html", ".md", ".json")
_STYLES = {
    Verdict.HOLDS: "green", Verdict.LIMITS: "yellow", Verdict.NOT: "red",
    Verdict.UNDECIDED: "bright_black", Verdict.NOT_TESTABLE: "bright_black",
}  # fmt: skip


def run_claims(ids: Sequence[str], json_output: str = "", report_file: str = "", longer: float = 1.0) -> int:
    """Checks the claims of these ids (all when there are none); returns the exit code."""
    console = Terminal(stderr=True)
    try:
        wanted = [claim(ident) for ident in ids] if ids else list(claims())
        files.check([Wanted("--json", json_output, (".json",)), Wanted("--report", report_file, ENDINGS, strict=True)])
        if not 0.2 <= longer <= 20:
            raise ValueError(f"--longer must be from 0.2 to 20; {longer:g} is not.")
    except (KeyError, ValueError) as problem:
        console.refuse("Cannot check:", problem.args[0])
        return USAGE
    with interrupts.kept():
        return _check_and_tell(wanted, json_output, report_file, longer, console)


def _check_and_tell(
    wanted: Sequence[Claim], json_output: str, report_file: str, longer: float, console: Terminal
) -> int:
    results, interrupted = _check(wanted, console, longer)
    this_machine = machine().as_dict()
    outputs = (
        document_output(json_output, lambda: report.document(results, this_machine), "Results written to {}"),
        text_output(report_file, lambda: _report(report_file, results, this_machine), "Report written to {}"),
    )
    well = deliver(outputs, lambda output: tell_results(output, results), console)
    return interrupted or (FAILED if not well or any(r.problem for r in results) else DONE)


def _check(wanted: Sequence[Claim], console: Terminal, longer: float) -> tuple[list[Result], int]:
    """The results, and the exit code for an interruption, or 0."""
    results: list[Result] = []
    bar = Progress(
        bar_words("{task.description}"), BarColumn(), bar_words("{task.percentage:>3.0f} %"), TimeRemainingColumn(),
        bar_words("{task.fields[words]}", "bright_black"), console=console, transient=True,
    ) if console.drawn_live else None  # fmt: skip
    task = bar.add_task("", total=1.0, words="") if bar is not None else None

    def hear(news: News) -> None:
        if bar is not None and task is not None:
            bar.update(task, completed=news.overall, description=news.claim, words=news.words)
        if news.result is not None:
            results.append(news.result)
            verdict = news.result.verdict
            console.print(Text.assemble((f"{verdict.value:>18}", _STYLES[verdict]), "  ", news.result.claim))

    cancelled = threading.Event()
    try:
        with interrupts.stopping(cancelled.set), bar or nullcontext():
            check(wanted, hear, cancelled, longer)
    except Cancelled:
        console.tell("Interrupted. This is what was checked so far.")
        return results, interrupts.code
    return results, 0


def tell_results(output: Terminal, results: Sequence[Result]) -> None:
    """A row a claim: what it says, the verdict, and why."""
    columns = [Column("claim", words=True), Column("verdict"), Column("why", words=True)]
    rows: list[list[Cell]] = [[r.claim, Text(r.verdict.value, _STYLES[r.verdict]), f"{r.reason}\n"] for r in results]
    output.print(table(columns, rows, output.width))


def tell_claims() -> None:
    """What claims there are."""
    output = Terminal()
    columns = [Column(""), Column("", words=True)]
    output.print(table(columns, [[one.id, one.says] for one in claims()], output.width))
    for problem in extensions.problems():
        output.say(problem.text)


def _report(name: str, results: Sequence[Result], this_machine: dict[str, Any]) -> str:
    ending = Path(name).suffix.lower()
    if ending == ".md":
        return report.markdown(results, this_machine)
    if ending == ".json":
        return json_text(report.document(results, this_machine), indent=2) + "\n"
    from grandstand.claims.html import html

    return html(results, this_machine)
