"""Results of claims as JSON (schema version 1, docs/json.md) and Markdown. Any thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from grandstand.claims.base import Result, Verdict
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate
from grandstand.files import checked
from grandstand.files.reading import Unreadable
from grandstand.plain import lines as plain_lines
from grandstand.plain import markdown as markdown_text
from grandstand.plain import one_line
from grandstand.session import words

SCHEMA = 1
_MOST_RESULTS = 10_000


def document(results: Sequence[Result], machine: dict[str, Any]) -> dict[str, Any]:
    """The JSON document: ``schema``, ``machine``, ``claims``."""
    return {"schema": SCHEMA, "machine": machine, "claims": [_as_dict(result) for result in results]}


class _Figure(checked.Table, frozen=True):
    name: str
    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None
    n: checked.Count = 0
    how: str = ""


class _Result(checked.Table, frozen=True):
    id: str
    verdict: Verdict
    claim: str = ""
    reason: str = ""
    figures: list[_Figure] = []
    n: checked.Count = 0
    seconds: checked.Amount = 0.0
    at: str = ""
    problem: str | None = None

    @property
    def result(self) -> Result:
        figures = {
            one_line(f.name): Estimate(f.value, one_line(f.unit), f.low, f.high, f.n, one_line(f.how))
            for f in self.figures
        }
        return Result(
            one_line(self.id), one_line(self.claim), self.verdict, one_line(self.reason), figures, self.n,
            self.seconds, one_line(self.at), (), plain_lines(self.problem or ""),
        )  # fmt: skip


class _Document(checked.Table, frozen=True):
    claims: list[msgspec.Raw]
    schema: int = 1
    machine: msgspec.Raw = msgspec.Raw(b"{}")


def read(entry: dict[str, Any]) -> Result:
    """A Result of one entry of the document. Pictures are not kept. Raises Unreadable."""
    return checked.convert(entry, _Result, "a result").result


def read_document(data: bytes) -> tuple[list[Result], dict[str, Any], list[str]]:
    """The results in a document, its machine, and what is wrong with those that cannot be read.

    Raises Unreadable where it is no such document.
    """
    document = checked.decode(data, _Document, "results of claims")
    if document.schema > SCHEMA:
        raise Unreadable(f"they have schema {document.schema}; this Grandstand reads {SCHEMA}. Use a newer one.")
    if len(document.claims) > _MOST_RESULTS:
        raise Unreadable(f"it holds more than {_MOST_RESULTS:,} results.")
    results, wrong = [], []
    for number, entry in enumerate(document.claims):
        try:
            results.append(checked.decode(bytes(entry), _Result, "a result").result)
        except Unreadable as problem:
            wrong.append(f"claims[{number}]: {problem}")
    return results, checked.scalars(document.machine), wrong


def markdown(results: Sequence[Result], machine: dict[str, Any]) -> str:
    """A table of verdicts and, under it, each claim's figures and reason."""
    setting = (
        f"{machine['cpu']}, {words.cores_of(machine)}, Python {machine['python']}, GIL {machine['gil']}, "
        f"{machine['os']}; {machine['priority']}."
    )
    lines = [
        "# Threads and processes: what holds here",
        "",
        markdown_text(setting),
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
        "figures": [{"name": name, "unit": e.unit, **e.as_dict(), "how": e.how} for name, e in result.figures.items()],
        "n": result.n,
        "reason": result.reason,
        "seconds": round(result.seconds, 3),
        "at": result.at,
        "problem": result.problem or None,
    }
