"""What the laws of scaling say of a comparison, as words and as a table. Pure; any thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grandstand.compare.comparison import Comparison
from grandstand.compare.fit import AMDAHL, USL, Law, TooFewPoints, amdahl, usl
from grandstand.compare.leg import Way
from grandstand.compare.statistics import Estimate
from grandstand.modes import described
from grandstand.session import words
from grandstand.session.quota_use import NOTABLE

_FITS: tuple[tuple[str, Callable[[Sequence[tuple[int, float]]], Law]], ...] = ((AMDAHL, amdahl), (USL, usl))
_UNBOUNDED = 1e6
"""An interval whose end is further away than this says nothing: it is written as 'not determined'."""


@dataclass(frozen=True)
class Tried:
    """A law held against the points of a mode: the ``law``, or why there is none."""

    way: Way
    name: str
    law: Law | None
    why_not: str = ""


def tried(comparison: Comparison) -> list[Tried]:
    """Both laws for each mode that can have several workers; none where a parameter is swept."""
    if comparison.swept:
        return []
    results = []
    for way in dict.fromkeys(setup.way for setup in comparison.measured if not described(setup.mode).one_thread):
        points = [(x.setup.workers, x.per_second) for x in comparison.measurements if x.setup.way == way]
        points = [(n, v) for n, v in points if v > 0]
        for name, fit in _FITS:
            try:
                results.append(Tried(way, name, fit(points)))
            except TooFewPoints as problem:
                results.append(Tried(way, name, None, str(problem)))
            except RuntimeError:  # the fit does not converge
                results.append(Tried(way, name, None, "The fit does not converge on these points."))
    return results


def laws(comparison: Comparison) -> list[tuple[Way, Law]]:
    """(way, law) for each way measured at enough numbers of workers, at one setting of the parameters."""
    return [(one.way, one.law) for one in tried(comparison) if one.law is not None]


def laws_table(comparison: Comparison, results: Sequence[Tried] | None = None) -> list[dict[str, str]]:
    """A row a mode and law that was fitted, in words; empty where none could be."""
    rows = []
    for one in tried(comparison) if results is None else results:
        law = one.law
        if law is None:
            continue
        rows.append(
            {
                "mode": one.way.title,
                "law": one.name,
                "best number of workers": _best(law, max(s.workers for s in comparison.measured)),
                "describes the points": f"yes, {_off(law)} off" if law.fits else f"no, {_off(law)} off",
                "contention": f"{law.contention.value:.2g}{_between(law.contention, '{:.2g}'.format)}",
                "coherency": f"{law.coherency.value:.2g}{_between(law.coherency, '{:.2g}'.format)}"
                if one.name == USL
                else "0, by definition",
                "one worker": words.rate(law.single.value, comparison.unit)
                + _between(law.single, lambda v: words.number(v)),
            }
        )
    return rows


def laws_note(comparison: Comparison, results: Sequence[Tried] | None = None) -> str:
    """What the table does not say: why a law is missing, and what one that does not fit means."""
    if comparison.swept:
        parameters = " and ".join(sorted(comparison.swept))
        return f"Laws of scaling are fitted at one setting of the parameters; here {parameters} is swept."
    there = list(tried(comparison) if results is None else results)
    if not there:
        return "Laws of scaling need a mode with several numbers of workers."
    sentences = []
    missing: dict[Way, list[Tried]] = {}
    for one in there:
        if one.law is None:
            missing.setdefault(one.way, []).append(one)
    for way, ones in missing.items():
        which = "no law" if len(ones) == len(_FITS) else f"no {ones[0].name}"
        sentences.append(f"{way.title}: {which}. {ones[-1].why_not}")
    limit = words.limit_of(comparison.machine)
    if limit is not None and any(comparison.held(setup) >= NOTABLE for setup in comparison.measured):
        sentences.append(
            f"The CPU quota gives {words.core_time(limit)}: part of what the laws call contention here is its doing, "
            "not the work's."
        )
    wrong = [one for one in there if one.law is not None and not one.law.fits]
    if wrong:
        which = "; ".join(f"{one.way.title}, {one.name}" for one in wrong)
        sentences.append(
            f"A law that does not describe the points ({which}) predicts nothing: its best number is left out."
        )
    return " ".join(sentences)


def _best(law: Law, most: int) -> str:
    if not law.fits:
        return "–"
    if law.best is not None:
        beyond = f", beyond what was measured ({most})" if law.best > most else ""
        return f"about {max(1.0, law.best):.0f}{beyond}"
    return "none: more never cost more than they bring" if law.name == USL else "none in this law"


def _off(law: Law) -> str:
    return words.percent(law.residual)


def _between(e: Estimate, write: Callable[[float], str]) -> str:
    if e.low is None or e.high is None:
        return ""
    if not (e.high < _UNBOUNDED * max(abs(e.value), 1e-9)):
        return " [not determined]"
    return f" [{write(e.low)}, {write(e.high)}]"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
