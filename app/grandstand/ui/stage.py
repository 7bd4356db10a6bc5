"""What the charts show: the window's own session, or one that is replayed. GUI thread."""

from __future__ import annotations

from typing import Protocol

from grandstand.control.choice import Choice
from grandstand.hosts.base import Surroundings
from grandstand.observe.machine import Machine
from grandstand.session.session import Session


class Stage(Protocol):
    """``choice`` is what was chosen last, ``where`` whether a window was open, ``machine`` where it was measured.

    ``made_on``: the session's day, as YYYY-MM-DD. ``replayed``: it is a recording, in which nothing new can happen.
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

    @property
    def replayed(self) -> bool: ...
