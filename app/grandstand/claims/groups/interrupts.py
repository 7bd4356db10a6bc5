"""A claim about Ctrl+C: how soon it ends a program whose pool is at work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.groups.pool_failures import USUAL, of, open_to
from grandstand.claims.groups.processes import apart
from grandstand.claims.here import Here
from grandstand.claims.lab import Lab, timeline
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate, mean, proportion
from grandstand.engine.experiments.ctrl_c import (
    JOB_S,
    PATIENCE_S,
    PROGRAMS,
    WORKERS,
    job,
    multiprocessing_pool,
    press,
    process_pool,
    thread_pool,
)
from grandstand.render.kinds import Lanes

REPEATS = 5
AT_ONCE_S = 0.3
"""About half of what the jobs had still to do: sooner than this, nobody waited for them."""
COLORS = {
    "ThreadPoolExecutor": "modes.threads", "ProcessPoolExecutor": "modes.processes",
    "multiprocessing.Pool": "modes.processes",
}  # fmt: skip


def measure_ctrl_c(lab: Lab) -> Measured:
    repeats = lab.repeats(REPEATS)
    found = apart(lab, "ctrl_c:pressed", seconds=60 + 20 * repeats, repeats=repeats)["repeats"]
    figures: dict[str, Estimate] = {}
    for at, name in enumerate(PROGRAMS):
        gone = [(one["gone"][at] - one["pressed"]) / 1e9 for one in found if one["gone"][at] is not None]
        figures[left_figure(name)] = proportion(repeats - len(gone), repeats, how="repeats")
        if gone:
            figures[gone_figure(name)] = mean(gone, "s", "repeats")
        more = sum(_begun(one["notes"][at], one["pressed"]) for one in found)
        figures[begun_figure(name)] = proportion(more, repeats, how="repeats")
    return Measured(figures, {}, (_lanes(found[-1]),))


def gone_figure(name: str) -> str:
    return f"from Ctrl+C until all of it was gone, {name}"


def left_figure(name: str) -> str:
    return f"repeats in which something was left after {PATIENCE_S:g} s, {name}"


def begun_figure(name: str) -> str:
    return f"repeats in which jobs began after Ctrl+C, {name}"


def _begun(notes: list[list[Any]], pressed: int) -> bool:
    return any(word == "began" and stamp > pressed for word, _, stamp in notes)


def _lanes(one: dict[str, Any]) -> Lanes:
    """The jobs of each pool, one lane a worker."""
    pressed: int = one["pressed"]
    began = min(stamp for notes in one["notes"] for _, _, stamp in notes)
    labels, rows = [], []
    for name, gone, notes in zip(PROGRAMS, one["gone"], one["notes"], strict=True):
        labels += [f"{name}, worker {number + 1}" for number in range(WORKERS)]
        rows += jobs_by_worker(notes, COLORS[name], gone or pressed + int(1e9 * PATIENCE_S))
    picture = timeline(f"Ctrl+C while jobs of {JOB_S:g} s run", labels, rows, began)
    return replace(picture, legend=(), marks=(((pressed - began) / 1e9, "Ctrl+C"),))


def jobs_by_worker(notes: list[list[Any]], color: str, gone: int) -> list[list[tuple[str, int, int, str]]]:
    """A row of stretches (color, from, until, text) for each worker. A job that said nothing more ended with its
    program, which was ``gone`` then."""
    ended = {number: (stamp, word) for word, number, stamp in notes if word != "began"}
    rows: list[list[tuple[str, int, int, str]]] = [[] for _ in range(WORKERS)]
    for word, number, stamp in sorted(notes, key=lambda note: note[2]):
        if word == "began":
            row = min(rows, key=lambda row: row[-1][2] if row else 0)  # who was free first has it
            until, how = ended.get(number, (gone, "cut"))
            row.append((color, stamp, until, f"job {number + 1}" + ", cut off" * (how == "cut")))
    return rows


def judge_ctrl_c(measured: Measured) -> Judgment:
    left = {name: measured[left_figure(name)] for name in PROGRAMS}
    gone = {name: measured.figures.get(gone_figure(name)) for name in PROGRAMS}
    for name in PROGRAMS:
        if open_to(left[name], USUAL):
            return undecided(f"Repeats in which something of {name} was left:", left[name], f"{100 * USUAL:g} %")
        e = gone[name]
        if left[name].below(USUAL) and e is not None and open_to(e, AT_ONCE_S):
            return undecided(f"From Ctrl+C until {name} was gone:", e, f"{AT_ONCE_S:g} s")
    told = []
    for name in PROGRAMS:
        e, begun = gone[name], measured[begun_figure(name)]
        if left[name].above(USUAL) or e is None:
            told.append(f"left something of {name} in {of(left[name])} repeats")
        else:
            more = f", after other jobs had begun in {of(begun)} repeats" if begun.value > 0 else ""
            told.append(f"ended {name} {figure(e)} later{more}")
    text = f"While jobs of {JOB_S:g} s were running, Ctrl+C {', '.join(told[:-1])}, and {told[-1]}."
    if all(e.above(USUAL) for e in left.values()):
        return Judgment(Verdict.NOT, text)
    if all(e is not None and e.below(AT_ONCE_S) and left[name].below(USUAL) for name, e in gone.items()):
        return Judgment(Verdict.HOLDS, text)
    return Judgment(Verdict.LIMITS, text)


def needs_groups(here: Here) -> str:
    """Ctrl+C is a signal to a process group."""
    return "This needs signals to a process group, which Windows does not have." if here.platform == "win32" else ""


CLAIMS = (
    Claim(
        32, "ctrl-c",
        "Ctrl+C ends a pool.",
        f"Three programs with a pool whose jobs wait for {JOB_S:g} s get what Ctrl+C sends, together with "
        "all of their workers: how long until all of it is gone, and whether anything is left.",
        8, measure_ctrl_c, judge_ctrl_c, (job, thread_pool, process_pool, multiprocessing_pool, press), needs_groups,
        timed=True,
    ),
)  # fmt: skip
