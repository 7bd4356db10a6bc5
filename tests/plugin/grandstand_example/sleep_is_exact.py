"""A claim: a sleep lasts as long as was asked."""

import time

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.lab import Lab
from grandstand.compare.statistics import median


def overslept() -> float:
    """Milliseconds that a sleep of 10 ms lasts too long."""
    began = time.perf_counter()
    time.sleep(0.01)
    return 1000 * (time.perf_counter() - began) - 10


def measure(lab: Lab) -> Measured:
    return Measured({"too long": median([overslept() for _ in range(20)], "ms", "sleeps")})


def judge(measured: Measured) -> Judgment:
    late = measured["too long"].value
    verdict = Verdict.NOT if late > 0.01 else Verdict.HOLDS
    return Judgment(verdict, f"A sleep of 10 ms lasted {late:.2f} ms longer. The system wakes nobody early.")


CLAIM = Claim(
    number=1, id="sleep-is-exact", says="A sleep lasts as long as was asked.", test="Twenty sleeps of 10 ms.",
    seconds=0.3, measure=measure, judge=judge, code=(overslept,),
)  # fmt: skip
