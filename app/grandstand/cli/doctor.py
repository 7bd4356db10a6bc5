"""``doctor``: a function of one's own, examined before it is raced. Main thread; no Qt."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rich.status import Status
from rich.text import Text

from grandstand.cli.interrupts import interrupts
from grandstand.cli.outputs import deliver, document_output, text_output
from grandstand.cli.own import inputs, tell_functions
from grandstand.cli.python import executable
from grandstand.cli.terminal import Terminal
from grandstand.files.targets import Wanted, check
from grandstand.hosts.isolated import ExperimentCancelled
from grandstand.observe.machine import whole_cores
from grandstand.own import naming, takehome
from grandstand.own.finding import FAILS, MIND, OK, TITLES, UNCHECKED, VERDICTS, Finding
from grandstand.own.naming import NoFunction
from grandstand.own.recommend import recommend

if TYPE_CHECKING:
    from grandstand.own.naming import Own, Wish
    from grandstand.own.recommend import Way

DONE, FAILED, USAGE = 0, 1, 2
_MARKS = {OK: ("✓", "green"), MIND: ("!", "yellow"), FAILS: ("✗", "red"), UNCHECKED: ("·", "bright_black")}
_MOST_LIMIT_S = 3600.0


@dataclass(frozen=True)
class DoctorRequest:
    """What was asked for, as typed."""

    wish: Wish
    json_output: str = ""
    limit: float = 20.0
    code: str = ""
    """Where the program to take home goes: '', '-' or a file."""
    only: str = ""


def doctor(request: DoctorRequest) -> int:
    """Does it; returns the exit code: 1 where something will fail."""
    from grandstand.own.doctor import Diagnosis, examine

    console = Terminal(stderr=True)
    try:
        if not 0.1 <= request.limit <= _MOST_LIMIT_S:
            raise ValueError(f"--limit must be from 0.1 to {_MOST_LIMIT_S:g} seconds; {request.limit:g} is not.")
        only = _only(request.only)
        own = naming.understand(replace(request.wish, python=executable(request.wish.python, console)))
        wanted = [Wanted("--json", request.json_output, (".json",)), Wanted("--code", request.code, (".py",))]
        check(wanted, inputs(own))
    except NoFunction as problem:
        tell_functions(problem, console)
        return USAGE
    except (ValueError, KeyError) as problem:
        console.refuse("Cannot examine:", problem.args[0])
        return USAGE
    console.tell(f"{own.call} of {own.file.name}, line {own.function.line}, under {own.python.words}")
    cancelled = threading.Event()
    made: Diagnosis | None = None
    status = Status("importing it …", console=console) if console.drawn_live else None

    def hear(finding: Finding) -> None:
        if status is not None:
            status.update(Text(f"{finding.title}: {VERDICTS[finding.verdict]}"))

    with interrupts.kept(), interrupts.stopping(cancelled.set):
        try:
            with status or nullcontext():
                made = examine(own, hear, cancelled.is_set, request.limit, only)
        except ExperimentCancelled:
            console.tell("Interrupted. Nothing is left running.")
            return interrupts.code
        except OSError as problem:
            console.refuse(
                "Cannot examine:", f"{problem.strerror or problem}. Set TMPDIR to a folder that can be used."
            )
            return FAILED
    if own.changed():
        console.tell(f"Note: {own.file.name} was changed meanwhile; these findings are about the file as it was.")
    diagnosis = made
    way = recommend(diagnosis, max(1, whole_cores()))
    document = {**diagnosis.as_dict(), "code": _code(own, way)}

    def tell(output: Terminal) -> None:
        for finding in diagnosis.findings:
            tell_finding(finding, output)
        output.tell(diagnosis.sentence)
        if way is not None:
            output.tell(f"Expected to be best: {way.words}. {way.why}")

    outputs = [document_output(request.json_output, lambda: document)]
    if request.code and way is None:
        console.tell("There is no program to take home: it does not run.")
    elif request.code and way is not None:
        program = takehome.program(own, way)
        outputs.append(text_output(request.code, lambda: program))
    well = deliver(outputs, tell, console)
    return DONE if well and not any(one.verdict == FAILS for one in diagnosis.findings) else FAILED


def _only(text: str) -> frozenset[str]:
    """Which checks; all where none are named. Raises ValueError."""
    wanted = frozenset(part.strip() for part in text.split(",") if part.strip())
    for one in sorted(wanted - TITLES.keys()):
        raise ValueError(f"--only: there is no check '{one}'. There are: {', '.join(TITLES)}.")
    return wanted or frozenset(TITLES)


def _code(own: Own, way: Way | None) -> dict[str, Any] | None:
    """For JSON: the way that is expected to be best, as programs."""
    if way is None:
        return None
    return {**way.as_dict(), "program": takehome.program(own, way), "variants": takehome.variants(own, way)}


def tell_finding(finding: Finding, output: Terminal) -> None:
    """A line or two: mark, title, text."""
    mark, style = _MARKS[finding.verdict]
    output.print(Text.assemble((f"{mark} ", style), (f"{finding.title}", "bold"), f"  {VERDICTS[finding.verdict]}"))
    output.print(Text(f"  {finding.text}"))
