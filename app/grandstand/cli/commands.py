"""The commands and their options, declared with typer. Main thread."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from grandstand import plain

if TYPE_CHECKING:
    from grandstand.own.naming import Wish

_USAGE: Any = typer.BadParameter.__bases__[0]
"""What typer raises for any word on the command line that is off; it has no public name."""

# What can be said of a function of one's own; the values of --items are quoted, since shells expand them.
_ARG = Annotated[list[str] | None, typer.Option("--arg", metavar="VALUE", help="An argument of your own function.")]
_KWARG = Annotated[list[str] | None, typer.Option("--kwarg", metavar="NAME=VALUE", help="A keyword argument of it.")]
_ITEMS = Annotated[
    str,
    typer.Option(metavar="'range(1000)'", help="A list, 'files/*.png' or a file: what to work through."),
]
_SETUP = Annotated[str, typer.Option(metavar="FUNCTION", help="A function called once in each worker.")]
_UNIT = Annotated[str, typer.Option(metavar="WORD", help="Count what the function returns, in this unit.")]
_PYTHON = Annotated[str, typer.Option(metavar="PYTHON", help="Instead of the project's own (see 'pythons').")]
_MEMORY = Annotated[float, typer.Option(metavar="MB", help="Memory each worker may use; default: a fair share.")]
_FAIL_FAST = Annotated[bool, typer.Option("--fail-fast", help="Stop at the first item that raises.")]


def _wish(
    text: str, arg: list[str] | None, kwarg: list[str] | None, items: str, setup: str, unit: str, python: str,
    memory: float, fail_fast: bool = False, once: bool = False,
) -> Wish | None:  # fmt: skip
    """What was said of a function of one's own; None where nothing can have been meant by it."""
    if not text:
        return None
    from grandstand.own.naming import Wish

    return Wish(text, tuple(arg or ()), tuple(kwarg or ()), items, setup, unit, python, fail_fast, memory, once)


app = typer.Typer(
    name="grandstand",
    help="Watch Python's ways of running work race: sequential, threads, processes, Qt threads.",
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class _ExportHelp(TyperCommand):
    """Its help names the formats that there are, those of other packages too."""

    def format_help(self, context: Any, formatter: Any) -> None:
        from grandstand.export.formats import formats

        for option in self.params:
            if option.name == "to":
                option.help = "; ".join(f"{key}: {one.title}" for key, one in formats().items()) + "."  # type: ignore[attr-defined]
        super().format_help(context, formatter)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        from grandstand import __version__

        print(f"grandstand {__version__}")
        raise typer.Exit(0)
    if context.invoked_subcommand is None:
        from grandstand.cli.window import open_window

        raise typer.Exit(open_window())
    from grandstand.control.discovery import discover

    discover()


@app.command("list")
def list_command(
    json_output: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Workloads with their parameters, and modes with their availability."""
    from grandstand.cli.list import show

    show(json_output)


@app.command("run")
def run_command_(
    workload: Annotated[str, typer.Argument(help="A workload (see 'list') or your own function, file.py:function.")],
    mode: Annotated[str, typer.Option(help="A mode (see 'list'); default: threads.")] = "",
    workers: Annotated[int, typer.Option(help="1 to 64.")] = 4,
    seconds: Annotated[float, typer.Option(help="How long to measure.")] = 5.0,
    warmup: Annotated[float, typer.Option(help="Seconds to leave out after the last worker has started.")] = 0.3,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="PARAMETER=VALUE", help="May be repeated.")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="OPTION=VALUE", help="A mode's option; may be repeated."),
    ] = None,
    start_method: Annotated[str, typer.Option(help="The same as --option start_method=…")] = "",
    json_output: Annotated[str, typer.Option("--json", metavar="-|FILE", help="Write the result as JSON.")] = "",
    snapshot: Annotated[str, typer.Option(metavar="FILE.png", help="Write the charts: .png, .svg or .pdf.")] = "",
    snapshot_size: Annotated[str, typer.Option(help="1920x1080, 3840x2160, square, slide-half or WxH.")] = "",
    snapshot_theme: Annotated[str, typer.Option(help="dark or light.")] = "dark",
    transparent: Annotated[bool, typer.Option("--transparent", help="Make the background transparent.")] = False,
    record: Annotated[str, typer.Option(metavar="FILE.grandstand", help="Record the run, to replay it later.")] = "",
    python: Annotated[
        str,
        typer.Option(
            metavar="3.14t",
            help="The Python that runs the workers: a name, version or path (see 'pythons').",
        ),
    ] = "",
    gil: Annotated[bool, typer.Option("--gil", help="Look from outside who holds the GIL (Linux).")] = False,
    arg: _ARG = None,
    kwarg: _KWARG = None,
    items: _ITEMS = "",
    setup: _SETUP = "",
    unit: _UNIT = "",
    memory: _MEMORY = 0.0,
    fail_fast: _FAIL_FAST = False,
    once: Annotated[bool, typer.Option("--once", help="With --items: each once, then the run ends.")] = False,
) -> None:
    """Run one workload, or a function of your own, in one mode and measure it."""
    from grandstand.cli.run import RunRequest, run

    options = tuple(option or ()) + ((f"start_method={start_method}",) if start_method else ())
    request = RunRequest(
        workload, mode, workers, seconds, warmup, tuple(set_ or ()), options, json_output, snapshot,
        snapshot_theme, snapshot_size, transparent, record, python,
        _wish(workload, arg, kwarg, items, setup, unit, python, memory, fail_fast, once), gil=gil,
    )  # fmt: skip
    raise typer.Exit(run(request))


@app.command("watch", context_settings={"allow_interspersed_args": False})
def watch_command(
    command: Annotated[
        list[str] | None, typer.Argument(metavar="[-- PROGRAM ARGUMENTS...]", help="A program to launch and watch.")
    ] = None,
    pid: Annotated[int, typer.Option(metavar="PID", help="Watch a process that is already running.")] = 0,
    seconds: Annotated[float, typer.Option(help="How long to watch; 0: until it ends.")] = 0.0,
    json_output: Annotated[str, typer.Option("--json", metavar="-|FILE", help="Write the result as JSON.")] = "",
    report: Annotated[str, typer.Option(metavar="FILE.html", help="Write a report: .html or .md.")] = "",
    stuck_after: Annotated[float, typer.Option(help="Seconds of waiting for locks that look like a deadlock.")] = 5.0,
    programs: Annotated[bool, typer.Option("--list", help="Only list the Python programs that are running.")] = False,
    record: Annotated[str, typer.Option(metavar="FILE.grandstand", help="Record what is seen, to play again.")] = "",
    opened: Annotated[str, typer.Option("--open", metavar="FILE", help="Tell of a recording instead.")] = "",
) -> None:
    """Watch any Python program from outside: who holds the GIL, who waits, and what would help."""
    from grandstand.cli.watch import watch
    from grandstand.cli.watched import WatchRequest

    words = tuple(command or ())
    request = WatchRequest(pid, words, seconds, json_output, report, stuck_after, programs, record, opened)
    raise typer.Exit(watch(request))


@app.command("open")
def open_command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A recording, or its name in 'recordings'.")],
) -> None:
    """Open the window with a recording, ready to play."""
    from grandstand.cli.window import open_window

    raise typer.Exit(open_window(file))


@app.command("export", cls=_ExportHelp)
def export_command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A recording, or its name in 'recordings'.")],
    to: Annotated[str, typer.Option(help="The format.")],
    output: Annotated[str, typer.Option(metavar="OUT", help="What to write.")],
    at: Annotated[float | None, typer.Option(help="For a picture: seconds from the start; default: the end.")] = None,
    from_: Annotated[float | None, typer.Option("--from", help="For an animation: the first second.")] = None,
    until: Annotated[float | None, typer.Option(help="For an animation: the last second.")] = None,
    speed: Annotated[float, typer.Option(help="For an animation: seconds of recording per second.")] = 1.0,
    fps: Annotated[float, typer.Option(help="For an animation: frames per second.")] = 25.0,
    size: Annotated[str, typer.Option(help="1920x1080, 3840x2160, square, slide-half or WxH.")] = "1280x720",
    theme: Annotated[str, typer.Option(help="dark or light.")] = "dark",
    transparent: Annotated[bool, typer.Option("--transparent", help="Make the background transparent.")] = False,
    caption: Annotated[bool, typer.Option(help="Say below the picture what was measured, and where.")] = True,
    json_output: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write a recording as a picture, an animation, tables or a trace."""
    from grandstand.cli.export import ExportRequest, export

    request = ExportRequest(
        file, to, output, at, from_, until, speed, fps, size, theme, transparent, caption, json_output
    )
    raise typer.Exit(export(request))


@app.command("recordings")
def recordings_command(
    json_output: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the recordings of this machine."""
    from grandstand.cli.recordings import show

    show(json_output)


@app.command("pythons")
def pythons_command(
    json_output: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    add: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Remember an interpreter or environment that is not found automatically."),
    ] = None,
    forget: Annotated[list[str] | None, typer.Option(metavar="PATH", help="Forget one that was added.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Ask each of them again, whatever is remembered.")] = False,
) -> None:
    """List every Python of this machine: what it is, and why it cannot be used if it cannot."""
    from grandstand.cli.pythons import show

    raise typer.Exit(show(json_output, add or (), forget or (), again))


@app.command("claims")
def claims_command(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="The claims to check; default: all.")
    ] = None,
    json_output: Annotated[str, typer.Option("--json", metavar="-|FILE", help="Write the results as JSON.")] = "",
    report: Annotated[str, typer.Option(metavar="FILE.html", help="Write a report: .html, .md or .json.")] = "",
    longer: Annotated[float, typer.Option(help="Multiply the repeats by this, for narrower intervals.")] = 1.0,
    list_: Annotated[bool, typer.Option("--list", help="Only list the claims.")] = False,
) -> None:
    """Check claims about threads and processes on this machine (all of them take about 4 minutes)."""
    if list_:
        from grandstand.cli.claims import tell_claims

        tell_claims()
        raise typer.Exit(0)
    from grandstand.cli.claims import run_claims

    raise typer.Exit(run_claims(ids or (), json_output, report, longer))


@app.command("compare")
def compare_command(
    workload: Annotated[str, typer.Argument(help="A workload or file.py:function (not with --open).")] = "",
    modes: Annotated[
        str, typer.Option(help="Separated by commas (see 'list'); default: sequential,threads,processes.")
    ] = "",
    workers: Annotated[
        str | None, typer.Option(metavar="1,2,4", help="Numbers of workers; default: 1, 2, cores, 2 × cores.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="PARAMETER=VALUE", help="May be repeated.")
    ] = None,
    sweep: Annotated[
        str | None, typer.Option(metavar="PARAMETER=A,B,C", help="Compare several values of one parameter.")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="OPTION=VALUE", help="For the modes that have it."),
    ] = None,
    pythons: Annotated[
        str, typer.Option(metavar="3.11,3.14t", help="Compare these Pythons; 'own' is the app's (see 'pythons').")
    ] = "",
    repeats: Annotated[int, typer.Option(help="How often to measure each setup; at least 5 for an interval.")] = 5,
    seconds: Annotated[float, typer.Option(help="How long to measure each setup, each time.")] = 1.0,
    budget: Annotated[str | None, typer.Option(metavar="60s", help="Repeat until this time is used up.")] = None,
    fixed_work: Annotated[
        float | None, typer.Option(help="Measure this many units instead of a time, start-up included.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed for the order of the setups.")] = 1,
    json_output: Annotated[str, typer.Option("--json", metavar="-|FILE", help="Write the result as JSON.")] = "",
    csv: Annotated[str, typer.Option(metavar="FILE", help="Write every measurement as CSV, one per line.")] = "",
    markdown: Annotated[str, typer.Option(metavar="FILE", help="Write the table and the verdict as Markdown.")] = "",
    snapshot: Annotated[str, typer.Option(metavar="FILE.png", help="Write the charts: .png, .svg or .pdf.")] = "",
    resume: Annotated[str, typer.Option(metavar="FILE", help="Continue a comparison written by --json.")] = "",
    check: Annotated[
        list[str] | None,
        typer.Option(metavar="'processes@2 >= 1.5'", help="Exit with code 1 unless this holds."),
    ] = None,
    open_: Annotated[
        str, typer.Option("--open", metavar="FILE", help="Show a file written by --json; nothing is measured.")
    ] = "",
    beside: Annotated[str, typer.Option(metavar="OTHER", help="With --open: show both side by side.")] = "",
    arg: _ARG = None,
    kwarg: _KWARG = None,
    items: _ITEMS = "",
    setup: _SETUP = "",
    unit: _UNIT = "",
    python: _PYTHON = "",
    memory: _MEMORY = 0.0,
) -> None:
    """Compare modes and numbers of workers, with intervals and a verdict."""
    from grandstand.cli.compare import compare
    from grandstand.cli.compared import CompareRequest
    from grandstand.own.reference import is_reference

    request = CompareRequest(
        workload, modes, workers, tuple(set_ or ()), sweep, repeats, seconds, budget, fixed_work, seed, json_output,
        csv, markdown, snapshot, "dark", resume, tuple(check or ()), open_, beside, tuple(option or ()),
        pythons or ("" if is_reference(workload) else python),
        _wish(workload, arg, kwarg, items, setup, unit, python, memory),
    )  # fmt: skip
    raise typer.Exit(compare(request))


@app.command("doctor")
def doctor_command(
    function: Annotated[str, typer.Argument(metavar="FILE.py:FUNCTION", help="Your own function.")],
    arg: _ARG = None,
    kwarg: _KWARG = None,
    items: _ITEMS = "",
    setup: _SETUP = "",
    python: _PYTHON = "",
    memory: _MEMORY = 0.0,
    limit: Annotated[float, typer.Option(help="Time limit of the first call, in seconds.")] = 20.0,
    json_output: Annotated[str, typer.Option("--json", metavar="-|FILE", help="Write the findings as JSON.")] = "",
    code: Annotated[str, typer.Option(metavar="-|FILE.py", help="Write the best way to run it, as a program.")] = "",
    only: Annotated[str, typer.Option(metavar="gil,pickle", help="Run only these checks.")] = "",
) -> None:
    """Examine a function of your own: what stands in the way of threads, processes or asyncio? It gets called."""
    from grandstand.cli.doctor import DoctorRequest, doctor
    from grandstand.own.naming import Wish

    wish = Wish(function, tuple(arg or ()), tuple(kwarg or ()), items, setup, "", python, False, memory)
    raise typer.Exit(doctor(DoctorRequest(wish, json_output, limit, code, only)))


@app.command("race")
def race_command(
    function: Annotated[str, typer.Argument(metavar="FILE.py:FUNCTION", help="Your own function.")],
    budget: Annotated[
        str, typer.Option(metavar="60s", help="For measuring; the checks before take some seconds more.")
    ] = "60s",
    modes: Annotated[str, typer.Option(help="With commas between, see 'list'; all that can run if not given.")] = "",
    pythons: Annotated[
        str, typer.Option(metavar="3.13,3.14t", help="Under these too; the project's own is raced anyhow.")
    ] = "",
    arg: _ARG = None,
    kwarg: _KWARG = None,
    items: _ITEMS = "",
    setup: _SETUP = "",
    unit: _UNIT = "",
    python: _PYTHON = "",
    memory: _MEMORY = 0.0,
    limit: Annotated[float, typer.Option(help="Seconds that the first call may take.")] = 20.0,
    json_output: Annotated[str, typer.Option("--json", metavar="-|FILE", help="Write the result as JSON.")] = "",
    report: Annotated[str, typer.Option(metavar="FILE.html|FILE.md", help="Write the race as a report.")] = "",
    code: Annotated[str, typer.Option(metavar="-|FILE.py", help="Write the best way as a program.")] = "",
    check: Annotated[
        list[str] | None, typer.Option(metavar="'processes >= 2'", help="Exit code 1 unless the interval is.")
    ] = None,
    against: Annotated[
        str, typer.Option(metavar="BEFORE.json", help="What --json wrote earlier: a change, told from noise.")
    ] = "",
    seed: Annotated[int, typer.Option(help="Of the order within the blocks.")] = 1,
) -> None:
    """Race a function of your own over every way to run it: checked first, the answer first, the code to take home."""
    from grandstand.cli.race import RaceRequest, race
    from grandstand.own.naming import Wish

    wish = Wish(function, tuple(arg or ()), tuple(kwarg or ()), items, setup, unit, python, False, memory)
    raise typer.Exit(
        race(
            RaceRequest(
                wish, budget, modes, pythons, limit, json_output, report, code, tuple(check or ()), against, seed
            )
        )
    )


@app.command("break-even")
def break_even_command(
    json_output: Annotated[str, typer.Option("--json", metavar="-|FILE", help="Write the map as JSON.")] = "",
    snapshot: Annotated[str, typer.Option(metavar="FILE.png", help="Write the map: .png, .svg or .pdf.")] = "",
    theme: Annotated[str, typer.Option(help="dark or light, for the picture.")] = "dark",
) -> None:
    """Which way of running tasks wins, by their length and the size of their data (about 10 s)."""
    from grandstand.cli.break_even import run_break_even

    raise typer.Exit(run_break_even(json_output, snapshot, theme))


@app.command("present")
def present_command(
    talk: Annotated[str, typer.Argument(metavar="[TALK.toml]", help="A talk; default: the starter talk.")] = "",
    scene: Annotated[int, typer.Option(help="The scene to begin with.")] = 1,
    list_: Annotated[bool, typer.Option("--list", help="Only list the scenes.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only check it; exit code 1 if it is wrong.")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="With --list or --check: print as JSON.")] = False,
) -> None:
    """Present a talk, scene by scene (docs/talks.md)."""
    from grandstand.cli.present import present

    raise typer.Exit(present(talk, scene, list_, check, json_output))


def run_command(arguments: list[str]) -> int:
    """Runs typer on ``arguments``; returns the exit code instead of leaving."""
    try:
        code = app(args=arguments, prog_name="grandstand", standalone_mode=False)
    except SystemExit as leaving:
        code = leaving.code
        if isinstance(code, str):
            print(plain.lines(code), file=sys.stderr)
            return 1
    except typer.Abort:
        return 1
    except _USAGE as problem:
        problem.message = plain.lines(problem.message)  # it quotes the command line, which is foreign text too
        problem.show()
        return int(problem.exit_code)
    return int(code or 0)
