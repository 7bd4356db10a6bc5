"""What was asked of ``watch``, and how what came of it is handed over. Main thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grandstand.cli.outputs import deliver, document_output, text_output
from grandstand.cli.terminal import Terminal
from grandstand.cli.watched_tables import tell_watched
from grandstand.observe.machine import Machine, machine, usable_cores
from grandstand.watch.document import document
from grandstand.watch.estimate import estimate
from grandstand.watch.program import Program


@dataclass(frozen=True)
class WatchRequest:
    """What was asked for, as typed. ``pid`` is 0 where ``command`` is to be launched; ``seconds`` 0: to the end.

    ``listed``: nothing is to be watched, only what could be is listed. ``record``: a file to record in; ``opened``: a
    recording to tell of instead.
    """

    pid: int = 0
    command: tuple[str, ...] = ()
    seconds: float = 0.0
    json_output: str = ""
    report: str = ""
    stuck_after: float = 5.0
    listed: bool = False
    record: str = ""
    opened: str = ""


def tell(
    program: Program,
    request: WatchRequest,
    console: Terminal,
    problem: str,
    stderr: bool = False,
    made_on: Machine | None = None,
) -> bool:
    """Files, then words; False when something did not get where it was to go.

    ``made_on``: another machine than this.
    """
    this_machine = (made_on or machine()).as_dict()
    bounds, why_not = estimate(program, made_on.usable_cores if made_on is not None else usable_cores())

    def text() -> str:
        from grandstand.watch.report import html, markdown

        make = markdown if Path(request.report).suffix.lower() == ".md" else html
        return make(program, bounds, why_not, this_machine)

    def made() -> dict[str, Any]:
        return document(program, bounds, why_not, this_machine, problem)

    outputs = (
        document_output(request.json_output, made, "Result written to {}"),
        text_output(request.report, text, "Report written to {}"),
    )

    def say(output: Terminal) -> None:
        for trouble in program.troubles:
            console.tell(f"{trouble.text} {trouble.remedy}".rstrip())
        if problem:
            console.tell(problem)
        tell_watched(output, program, bounds, why_not)

    return deliver(outputs, say, console, stderr=stderr)
