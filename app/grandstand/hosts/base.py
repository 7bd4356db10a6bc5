"""The contract of a host and of a run that it has started. Qt-free; used on the GUI thread and the pump's thread."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from grandstand import plain
from grandstand.engine import messages as m
from grandstand.modes.mode import Mode
from grandstand.vocabulary.options import Values

MOST_WORKERS = 64
_idents = itertools.count(1)
Deliver = Callable[[list[Any]], None]


def next_ident() -> int:
    """A number for a handle, unique within the app's lifetime."""
    return next(_idents)


@dataclass(frozen=True)
class Availability:
    """Whether a mode or one of its options can run here; when not, why, and what would mend it."""

    ok: bool
    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Surroundings:
    """Where the app runs: ``window`` is True where Qt runs in this process, which makes forking it unsafe."""

    window: bool


@dataclass(frozen=True)
class RunSpec:
    """What to run. ``parameters`` are checked already; ``environment``: what a workload finds (``server``: host:port).

    ``options``: the mode's own, complete.
    """

    workload: str
    parameters: dict[str, float]
    workers: int
    options: Values = ()
    environment: dict[str, str] = field(default_factory=dict)
    lower_priority: bool = True


@dataclass(frozen=True)
class Patience:
    """Seconds that the ladder stays on a rung: after ``flag`` comes terminate, ``terminate`` later comes kill."""

    flag: float
    terminate: float


STOP = Patience(flag=1.1, terminate=0.4)
SWITCH = Patience(flag=0.15, terminate=0.1)


class RunHandle(Protocol):
    """A run that has been started. Every method returns at once; what comes of it arrives as messages."""

    ident: int

    @property
    def done(self) -> bool: ...

    def resize(self, workers: int) -> None: ...

    def set_parameters(self, parameters: dict[str, float]) -> None: ...

    def stop(self, patience: Patience) -> None: ...


class PumpedHandle(RunHandle, Protocol):
    """A handle whose children are looked after by the pump's thread."""

    def waitables(self) -> list[Any]: ...

    def service(self, ready: list[Any], now: float) -> list[m.Message]: ...

    def abandon(self) -> None: ...


class Host(Protocol):
    """Where workers live. ``pumped``: its handles are PumpedHandles."""

    pumped: bool

    def available(self, mode: Mode, chosen: Values, where: Surroundings) -> Availability:
        """Whether ``mode`` with these options can run here."""
        ...

    def start(self, mode: Mode, spec: RunSpec, deliver: Deliver) -> RunHandle:
        """Starts a run and returns at once. Handles without a pump give their Envelopes to ``deliver``."""
        ...


def host_of(mode: Mode) -> Host:
    """The host of a mode, imported now. Raises ImportError or AttributeError where it is not to be had."""
    module, _, name = mode.host.partition(":")
    found: Host = getattr(importlib.import_module(module), name)
    return found


def available(mode: Mode, chosen: Values, where: Surroundings) -> Availability:
    """Whether it can run here, also when its host cannot be loaded, or is somebody else's and fails."""
    try:
        return host_of(mode).available(mode, chosen, where)
    except Exception as problem:
        why = plain.one_line(f"{type(problem).__name__}: {problem}", most=200)
        return Availability(False, f"{mode.title} cannot be used here: {why}.", "Reinstall what brings it.")


def flush_ns(workers: int) -> int:
    """Time between two messages of a worker: a few tens a second each, some 400 a second in all."""
    return int(max(1 / 30, workers / 400) * 1e9)
