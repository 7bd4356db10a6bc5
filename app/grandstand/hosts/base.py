"""The contract of a mode and of a run that it has started. Qt-free; used on the GUI thread and the pump's thread."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from grandstand.engine import messages as m

MOST_WORKERS = 64
_idents = itertools.count(1)
Deliver = Callable[[list[Any]], None]


def next_ident() -> int:
    """A number for a handle, unique within the app's lifetime."""
    return next(_idents)


@dataclass(frozen=True)
class Availability:
    """Whether a mode or start method can run here; when not, why, and what would mend it."""

    ok: bool
    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Surroundings:
    """Where the app runs: ``window`` is True where Qt runs in this process, which makes forking it unsafe."""

    window: bool


@dataclass(frozen=True)
class RunSpec:
    """What to run. ``parameters`` are checked already; ``environment`` is what the workload finds (``server``: host:port).

    ``start_method`` is used by modes with child processes ("" for the mode's own choice), ``frame_slots`` by modes
    that share the window's GIL.
    """

    workload: str
    parameters: dict[str, float]
    workers: int
    start_method: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    frame_slots: bool = True
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


class Mode(Protocol):
    """A way of running workers. ``needs_window``: its workers live in the window's own process."""

    key: str
    title: str
    blurb: str
    needs_window: bool
    start_methods: tuple[str, ...]

    def available(self, where: Surroundings, start_method: str = "") -> Availability: ...

    def start(self, spec: RunSpec, deliver: Deliver) -> RunHandle:
        """Starts a run and returns at once. Handles without a pump give their Envelopes to ``deliver``."""
        ...


def flush_ns(workers: int) -> int:
    """Time between two messages of a worker: a few tens a second each, some 400 a second in all."""
    return int(max(1 / 30, workers / 400) * 1e9)
