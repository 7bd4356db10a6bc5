"""Checks claims: measures them in turn and makes results of it. Runs on the lab's thread; results may go anywhere."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from grandstand import extensions
from grandstand.claims.base import Claim, Measured, Result, Verdict
from grandstand.claims.lab import Cancelled, Lab
from grandstand.claims.rules import quiet, unhindered
from grandstand.extensions import Refused
from grandstand.hosts.isolated import ExperimentError
from grandstand.observe import quota
from grandstand.render.kinds import Picture

Hear = Callable[["News"], None]
_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")


class News:
    """What a check says while it goes on. ``result`` is there when ``claim`` is done."""

    __slots__ = ("claim", "overall", "picture", "progress", "result", "words")

    def __init__(
        self,
        claim: str,
        progress: float,
        overall: float,
        words: str = "",
        picture: Picture | None = None,
        result: Result | None = None,
    ) -> None:
        self.claim = claim
        self.progress = progress
        self.overall = overall
        self.words = words
        self.picture = picture
        self.result = result


@cache
def claims() -> tuple[Claim, ...]:
    """All claims, in the order of their numbers. Raises ValueError when two share a number or a name."""
    from grandstand.claims import groups

    listed: list[Claim] = []
    for info in pkgutil.iter_modules(groups.__path__):
        listed += importlib.import_module(f"{groups.__name__}.{info.name}").CLAIMS
    listed.sort(key=lambda claim: claim.number)
    if len({c.number for c in listed}) < len(listed) or len({c.id for c in listed}) < len(listed):
        raise ValueError("two claims share a number or an id")
    extensions.bring("claims", functools.partial(_take, listed))
    return tuple(listed)


def _take(there: list[Claim], brought: Any) -> None:
    """A claim from another package; it comes after the others, whatever number it gives itself."""
    extensions.expect(Claim, brought, "grandstand.claims.base.Claim")
    if not _ID.fullmatch(str(brought.id)) or any(brought.id == claim.id for claim in there):
        raise Refused(f"its id {brought.id!r} is taken, or not made of lower-case letters, digits and -")
    for name in ("says", "test"):
        text = getattr(brought, name)
        if not isinstance(text, str) or not text.strip() or not text.isprintable():
            raise Refused(f"its {name} must be one line of text")
    there.append(replace(brought, number=there[-1].number + 1))


def claim(ident: str) -> Claim:
    """The claim of that id. Raises KeyError, naming what there is."""
    for one in claims():
        if one.id == ident:
            return one
    raise KeyError(f"There is no claim '{ident}'. There are: {', '.join(c.id for c in claims())}.")


def durations(wanted: Sequence[Claim]) -> list[float]:
    """About how many seconds each takes, checked in this order: a race is run by the first that needs it."""
    times: list[float] = []
    run: set[str] = set()
    for one in wanted:
        times.append(one.seconds - sum(seconds for race, seconds in one.races if race in run))
        run.update(race for race, _ in one.races)
    return times


def check(
    wanted: Sequence[Claim], hear: Hear, cancelled: threading.Event | None = None, longer: float = 1.0
) -> list[Result]:
    """Checks ``wanted``, in that order; returns the results. Raises Cancelled; what was done has been heard."""
    cancelled = cancelled or threading.Event()
    shares = dict(zip([c.id for c in wanted], durations(wanted), strict=True))
    whole = sum(shares.values()) or 1.0
    done = 0.0
    present: Claim | None = None
    results: list[Result] = []

    def listen(progress: float, words: str, picture: Picture | None) -> None:
        if present is not None:
            hear(News(present.id, progress, (done + progress * shares[present.id]) / whole, words, picture))

    lab = Lab(cancelled, listen, longer)
    try:
        for present in wanted:
            lab.check()
            hear(News(present.id, 0.0, done / whole, "begins"))
            result = check_one(present, lab)
            done += shares[present.id]
            results.append(result)
            hear(News(present.id, 1.0, done / whole, result=result))
    finally:
        lab.close()
    return results


def check_one(one: Claim, lab: Lab) -> Result:
    """One claim, whatever its measurement does; only Cancelled is passed on."""
    began = time.monotonic()
    why_not = one.needs(lab.here)
    if why_not:
        return _result(one, Measured({}), Verdict.NOT_TESTABLE, why_not, 0.0)
    limit = quota.Watch()
    try:
        measured = one.measure(lab)
        judgment = quiet(measured, one.judge(measured))
        if one.timed:
            judgment = unhindered(limit.share(), judgment)
    except Cancelled:
        raise
    except ExperimentError as problem:
        lab.check()  # what asked to stop may have ended the experiment too: that says nothing of the claim
        return _failed(one, str(problem), problem.details, time.monotonic() - began)
    except Exception as problem:
        lab.check()
        return _failed(one, f"{type(problem).__name__}: {problem}", traceback.format_exc(), time.monotonic() - began)
    return _result(one, measured, judgment.verdict, judgment.reason, time.monotonic() - began)


def _result(one: Claim, measured: Measured, verdict: Verdict, reason: str, seconds: float) -> Result:
    n = min((e.n for e in measured.figures.values()), default=0)
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    return Result(one.id, one.says, verdict, reason, measured.figures, n, seconds, at, measured.pictures)


def _failed(one: Claim, text: str, details: str, seconds: float) -> Result:
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    reason = f"The measurement did not come to an end: {text.rstrip('.')}. Nothing can be said; try again."
    return Result(one.id, one.says, Verdict.UNDECIDED, reason, {}, 0, seconds, at, (), details)
