"""Results of claims as one HTML file, complete in itself: no script, no picture or font from elsewhere. Any thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from grandstand.claims.base import Claim, Result, Verdict
from grandstand.claims.check import claim
from grandstand.claims.html_style import style
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate
from grandstand.render.drawing import draw
from grandstand.render.drawing_canvas import clean
from grandstand.render.palette import as_variables
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
# Nothing but what is in the file may be shown, whatever it says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html(results: Sequence[Result], machine: dict[str, Any]) -> str:
    """The report. ``machine``: cpu, cores, python, gil, os and priority, as in the JSON document; any may be missing.

    Shows also results of claims that are no longer there, without what was done and the code.
    """
    found = [(result, _claim(result.id)) for result in results]
    sections = "\n".join(_section(result, of, at) for at, (result, of) in enumerate(found, 1))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(TITLE)}</title>\n<style>\n{style()}</style>\n</head>\n<body>\n<main>\n"
        f'<header>\n<h1>{_text(TITLE)}</h1>\n<p class="machine">{_text(_machine(machine))}</p>\n</header>\n'
        f"{_counts(results)}\n{_summary(found)}\n{sections}\n"
        "<footer><p>Every figure was measured on the machine named above, and each verdict computed from the figures "
        "beside it. Brackets hold 95 % intervals; n counts the repeats.</p></footer>\n"
        "</main>\n</body>\n</html>\n"
    )


def _claim(ident: str) -> Claim | None:
    try:
        return claim(ident)
    except KeyError:
        return None


def _machine(machine: dict[str, Any]) -> str:
    """As far as it is known: 'CPU, 2 cores, Python 3.13.1, GIL on, Linux; workers at nice +10.'"""
    forms = (("cpu", "{}"), ("cores", "{}"), ("python", "Python {}"), ("gil", "GIL {}"), ("os", "{}"))
    there = {**machine, "cores": words.cores_of(machine)} if machine.get("cores") else machine
    known = [form.format(there[key]) for key, form in forms if there.get(key) not in (None, "")]
    text = ", ".join(known) or "A machine that is not described"
    return text + (f"; {machine['priority']}." if machine.get("priority") else ".")


def _counts(results: Sequence[Result]) -> str:
    """How many of each verdict."""
    counted = Counter(result.verdict for result in results)
    items = [f"<li>{_chip(verdict)} {counted[verdict]}</li>" for verdict in _CHIPS if counted[verdict]]
    return (
        f'<ul class="counts" aria-label="Verdicts">{"".join(items)}</ul>' if items else "<p>No claim was checked.</p>"
    )


def _summary(found: Sequence[tuple[Result, Claim | None]]) -> str:
    if not found:
        return ""
    rows = "\n".join(
        f'<tr><td>{_number(of)}</td><td><a href="#claim-{at}">{_text(result.claim)}</a></td>'
        f"<td>{_chip(result.verdict)}</td></tr>"
        for at, (result, of) in enumerate(found, 1)
    )
    return (
        '<div class="summary"><table>\n<thead><tr><th scope="col"><span aria-label="number">#</span></th>'
        f'<th scope="col">claim</th><th scope="col">verdict</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'
    )


def _section(result: Result, of: Claim | None, at: int) -> str:
    """One claim with all there is to it."""
    parts = [
        f'<section id="claim-{at}">\n<div class="head"><h2>{_number(of, ". ")}{_text(result.claim)}</h2>'
        f'{_chip(result.verdict)}</div>\n<p class="reason">{_text(result.reason)}</p>'
    ]
    if of is not None:
        parts.append(f"<h3>What was done</h3>\n<p>{_text(of.test)}</p>")
    if result.figures:
        rows = "\n".join(_row(name, estimate) for name, estimate in result.figures.items())
        parts.append(
            '<h3>Figures</h3>\n<table>\n<thead><tr><th scope="col">figure</th><th scope="col">value</th>'
            f'<th scope="col">95 % interval</th><th scope="col">n</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table>'
        )
    if result.pictures:
        colors = as_variables()
        drawn = (f"<figure>{draw(picture, colors, PICTURE_WIDTH)}</figure>" for picture in result.pictures)
        parts.append("<h3>Pictures</h3>\n" + "\n".join(drawn))
    code = _source(of)
    if code:
        parts.append(f"<details><summary>The code that ran</summary><pre><code>{_lines(code)}</code></pre></details>")
    if result.problem:
        parts.append(f"<details><summary>What went wrong</summary><pre>{_lines(result.problem)}</pre></details>")
    parts.append(f'<p class="when">{_text(_when(result))} <code>{_text(result.id)}</code></p>\n</section>')
    return "\n".join(parts)


def _row(name: str, e: Estimate) -> str:
    value = figure(Estimate(e.value, e.unit))
    interval = "none"
    if e.low is not None and e.high is not None:
        interval = "[" + figure(e).rpartition("[")[2]
    return (
        f'<tr><td>{_text(name)}</td><td class="number">{_text(value)}</td><td>{_text(interval)}</td>'
        f'<td>{e.n} <span class="how">{_text(e.how)}</span></td></tr>'
    )


def _chip(verdict: Verdict) -> str:
    symbol, name = _CHIPS[verdict]
    return f'<span class="chip {name}"><b aria-hidden="true">{symbol}</b> {_text(verdict.value)}</span>'


def _number(of: Claim | None, after: str = "") -> str:
    return f"{of.number}{after}" if of is not None else ""


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


def _text(text: str) -> str:
    """On one line and safe."""
    return escape(clean(text))


def _lines(text: str) -> str:
    return "\n".join(escape(clean(line, "    ")) for line in text.split("\n"))
