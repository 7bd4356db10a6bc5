"""What the charts show: the window's own session, or one that is replayed. GUI thread."""

from __future__ import annotations

from typing import Protocol

from app.control.choice import Choice
from app.measure.machine import Machine
from app.model.session import Session
from app.modes.base import Surroundings


class Stage(Protocol):
    """``choice`` is what was chosen last, ``where`` whether a window was open, ``machine`` where it was measured.

    ``made_on``: the session's day, as YYYY-MM-DD.
    """

    @property
    def session(self) -> Session: ...

    @property
    def choice(self) -> Choice: ...

    @property
    def where(self) -> Surroundings: ...

    @property
    def machine(self) -> Machine: ...

    @property
    def made_on(self) -> str: ...
