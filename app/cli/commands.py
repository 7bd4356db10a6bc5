"""The commands and their options, declared with typer. Main thread."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

app = typer.Typer(
    name="grandstand",
    help="Watch Python's ways of running work race: one by one, threads, processes, Qt threads.",
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        from app import __version__

        typer.echo(f"grandstand {__version__}")
        raise typer.Exit(0)
    if context.invoked_subcommand is None:
        from app.cli.window import open_window

        raise typer.Exit(open_window())


@app.command("list")
def list_command(
    json_output: Annotated[bool, typer.Option("--json", help="As JSON on standard output.")] = False,
) -> None:
    """Workloads with their knobs, and modes with their availability."""
    from app.cli.list import show

    show(json_output)


@app.command("run")
def run_command_(
    workload: Annotated[str, typer.Argument(help="Key of a workload, see 'list'.")],
    mode: Annotated[str, typer.Option(help="sequential, threads, processes (qthreads needs the window).")] = "threads",
    workers: Annotated[int, typer.Option(help="1 to 64.")] = 4,
    seconds: Annotated[float, typer.Option(help="How long to measure.")] = 5.0,
    warmup: Annotated[float, typer.Option(help="Seconds after the last worker's start that do not count.")] = 0.3,
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="KNOB=VALUE", help="May be repeated.")] = None,
    start_method: Annotated[str, typer.Option(help="forkserver, spawn or fork.")] = "",
    json_output: Annotated[str, typer.Option("--json", metavar="-|FILE", help="Write the result as JSON.")] = "",
    snapshot: Annotated[str, typer.Option(metavar="FILE.png", help="Write a picture of the charts.")] = "",
) -> None:
    """Run one workload in one mode and measure it."""
    from app.cli.run import RunRequest, run

    request = RunRequest(
        workload, mode, workers, seconds, warmup, tuple(set_ or ()), start_method, json_output, snapshot
    )
    raise typer.Exit(run(request))


def run_command(arguments: list[str]) -> int:
    """Runs typer on ``arguments``; returns the exit code instead of leaving."""
    try:
        app(args=arguments, prog_name="grandstand", standalone_mode=True)
    except SystemExit as leaving:
        code = leaving.code
        if isinstance(code, str):
            print(code, file=sys.stderr)
            return 1
        return 0 if code is None else int(code)
    return 0
