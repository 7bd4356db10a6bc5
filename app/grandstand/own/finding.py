"""What the doctor finds, as data. Any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OK, MIND, FAILS, UNCHECKED = "ok", "mind", "fails", "unchecked"
VERDICTS = {OK: "ok", MIND: "mind", FAILS: "will fail", UNCHECKED: "not checked"}
"""Key -> as it is shown."""

TITLES = {
    "import": "Can be imported in a worker",
    "main-guard": "Main guard",
    "call": "A call",
    "pickle": "Can be sent to a process",
    "transfer": "What sending costs",
    "waiting": "Computing and waiting",
    "gil": "Gives the GIL away",
    "memory": "Memory of a worker",
    "threads": "Threads of its own",
    "pools": "Pools inside pools",
    "random": "Random numbers",
    "globals": "Globals it changes",
    "results": "Same results in every mode",
    "async": "Blocks the event loop",
    "interpreters": "Sub-interpreters",
    "free-threading": "Free-threaded Python",
    "start-method": "Start method of Python 3.14",
    "leaves": "What calls leave behind",
}
"""Of every finding, in the order in which they are shown."""


@dataclass(frozen=True)
class Finding:
    """``text``: one or two sentences. ``evidence``: the figures behind them, JSON."""

    id: str
    verdict: str
    text: str
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return TITLES[self.id]

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id, "title": self.title, "verdict": self.verdict, "text": self.text,
            "evidence": dict(self.evidence),
        }  # fmt: skip
