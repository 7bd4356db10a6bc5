"""What rules for verdicts share. Pure functions."""

from __future__ import annotations

from grandstand.claims.base import Judgment, Measured, Verdict
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate
from grandstand.session import words
from grandstand.session.quota_use import NOTABLE


def undecided(what: str, e: Estimate, border: str) -> Judgment:
    """The interval lies across a border."""
    return Judgment(
        Verdict.UNDECIDED,
        f"{what} {figure(e)}: the interval lies across {border}, so {e.n} {e.how or 'repeats'} do not decide it. "
        "Run longer, or with fewer other programs.",
    )


def unhindered(held: float, judgment: Judgment) -> Judgment:
    """The judgment, or none where a CPU quota stopped everybody in a good part of its periods (``held``, 0-1)."""
    if held < NOTABLE:
        return judgment
    why = f"The CPU quota held these processes back in {words.percent(held)} of its periods"
    if judgment.verdict is Verdict.UNDECIDED:
        return Judgment(judgment.verdict, f"{judgment.reason} {why}.")
    return Judgment(
        Verdict.UNDECIDED,
        f"{why}, so times tell little. "
        f"Check it again where there is more: as it was, it would be called '{judgment.verdict.value}'.",
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
