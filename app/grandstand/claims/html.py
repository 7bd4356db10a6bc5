"""Results of claims as one HTML file, complete in itself: no script, no picture or font from elsewhere. Any thread.

What it looks like is in ``resources/templates``; every word that comes from here is escaped there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from grandstand import plain
from grandstand.claims.base import Claim, Result, Verdict
from grandstand.claims.check import claim
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate
from grandstand.render.code import KINDS, pieces
from grandstand.render.drawing import draw
from grandstand.render.page import templates
from grandstand.render.palette import as_variables, variables
from grandstand.session import words

TITLE = "Threads and processes: what holds here"
PICTURE_WIDTH = 900

# A symbol besides the color and the words, and the class of the style sheet.
_CHIPS = {
    Verdict.HOLDS: ("✓", "holds"),
    Verdict.LIMITS: ("◐", "limits"),
    Verdict.NOT: ("✗", "not"),
    Verdict.UNDECIDED: ("?", "undecided"),
    Verdict.NOT_TESTABLE: ("–", "untestable"),
}


@dataclass(frozen=True)
class _Section:
    """One claim with all there is to it. ``claim`` is None, and ``code`` empty, for one that is no longer there."""

    result: Result
    claim: Claim | None
    figures: list[tuple[str, str, str, Estimate]]  # name, value, interval and the rest
    pictures: list[Markup]
    code: list[tuple[Markup, str]]  # pieces and their kinds
    when: str


def html(results: Sequence[Result], machine: dict[str, Any]) -> str:
    """The report. ``machine``: cpu, cores, python, gil, os and priority, as in the JSON document; any may be missing.

    Shows also results of claims that are no longer there, without what was done and the code.
    """
    return templates().get_template("report.html").render(
        title=TITLE, machine=_machine(machine), chips=_CHIPS, counts=Counter(result.verdict for result in results),
        sections=[_section(result) for result in results], kinds=KINDS,
        light=Markup(variables("light")), dark=Markup(variables("dark")),
    )  # fmt: skip


def _section(result: Result) -> _Section:
    try:
        of = claim(result.id)
    except KeyError:
        of = None
    colors = as_variables()
    return _Section(
        result,
        of,
        [(name, figure(Estimate(e.value, e.unit)), _interval(e), e) for name, e in result.figures.items()],
        [Markup(draw(picture, colors, PICTURE_WIDTH)) for picture in result.pictures],
        [(escape(text), kind) for text, kind in pieces(plain.lines(_source(of)))],
        _when(result),
    )


def _machine(machine: dict[str, Any]) -> str:
    """As far as it is known: 'CPU, 2 cores, Python 3.13.1, GIL on, Linux; workers at nice +10.'"""
    forms = (("cpu", "{}"), ("cores", "{}"), ("python", "Python {}"), ("gil", "GIL {}"), ("os", "{}"))
    described = {**machine, "cores": words.cores_of(machine)} if machine.get("cores") else machine
    known = [form.format(described[key]) for key, form in forms if described.get(key) not in (None, "")]
    text = ", ".join(known) or "A machine that is not described"
    return text + (f"; {machine['priority']}." if machine.get("priority") else ".")


def _interval(e: Estimate) -> str:
    return "none" if e.low is None or e.high is None else "[" + figure(e).rpartition("[")[2]


def _source(of: Claim | None) -> str:
    """The code, or '' where its files are not at hand (inspect finds none)."""
    try:
        return of.source() if of is not None else ""
    except (OSError, TypeError):
        return ""


def _when(result: Result) -> str:
    """'Measured in 3.2 s on 4 March 2026, 14:05.'"""
    words = result.at
    try:
        at = datetime.fromisoformat(result.at)
        words = f"{at.day} {at:%B %Y, %H:%M}"
    except ValueError:
        pass
    return f"Measured in {result.seconds:.1f} s on {words}." if result.seconds else f"Looked at on {words}."
