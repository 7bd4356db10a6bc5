"""``doctor``: a function of one's own, examined before it is raced. Main thread; no Qt."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.status import Status
from rich.text import Text

from grandstand.cli.interrupts import interrupts
from grandstand.cli.outputs import deliver, document_output
from grandstand.cli.terminal import Terminal
from grandstand.files.targets import Wanted, check
from grandstand.hosts.isolated import ExperimentCancelled
from grandstand.own import naming
from grandstand.own.finding import FAILS, MIND, OK, UNCHECKED, VERDICTS, Finding
from grandstand.own.naming import NoFunction

if TYPE_CHECKING:
    from grandstand.own.naming import Wish

DONE, FAILED, USAGE = 0, 1, 2
_MARKS = {OK: ("✓", "green"), MIND: ("!", "yellow"), FAILS: ("✗", "red"), UNCHECKED: ("·", "bright_black")}
_MOST_LIMIT_S = 3600.0


@dataclass(frozen=True)
class DoctorRequest:
    """What was asked for, as typed."""

    wish: Wish
    json_output: str = ""
    limit: float = 20.0
    code: bool = False


def doctor(request: DoctorRequest) -> int:
    """Does it; returns the exit code: 1 where something will fail."""
    from grandstand.own.doctor import Diagnosis, examine

    console = Terminal(stderr=True)
    try:
        check([Wanted("--json", request.json_output, (".json",))])
        if not 0.1 <= request.limit <= _MOST_LIMIT_S:
            raise ValueError(f"--limit must be from 0.1 to {_MOST_LIMIT_S:g} seconds; {request.limit:g} is not.")
        own = naming.understand(request.wish)
    except NoFunction as problem:
        from grandstand.cli.own import tell_functions

        tell_functions(problem, console)
        return USAGE
    except (ValueError, KeyError) as problem:
        console.refuse("Cannot examine:", problem.args[0])
        return USAGE
    console.tell(f"{own.call} of {own.file.name}, line {own.function.line}, under {own.python.words}")
    cancelled = threading.Event()
    found: Diagnosis | None = None
    status = Status("importing it …", console=console) if console.drawn_live else None

    def hear(finding: Finding) -> None:
        if status is not None:
            status.update(Text(f"{finding.title}: {VERDICTS[finding.verdict]}"))

    with interrupts.kept(), interrupts.stopping(cancelled.set):
        try:
            with status or nullcontext():
                found = examine(own, hear, cancelled.is_set, request.limit)
        except ExperimentCancelled:
            console.tell("Interrupted: nothing of it is left running.")
            return interrupts.code
        except OSError as problem:
            console.refuse(
                "Cannot examine:", f"{problem.strerror or problem}. Set TMPDIR to a folder that can be used."
            )
            return FAILED
    if own.changed():
        console.tell(f"Mind: {own.file.name} was changed meanwhile; what is told is of the file as it was.")
    diagnosis = found
    document = diagnosis.as_dict()

    def tell(output: Terminal) -> None:
        for finding in diagnosis.findings:
            tell_finding(finding, output)
        output.tell(diagnosis.sentence)

    well = deliver((document_output(request.json_output, lambda: document),), tell, console)
    return DONE if well and not any(one.verdict == FAILS for one in diagnosis.findings) else FAILED


def tell_finding(finding: Finding, output: Terminal) -> None:
    """A line or two: mark, title, text."""
    mark, style = _MARKS[finding.verdict]
    output.print(Text.assemble((f"{mark} ", style), (f"{finding.title}", "bold"), f"  {VERDICTS[finding.verdict]}"))
    output.print(Text(f"  {finding.text}"))
