"""What rules for verdicts share. Pure functions."""

from __future__ import annotations

from app.claims.base import Judgement, Measured, Verdict
from app.compare.figures import figure
from app.compare.statistics import Estimate


def undecided(what: str, e: Estimate, border: str) -> Judgement:
    """The interval lies across a border."""
    return Judgement(
        Verdict.UNDECIDED,
        f"{what} {figure(e)}: the interval lies across {border}, so {e.n} {e.how or 'repeats'} do not decide it. "
        "Run longer, or with fewer other programs.",
    )


def quiet(measured: Measured, judgement: Judgement) -> Judgement:
    """The judgement, or none where other programs had the cores that it is about."""
    others = measured.others
    if others is None or others.value <= measured.room or judgement.verdict is Verdict.UNDECIDED:
        return judgement
    return Judgement(
        Verdict.UNDECIDED,
        f"Other programs kept {figure(others)} busy meanwhile, so these figures tell little. "
        f"Check it again on a quiet machine: as it was, it would be called '{judgement.verdict.value}'.",
    )
