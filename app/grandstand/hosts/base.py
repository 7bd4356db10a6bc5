"""The contract of a host and of a run that it has started. Qt-free; used on the GUI thread and the pump's thread."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from grandstand import plain
from grandstand.engine import messages as m
from grandstand.invocation import command
from grandstand.modes.mode import Mode
from grandstand.pythons.record import Python
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
    """Where workers would run: ``window`` is True where Qt runs in this process, which makes forking it unsafe;
    ``python``: the interpreter, None for the app's own.
    """

    window: bool
    python: Python | None = None


@dataclass(frozen=True)
class RunSpec:
    """What to run. ``parameters`` are checked already; ``environment``: what a workload finds (``server``: host:port).

    ``options``: the mode's own, complete. ``python``: the executable under which workers run ("": the app's own).
    """

    workload: str
    parameters: dict[str, float]
    workers: int
    options: Values = ()
    environment: dict[str, str] = field(default_factory=dict)
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

    def set_parameters(self, parameters: dict[str, float]) -> None: ...

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
        """Queues an order; of several sets of parameters that nobody has read, the last one is kept."""
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


class Launcher(Protocol):
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
    host: Host = getattr(importlib.import_module(module), name)
    return host


def available(mode: Mode, chosen: Values, where: Surroundings) -> Availability:
    """Whether it can run here, also when its host cannot be loaded, or is somebody else's and fails."""
    if mode.in_window and not where.window:  # without importing a host that needs Qt
        return Availability(
            False, f"{mode.plural} live in the window, and there is no window here.", f"Open the window: {command()}"
        )
    try:
        return host_of(mode).available(mode, chosen, where)
    except Exception as problem:
        why = plain.one_line(f"{type(problem).__name__}: {problem}", most=200)
        return Availability(False, f"{mode.title} cannot be used here: {why}.", "Reinstall what brings it.")


def flush_ns(workers: int) -> int:
    """Time between two messages of a worker: twenty a second each, 400 a second in all at the most."""
    return int(max(1 / 20, workers / 400) * 1e9)
