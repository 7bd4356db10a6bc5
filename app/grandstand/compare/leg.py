"""One leg of a race or a comparison: a workload in one setup, measured. Blocks; the lab's or the command's thread."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import psutil

from grandstand import modes
from grandstand.control.controller import Controller
from grandstand.engine.clocks import now_ns
from grandstand.observe import quota
from grandstand.pythons.finding import examine
from grandstand.pythons.record import Python
from grandstand.session.run import Run
from grandstand.session.run_state import RunState
from grandstand.session.session import Session
from grandstand.session.summary import Summary
from grandstand.vocabulary.options import Values
from grandstand.vocabulary.states import SUSPENDED

_START_PATIENCE = 20.0
Look = Callable[[Session, Run, int], None]


class LegFailed(RuntimeError):
    """The run did not come to its end; the text says why."""


class Way(NamedTuple):
    """How work is done, but for the number of workers: what is one line in a chart, and one law."""

    mode: str
    options: Values
    python: str
    title: str

    @property
    def role(self) -> str:
        """Its color role in themes."""
        return modes.described(self.mode).role


@dataclass(frozen=True)
class Setup:
    """A mode with so many workers; ``parameters`` as pairs (key, value).

    ``options``: those of the mode that are not as usual. ``python``: the interpreter, '' for the app's own.
    """

    mode: str
    workers: int
    parameters: tuple[tuple[str, float], ...] = ()
    options: Values = ()
    python: str = ""
    python_name: str = field(default="", compare=False)
    record: Python | None = field(default=None, compare=False, repr=False)
    """The interpreter itself, where the setup is to be measured here."""
    told: bool = field(default=True, compare=False, repr=False)
    """Whether the interpreter is named: not where all of a comparison have the same."""

    @property
    def baseline(self) -> bool:
        """Whether its mode is what the others are measured against."""
        return modes.described(self.mode).baseline

    @property
    def way(self) -> Way:
        mode = modes.described(self.mode)
        variant = mode.variant(self.options)
        title = f"{mode.title}{self._under} ({variant})" if variant else f"{mode.title}{self._under}"
        return Way(self.mode, self.options, self.python, title)

    @property
    def _under(self) -> str:
        return f" on {self.python_name or self.python}" if self.python and self.told else ""

    @property
    def words(self) -> str:
        """'2 threads', 'sequential', '2 processes (spawn)'."""
        mode = modes.described(self.mode)
        who = mode.title.lower() if mode.one_thread and self.workers == 1 else mode.workers(self.workers)
        variant = mode.variant(self.options)
        return f"{who}{self._under} ({variant})" if variant else f"{who}{self._under}"


@dataclass(frozen=True)
class Leg:
    """What a leg found.

    ``wall``: seconds from the wish to the last unit of a fixed amount of work, start-up included (None: it ran for a
    fixed time). ``others``: cores that programs besides this app kept busy meanwhile. ``memory``: MB of each worker
    process's own, mean, where each worker has a process. ``held``: share of the CPU quota's periods in which it was
    used up.
    """

    summary: Summary
    wall: float | None
    others: float
    memory: float | None
    held: float = 0.0


def run_leg(
    controller: Controller,
    workload: str,
    setup: Setup,
    seconds: float,
    look: Look = lambda session, run, now: None,
    work: float = 0.0,
    again: int = 2,
) -> Leg:
    """Runs it for ``seconds`` after the warm-up, or until ``work`` units are done (for ``seconds`` at most).

    Time in which all of it was suspended does not count. Where that was at the start, the leg is measured anew,
    ``again`` times at most. ``look`` is called after each turn while it runs, and may raise to end it.
    Raises LegFailed.
    """
    mode = modes.load(setup.mode)
    controller.choose(
        workload=workload, mode=setup.mode, workers=setup.workers, parameters=dict(setup.parameters),
        options=dict(mode.complete(setup.options)),
        python=_python(setup),
    )  # fmt: skip
    others, limit = _Others(), quota.Watch()
    counted = _Counted(work)
    wished = now_ns()
    controller.start()
    memory: float | None = None
    measured = False
    try:
        while controller.active:
            controller.pump.turn(0.02)
            controller.tick()
            run = controller.session.current
            if run is None or not controller.wanted:
                continue
            now = now_ns()
            look(controller.session, run, now)
            waited = (now - wished) / 1e9 - controller.missed_s(wished, now)
            if run.state is RunState.STARTING and waited > _START_PATIENCE:
                raise LegFailed(f"{setup.words}: the workers did not start within {_START_PATIENCE:g} s.")
            if work:
                counted.see(run, now)
            over = run.measure_from_ns and controller.measured_s(run, now) > seconds
            if counted.reached or over:
                memory = _memory([r.pid for r in run.alive]) if mode.own_process else None
                measured = True
                controller.stop()
    except BaseException:
        controller.stop()
        _wind_down(controller)
        raise
    run = controller.session.current
    if run is None or run.state is not RunState.FINISHED or not measured:
        trouble = (run.problem if run is not None else "") or _first_trouble(run)
        raise LegFailed(f"{setup.words}: {trouble or 'the run failed.'}")
    if work and not counted.reached:
        raise LegFailed(f"{setup.words}: {work:g} units were not done within {seconds:g} s; choose less work.")
    summary = controller.session.summary(run)
    if again and controller.missed_s(wished, run.measure_from_ns) > 0:  # its start-up would be that of the stop
        return run_leg(controller, workload, setup, seconds, look, work, again - 1)
    suspended = min((w.states[SUSPENDED.key] for w in summary.workers), default=0.0)
    wall = (counted.reached - wished) / 1e9 - suspended if work else None
    return Leg(summary, wall, others.cores(summary), memory, limit.share())


def _python(setup: Setup) -> Python | None:
    """The interpreter of a setup; one that comes out of a file is asked what it is. Raises LegFailed."""
    if not setup.python:
        return None
    python = setup.record if setup.record is not None else examine(setup.python)
    if not python.usable:
        raise LegFailed(f"{setup.words}: {python.reason}")
    return replace(python, name=setup.python_name or python.name)


class _Counted:
    """Finds the instant at which all workers together had done so much work, between two looks at them."""

    def __init__(self, work: float) -> None:
        self._work = work
        self._before: dict[int, tuple[int, float]] = {}
        self.reached = 0

    def see(self, run: Run, now: int) -> None:
        if self.reached:
            return
        after = {r.worker: (r.last.t_ns, r.last.units) for r in run.workers.values() if r.last is not None}
        if sum(units for _, units in after.values()) < self._work:
            self._before = after
            return
        # Each worker's units grow evenly between two messages: halve the stretch until the instant is found.
        low = min((t for t, _ in self._before.values()), default=run.started_ns)
        high = now
        while high - low > 10_000:
            middle = (low + high) // 2
            done = sum(_at(self._before.get(w, (run.started_ns, 0.0)), there, middle) for w, there in after.items())
            low, high = (middle, high) if done < self._work else (low, middle)
        self.reached = high


def _at(before: tuple[int, float], after: tuple[int, float], t: int) -> float:
    """Units at ``t``, on the line between two messages."""
    (t0, u0), (t1, u1) = before, after
    if t >= t1 or t1 <= t0:
        return u1
    return u0 + (u1 - u0) * max(0, t - t0) / (t1 - t0)


class _Others:
    """Cores kept busy by what is not ours, from now on. Ours: this process, the workers, the page server."""

    def __init__(self) -> None:
        self._me = psutil.Process()
        self._helpers = {child.pid: _used(child) for child in self._me.children()}
        self._busy, self._mine, self._t = _busy(), _used(self._me), time.monotonic()

    def cores(self, summary: Summary) -> float:
        wall = time.monotonic() - self._t
        workers = {w.pid for w in summary.workers}
        helpers = sum(
            _used(child) - self._helpers.get(child.pid, 0.0)
            for child in self._me.children()
            if child.pid not in workers
        )
        ours = _used(self._me) - self._mine + helpers + sum(w.cpu_seconds for w in summary.workers)
        return max(0.0, (_busy() - self._busy - ours) / wall) if wall > 0 else 0.0


def _used(process: psutil.Process) -> float:
    """CPU seconds of a process so far; 0 of one that has just gone."""
    try:
        return float(sum(process.cpu_times()[:2]))
    except psutil.Error:
        return 0.0


def _busy() -> float:
    """CPU seconds so far of the cores that this process may run on: what others do on the rest is not in its way."""
    each = psutil.cpu_times(percpu=True)
    ours = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else frozenset(range(len(each)))
    if max(ours, default=0) < len(each):  # else the system does not number them as it lists them
        each = [times for core, times in enumerate(each) if core in ours]
    return sum(
        float(sum(times)) - sum(float(getattr(times, key, 0.0)) for key in ("idle", "iowait", "guest", "guest_nice"))
        for times in each
    )


def _memory(pids: list[int]) -> float | None:
    """Mean of what each process has alone (USS), in MB; None where the system does not tell."""
    try:
        return float(sum(psutil.Process(pid).memory_full_info().uss for pid in pids)) / len(pids) / 1e6
    except (psutil.Error, AttributeError, ZeroDivisionError):
        return None


def _first_trouble(run: Run | None) -> str:
    return next((r.trouble for r in run.workers.values() if r.trouble), "") if run is not None else ""


def _wind_down(controller: Controller) -> None:
    until = time.monotonic() + 1.5
    while controller.active and time.monotonic() < until:
        controller.pump.turn(0.02)
        controller.tick()
