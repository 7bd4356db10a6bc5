"""What ``run`` shows on a terminal: live lanes while it runs, a table at the end. Main thread."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from grandstand.cli.tables import Column, table
from grandstand.cli.terminal import Terminal
from grandstand.control.named import shown
from grandstand.engine.clocks import now_ns
from grandstand.session import words
from grandstand.session.run import Run
from grandstand.session.session import Session
from grandstand.session.summary import summarize
from grandstand.session.witnesses import AGREE
from grandstand.vocabulary.states import IN_ORDER, STATES

_WIDTH, _SPAN_NS = 60, 3_000_000_000
_MOST_LANES = 12


_MOST_DIFFERENCES = 3


def live_table(session: Session, run: Run, elapsed: float, seconds: float, width: int) -> Table:
    """Lanes of the last three seconds (one letter a column) and the figures so far."""
    summary = summarize(run)
    grid = Table(box=None, pad_edge=False, show_header=False)
    grid.add_column()
    grid.add_column()
    state = "warming up" if elapsed < 0 else f"{max(0.0, elapsed):.1f} of {seconds:g} s"
    grid.add_row("", Text(f"{words.number(summary.per_second)} /s   {state}", style="bold"))
    now, columns = now_ns(), max(10, min(_WIDTH, width - 6))
    for record in run.present[:_MOST_LANES]:
        grid.add_row(Text(f"{record.lane + 1:>3}"), _lane(session, record.lane, now, columns))
    if len(run.present) > _MOST_LANES:
        grid.add_row("", f"… and {len(run.present) - _MOST_LANES} more")
    grid.add_row("", _legend(summary.states))
    return grid


def _lane(session: Session, lane: int, now: int, width: int) -> Text:
    start = now - _SPAN_NS
    column = _SPAN_NS // width
    busy = [[0] * len(STATES) for _ in range(width)]
    for state, begin, end in session.lanes.lanes[lane].between(start, now):
        first, last = max(0, int(begin - start) // column), min(width - 1, int(end - start) // column)
        for i in range(first, last + 1):
            left = start + i * column
            busy[i][state] += max(0, min(int(end), left + column) - max(int(begin), left))
    text = Text()
    for shares in busy:
        if not any(shares):
            text.append(" ")
            continue
        kind = STATES[max(range(len(shares)), key=shares.__getitem__)]
        text.append(kind.letter, style=kind.terminal)
    return text


def _legend(states: dict[str, float]) -> Text:
    text = Text()
    for kind in IN_ORDER:
        if states[kind.key] > 0.01:
            text.append(f"{kind.letter} {kind.title}  ", style=kind.terminal)
    return text


def tell_result(output: Terminal, document: dict[str, Any], run: Run) -> None:
    """One line a worker: units, CPU, and the share of each state in its wall time."""
    used = [s for s in IN_ORDER if any(w["states"][s.key] > 0.005 * w["seconds"] > 0 for w in document["workers"])]
    unit = document["throughput"]["unit"]
    rate = words.rate(document["throughput"]["per_second"], unit)
    low, high = document["throughput"]["low"], document["throughput"]["high"]
    spread = f", half-second windows {words.number(low)} to {words.number(high)}" if low is not None else ""
    output.tell(
        f"{shown(run.setting.workload)} · {words.workers(run.setting.mode, run.setting.workers)}: {rate}{spread}"
    )
    columns = [Column("worker", right=True), Column("pid", right=True, spare=True), Column(unit, right=True)]
    columns += [Column(title, right=True) for title in ("wall", "CPU", *(s.title for s in used))]
    rows, notes = [], []
    for w in document["workers"]:
        shares = [words.percent(w["states"][s.key] / w["seconds"]) if w["seconds"] else "–" for s in used]
        rows.append(
            [f"{w['id']}", f"{w['pid']}", words.number(w["units"]), words.seconds(w["seconds"]),
             words.seconds(w["cpu_seconds"]), *shares]
        )  # fmt: skip
        if w["exit"] not in ("stopped", "running"):
            notes.append(f"Worker {w['id']}: {w['trouble'] or w['exit']}")
    output.print(table(columns, rows, output.width))
    for note in notes:
        output.tell(note)


def tell_gil(output: Terminal, gil: dict[str, Any]) -> None:
    """Who held the GIL, in a sentence a GIL; and where the two witnesses differ."""
    if gil["why_not"]:
        output.tell(f"Could not see who held the GIL. {gil['why_not']}")
        return
    for one in gil["gils"]:
        held = ", ".join(f"{worker}: {100 * share:.0f} %" for worker, share in one["shares"].items())
        output.tell(
            f"The GIL was held by worker {held}; by other threads {100 * one['others']:.0f} %; free "
            f"{100 * one['free']:.0f} %. {one['hand_overs_per_second']:,.0f} hand-overs a second "
            f"(checked {one['looks_per_second']:,.0f}× a second, {100 * one['unseen']:.1f} % missed)."
        )
    both = gil["witnesses"]
    for difference in both["differences"][:_MOST_DIFFERENCES]:
        output.tell(difference["words"])
    if both["compared"] and not both["differences"]:
        output.tell(AGREE)
