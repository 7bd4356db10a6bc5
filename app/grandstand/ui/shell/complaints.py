"""What goes wrong with a recording, said once. GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grandstand.journal.scribe import Scribe

_LOOK_EVERY_NS = 1_000_000_000


class Complaints:
    """Of one recorder after the other; ``begin`` with each."""

    def __init__(self) -> None:
        self._said = ""
        self._looked_ns = 0

    def begin(self) -> None:
        self._said = ""

    def fresh(self, recorder: Scribe, t_ns: int) -> str:
        """What has not been said yet, looked for once a second; '' for nothing."""
        if t_ns - self._looked_ns < _LOOK_EVERY_NS:
            return ""
        self._looked_ns = t_ns
        problem = recorder.problem or recorder.warning
        if not problem or problem == self._said:
            return ""
        self._said = problem
        return problem
