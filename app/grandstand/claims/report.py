"""Results of claims as JSON (schema version 1, docs/json.md) and Markdown. Any thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grandstand.claims.base import Result, Verdict
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate
from grandstand.plain import lines as plain_lines
from grandstand.plain import markdown as markdown_text
from grandstand.plain import one_line
from grandstand.session import words

SCHEMA = 1


def document(results: Sequence[Result], machine: dict[str, Any]) -> dict[str, Any]:
    """The JSON document: ``schema``, ``machine``, ``claims``."""
    return {"schema": SCHEMA, "machine": machine, "claims": [_as_dict(result) for result in results]}


def read(entry: dict[str, Any]) -> Result:
    """A Result of one entry of the document. Pictures are not kept. Raises KeyError, TypeError or ValueError."""
    figures = {
        one_line(f["name"]): Estimate(
            float(f["value"]),
            one_line(f["unit"]),
            _number(f["low"]),
            _number(f["high"]),
            int(f["n"]),
            one_line(f["how"]),
        )
        for f in entry["figures"]
    }
    return Result(
        one_line(entry["id"]), one_line(entry["claim"]), Verdict(entry["verdict"]), one_line(entry["reason"]), figures,
        int(entry["n"]), float(entry["seconds"]), one_line(entry["at"]), (), plain_lines(entry.get("problem") or ""),
    )  # fmt: skip


def markdown(results: Sequence[Result], machine: dict[str, Any]) -> str:
    """A table of verdicts and, under it, each claim's figures and reason."""
    here = (
        f"{machine['cpu']}, {words.cores_of(machine)}, Python {machine['python']}, GIL {machine['gil']}, "
        f"{machine['os']}; {machine['priority']}."
    )
    lines = [
        "# Threads and processes: what holds here",
        "",
        markdown_text(here),
        "",
        "| claim | verdict |",
        "| --- | --- |",
    ]
    lines += [f"| {markdown_text(r.claim)} | **{r.verdict.value}** |" for r in results]
    for r in results:
        lines += ["", f"## {markdown_text(r.claim)}", "", f"**{r.verdict.value}**: {markdown_text(r.reason)}", ""]
        if r.figures:
            lines += ["| figure | value, 95 % interval | n |", "| --- | --- | --- |"]
            lines += [
                f"| {markdown_text(name)} | {markdown_text(figure(e))} | {e.n} {markdown_text(e.how)} |"
                for name, e in r.figures.items()
            ]
    return "\n".join(lines) + "\n"


def _as_dict(result: Result) -> dict[str, Any]:
    return {
        "id": result.id,
        "claim": result.claim,
        "verdict": result.verdict.value,
        "figures": [
            {"name": name, "value": e.value, "unit": e.unit, "low": e.low, "high": e.high, "n": e.n, "how": e.how}
            for name, e in result.figures.items()
        ],
        "n": result.n,
        "reason": result.reason,
        "seconds": round(result.seconds, 3),
        "at": result.at,
        "problem": result.problem or None,
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
