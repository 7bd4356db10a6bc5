"""Two comparisons side by side as JSON (docs/json.md), CSV and Markdown. Any thread."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from grandstand import plain
from grandstand.compare.beside import Beside, Pair, between, conditions_words, sentence
from grandstand.compare.comparison import Comparison
from grandstand.compare.document import markdown_table
from grandstand.compare.leg import Setup
from grandstand.compare.statistics import Estimate
from grandstand.compare.verdict import sentence as verdict
from grandstand.session import words

KIND = "two comparisons"
_MOST_NAMED = 8


def document(beside: Beside) -> dict[str, Any]:
    """The JSON document: the conditions, what differs, and every common setup."""
    return {
        "schema": 2,
        "kind": KIND,
        "sides": [_side(made, name) for made, name in zip((beside.one, beside.two), beside.names, strict=True)],
        "differences": [{"what": d.what, "one": d.one, "two": d.two} for d in beside.differences],
        "pairs": [_pair(beside, pair) for pair in beside.pairs],
        "only": [{**_setup(s), "side": side} for side in (0, 1) for s in beside.only[side]],
        "why_no_ratio": beside.why_no_ratio,
        "sentence": sentence(beside),
    }


def table(beside: Beside) -> list[dict[str, str]]:
    """A row a common setup, in words."""
    rows = []
    for pair in beside.pairs:
        row = {"setup": beside.label(pair), f"{beside.names[1]} over {beside.names[0]}": ratio_words(pair)}
        for name, rate, unit in zip(beside.names, pair.rates, (beside.one.unit, beside.two.unit), strict=True):
            row[f"throughput, {name}"] = words.rate(rate.value, unit)
        for name, speedup in zip(beside.names, pair.speedups, strict=True):
            row[f"against its baseline, {name}"] = words.times(speedup.value) + between(speedup) if speedup else "–"
        row["n"] = f"{pair.rates[0].n}, {pair.rates[1].n}"
        rows.append(row)
    return rows


def ratio_words(pair: Pair) -> str:
    """'1.42× [1.38, 1.45]', 'no difference shown [0.98, 1.03]', or '–'."""
    e = pair.ratio
    if e is None:
        return "–"
    if pair.faster == 0:
        return f"no difference shown{between(e)}"
    return f"{words.times(e.value)}{between(e)}" if e.low is not None else f"{words.times(e.value)}, no interval"


def only_words(beside: Beside) -> list[str]:
    """Which setups only one of them has, a line each side."""
    return [
        f"Only {name}: {_named(setups)}." for name, setups in zip(beside.names, beside.only, strict=True) if setups
    ]


def notes(beside: Beside) -> list[str]:
    """What to know: why there is no ratio, how it was made, who has what alone."""
    how = "Ratios of medians; 95 % bootstrap intervals of two independent samples: the blocks are not the same."
    return [beside.why_no_ratio or how, *only_words(beside)]


def markdown(beside: Beside) -> str:
    """What differs, the table, and each side's own sentence."""
    lines = [plain.markdown(sentence(beside)), ""]
    if beside.differences:
        rows = [{"": d.what, beside.names[0]: d.one, beside.names[1]: d.two} for d in beside.differences]
        lines += [*markdown_table(rows), ""]
    rows = table(beside)
    lines += [*markdown_table(rows), ""] if rows else []
    lines += [f"- {plain.markdown(note)}" for note in notes(beside)]
    for made, name in zip((beside.one, beside.two), beside.names, strict=True):
        lines += ["", plain.markdown(f"{name}: {verdict(made)} ({conditions_words(made)})")]
    return "\n".join(lines) + "\n"


def csv_text(beside: Beside) -> str:
    """A line a common setup."""
    out = io.StringIO()
    writer = plain.CsvWriter(out)
    parameters = sorted({key for pair in beside.pairs for key, _ in pair.setups[0].parameters})
    sides = [f"{what}_{side}" for side in ("one", "two") for what in _COLUMNS]
    writer.writerow(["mode", "workers", *parameters, *sides, "ratio", "ratio_low", "ratio_high"])
    for pair in beside.pairs:
        setup, values = pair.setups[0], []
        for i in (0, 1):
            values += [*_three(pair.rates[i]), pair.rates[i].n, *_three(pair.speedups[i])]
        there = dict(setup.parameters)
        writer.writerow(
            [setup.mode, setup.workers, *(there.get(k, "") for k in parameters), *values, *_three(pair.ratio)]
        )
    return out.getvalue()


_COLUMNS = (
    "per_second", "per_second_low", "per_second_high", "blocks", "speedup", "speedup_low", "speedup_high",
)  # fmt: skip


def _three(e: Estimate | None) -> tuple[float | str, ...]:
    return ("", "", "") if e is None else tuple("" if v is None else v for v in (e.value, e.low, e.high))


def _named(setups: Sequence[Setup]) -> str:
    more = len(setups) - _MOST_NAMED
    return ", ".join(s.words for s in setups[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _side(made: Comparison, name: str) -> dict[str, Any]:
    plan = made.plan
    return {
        "name": name, "machine": made.machine, "at": made.at, "workload": plan.workload, "unit": made.unit,
        "seconds": plan.seconds, "work": plan.work, "sentence": verdict(made),
    }  # fmt: skip


def _pair(beside: Beside, pair: Pair) -> dict[str, Any]:
    words = {1: "faster", -1: "slower", 0: "no difference shown", None: None}[pair.faster]
    return {
        **_setup(pair.setups[0]),
        "sides": [
            {"per_second": _estimate(rate), "speedup": _estimate(speedup)}
            for rate, speedup in zip(pair.rates, pair.speedups, strict=True)
        ],
        "ratio": _estimate(pair.ratio),
        "verdict": words,
    }


def _setup(setup: Setup) -> dict[str, Any]:
    return {
        "mode": setup.mode, "workers": setup.workers, "parameters": dict(setup.parameters),
        "options": dict(setup.options), "python": setup.python or None,
        "python_name": setup.python_name or None,
    }  # fmt: skip


def _estimate(e: Estimate | None) -> dict[str, Any]:
    if e is None:
        return {"value": None, "low": None, "high": None, "n": 0}
    return e.as_dict()
