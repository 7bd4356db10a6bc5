"""A comparison as JSON (schema version 2, docs/json.md), CSV and Markdown, and back from JSON. Any thread."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grandstand import plain
from grandstand.compare import shape
from grandstand.compare.comparison import Comparison
from grandstand.compare.fit import Law
from grandstand.compare.laws import laws, laws_note, laws_table
from grandstand.compare.leg import Setup, Way
from grandstand.compare.politeness import breathe
from grandstand.compare.statistics import Estimate
from grandstand.compare.verdict import sentence
from grandstand.files import checked
from grandstand.files.reading import Unreadable as Unreadable
from grandstand.files.reading import read_bytes
from grandstand.session import words
from grandstand.vocabulary.states import IN_ORDER, in_order

SCHEMA = 2
MOST_BYTES = 64_000_000
_PIECES = 400
_OTHERS = {
    "two comparisons": "what came of two comparisons side by side. Open the two files that it was made of.",
    "break-even": "a break-even map, not a comparison. Open it under Break-even map.",
}


def document(comparison: Comparison) -> dict[str, Any]:
    """The JSON document: the plan, every measurement, and what was made of them."""
    plan = comparison.plan
    return {
        "schema": SCHEMA,
        "kind": "comparison",
        "machine": comparison.machine,
        "at": comparison.at,
        "plan": {
            "workload": plan.workload,
            "unit": comparison.unit,
            "setups": [_setup(s) for s in plan.setups],
            "repeats": plan.repeats,
            "seconds": plan.seconds,
            "work": plan.work,
            "budget": plan.budget,
            "seed": plan.seed,
        },
        "cells": [_cell(comparison, setup) for setup in comparison.measured],
        "laws": [_law(way, law) for way, law in laws(comparison)],
        "sentence": sentence(comparison),
        "warnings": comparison.warnings(),
        "cancelled": comparison.cancelled,
        "failures": [{**_setup(s), "reason": plain.whole(why)} for s, why in comparison.failures.items()],
        "measurements": [
            {
                **_setup(x.setup), "block": x.block, "t": round(x.t, 3), "per_second": x.per_second, "wall": x.wall,
                "start_up": x.start_up, "cpu_cores": x.cpu_cores, "states": in_order(x.states), "others": x.others,
                "memory": x.memory, "held": x.held,
            }
            for x in comparison.measurements
        ],
    }  # fmt: skip


def table(comparison: Comparison) -> list[dict[str, str]]:
    """One row a setup, in words, for terminals and Markdown."""
    rows = []
    measured, swept = comparison.measured, comparison.swept
    shares = {setup: comparison.shares(setup) for setup in measured}
    states = [state for state in IN_ORDER if any(there[state.key] > 0.005 for there in shares.values())]
    for setup in measured:
        speedup, rate = comparison.speedup(setup), comparison.rate(setup)
        start = comparison.start_up(setup)
        parameters = ", ".join(f"{key} = {value:g}" for key, value in setup.parameters if key in swept)
        row = {
            "setup": f"{setup.words}, {parameters}" if parameters else setup.words,
            "throughput": words.rate(rate.value, comparison.unit) + _between(rate, words.number),
            "against the baseline": words.times(speedup.value) + _between(speedup, "{:.2f}".format)
            if speedup
            else "–",
            "n": str(rate.n),
            "start-up": words.seconds(start.value) if start else "–",
        }
        row.update({state.title: words.percent(shares[setup][state.key]) for state in states})
        rows.append(row)
    return rows


def markdown(comparison: Comparison) -> str:
    """The table and the sentence, with what to mind."""
    rows = table(comparison)
    lines = [plain.markdown(sentence(comparison)), ""]
    if rows:
        lines += markdown_table(rows)
    lines += ["", *(f"- {plain.markdown(warning)}" for warning in comparison.warnings())]
    scaling = laws_table(comparison)
    if scaling:
        lines += ["", *markdown_table(scaling)]
    if rows:
        lines += ["", plain.markdown(laws_note(comparison))]
    lines += ["", plain.markdown(conditions(comparison))]
    return "\n".join(lines) + "\n"


def markdown_table(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Lines of a table; the keys of the first row are its heads."""
    heads = list(rows[0])
    return [
        f"| {' | '.join(map(plain.markdown, heads))} |",
        f"|{' --- |' * len(heads)}",
        *(f"| {' | '.join(plain.markdown(row.get(h, '')) for h in heads)} |" for row in rows),
    ]


def conditions(comparison: Comparison) -> str:
    """What was measured where and when, in a line."""
    here, plan = comparison.machine, comparison.plan
    much = (
        f"{plan.work:g} {comparison.unit} per measurement, start-up included"
        if plan.work
        else f"{plan.seconds:g} s per measurement"
    )
    blocks = max((x.block for x in comparison.measurements), default=-1) + 1
    return (
        f"{plan.workload}; {blocks} blocks, {much}; {here.get('cpu')}, {words.cores_of(here)}, "
        f"Python {here.get('python')}, GIL {here.get('gil')}, {here.get('os')}; {here.get('priority')}; "
        f"{comparison.at}. Medians over blocks with 95 % bootstrap intervals."
    )


def csv_text(comparison: Comparison) -> str:
    """Every measurement, a line each: for spreadsheets and other statistics."""
    parameters = sorted({key for setup in comparison.plan.setups for key, _ in setup.parameters})
    out = io.StringIO()
    writer = plain.CsvWriter(out)
    writer.writerow(
        ["workload", "mode", "workers", "options", "python", *parameters, "block", "t_s",
         f"{comparison.unit}_per_s", "wall_s",
         "start_up_s", "cpu_cores", *(s.key for s in IN_ORDER), "others_cores", "memory_mb", "quota_held"]
    )  # fmt: skip
    for x in comparison.measurements:
        values = dict(x.setup.parameters)
        writer.writerow(
            [comparison.plan.workload, x.setup.mode, x.setup.workers,
             " ".join(f"{key}={value}" for key, value in x.setup.options), x.setup.python,
             *(values.get(k, "") for k in parameters), x.block,
             round(x.t, 3), x.per_second, _blank(x.wall), _blank(x.start_up), x.cpu_cores,
             *(x.states.get(s.key, 0.0) for s in IN_ORDER), x.others, _blank(x.memory), x.held]
        )  # fmt: skip
    return out.getvalue()


def encode(data: dict[str, Any]) -> str:
    """As text with a line a value, piece by piece: the window's frames go on meanwhile."""
    pieces = []
    for number, piece in enumerate(json.JSONEncoder(indent=2).iterencode(data)):
        pieces.append(piece)
        if number % _PIECES == 0:
            breathe()
    return "".join(pieces) + "\n"


def read(text: str | bytes) -> Comparison:
    """A comparison from its JSON. Raises Unreadable; nothing in the text is ever executed."""
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if len(data) > MOST_BYTES:
        raise Unreadable("This file is too large for a comparison.")
    head = checked.decode(data, shape.Head, "a comparison")
    if head.kind != "comparison":
        if head.kind in _OTHERS:
            raise Unreadable(f"This is {_OTHERS[head.kind]}")
        raise Unreadable("This is not a comparison. Open a file written by Compare or by --json.")
    if head.schema > SCHEMA:
        raise Unreadable(f"This comparison has schema {head.schema}; this Grandstand reads {SCHEMA}. Use a newer one.")
    return shape.comparison(checked.decode(data, shape.Document, "a comparison"))


def load(path: Path) -> Comparison:
    """The comparison in a file. Raises Unreadable, also for what is no file that can be read."""
    return read(read_bytes(path, MOST_BYTES, "a comparison"))


def _setup(setup: Setup) -> dict[str, Any]:
    return {
        "mode": setup.mode, "workers": setup.workers, "parameters": dict(setup.parameters),
        "options": dict(setup.options), "python": setup.python or None,
        "python_name": setup.python_name or None,
    }  # fmt: skip


def _cell(comparison: Comparison, setup: Setup) -> dict[str, Any]:
    speedup = comparison.speedup(setup)
    start, wall = comparison.start_up(setup), comparison.estimate(setup, lambda x: x.wall, "s")
    return {
        **_setup(setup),
        "per_second": comparison.rate(setup).as_dict(),
        "speedup": speedup.as_dict() if speedup else None,
        "wall": wall.as_dict() if wall else None,
        "start_up": start.as_dict() if start else None,
        "states": comparison.shares(setup),
    }


def _law(way: Way, law: Law) -> dict[str, Any]:
    return {
        "mode": way.mode, "options": dict(way.options), "python": way.python or None, "law": law.name,
        "single": law.single.as_dict(), "contention": law.contention.as_dict(),
        "coherency": law.coherency.as_dict(), "best_workers": law.best, "residual": law.residual,
        "fits": law.fits,
    }  # fmt: skip


def _between(e: Estimate, write: Any) -> str:
    return f" [{write(e.low)}, {write(e.high)}]" if e.low is not None and e.high is not None else ""


def _blank(value: float | None) -> float | str:
    return "" if value is None else value
