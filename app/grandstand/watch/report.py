"""What was seen of a program as one HTML file, complete in itself, or as Markdown. Pure but for the templates."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from grandstand.plain import markdown as markdown_text
from grandstand.render.drawing import draw
from grandstand.render.kinds import Stack, Stacks
from grandstand.render.page import templates
from grandstand.render.palette import as_variables, variables
from grandstand.session import words
from grandstand.session.words import percent, seconds
from grandstand.vocabulary import states
from grandstand.watch.estimate import Bound, Estimate
from grandstand.watch.program import Process, Program, Thread
from grandstand.watch.sentence import sentences

PICTURE_WIDTH = 900
MOST_THREADS = 200
"""Rows of a process; those that did least are left out, and counted."""
_QUESTIONS = ("More threads", "Processes", "A free-threaded Python")


def html(program: Program, estimate: Estimate | None, why_not: str, machine: dict[str, Any]) -> str:
    """The report: the sentences, the estimate with its reasons, each process with its threads, how it was measured."""
    return templates().get_template("watch.html").render(
        title=_title(program), machine=_machine(machine), sentences=sentences(program, estimate, why_not),
        bounds=_bounds(estimate), why_not=why_not, processes=[_section(process) for process in program.everything],
        how=_how(program), kinds=(), light=Markup(variables("light")), dark=Markup(variables("dark")),
    )  # fmt: skip


def markdown(program: Program, estimate: Estimate | None, why_not: str, machine: dict[str, Any]) -> str:
    """The same without pictures."""
    lines = [f"# {markdown_text(_title(program))}", "", markdown_text(_machine(machine)), ""]
    for text in sentences(program, estimate, why_not):
        lines += [markdown_text(text), ""]
    if estimate is not None:
        lines += ["| would it help? (estimates) | at most | because |", "| --- | ---: | --- |"]
        lines += [f"| {name} | {most} | {markdown_text(why)} |" for name, most, _, why in _bounds(estimate)]
        lines += [""]
    for process in program.everything:
        section = _section(process)
        lines += [f"## {markdown_text(section['title'])}", "", markdown_text(section["facts"]), ""]
        lines += [
            f"| {' | '.join(section['columns'])} |",
            f"| --- | {' | '.join('---:' for _ in section['columns'][1:])} |",
        ]
        lines += [f"| {' | '.join(markdown_text(cell) for cell in row)} |" for row in section["rows"]]
        lines += [""]
        if section["more"]:
            lines += [markdown_text(section["more"]), ""]
    lines += [markdown_text(_how(program)), ""]
    return "\n".join(lines)


def _title(program: Program) -> str:
    first = program.everything[0].title if program.everything else "a program"
    return f"Watched: {first[:120]}"


def _machine(machine: dict[str, Any]) -> str:
    return f"{machine['cpu']}, {words.cores_of(machine)}, {machine['os']}."


def _bounds(estimate: Estimate | None) -> list[tuple[str, str, str, str]]:
    """(what, at most, whether it helps, why)."""
    if estimate is None:
        return []
    bounds = (estimate.more_threads, estimate.processes, estimate.free_threaded)
    return [(name, _most(bound), bound.words, bound.why) for name, bound in zip(_QUESTIONS, bounds, strict=True)]


def _most(bound: Bound) -> str:
    return "no limit seen" if math.isinf(bound.at_most) else words.times(bound.at_most)


def _section(process: Process) -> dict[str, Any]:
    everyone = process.everyone
    shown = sorted(everyone, key=lambda thread: -_did(thread))[:MOST_THREADS]
    shown.sort(key=lambda thread: (thread.since, thread.id))
    used = [state for state in states.IN_ORDER if any(thread.states[state.number] for thread in everyone)]
    left = process.count - len(shown)
    return {
        "title": f"Process {process.pid}: {process.title[:200]}",
        "facts": _facts(process),
        "columns": ["thread", "seconds", "GIL held", *(state.title for state in used), "not seen"],
        "rows": [_row(process, thread, used) for thread in shown],
        "more": f"… and {left:,} threads more that did less." if left else "",
        "picture": _picture(process, shown, used),
    }


def _did(thread: Thread) -> int:
    return thread.states[states.COMPUTING.number] + thread.states[states.GIL.number] + thread.held


def _row(process: Process, thread: Thread, used: list[states.State]) -> list[str]:
    length = max(1, thread.until - thread.since)
    held = process.share_held_by(thread.id)
    return [
        f"{thread.id} {thread.name}".rstrip(),
        f"{thread.seconds:.1f}",
        "–" if held is None else percent(held),
        *(percent(thread.states[state.number] / length) for state in used),
        percent(thread.unseen / length),
    ]


def _facts(process: Process) -> str:
    parts = [f"Python {process.python}" if process.python else "No Python was found in it"]
    for gil in process.gils.values():
        name = "its GIL" if len(process.gils) == 1 else f"the GIL of interpreter {gil.number}"
        parts.append(
            f"{name} was held {percent(gil.share_held)} of the time and went from thread to thread "
            f"{gil.switches_per_second:.1f} times a second ({gil.rate_hz:.0f} looks a second, {percent(gil.missed)} "
            f"of the time not seen, found by {process.source})"
        )
    if process.gil == "none":
        parts.append("free-threaded, without a GIL")
    elif process.why:
        parts.append(f"{process.why}. {process.remedy}".strip().rstrip("."))
    return f"{'; '.join(parts)}."


def _picture(process: Process, shown: list[Thread], used: list[states.State]) -> Markup:
    rows = []
    for thread in shown:
        length = max(1, thread.until - thread.since)
        parts = tuple((state.color, thread.states[state.number] / length) for state in used)
        rows.append(Stack(f"{thread.id} {thread.name}".rstrip(), parts))
    legend = tuple((state.title, state.color) for state in used)
    note = "Empty cells were not seen." if any(thread.unseen for thread in shown) else ""
    picture = Stacks("Where each thread's time went", tuple(rows), legend, note)
    return Markup(draw(picture, as_variables(), PICTURE_WIDTH))


def _how(program: Program) -> str:
    return (
        f"Watched for {seconds(program.seconds)} from outside, without stopping it: {program.gil_hz:.0f} looks a "
        f"second at GILs, {program.threads_hz:.0f} at each thread. CPU time and waiting for a core are the kernel's "
        "own figures; what else a thread waited for is divided as the looks at it were. The observer used "
        f"{percent(program.observer_share)} of a core."
    )
