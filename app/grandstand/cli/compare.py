"""``compare``: modes and worker counts in random blocks, with intervals and a sentence. Main thread; no Qt."""

from __future__ import annotations

import re
import threading
from contextlib import nullcontext
from dataclasses import replace

from rich.progress import BarColumn, Progress, TimeRemainingColumn

from grandstand.cli.compared import DONE, FAILED, USAGE, CompareRequest, check_targets, outputs_of, read_file
from grandstand.cli.interrupts import interrupts
from grandstand.cli.outputs import deliver
from grandstand.cli.pictures import pictures_output
from grandstand.cli.python import chosen as chosen_python
from grandstand.cli.python import executable
from grandstand.cli.run import Usage, parse_options, parse_settings
from grandstand.cli.tables import table_of
from grandstand.cli.terminal import Terminal, bar_words
from grandstand.compare import document
from grandstand.compare.comparison import Comparison
from grandstand.compare.laws import laws_note, laws_table
from grandstand.compare.leg import Setup
from grandstand.compare.plan import MOST_BUDGET_S, MOST_WORK, Plan, make_plan, usual_modes
from grandstand.compare.runner import Step, begin, carry_out
from grandstand.compare.verdict import check, sentence
from grandstand.control.named import is_own, shown
from grandstand.engine import workloads
from grandstand.pythons.record import Python
from grandstand.render.comparison import charts
from grandstand.session import words

_BUDGET = re.compile(r"^\s*([0-9]{1,12}(?:\.[0-9]{0,9})?)\s*(s|m|min|h)?\s*$")
_SECONDS = {None: 1, "": 1, "s": 1, "m": 60, "min": 60, "h": 3600}


def compare(request: CompareRequest) -> int:
    """Does it; returns the exit code."""
    console = Terminal(stderr=True)
    if request.beside:
        from grandstand.cli.beside import tell_beside

        return tell_beside(request, console)
    try:
        request = _named(request, console)
        comparison = _prepare(request, console)
        for condition in request.checks:
            check(comparison, condition)  # nothing is measured yet: this only finds out whether it makes sense
    except (KeyError, ValueError) as problem:
        console.refuse("Cannot compare:", problem.args[0])
        return USAGE
    if request.open:
        return _tell(comparison, request, console)
    plan = comparison.plan
    much = f"{words.seconds(plan.budget)} of budget" if plan.budget else f"{plan.repeats} blocks"
    many = f"{len(plan.setups)} setup{'' if len(plan.setups) == 1 else 's'}"
    console.tell(f"{many}, {much}: about {words.seconds(plan.duration)}.")
    with interrupts.kept():
        interrupted = _carry_out(comparison, console)
        code = _tell(comparison, request, console)
    return interrupted or code


def _prepare(request: CompareRequest, console: Terminal) -> Comparison:
    """Raises KeyError or ValueError with what is wrong."""
    check_targets(request)
    if request.open and request.resume:
        raise Usage("--open shows what was measured, --resume measures on: choose one of them.")
    if request.open:
        return read_file(request.open, "--open")
    if request.resume:
        comparison = read_file(request.resume, "--resume")
        _check_consent(comparison.plan.workload, request)
        return comparison
    if not request.workload:
        raise Usage("Which workload? Name one from 'list', or open a saved comparison with --open.")
    return begin(_plan(request, console))


def _named(request: CompareRequest, console: Terminal) -> CompareRequest:
    """The request with the key to run, where a function of the person's own is meant. Raises KeyError, ValueError."""
    if request.wish is None or request.open:
        return request
    from grandstand.cli import own as own_function
    from grandstand.own.naming import NoFunction

    try:
        under = "own" if request.pythons else executable(request.wish.python, console)
        wish = replace(request.wish, python=under)
        key, own = own_function.understood(request.workload, wish)
        if own is not None:
            check_targets(request, own_function.inputs(own))
            request = replace(request, pythons=request.pythons or own_function.under(own))
    except NoFunction as problem:
        own_function.tell_functions(problem, console)
        raise Usage("no function was named.") from None
    return replace(request, workload=key)


def _check_consent(workload: str, request: CompareRequest) -> None:
    """A file alone starts nobody's function: who resumes it names that once more. Raises Usage."""
    if workload in workloads.keys() or workload == request.workload:  # noqa: SIM118
        return
    asked = shown(workload)
    if is_own(request.workload):
        raise Usage(
            f"--resume: {request.resume} holds {asked} with other arguments or items, or from another folder. Name it "
            "as it was named then, or begin a comparison of its own."
        )
    raise Usage(
        f"--resume: {request.resume} measured {asked}, a function that is not Grandstand's. A file does not start it: "
        f"name it yourself, with the same arguments: compare file.py:function --resume {request.resume}"
    )


def _plan(request: CompareRequest, console: Terminal) -> Plan:
    from grandstand.observe.machine import whole_cores

    usual = sorted({1, 2, whole_cores(), 2 * whole_cores()})
    counts = usual if request.workers is None else _numbers(request.workers, "--workers")
    if not all(count.is_integer() for count in map(float, counts)):  # neither are infinity and NaN
        raise Usage(f"--workers expects whole numbers, like 1,2,4; got '{request.workers}'.")
    if not 0.05 <= request.seconds <= 3600:
        raise Usage(f"--seconds must be from 0.05 to 3600; {request.seconds:g} is not.")
    if request.fixed_work is not None and not 0 < request.fixed_work <= MOST_WORK:
        raise Usage(f"--fixed-work must be above 0 and at most {MOST_WORK:g} units; {request.fixed_work:g} is not.")
    sweep = None
    if request.sweep is not None:
        key, equals, values = request.sweep.partition("=")
        if not equals:
            raise Usage(f"--sweep expects parameter=value,value,…; got '{request.sweep}'.")
        sweep = (key.strip(), _numbers(values, "--sweep"))
    chosen = [mode.strip() for mode in request.modes.split(",") if mode.strip()] or usual_modes()
    return make_plan(
        request.workload,
        chosen,
        [int(count) for count in counts],
        parse_settings(request.settings),
        sweep,
        parse_options(request.options, *chosen),
        [parse_python(text.strip(), console) for text in request.pythons.split(",")] if request.pythons else [None],
        repeats=request.repeats,
        seconds=max(request.seconds, 30.0) if request.fixed_work else request.seconds,
        work=request.fixed_work or 0.0,
        budget=parse_budget(request.budget),
        seed=request.seed,
    )


def parse_python(text: str, console: Terminal) -> Python | None:
    """One of --pythons; None for the app's own. Raises Usage."""
    if not text:
        raise Usage("--pythons expects names, versions or paths with commas between them, like 3.11,3.14t.")
    return chosen_python(text, console, "--pythons")


def _numbers(text: str, option: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise Usage(f"{option} expects numbers with commas between them, like 1,2,4; got '{text}'.") from None


def parse_budget(text: str | None) -> float:
    """Seconds; 0 where none was given. Raises Usage."""
    if text is None:
        return 0.0
    match = _BUDGET.match(text)
    seconds = float(match[1]) * _SECONDS[match[2]] if match is not None else 0.0
    if not 0 < seconds <= MOST_BUDGET_S:
        raise Usage(f"--budget expects a time like 60s or 5m, {MOST_BUDGET_S / 86_400:g} days at most; got '{text}'.")
    return seconds


def _carry_out(comparison: Comparison, console: Terminal) -> int:
    """Measures; returns the exit code for an interruption, or 0. Ctrl+C ends it between two turns, not within one."""
    bar = Progress(
        bar_words("{task.description}"), BarColumn(), bar_words("{task.percentage:>3.0f} %"), TimeRemainingColumn(),
        bar_words("{task.fields[words]}", "bright_black"), console=console, transient=True,
    ) if console.drawn_live else None  # fmt: skip
    task = bar.add_task("", total=1.0, words="") if bar is not None else None

    def hear(step: Step) -> None:
        if bar is None or task is None:
            return
        width = _width(comparison, step.setup)
        bar.update(task, completed=step.share, description=f"block {step.block + 1}, {step.setup.words}", words=width)

    cancelled = threading.Event()
    with interrupts.stopping(cancelled.set), bar or nullcontext():
        carry_out(comparison, hear, cancelled)
    return interrupts.code if comparison.cancelled else DONE


def _width(comparison: Comparison, setup: Setup) -> str:
    """The interval as it stands, so that one sees it shrink."""
    e = comparison.speedup(setup) if setup in comparison.measured else None
    if e is None or e.low is None or e.high is None:
        return ""
    return f"{words.times(e.value)} [{e.low:.2f}, {e.high:.2f}], n = {e.n}"


def _tell(comparison: Comparison, request: CompareRequest, console: Terminal) -> int:
    rows = document.table(comparison)
    conditions = [check(comparison, condition) for condition in request.checks]

    def tell(output: Terminal) -> None:
        if rows:
            output.print(table_of(rows, output.width))
        output.tell(sentence(comparison))
        for warning in comparison.warnings():
            output.tell(f"Note: {warning}")
        scaling = laws_table(comparison)
        if scaling:
            output.print(table_of(scaling, output.width))
        if rows and laws_note(comparison):
            output.tell(laws_note(comparison))
        for met in conditions:
            output.tell(met.text)

    code = FAILED if comparison.failures and not request.open else DONE  # shown again, nothing went wrong now
    if not all(met.ok for met in conditions):
        code = FAILED
    outputs = outputs_of(
        request,
        lambda: document.document(comparison),
        lambda: document.csv_text(comparison),
        lambda: document.markdown(comparison),
        pictures_output(
            request.snapshot, lambda: charts(comparison) if rows else (), request.theme,
            lambda: f"{sentence(comparison)}\n{document.conditions(comparison)}",
        ),
    )  # fmt: skip
    return code if deliver(outputs, tell, console) else FAILED
