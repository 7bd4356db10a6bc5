"""What the page knows of one claim at a moment, and the words and tones that go with it. No widgets; GUI thread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from grandstand.claims.base import Claim, Result, Verdict
from grandstand.render.kinds import Picture
from grandstand.session import words

TONES = {
    Verdict.HOLDS: "good",
    Verdict.LIMITS: "warn",
    Verdict.NOT: "bad",
    Verdict.UNDECIDED: "neutral",
    Verdict.NOT_TESTABLE: "info",
}
_COUNTED = {
    Verdict.HOLDS: ("holds", "hold"),
    Verdict.LIMITS: ("with limits", "with limits"),
    Verdict.NOT: ("does not hold", "do not hold"),
    Verdict.UNDECIDED: ("undecided", "undecided"),
    Verdict.NOT_TESTABLE: ("not testable", "not testable"),
}


@dataclass
class Entry:
    """A claim with its last result. ``status``: '' (at rest), 'waiting', 'running' or 'cancelled'."""

    claim: Claim
    result: Result | None = None
    status: str = ""
    progress: float = 0.0
    words: str = ""
    picture: Picture | None = None

    @property
    def at_work(self) -> bool:
        return self.status == "running"

    @property
    def failed(self) -> bool:
        """The measurement itself came to no end."""
        return self.result is not None and bool(self.result.problem)


def tone(verdict: Verdict) -> str:
    """The tone of a verdict's chip and card."""
    return TONES[verdict]


def counted(verdict: Verdict, count: int) -> str:
    """'1 holds', '4 do not hold'."""
    one, many = _COUNTED[verdict]
    return f"{count} {one if count == 1 else many}"


def unbroken(text: str) -> str:
    """``text`` whose intervals and percentages stay on one line."""
    text = re.sub(r"\[[^\]]{1,40}\]", lambda match: match[0].replace(" ", "\u00a0"), text)
    return re.sub(r"(?<=\d) (?=%)", "\u00a0", text)


def when(result: Result) -> str:
    """'Checked on 5 March 2026 at 14:02 in 3.1 s'."""
    try:
        at = datetime.fromisoformat(result.at)
    except ValueError:
        return f"Checked in {words.seconds(result.seconds)}"
    return f"Checked on {at.day} {at:%B %Y} at {at:%H:%M} in {words.seconds(result.seconds)}"
