"""``run``: one workload in one mode, measured, with live progress. Main thread; no Qt unless a picture is wanted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.live import Live

from grandstand.cli.files import Unwritable, check_target, write_text
from grandstand.cli.progress import live_table, tell_result
from grandstand.cli.terminal import Terminal, write_json
from grandstand.control import catalogue
from grandstand.control.controller import Controller
from grandstand.engine.clocks import now_ns
from grandstand.observe.machine import machine
from grandstand.plain import json_text
from grandstand.session import words
from grandstand.session.report import run_report
from grandstand.session.run import Run
from grandstand.session.run_state import RunState
from grandstand.session.sentence import failures, sentence

if TYPE_CHECKING:
    from grandstand.journal.recorder import Recorder

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
_START_PATIENCE = 30.0
_RECORDING_PATIENCE = 5.0
_LONGEST = 24 * 3600.0


@dataclass(frozen=True)
class RunRequest:
    """What was asked for, as typed; ``json_output`` is '', '-' or a file."""

    workload: str
    mode: str
    workers: int
    seconds: float
    warmup: float = 0.3
    settings: tuple[str, ...] = ()
    start_method: str = ""
    json_output: str = ""
    snapshot: str = ""
    theme: str = "dark"
    snapshot_size: str = ""
    transparent: bool = False
    record: str = ""


class Usage(ValueError):
    """The command's words are off; the text says how."""


def parse_settings(settings: tuple[str, ...]) -> dict[str, float]:
    """'knob=value' texts as a dict. Raises Usage."""
    values: dict[str, float] = {}
    for text in settings:
        key, equals, value = text.partition("=")
        try:
            values[key.strip()] = float(value)
        except ValueError:
            raise Usage(f"--set wants knob=number; got '{text}'.") from None
        if not equals:
            raise Usage(f"--set wants knob=number; got '{text}'.")
    return values


def run(request: RunRequest) -> int:
    """Does it; returns the exit code."""
    console = Terminal(stderr=True)
    try:
        _check(request)
        controller = Controller(window=False)
    except Usage as problem:
        return _cannot_run(console, problem)
    try:
        try:
            controller.choose(
                workload=request.workload,
                knobs=parse_settings(request.settings),
                mode=request.mode,
                workers=request.workers,
                start_method=request.start_method,
            )
        except (ValueError, KeyError) as problem:
            return _cannot_run(console, problem)
        controller.session.warm_up_ns = int(request.warmup * 1e9)
        recorder = _recorder(controller, request)
        if recorder is not None and not recorder.wait_until_open(_RECORDING_PATIENCE):
            recorder.close()
            return _cannot_run(console, Usage(f"--record: {recorder.problem or 'the disk does not answer.'}"))
        try:
            interrupted = _measure(controller, request.seconds, console)
        finally:
            if recorder is not None:
                recorder.close()
        code = _tell(controller, request, console, interrupted)
        if recorder is not None:
            if recorder.problem:
                console.tell(recorder.problem)
                return code or FAILED
            if Path(request.record).exists():
                console.say(f"Recorded in {request.record}")
        return code
    finally:
        controller.close()


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
        check_target(request.json_output, "--json")
        check_target(request.snapshot, "--snapshot", (".png", ".svg", ".pdf"))
        check_target(request.record, "--record", (".grandstand",))
        if request.record and Path(request.record).exists():
            raise ValueError(f"--record: {request.record} is there already; recordings are not written over.")
        if request.record and request.start_method == "fork":
            raise ValueError(
                "--record writes in a thread, and forking a process with threads is unsafe: use forkserver."
            )
        if request.theme not in ("dark", "light"):
            raise ValueError(f"--snapshot-theme {request.theme} is none; there are dark and light.")
    except ValueError as problem:
        raise Usage(problem.args[0]) from None


def _measure(controller: Controller, seconds: float, console: Terminal) -> bool:
    """Runs until measured for ``seconds``, failed, or interrupted (True)."""
    interrupted = False
    give_up = time.monotonic() + _START_PATIENCE
    controller.start()
    live = Live(console=console, auto_refresh=False, transient=True) if console.drawn_live else None
    drawn = 0.0
    if live is not None:
        live.start()
    try:
        while controller.active:
            controller.pump.turn(0.02)
            controller.tick()
            run = controller.session.current
            if run is None or run.state is RunState.STARTING:
                if time.monotonic() > give_up and controller.wanted:
                    console.tell("The workers did not start within 30 s; giving up.")
                    controller.stop()
                continue
            if not controller.wanted:
                continue
            elapsed = (now_ns() - run.measure_from_ns) / 1e9 if run.measure_from_ns else 0.0
            if live is not None and time.monotonic() - drawn > 0.1:
                drawn = time.monotonic()
                live.update(live_table(controller.session, run, elapsed, seconds, console.width), refresh=True)
            if elapsed >= seconds and run.state is RunState.RUNNING:
                controller.stop()
    except KeyboardInterrupt:
        interrupted = True
        controller.stop()
        while controller.active:
            controller.pump.turn(0.02)
            controller.tick()
    finally:
        if live is not None:
            live.stop()
    return interrupted


def _tell(controller: Controller, request: RunRequest, console: Terminal, interrupted: bool) -> int:
    for notice in controller.notices:
        console.tell(f"{notice.text} {notice.remedy}".strip())
    run = controller.session.current
    if run is None:
        return FAILED
    summary = controller.session.summary(run)
    unit = catalogue.workload(request.workload).unit
    document = run_report(controller.session, run, unit, machine().as_dict())
    if request.record:
        document["recording"] = request.record
    to_stdout = request.json_output == "-"
    output = Terminal(stderr=to_stdout)
    if summary.workers:
        tell_result(output, document, run)
        output.tell(sentence(summary, unit, None, machine().cores).text)
    if to_stdout:
        write_json(document)
    elif request.json_output:
        try:
            write_text(Path(request.json_output), json_text(document, indent=2) + "\n")
        except Unwritable as problem:
            console.tell(problem)
            return FAILED
        console.say(f"Result written to {request.json_output}")
    if request.snapshot:
        from grandstand.cli.window import write_snapshot

        wrong = write_snapshot(
            controller, Path(request.snapshot), request.theme, request.snapshot_size, request.transparent
        )
        if wrong:
            console.tell(wrong)
            return FAILED
        console.say(f"Picture written to {request.snapshot}")
    if interrupted:
        return INTERRUPTED
    return FAILED if _failed(run, summary) else DONE


def _failed(run: Run, summary: Any) -> bool:
    return run.state in (RunState.FAILED, RunState.CANCELLED) or failures(summary) is not None
