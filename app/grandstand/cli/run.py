"""``run``: one workload in one mode, measured, with live progress. Main thread; no Qt unless a picture is wanted."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.live import Live

from grandstand import modes
from grandstand.cli.interrupts import interrupts
from grandstand.cli.outputs import Output, deliver, document_output
from grandstand.cli.pictures import PICTURE_ENDINGS, why_no_picture
from grandstand.cli.progress import live_table, tell_gil, tell_result
from grandstand.cli.terminal import Terminal
from grandstand.cli.usage import Usage as Usage
from grandstand.control import catalogue
from grandstand.control.controller import Controller
from grandstand.engine.clocks import now_ns
from grandstand.files.targets import Wanted, check
from grandstand.journal.schema import SUFFIX
from grandstand.modes.start_method import FORK, START_METHOD
from grandstand.observe.machine import machine
from grandstand.pythons.record import running
from grandstand.render.sizes import parse_size
from grandstand.session import words
from grandstand.session.report import gil_report, run_report
from grandstand.session.run import Run
from grandstand.session.run_state import RunState
from grandstand.session.sentence import failures, sentence
from grandstand.vocabulary.options import Value

if TYPE_CHECKING:
    from grandstand.journal.recorder import Recorder
    from grandstand.own.naming import Own, Wish

DONE, FAILED, USAGE = 0, 1, 2
_START_PATIENCE = 30.0
_RECORDING_PATIENCE = 5.0
_LONGEST = 24 * 3600.0
_LOOK_S = 0.1


@dataclass(frozen=True)
class RunRequest:
    """What was asked for, as typed; ``json_output`` is '', '-' or a file."""

    workload: str
    mode: str
    workers: int
    seconds: float
    warmup: float = 0.3
    settings: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    json_output: str = ""
    snapshot: str = ""
    theme: str = "dark"
    snapshot_size: str = ""
    transparent: bool = False
    record: str = ""
    python: str = ""
    wish: Wish | None = None
    """What was said of a function of one's own."""
    own: Own | None = None
    gil: bool = False
    """Whether to look who holds the GIL."""


def parse_settings(settings: tuple[str, ...]) -> dict[str, float]:
    """'parameter=value' texts as a dict. Raises Usage."""
    values: dict[str, float] = {}
    for text in settings:
        key, equals, value = text.partition("=")
        try:
            values[key.strip()] = float(value)
        except ValueError:
            raise Usage(f"--set expects parameter=number; got '{text}'.") from None
        if not equals:
            raise Usage(f"--set expects parameter=number; got '{text}'.")
    return values


def parse_options(texts: tuple[str, ...], *keys: str) -> dict[str, Value]:
    """'option=value' texts as a dict, by the options of the modes with these keys. Raises Usage."""
    values: dict[str, Value] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise Usage(f"--option expects option=value; got '{text}'.")
        option = next((o for mode in keys if (o := modes.described(mode).option(key.strip())) is not None), None)
        if option is None:
            known = sorted({o.key for mode in keys for o in modes.described(mode).options})
            raise Usage(f"--option: there is no '{key[:40]}' in {', '.join(keys)}. There are: {', '.join(known)}.")
        try:
            values[option.key] = option.parse(value)
        except ValueError as problem:
            raise Usage(f"--option: {problem}") from None
    return values


def run(request: RunRequest) -> int:
    """Does it; returns the exit code."""
    console = Terminal(stderr=True)
    request = replace(request, mode=request.mode or modes.usual().key)
    try:
        _check(request)
        request = _named(request, console)
        controller = Controller(window=False)
    except Usage as problem:
        return _cannot_run(console, problem)
    try:
        try:
            from grandstand.cli.python import chosen

            options = parse_options(request.options, request.mode)
            controller.choose(
                python=chosen(request.python, console),
                workload=request.workload,
                parameters=parse_settings(request.settings),
                mode=request.mode,
                workers=request.workers,
                options=options,
            )
        except (ValueError, KeyError) as problem:
            return _cannot_run(console, problem)
        controller.session.warm_up_ns = int(request.warmup * 1e9)
        with interrupts.kept():
            return _measure_and_tell(controller, request, console)
    finally:
        controller.close()


def _named(request: RunRequest, console: Terminal) -> RunRequest:
    """The request with the key to run, where a function of the person's own is meant. Raises Usage."""
    if request.wish is None:
        return request
    from grandstand.cli import own as own_function
    from grandstand.cli.python import executable
    from grandstand.own.naming import NoFunction

    try:
        wish = replace(request.wish, python=executable(request.python, console))
        key, own = own_function.understood(request.workload, wish)
        if own is not None:
            check(_targets(request), own_function.inputs(own))
    except NoFunction as problem:
        own_function.tell_functions(problem, console)
        raise Usage("no function was named.") from None
    except (ValueError, KeyError) as problem:
        raise Usage(problem.args[0]) from None
    if own is not None and own.once:  # it ends by itself, and all of it counts
        request = replace(request, seconds=_LONGEST, warmup=0.0)
    return replace(request, workload=key, own=own, python=own_function.under(own) if own else request.python)


def _measure_and_tell(controller: Controller, request: RunRequest, console: Terminal) -> int:
    recorder = _recorder(controller, request)
    try:
        if recorder is not None and not recorder.wait_until_open(_RECORDING_PATIENCE):
            return _cannot_run(console, Usage(f"--record: {recorder.problem or 'the disk does not answer.'}"))
        interrupted = _measure(controller, request, console)
    finally:
        if recorder is not None:
            recorder.close()
    code = _tell(controller, request, console)
    if recorder is not None:
        if recorder.problem:
            console.tell(recorder.problem)
            code = code or FAILED
        elif Path(request.record).exists():
            console.say(f"Recorded in {request.record}")
    return interrupted or code


def _recorder(controller: Controller, request: RunRequest) -> Recorder | None:
    if not request.record:
        return None
    from grandstand.journal.recorder import Recorder

    title = f"{catalogue.workload(request.workload).title}, {words.workers(request.mode, request.workers)}"
    return Recorder.start(controller.session, Path(request.record), title, controller.machine, window=False)


def _cannot_run(console: Terminal, problem: Exception) -> int:
    console.refuse("Cannot run:", problem.args[0])
    return USAGE


def _check(request: RunRequest) -> None:
    if not 0 < request.seconds <= _LONGEST:
        raise Usage(f"--seconds must be above 0 and at most {_LONGEST:g}; {request.seconds:g} is not.")
    if not 0 <= request.warmup <= 3600:
        raise Usage(f"--warmup must be from 0 to 3600 seconds; {request.warmup:g} is not.")
    try:
        check(_targets(request))
        missing = why_no_picture(request.snapshot, needs_qt=True)
        if missing:
            raise ValueError(missing)
        if request.snapshot_size:
            parse_size(request.snapshot_size)
        if request.record and parse_options(request.options, request.mode).get(START_METHOD.key) == FORK:
            raise ValueError(
                "--record writes in a thread, and forking a process with threads is unsafe: use forkserver."
            )
        if request.theme not in ("dark", "light"):
            raise ValueError(f"--snapshot-theme must be dark or light; {request.theme} is not.")
    except ValueError as problem:
        raise Usage(problem.args[0]) from None


def _targets(request: RunRequest) -> list[Wanted]:
    return [
        Wanted("--json", request.json_output, (".json",)),
        Wanted("--snapshot", request.snapshot, PICTURE_ENDINGS, strict=True),
        Wanted("--record", request.record, (SUFFIX,), strict=True, new=True, file=True),
    ]


def _measure(controller: Controller, request: RunRequest, console: Terminal) -> int:
    """Runs until measured for so many seconds, failed, or interrupted; returns the exit code for that, or 0."""
    seconds = request.seconds
    own = request.own
    fail_fast = own is not None and own.fail_fast
    looked = 0.0
    began = now_ns()
    live = Live(console=console, auto_refresh=False, transient=True) if console.drawn_live else None
    drawn = 0.0
    interrupted = False

    def stop() -> None:
        nonlocal interrupted
        interrupted = True

    with interrupts.stopping(stop), live or nullcontext():
        controller.gil_feed.want(request.gil)
        controller.start()
        while controller.active:
            controller.pump.turn(0.02)
            if interrupted and controller.wanted:
                controller.stop()  # before the tick: a signal for all may have ended workers, and they were to end
            controller.tick()
            run = controller.session.current
            if run is None or run.state is RunState.STARTING:
                now = now_ns()
                if (now - began) / 1e9 - controller.missed_s(began, now) > _START_PATIENCE and controller.wanted:
                    console.tell("The workers did not start within 30 s; giving up.")
                    controller.stop()
                continue
            if not controller.wanted:
                continue
            elapsed = controller.measured_s(run, now_ns())
            if live is not None and time.monotonic() - drawn > 0.1:
                drawn = time.monotonic()
                live.update(live_table(controller.session, run, elapsed, seconds, console.width), refresh=True)
            failed = fail_fast and any(r.exit == "failed" for r in run.workers.values())
            through = False
            if own is not None and own.once and run.alive and time.monotonic() - looked > _LOOK_S:
                from grandstand.cli.own import all_through

                looked = time.monotonic()
                through = all_through(request.workload, [record.worker for record in run.alive])
            if (elapsed >= seconds or failed or through) and run.state is RunState.RUNNING:
                controller.stop()
        return interrupts.code if interrupted else 0


def _tell(controller: Controller, request: RunRequest, console: Terminal) -> int:
    run = controller.session.current
    if run is None:
        _tell_notices(controller, console)
        return FAILED
    summary = controller.session.summary(run)
    unit = catalogue.workload(request.workload).unit
    document = run_report(controller.session, run, unit, machine().as_dict(), running())
    if request.gil:
        document["gil"] = gil_report(controller.session)
    if request.record:
        document["recording"] = request.record
    if request.own is not None:
        from grandstand.cli import own as own_function

        document["function"] = own_function.report(
            request.workload, request.own, request.workers if modes.described(request.mode).own_process else 1
        )
        if request.own.once:
            ended = own_function.once(request.workload, run.started_ns, run.first_step_ns)
            document["function"]["once"] = ended

    def tell(output: Terminal) -> None:
        _tell_notices(controller, console)
        if summary.workers:
            tell_result(output, document, run)
            output.tell(sentence(summary, unit, None, machine().cores).text)
        if request.gil:
            tell_gil(output, document["gil"])
        if request.own is not None:
            if summary.workers and not any(w.units for w in summary.workers) and not document["function"]["failures"]:
                console.tell(own_function.no_call_came_back(request.own, request.seconds))
            if document["function"].get("once") and request.own.items is not None:
                own_function.tell_once(document["function"]["once"], request.own.items.words, output)
            own_function.tell(document["function"], console)

    def picture(path: Path) -> None:
        from grandstand.cli.screen import write_snapshot

        write_snapshot(controller, path, request.theme, request.snapshot_size, request.transparent)

    outputs = (
        document_output(request.json_output, lambda: document, "Result written to {}"),
        Output(request.snapshot, picture, "Picture written to {}"),
    )
    well = deliver(outputs, tell, console)
    return FAILED if not well or _failed(run, summary) else DONE


def _tell_notices(controller: Controller, console: Terminal) -> None:
    for notice in controller.notices:
        console.tell(f"{notice.text} {notice.remedy}".strip())


def _failed(run: Run, summary: Any) -> bool:
    return run.state in (RunState.FAILED, RunState.CANCELLED) or failures(summary) is not None
