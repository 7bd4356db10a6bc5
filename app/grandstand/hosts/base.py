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
    """What to run. ``knobs`` are checked already; ``environment`` is what the workload finds (``server``: host:port).

    ``start_method`` is used by modes with child processes ("" for the mode's own choice), ``frame_slots`` by modes
    that share the window's GIL. ``python``: the executable under which workers run ("" for the app's own Python).
    """

    workload: str
    knobs: dict[str, float]
    workers: int
    start_method: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    frame_slots: bool = True
    lower_priority: bool = True
    python: str = ""


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

    def set_knobs(self, knobs: dict[str, float]) -> None: ...

    def stop(self, patience: Patience) -> None: ...


class PumpedHandle(RunHandle, Protocol):
    """A handle whose children are looked after by the pump's thread."""

    def waitables(self) -> list[Any]: ...

    def service(self, ready: list[Any], now: float) -> list[m.Message]: ...

    def abandon(self) -> None: ...


class Link(Protocol):
    """A process that carries workers, with the ways to it and from it; on the pump's thread alone, and never waits.

    ``sentinel`` is ready when the process is gone (-1 where the system has no such thing), ``silent`` when no more is
    to come from it. ``begun``: whether it has said what it is; a process that could not begin has no workers.
    """

    @property
    def pid(self) -> int: ...

    @property
    def silent(self) -> bool: ...

    @property
    def sentinel(self) -> int: ...

    @property
    def begun(self) -> bool: ...

    @property
    def failure(self) -> m.Trouble | None:
        """Why the app had to end it, or why it never began; known once it is closed. None if nothing was wrong."""
        ...

    def waitables(self) -> list[Any]:
        """What to wait on for messages."""
        ...

    def send(self, order: Any) -> None:
        """Queues an order; of several knob settings that nobody has read, the last one is kept."""
        ...

    def push(self) -> None:
        """Each turn: sends what was held back."""
        ...

    def drain(self) -> list[Any]:
        """What it has said since."""
        ...

    def ended(self) -> bool:
        """Whether it is gone, whatever its sentinel says."""
        ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...

    def close(self) -> int:
        """Takes leave of a process that is gone; returns its exit code."""
        ...


class Host(Protocol):
    """How the processes of a run are started, and what is to be said when that fails. Pump's thread.

    ``wants_pulse``: whether the app's pulse may have a thread for it.
    """

    @property
    def wants_pulse(self) -> bool: ...

    def prepare(self) -> list[m.Message]:
        """Before the first process; what is to be said of it. Raises OSError."""
        ...

    def open(self, plan: m.ChildPlan) -> Link:
        """Starts a process. Raises OSError when the system gives none."""
        ...

    def explain(self, problem: OSError, started: int) -> m.Trouble:
        """A failed start in plain words; ``started`` processes of the run are there already."""
        ...


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
