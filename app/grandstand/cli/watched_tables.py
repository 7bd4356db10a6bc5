"""What was seen of a program, as tables and sentences on the terminal. Main thread."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from grandstand.cli.tables import Cell, Column, table
from grandstand.cli.terminal import Terminal
from grandstand.session.words import percent, seconds
from grandstand.vocabulary import states
from grandstand.watch.estimate import Estimate
from grandstand.watch.program import Process, Program, Thread
from grandstand.watch.sentence import sentences

_MOST_THREADS, _MOST_PROCESSES = 24, 12
_ALWAYS, _LITTLE = 8, 0.01
"""So many are shown in any case; more of them only if they did more than that share of it all."""


def tell_watched(output: Terminal, program: Program, estimate: Estimate | None, why_not: str) -> None:
    """Tables by process, then the sentences."""
    for part in _processes(program, output.width, _MOST_THREADS, _MOST_PROCESSES):
        output.print(part)
    for text in sentences(program, estimate, why_not):
        output.tell(text)
    output.print(Text(_provenance(program), style="bright_black"))


def live_view(program: Program, width: int, height: int) -> RenderableType:
    """The same while it runs, as many rows as there is room for."""
    rows = max(3, height - 8)
    return Group(
        *_processes(program, width, rows, max(1, rows // 6)), Text(_provenance(program), style="bright_black")
    )


def _provenance(program: Program) -> str:
    return (
        f"Watched for {seconds(program.seconds)} from outside: {program.gil_hz:.0f} looks per second at the GIL, "
        f"{program.threads_hz:.0f} at each thread; the observer used {percent(program.observer_share)} of a core."
    )


def _processes(program: Program, width: int, most_threads: int, most: int) -> list[RenderableType]:
    parts: list[RenderableType] = []
    everything = program.everything
    ranked = sorted(everything, key=lambda process: -process.cpu_seconds)
    least = _LITTLE * sum(process.cpu_seconds for process in everything)
    shown = ranked[:_ALWAYS] + [process for process in ranked[_ALWAYS:most] if process.cpu_seconds >= least]
    for process in [process for process in everything if process in shown]:
        parts += [_heading(process), _threads(process, width, most_threads), ""]
    more = len(everything) - len(shown) + program.earlier_processes
    if more:
        parts += [f"… and {more:,} processes more that did less.", ""]
    return parts


def _heading(process: Process) -> Text:
    gil = process.main_gil
    python = f"Python {process.python}" if process.python else "no Python"
    if process.gil == "none":
        held = "without a GIL"
    elif len(process.gils) > 1:
        held = f"{len(process.gils)} GILs, the busiest held {percent(gil.share_held)}" if gil is not None else ""
    elif gil is not None:
        held = f"GIL held {percent(gil.share_held)}, {gil.switches_per_second:.0f} hand-overs/s"
    else:
        held = "GIL not known" if process.python or process.why else ""
    ended = "ended" if process.gone else ""
    more = ", ".join(part for part in (python, held, ended) if part)
    title = process.title
    return Text.assemble(
        (title[:100] + ("…" if len(title) > 100 else ""), "bold"), f"  (process {process.pid}: {more})"
    )


def _threads(process: Process, width: int, most: int) -> RenderableType:
    everyone = process.everyone
    ranked = sorted(everyone, key=lambda thread: (-_active(thread), thread.since))
    least = _LITTLE * sum(_active(thread) for thread in everyone)
    busiest = ranked[:_ALWAYS] + [thread for thread in ranked[_ALWAYS:most] if _active(thread) >= least]
    used = [state for state in states.IN_ORDER if any(thread.states[state.number] for thread in everyone)]
    columns = [
        Column("thread"), Column("seconds", right=True, spare=True), Column("GIL held", right=True),
        *(Column(state.short, right=True) for state in used), Column("not seen", right=True, spare=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for thread in [thread for thread in everyone if thread in busiest]:
        length = max(1, thread.until - thread.since)
        held_share = process.share_held_by(thread.id)
        rows.append(
            [
                f"{thread.id} {thread.name}".rstrip(),
                f"{thread.seconds:.1f}",
                "–" if held_share is None else percent(held_share),
                *(percent(thread.states[state.number] / length) for state in used),
                percent(thread.unseen / length),
            ]
        )
    more = process.count - len(busiest)
    if more:
        rows.append([f"and {more:,} more", *[""] * (len(columns) - 1)])
    return table(columns, rows, width)


def _active(thread: Thread) -> int:
    return thread.states[states.COMPUTING.number] + thread.states[states.GIL.number] + thread.held
