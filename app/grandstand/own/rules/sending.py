"""What goes to a process and comes back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grandstand.own.finding import FAILS, MIND, OK, Finding
from grandstand.own.naming import Own
from grandstand.own.rules.starting import duration
from grandstand.session import words

_COSTLY = 0.1


def pickled(own: Own, raw: Mapping[str, Any]) -> Finding:
    """Of what ``calls.pickled`` found."""
    problems = raw["parts"]
    evidence = {"problems": problems, "samples": raw["samples"]}
    if not problems:
        return Finding("pickle", OK, "The function, its arguments and its results can be sent.", evidence)
    texts = [_problem(own, part) for part in problems]
    only_exceptions = all(part["what"] == "exceptions" for part in problems)
    return Finding("pickle", MIND if only_exceptions else FAILS, " ".join(texts), evidence)


def _problem(own: Own, part: Mapping[str, Any]) -> str:
    what, path, why = part["what"], part["path"], part["problem"]
    if what == "function":
        return (
            f"The function cannot be sent ({why}): it must be found by its name at the top of its module, "
            "so no lambda, "
            "no function made inside another one, no decorator without functools.wraps."
        )
    if what == "exceptions" and part["back"]:
        return (
            f"Exceptions of {path} do not come back from a process ({why}): give all that its __init__ takes to "
            "super().__init__, or the pool breaks instead of telling."
        )
    noun = {"arguments": "An argument", "results": "A result", "exceptions": "An exception"}[what]
    return f"{noun} cannot be sent: {path} ({why}). Threads do not need that; processes do."


def transfer(own: Own, raw: Mapping[str, Any]) -> Finding:
    """The size and cost of what is sent, against the call."""
    sent, back, cost, call = (
        raw["arguments_bytes"], raw["results_bytes"], raw["cost_seconds"], raw["call_seconds"],
    )  # fmt: skip
    evidence = {"arguments_bytes": sent, "results_bytes": back, "pickle_seconds": cost, "call_seconds": call}
    share = cost / call if call > 0 else 0.0
    text = f"{_bytes(sent)} go there and {_bytes(back)} come back; pickling that takes {duration(cost)} a call"
    if share > _COSTLY and cost > 2e-6:
        much = f"{share:.1f} times the call itself" if share >= 1 else f"{words.percent(share)} of the call itself"
        return Finding(
            "transfer", MIND,
            f"{text}, {much}: send less (a file's name instead of what is in it, a sum instead of a table), or use "
            "threads.", evidence,
        )  # fmt: skip
    return Finding("transfer", OK, f"{text}, {words.percent(share)} of its time.", evidence)


def _bytes(count: int) -> str:
    if count < 1_000:
        return f"{count} B"
    return f"{count / 1e3:,.0f} kB" if count < 1e6 else words.megabytes(count)
