"""How processes of this very Python are started: as children of multiprocessing. Pump's thread."""

from __future__ import annotations

import multiprocessing
from typing import Any

from grandstand.engine import messages as m
from grandstand.hosts import limits, start_methods
from grandstand.hosts.channel import Channel


class Children:
    """A hosts.base.Launcher; ``method`` as in start_methods ("" for the usual one)."""

    def __init__(self, method: str = "") -> None:
        self._method = method
        self._context: Any = None

    @property
    def wants_pulse(self) -> bool:
        """Not where children are forked off this process: it must have no thread that it can do without."""
        return bool(self._context.get_start_method() != "fork")

    def prepare(self) -> list[m.Message]:
        """Finds out how children are started."""
        chosen = start_methods.choose(self._method)
        self._context = multiprocessing.get_context(chosen.method)
        if not chosen.instead:
            return []
        how = f"Workers start by {chosen.method} instead, which takes longer."
        return [m.Trouble(m.INSTEAD, f"{chosen.instead} {how}", limits.TEMPORARY)]

    def open(self, plan: m.ChildPlan) -> Channel:
        return Channel(self._context, plan)

    def explain(self, problem: OSError, started: int) -> m.Trouble:
        return limits.explain(problem, started)
