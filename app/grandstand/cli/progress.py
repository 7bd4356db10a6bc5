"""What ``run`` shows on a terminal: live lanes while it runs, a table at the end. Main thread."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from grandstand.engine import messages as m
from grandstand.engine.clocks import now_ns
from grandstand.session import words
from grandstand.session.run import Run
from grandstand.session.session import Session
from grandstand.session.summary import summarize

_STYLES = {
    "computing": "green", "interpreter": "red", "lock": "magenta", "core": "yellow",
    "io": "blue", "handover": "cyan", "idle": "bright_black", "unknown": "red",
}  # fmt: skip
_LETTERS = dict(zip(m.STATE_KEYS, "█GLCih·?", strict=True))
_WIDTH, _SPAN_NS = 60, 3_000_000_000
_MOST_LANES = 12


def live_table(session: Session, run: Run, elapsed: float, seconds: float) -> Table:
    """Lanes of the last three seconds (one letter a column) and the figures so far."""
    summary = summarize(run)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column()
    state = "warming up" if elapsed < 0 else f"{max(0.0, elapsed):.1f} of {seconds:g} s"
    table.add_row("", Text(f"{words.number(summary.per_second)} /s   {state}", style="bold"))
    now = now_ns()
    for record in run.present[:_MOST_LANES]:
        table.add_row(Text(f"{record.lane + 1:>3}"), _lane(session, record.lane, now))
    if len(run.present) > _MOST_LANES:
        table.add_row("", f"… and {len(run.present) - _MOST_LANES} more")
    table.add_row("", _legend(summary.states))
    return table


def _lane(session: Session, lane: int, now: int) -> Text:
    start = now - _SPAN_NS
    column = _SPAN_NS // _WIDTH
    busy = [[0] * len(m.STATE_KEYS) for _ in range(_WIDTH)]
    for state, begin, end in session.lanes.lanes[lane].between(start, now):
        first, last = max(0, int(begin - start) // column), min(_WIDTH - 1, int(end - start) // column)
        for i in range(first, last + 1):
            left = start + i * column
            busy[i][state] += max(0, min(int(end), left + column) - max(int(begin), left))
    text = Text()
    for shares in busy:
        if not any(shares):
            text.append(" ")
            continue
        key = m.STATE_KEYS[max(range(len(shares)), key=shares.__getitem__)]
        text.append(_LETTERS[key], style=_STYLES[key])
    return text


def _legend(states: dict[str, float]) -> Text:
    text = Text()
    for key, spent in states.items():
        if spent > 0.01:
            text.append(f"{_LETTERS[key]} {m.STATE_TITLES[key]}  ", style=_STYLES[key])
    return text


def result_table(document: dict[str, Any], run: Run) -> Table:
    """One line a worker: units, CPU, and the share of each state in its wall time."""
    used = [k for k in m.STATE_KEYS if any(w["states"][k] > 0.005 * w["seconds"] > 0 for w in document["workers"])]
    rate = words.rate(document["throughput"]["per_second"], document["throughput"]["unit"])
    low, high = document["throughput"]["low"], document["throughput"]["high"]
    spread = f", half-second windows {words.number(low)} to {words.number(high)}" if low is not None else ""
    title = f"{run.setting.workload} · {words.workers(run.setting.mode, run.setting.workers)}: {rate}{spread}"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for heading in ("worker", "pid", document["throughput"]["unit"], "wall", "CPU", *used, ""):
        table.add_column(m.STATE_TITLES.get(heading, heading), justify="right" if heading else "left")
    for w in document["workers"]:
        shares = [words.percent(w["states"][k] / w["seconds"]) if w["seconds"] else "–" for k in used]
        note = "" if w["exit"] in ("stopped", "running") else str(w["trouble"] or w["exit"])
        table.add_row(
            str(w["id"]), str(w["pid"]), words.number(w["units"]), words.seconds(w["seconds"]),
            words.seconds(w["cpu_seconds"]), *shares, note,
        )  # fmt: skip
    return table
