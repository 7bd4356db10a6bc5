"""A comparison as JSON (schema version 1, docs/json.md), CSV and Markdown, and back from JSON. Any thread."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping, Sequence
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any

from grandstand import plain
from grandstand.compare.comparison import Comparison, Measurement
from grandstand.compare.fit import Law
from grandstand.compare.laws import laws, laws_note, laws_table
from grandstand.compare.leg import Setup
from grandstand.compare.plan import Plan
from grandstand.compare.politeness import breathe
from grandstand.compare.statistics import Estimate
from grandstand.compare.verdict import sentence
from grandstand.engine import messages as m
from grandstand.session import words

SCHEMA = 1
MOST_BYTES = 64_000_000
_MOST_MEASUREMENTS = 1_000_000
_LONG, _PIECES = 200_000, 400
_OTHERS = {
    "two comparisons": "what came of two comparisons side by side. Open the two files that it was made of.",
    "break-even": "a break-even map, not a comparison. Open it under Break-even map.",
}


class Unreadable(ValueError):
    """A file that is no comparison of ours; the text says what is wrong and what to do."""


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
        "laws": [_law(mode, law) for mode, law in laws(comparison)],
        "sentence": sentence(comparison),
        "warnings": comparison.warnings(),
        "cancelled": comparison.cancelled,
        "failures": [{**_setup(s), "reason": plain.whole(why)} for s, why in comparison.failures.items()],
        "measurements": [
            {
                **_setup(x.setup), "block": x.block, "t": round(x.t, 3), "per_second": x.per_second, "wall": x.wall,
                "start_up": x.start_up, "cpu_cores": x.cpu_cores, "states": x.states, "others": x.others,
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
    states = [key for key in m.STATE_KEYS if any(there[key] > 0.005 for there in shares.values())]
    for setup in measured:
        speedup, rate = comparison.speedup(setup), comparison.rate(setup)
        start = comparison.start_up(setup)
        knobs = ", ".join(f"{key} = {value:g}" for key, value in setup.knobs if key in swept)
        row = {
            "setup": f"{setup.words}, {knobs}" if knobs else setup.words,
            "throughput": words.rate(rate.value, comparison.unit) + _between(rate, words.number),
            "against the baseline": words.times(speedup.value) + _between(speedup, "{:.2f}".format)
            if speedup
            else "–",
            "n": str(rate.n),
            "start-up": words.seconds(start.value) if start else "–",
        }
        row.update({m.STATE_TITLES[key]: words.percent(shares[setup][key]) for key in states})
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
    much = f"{plan.work:g} {comparison.unit} a leg, start-up included" if plan.work else f"{plan.seconds:g} s a leg"
    blocks = max((x.block for x in comparison.measurements), default=-1) + 1
    return (
        f"{plan.workload}; {blocks} blocks, {much}; {here.get('cpu')}, {words.cores_of(here)}, "
        f"Python {here.get('python')}, GIL {here.get('gil')}, {here.get('os')}; {here.get('priority')}; "
        f"{comparison.at}. Medians over blocks with 95 % bootstrap intervals."
    )


def csv_text(comparison: Comparison) -> str:
    """Every measurement, a line each: for spreadsheets and other statistics."""
    knobs = sorted({key for setup in comparison.plan.setups for key, _ in setup.knobs})
    out = io.StringIO()
    writer = plain.CsvWriter(out)
    writer.writerow(
        ["workload", "mode", "workers", *knobs, "block", "t_s", f"{comparison.unit}_per_s", "wall_s",
         "start_up_s", "cpu_cores", *m.STATE_KEYS, "others_cores", "memory_mb", "quota_held"]
    )  # fmt: skip
    for x in comparison.measurements:
        values = dict(x.setup.knobs)
        writer.writerow(
            [comparison.plan.workload, x.setup.mode, x.setup.workers, *(values.get(k, "") for k in knobs), x.block,
             round(x.t, 3), x.per_second, _blank(x.wall), _blank(x.start_up), x.cpu_cores,
             *(x.states.get(k, 0.0) for k in m.STATE_KEYS), x.others, _blank(x.memory), x.held]
        )  # fmt: skip
    return out.getvalue()


def encode(data: dict[str, Any]) -> str:
    """As text with a line a value, piece by piece, for the same reason as ``decode``."""
    pieces = []
    for number, piece in enumerate(json.JSONEncoder(indent=2).iterencode(data)):
        pieces.append(piece)
        if number % _PIECES == 0:
            breathe()
    return "".join(pieces) + "\n"


def read(text: str) -> Comparison:
    """A comparison from its JSON. Raises Unreadable; nothing in the text is ever executed."""
    if len(text) > MOST_BYTES:
        raise Unreadable("This file is too large for a comparison.")
    try:
        data = decode(text)
        if not isinstance(data, dict) or data.get("kind") != "comparison":
            if isinstance(data, dict) and data.get("kind") in _OTHERS:
                raise Unreadable(f"This is {_OTHERS[data['kind']]}")
            raise Unreadable("This is no comparison of Grandstand's. Open a file that Compare or --json has written.")
        if data["schema"] != SCHEMA:
            raise Unreadable(
                f"This comparison has schema {data['schema']}; this Grandstand reads {SCHEMA}. Use a newer one."
            )
        found = data["plan"]
        plan = Plan(
            plain.one_line(found["workload"]), tuple(_read_setup(s) for s in found["setups"]), int(found["repeats"]),
            finite(found["seconds"]), finite(found["work"]), finite(found["budget"]), int(found["seed"]),
        )  # fmt: skip
        if not plan.setups or len(data["measurements"]) > _MOST_MEASUREMENTS:
            raise Unreadable("This comparison has no setups, or more measurements than can be true.")
        measurements = [_read_measurement(x) for x in data["measurements"]]
        if {x.setup for x in measurements} - set(plan.setups):
            raise Unreadable("This comparison has measurements of setups that are not in its plan.")
        return Comparison(
            plan, plain.one_line(found["unit"]), _read_machine(data["machine"]), plain.one_line(data["at"]),
            measurements,
            {_read_setup(f): plain.one_line(f["reason"]) for f in data["failures"]}, bool(data["cancelled"]),
        )  # fmt: skip
    except Unreadable:
        raise
    except (KeyError, TypeError, ValueError, RecursionError, AttributeError) as problem:
        raise Unreadable(
            f"This file cannot be read as a comparison ({type(problem).__name__}: {problem})."
        ) from problem


class _Patient(json.JSONDecoder):
    """json's own decoder written in Python: several times slower, but it lets other threads have their turns."""

    def __init__(self) -> None:
        super().__init__()
        self.object_hook = _seen
        self.scan_once = py_make_scanner(self)


def _seen(found: dict[str, Any]) -> dict[str, Any]:
    breathe()
    return found


def decode(text: str) -> Any:
    """``json.loads``. A long text is read without keeping the interpreter: the window's frames go on meanwhile."""
    return json.loads(text, cls=_Patient) if len(text) > _LONG else json.loads(text)


def _setup(setup: Setup) -> dict[str, Any]:
    return {"mode": setup.mode, "workers": setup.workers, "knobs": dict(setup.knobs)}


def _read_setup(data: dict[str, Any]) -> Setup:
    knobs = tuple(sorted((plain.one_line(k), finite(v)) for k, v in data["knobs"].items()))
    return Setup(plain.one_line(data["mode"]), int(data["workers"]), knobs)


def _read_machine(data: dict[str, Any]) -> dict[str, Any]:
    return {
        plain.one_line(key): plain.one_line(value) if isinstance(value, str) else value for key, value in data.items()
    }


def _read_measurement(data: dict[str, Any]) -> Measurement:
    states = {str(k): finite(v) for k, v in data["states"].items()}
    breathe()
    optional = {key: None if data[key] is None else finite(data[key]) for key in ("wall", "start_up", "memory")}
    return Measurement(
        _read_setup(data), int(data["block"]), finite(data["t"]), finite(data["per_second"]), optional["wall"],
        optional["start_up"], finite(data["cpu_cores"]), states, finite(data["others"]), optional["memory"],
        finite(data.get("held", 0.0)),
    )  # fmt: skip


def finite(value: Any) -> float:
    """``value`` if it is a number. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return value


def _cell(comparison: Comparison, setup: Setup) -> dict[str, Any]:
    speedup = comparison.speedup(setup)
    start, wall = comparison.start_up(setup), comparison.estimate(setup, lambda x: x.wall, "s")
    return {
        **_setup(setup),
        "per_second": _estimate(comparison.rate(setup)),
        "speedup": _estimate(speedup) if speedup else None,
        "wall": _estimate(wall) if wall else None,
        "start_up": _estimate(start) if start else None,
        "states": comparison.shares(setup),
    }


def _law(mode: str, law: Law) -> dict[str, Any]:
    return {
        "mode": mode, "law": law.name, "single": _estimate(law.single), "contention": _estimate(law.contention),
        "coherency": _estimate(law.coherency), "best_workers": law.best, "residual": law.residual,
        "fits": law.fits,
    }  # fmt: skip


def _estimate(e: Estimate) -> dict[str, Any]:
    return {"value": e.value, "low": e.low, "high": e.high, "n": e.n}


def _between(e: Estimate, write: Any) -> str:
    return f" [{write(e.low)}, {write(e.high)}]" if e.low is not None and e.high is not None else ""


def _blank(value: float | None) -> float | str:
    return "" if value is None else value
