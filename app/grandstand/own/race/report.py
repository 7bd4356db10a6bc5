"""A race as one HTML file, complete in itself, or as Markdown: the answer first. Pure but for the templates."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from grandstand.compare.document import markdown_table
from grandstand.own.finding import VERDICTS
from grandstand.own.race.answer import answer, between, warnings
from grandstand.own.race.causes import busy, shares_of
from grandstand.own.race.pictures import pictures
from grandstand.own.race.racing import Race
from grandstand.plain import lines as plain_lines
from grandstand.plain import markdown as plain_markdown
from grandstand.render.code import KINDS, pieces
from grandstand.render.drawing import draw
from grandstand.render.page import templates
from grandstand.render.palette import as_variables, variables
from grandstand.session import words
from grandstand.vocabulary.states import IN_ORDER

_WIDTH = 900
_CLASSES = {"ok": "holds", "mind": "limits", "fails": "not", "unchecked": "untestable"}


def table(race: Race) -> list[dict[str, str]]:
    """One row a setup, in words."""
    comparison = race.comparison
    use = answer(race).use
    shares = {setup: shares_of(race, setup) for setup in comparison.measured}
    states = [state for state in IN_ORDER if any(by_state[state.key] > 0.005 for by_state in shares.values())]
    rows = []
    for setup in comparison.measured:
        rate, e, start = comparison.rate(setup), race.speedup(setup), comparison.start_up(setup)
        row = {
            "setup": f"{setup.words} ←" if setup == use else setup.words,
            f"times {race.reference.words}": between(e) if e is not None and setup != race.reference else "1×",
            "throughput": words.rate(rate.value, comparison.unit),
            "n": str(rate.n),
            "start-up": words.seconds(start.value) if start else "–",
        }
        row.update({state.title: words.percent(shares[setup][state.key]) for state in states})
        rows.append(row)
    return rows


def conditions(race: Race) -> str:
    """What was measured where and when, in a line."""
    machine = race.comparison.machine
    blocks = max((x.block for x in race.comparison.measurements), default=-1) + 1
    return (
        f"{blocks} {'block' if blocks == 1 else 'blocks'} in random order, "
        f"{race.comparison.plan.seconds:.2g} s per measurement, in "
        f"{words.seconds(race.seconds)}; {machine.get('cpu')}, {words.cores_of(machine)}, {busy(race):.1f} of them "
        f"busy with other programs; {race.own.python.words}; {machine.get('os')}; {race.comparison.at}. Medians over "
        "blocks with 95 % bootstrap intervals; who is clearly behind drops out early."
    )


def html(race: Race) -> str:
    """The whole race."""
    result = answer(race)
    rows = table(race)
    drawn = [Markup(draw(one, as_variables(), _WIDTH)) for one in pictures(race)]
    return templates().get_template("race.html").render(
        title=f"Race: {race.own.call}", function=f"{race.own.shown}, line {race.own.function.line}",
        answer=result.text, reasons=result.reasons, pictures=drawn, columns=list(rows[0]) if rows else [],
        rows=[list(row.values()) for row in rows], warnings=warnings(race), left_out=race.left_out,
        findings=[(VERDICTS[f.verdict], _CLASSES[f.verdict], f.title, f.text) for f in race.diagnosis.findings],
        code=colored(result.code["program"]) if result.code else "", how=conditions(race), kinds=KINDS,
        light=Markup(variables("light")), dark=Markup(variables("dark")),
    )  # fmt: skip


def colored(source: str) -> Markup:
    """A program in spans of the colors that code has."""
    parts: list[Any] = []
    for text, kind in pieces(source):
        plain = escape(plain_lines(text))
        parts.append(Markup('<span class="{}">{}</span>').format(kind, plain) if kind else plain)
    return Markup("").join(parts)


def markdown(race: Race) -> str:
    """The same without pictures."""
    result = answer(race)
    lines = [f"# Race: {plain_markdown(race.own.call)}", "", f"**{plain_markdown(result.text)}**", ""]
    lines += [*(f"- {plain_markdown(reason)}" for reason in result.reasons), ""]
    rows = table(race)
    if rows:
        lines += [*markdown_table(rows), ""]
    for heading, texts in (
        ("To mind", warnings(race)),
        ("Left out", [f"{one.name}: {one.reason}" for one in race.left_out]),
        ("Checked first", [f"{f.title}, {VERDICTS[f.verdict]}: {f.text}" for f in race.diagnosis.findings]),
    ):
        if texts:
            lines += [f"## {heading}", "", *(f"- {plain_markdown(text)}" for text in texts), ""]
    if result.code:
        lines += ["## Code to take home", "", *(f"    {line}" for line in result.code["program"].splitlines()), ""]
    return "\n".join([*lines, plain_markdown(conditions(race))]) + "\n"
