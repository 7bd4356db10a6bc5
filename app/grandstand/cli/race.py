"""``race``: a function of one's own in every way that can run it; the answer first. Main thread; no Qt."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Group
from rich.live import Live
from rich.status import Status
from rich.text import Text

from grandstand import modes
from grandstand.cli.compare import parse_budget, parse_python
from grandstand.cli.doctor import tell_finding
from grandstand.cli.interrupts import interrupts
from grandstand.cli.outputs import deliver, document_output, text_output
from grandstand.cli.own import inputs, report, tell_functions
from grandstand.cli.python import executable
from grandstand.cli.tables import Column, table, table_of
from grandstand.cli.terminal import Terminal
from grandstand.compare.comparison import Comparison
from grandstand.compare.runner import Step
from grandstand.files import targets
from grandstand.files.places import place
from grandstand.files.reading import Unreadable
from grandstand.files.targets import Wanted
from grandstand.hosts.isolated import ExperimentCancelled
from grandstand.observe.machine import whole_cores
from grandstand.own import naming
from grandstand.own.doctor import Diagnosis, examine
from grandstand.own.finding import FAILS, MIND, TITLES, VERDICTS, Finding
from grandstand.own.naming import NoFunction, Own, Wish
from grandstand.own.race import document as documents
from grandstand.own.race import report as reports
from grandstand.own.race.against import Against, against
from grandstand.own.race.answer import answer, between, is_condition, met, warnings
from grandstand.own.race.field import Field, take_part
from grandstand.own.race.racing import BudgetTooSmall, Race, prepare, run
from grandstand.pythons.finding import examine as examine_python
from grandstand.pythons.record import Python
from grandstand.session import words

DONE, FAILED, USAGE = 0, 1, 2
_MOST_LIVE = 12
_BAR = 24


@dataclass(frozen=True)
class RaceRequest:
    """What was asked for, as typed."""

    wish: Wish
    budget: str = "60s"
    modes: str = ""
    pythons: str = ""
    limit: float = 20.0
    json_output: str = ""
    report: str = ""
    code: str = ""
    checks: tuple[str, ...] = ()
    against: str = ""
    seed: int = 1


def race(request: RaceRequest) -> int:
    """Does it; returns the exit code: 1 where a condition is not met, or it does not run."""
    console = Terminal(stderr=True)
    try:
        own, pythons, budget, wanted, before = _understood(request, console)
    except NoFunction as problem:
        tell_functions(problem, console)
        return USAGE
    except (ValueError, KeyError) as problem:
        console.refuse("Cannot race:", problem.args[0])
        return USAGE
    cancelled = threading.Event()
    with interrupts.kept():
        diagnosis = _examined(own, request.limit, console, cancelled)
        if isinstance(diagnosis, int):
            return diagnosis
        if diagnosis.fails:
            console.refuse("Cannot race:", diagnosis.sentence)
            return FAILED
        cores = max(1, whole_cores())
        try:
            field = take_part(diagnosis, cores, wanted, pythons)
            made = prepare(diagnosis, field, cores, budget, request.seed)
        except (BudgetTooSmall, ValueError, KeyError) as problem:
            console.refuse("Cannot race:", problem.args[0])
            return USAGE
        _tell_field(field, made, console)
        _carry_out(made, console, cancelled)
        code = _tell(made, request, before, console)
    return interrupts.code if made.comparison.cancelled else code


def _understood(
    request: RaceRequest, console: Terminal
) -> tuple[Own, list[Python | None], float, list[str], Comparison | None]:
    """Raises ValueError or KeyError with what is wrong, before anything runs."""
    if not 0.1 <= request.limit <= 3600:
        raise ValueError(f"--limit must be from 0.1 to 3600 seconds; {request.limit:g} is not.")
    budget = parse_budget(request.budget)
    wanted = [key.strip() for key in request.modes.split(",") if key.strip()]
    for key in wanted:
        modes.load(key)
    for condition in request.checks:
        is_condition(condition)
    own = naming.understand(replace(request.wish, python=executable(request.wish.python, console)))
    targets.check(
        [
            Wanted("--json", request.json_output, (".json",)),
            Wanted("--report", request.report, (".html", ".htm", ".md")),
            Wanted("--code", request.code, (".py",)),
        ],
        inputs(own),
    )
    before = None
    if request.against:
        try:
            before = documents.load(place(request.against))
        except Unreadable as problem:
            raise ValueError(f"--against: cannot read {request.against}: {problem}") from None
    pythons = [parse_python(text.strip(), console) for text in request.pythons.split(",")] if request.pythons else []
    projects = None if own.python.own else examine_python(own.python.executable)
    if request.pythons:
        return own, _projects_first(pythons, projects), budget, wanted, before
    return own, [projects], budget, wanted, before


def _projects_first(pythons: Sequence[Python | None], projects: Python | None) -> list[Python | None]:
    """The project's own leads: what the doctor found was found under it, and the others are told against it."""

    def file(one: Python | None) -> str:
        return one.executable if one is not None else ""

    return [projects, *(one for one in pythons if file(one) != file(projects))]


def _examined(own: Own, limit: float, console: Terminal, cancelled: threading.Event) -> Diagnosis | int:
    """The doctor first; an exit code where it came to nothing."""
    console.tell(f"{own.call} of {own.file.name}, line {own.function.line}, under {own.python.words}")
    status = Status("checking it first …", console=console) if console.drawn_live else None
    seen: list[Finding] = []

    def hear(finding: Finding) -> None:
        seen.append(finding)
        if status is not None:
            text = f"checking it first, {len(seen)} of {len(TITLES)}: {finding.title}, {VERDICTS[finding.verdict]}"
            status.update(Text(text))

    with interrupts.stopping(cancelled.set):
        try:
            with status or nullcontext():
                diagnosis = examine(own, hear, cancelled.is_set, limit)
        except ExperimentCancelled:
            console.tell("Interrupted: nothing of it is left running.")
            return interrupts.code
        except OSError as problem:
            why = f"{problem.strerror or problem}. Set TMPDIR to a folder that can be used."
            console.refuse("Cannot examine:", why)
            return FAILED
    for finding in diagnosis.findings:
        if finding.verdict in (MIND, FAILS):
            tell_finding(finding, console)
    console.tell(diagnosis.sentence)
    return diagnosis


def _tell_field(field: Field, made: Race, console: Terminal) -> None:
    for one in field.left_out:
        console.tell(f"Left out: {one.name}. {one.reason}")
    for note in made.notes:
        console.tell(f"Note: {note}")
    plan = made.comparison.plan
    console.tell(
        f"{len(plan.setups)} setups to begin with, {plan.seconds:.2g} s per measurement, for about "
        f"{words.seconds(plan.budget)}."
    )


def _carry_out(made: Race, console: Terminal, cancelled: threading.Event) -> None:
    with interrupts.stopping(cancelled.set):
        if not console.drawn_live:
            run(made, cancelled=cancelled)
            return
        with Live(console=console, transient=True, refresh_per_second=8) as shown:
            run(made, lambda race, step: shown.update(live(race, step, console.width)), cancelled)


def live(race: Race, step: Step, width: int) -> Group:
    """A bar a setup with its interval as it stands, the best first."""
    speedups = [(s, race.speedup(s)) for s in race.comparison.plan.setups]
    known = sorted(((s, e) for s, e in speedups if e is not None), key=lambda pair: -pair[1].value)[:_MOST_LIVE]
    most = max((e.high or e.value for _, e in known), default=1.0)
    columns = [Column("setup"), Column("interval so far", spare=True), Column("× sequential", right=True),
               Column("n", right=True), Column("now")]  # fmt: skip
    rows = [
        [s.words, _interval_bar(e.low or e.value, e.value, e.high or e.value, most),
         between(e) if s != race.reference else "1×", str(e.n),
         "runs" if s == step.setup else "dropped" if s in race.dropped else ""]
        for s, e in known
    ]  # fmt: skip
    head = Text(
        f"block {step.block + 1}, {step.setup.words} · {words.percent(step.share)} · "
        f"{words.seconds(step.seconds_left)} left"
    )
    return Group(head, table(columns, rows, width)) if rows else Group(head)


def _interval_bar(low: float, value: float, high: float, most: float) -> str:
    """'━━━━━━├●┤': the interval as far as the terminal's columns tell."""
    first, middle, last = (min(_BAR - 1, max(0, round(x / most * (_BAR - 1)))) for x in (low, value, high))
    cells = ["━" if i < first else " " for i in range(_BAR)]
    for i in range(first, last + 1):
        cells[i] = "─"
    cells[first], cells[last] = "├", "┤"
    cells[middle] = "●"
    return "".join(cells)


def _tell(made: Race, request: RaceRequest, before: Comparison | None, console: Terminal) -> int:
    made.said = report(made.comparison.plan.workload, made.own, max(s.workers for s in made.comparison.plan.setups))
    result = answer(made)
    conditions, changed, code = [], None, DONE
    try:
        conditions = [met(made, condition) for condition in request.checks]
        changed = against(before, made.comparison) if before is not None else None
    except ValueError as problem:
        console.refuse("Mind:", problem.args[0])
        code = FAILED
    rows = reports.table(made)

    def tell(output: Terminal) -> None:
        output.print(Text(result.text, style="bold"))
        for reason in result.reasons:
            output.tell(reason)
        if rows:
            output.print(table_of(rows, output.width))
        for text in warnings(made):
            output.tell(f"Note: {text}")
        for left in made.left_out:
            output.tell(f"Left out: {left.name}. {left.reason}")
        if changed is not None:
            _tell_change(changed, output)
        for condition in conditions:
            output.tell(condition.text)
        if result.code:
            output.tell("Code to take home:")
            output.say(result.code["program"])
        output.tell(reports.conditions(made))

    document = {
        **documents.document(made), "against": changed.as_dict() if changed else None,
        "checks": [{"ok": one.ok, "text": one.text} for one in conditions],
    }  # fmt: skip
    write = reports.markdown if Path(request.report).suffix.lower() == ".md" else reports.html
    outputs = [document_output(request.json_output, lambda: document)]
    outputs.append(text_output(request.report, lambda: write(made)))
    if request.code and result.code:
        outputs.append(text_output(request.code, lambda: result.code["program"]))
    elif request.code:
        console.tell("There is no program to take home.")
    well = deliver(outputs, tell, console)
    return code if well and all(one.ok for one in conditions) else FAILED


def _tell_change(changed: Against, output: Terminal) -> None:
    output.tell(changed.sentence)
    for one in changed.changes:
        output.tell(one.words)
    for text in changed.mind:
        output.tell(f"Note: {text}.")
