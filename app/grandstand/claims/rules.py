"""What rules for verdicts share. Pure functions."""

from __future__ import annotations

from grandstand.claims.base import Judgment, Measured, Verdict
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate


def undecided(what: str, e: Estimate, border: str) -> Judgment:
    """The interval lies across a border."""
    return Judgment(
        Verdict.UNDECIDED,
        f"{what} {figure(e)}: the interval lies across {border}, so {e.n} {e.how or 'repeats'} do not decide it. "
        "Run longer, or with fewer other programs.",
    )


def quiet(measured: Measured, judgment: Judgment) -> Judgment:
    """The judgment, or none where other programs had the cores that it is about."""
    others = measured.others
    if others is None or others.value <= measured.room or judgment.verdict is Verdict.UNDECIDED:
        return judgment
    return Judgment(
        Verdict.UNDECIDED,
        f"Other programs kept {figure(others)} busy meanwhile, so these figures tell little. "
        f"Check it again on a quiet machine: as it was, it would be called '{judgment.verdict.value}'.",
    )
