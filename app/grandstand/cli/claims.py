"""``claims``: checks claims about threads and processes on this machine. Main thread; no Qt."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from grandstand.claims import report
from grandstand.claims.base import Claim, Result, Verdict
from grandstand.claims.check import News, check, claim, claims
from grandstand.claims.lab import Cancelled
from grandstand.cli.files import Unwritable, check_target, write_text
from grandstand.observe.machine import machine

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
ENDINGS = (".html", ".md", ".json")
_STYLES = {
    Verdict.HOLDS: "green", Verdict.LIMITS: "yellow", Verdict.NOT: "red",
    Verdict.UNDECIDED: "bright_black", Verdict.NOT_TESTABLE: "bright_black",
}  # fmt: skip


def run_claims(ids: Sequence[str], json_output: str = "", report_file: str = "", longer: float = 1.0) -> int:
    """Checks the claims of these ids (all when there are none); returns the exit code."""
    console = Console(stderr=True)
    try:
        wanted = [claim(ident) for ident in ids] if ids else list(claims())
        check_target(json_output, "--json")
        check_target(report_file, "--report", ENDINGS)
        if not 0.2 <= longer <= 20:
            raise ValueError(f"--longer must be from 0.2 to 20; {longer:g} is not.")
    except (KeyError, ValueError) as problem:
        console.print(f"[bold]Cannot check:[/] {escape(str(problem.args[0]))}", highlight=False)
        return USAGE
    results, interrupted = _check(wanted, console, longer)
    here = machine().as_dict()
    to_stdout = json_output == "-"
    Console(stderr=to_stdout).print(_table(results))
    try:
        if to_stdout:
            json.dump(report.document(results, here), sys.stdout, indent=2)
            sys.stdout.write("\n")
        elif json_output:
            write_text(Path(json_output), json.dumps(report.document(results, here), indent=2) + "\n")
            console.print(f"Results written to {json_output}", highlight=False, markup=False)
        if report_file:
            write_text(Path(report_file), _report(Path(report_file), results, here))
            console.print(f"Report written to {report_file}", highlight=False, markup=False)
    except Unwritable as problem:
        console.print(str(problem), highlight=False, markup=False)
        return FAILED
    if interrupted:
        return INTERRUPTED
    return FAILED if any(r.problem for r in results) else DONE


def _check(wanted: Sequence[Claim], console: Console, longer: float) -> tuple[list[Result], bool]:
    results: list[Result] = []
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn(),
        TextColumn("{task.fields[words]}", style="bright_black"), console=console, transient=True,
    ) if console.is_terminal else None  # fmt: skip
    task = bar.add_task("", total=1.0, words="") if bar is not None else None

    def hear(news: News) -> None:
        if bar is not None and task is not None:
            bar.update(task, completed=news.overall, description=news.claim, words=news.words)
        if news.result is not None:
            results.append(news.result)
            verdict = news.result.verdict
            console.print(f"[{_STYLES[verdict]}]{verdict.value:>18}[/]  {escape(news.result.claim)}", highlight=False)

    cancelled = threading.Event()
    try:
        with bar or nullcontext():
            check(wanted, hear, cancelled, longer)
    except (KeyboardInterrupt, Cancelled):
        console.print("Interrupted: what was checked until now follows.", highlight=False)
        return results, True
    return results, False


def _table(results: Sequence[Result]) -> Table:
    table = Table(box=None, pad_edge=False, show_lines=False)
    table.add_column("claim", ratio=2)
    table.add_column("verdict", no_wrap=True)
    table.add_column("why", ratio=3)
    for r in results:
        table.add_row(escape(r.claim), f"[{_STYLES[r.verdict]}]{r.verdict.value}[/]", escape(r.reason))
        table.add_row()
    return table


def _report(path: Path, results: Sequence[Result], here: dict[str, Any]) -> str:
    ending = path.suffix.lower()
    if ending == ".md":
        return report.markdown(results, here)
    if ending == ".json":
        return json.dumps(report.document(results, here), indent=2) + "\n"
    from grandstand.claims.html import html

    return html(results, here)
