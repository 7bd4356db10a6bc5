"""What other packages bring: entry points, loaded one by one; a broken one is named and passed by. Any thread.

Each room takes its own group (``bring``) when it is asked what there is: nothing here knows what a mode or a claim is.
``GRANDSTAND_PLUGINS=off`` in the environment leaves all of them out.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grandstand import plain

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

PREFIX = "grandstand."
SWITCH = "GRANDSTAND_PLUGINS"
_LONGEST = 300


@dataclass(frozen=True)
class Problem:
    """A plug-in that cannot be used: whose it is, what it wanted to bring, and why not."""

    distribution: str
    group: str
    name: str
    why: str

    @property
    def text(self) -> str:
        return f"{self.distribution}: its {self.group} '{self.name}' cannot be used: {self.why}"


class Refused(ValueError):
    """For ``take``: what was brought is not what it should be; the text says what is wrong with it."""


_loaded: dict[str, list[tuple[EntryPoint, Any]]] = {}
"""What entry points named, or what they raised, by group."""
_brought: set[str] = set()
_problems: list[Problem] = []


def load(group: str) -> list[tuple[EntryPoint, Any]]:
    """Imports what a group names, once; the part of ``bring`` that takes a while and may happen on another thread."""
    if group not in _loaded:
        from importlib.metadata import entry_points  # 15 ms, which the first paint does without

        points: list[tuple[EntryPoint, Any]] = []
        for point in () if off() else sorted(entry_points(group=PREFIX + group), key=lambda point: point.name):
            try:
                points.append((point, point.load()))
            except (Exception, SystemExit) as problem:  # somebody else's module is run: anything may come of it
                points.append((point, problem))
        _loaded[group] = points
    return _loaded[group]


def bring(group: str, take: Callable[[Any], None]) -> None:
    """Gives ``take`` what each entry point of ``grandstand.<group>`` names; once for each group.

    ``take`` may raise: that, and what loading raised, becomes a Problem.
    """
    if group in _brought:
        return
    _brought.add(group)
    for point, brought in load(group):
        try:
            if isinstance(brought, BaseException):
                raise brought
            take(brought)
        except (Exception, SystemExit) as problem:
            _problems.append(Problem(_whose(point), group.rstrip("s"), plain.one_line(point.name), _why(problem)))


def off() -> bool:
    """Whether somebody wants none of them."""
    return os.environ.get(SWITCH, "").lower() == "off"


def problems() -> list[Problem]:
    """Of the groups that were brought so far."""
    return list(_problems)


def expect(kind: type | tuple[type, ...], brought: Any, what: str) -> None:
    """Raises Refused where ``brought`` is none of ``kind``."""
    if not isinstance(brought, kind):
        raise Refused(f"it is a {type(brought).__name__}, not a {what}")


def forget() -> None:
    """As if nothing had been looked for yet; what rooms have taken up they keep."""
    _loaded.clear()
    _brought.clear()
    _problems.clear()


def _whose(point: EntryPoint) -> str:
    distribution = getattr(point, "dist", None)
    return plain.one_line(f"{distribution.name} {distribution.version}") if distribution is not None else "a plug-in"


def _why(problem: BaseException) -> str:
    text = plain.one_line(str(problem), most=_LONGEST).rstrip(".") or "no reason given"
    return f"{text}." if isinstance(problem, Refused) else f"{type(problem).__name__}: {text}."
