"""A run whose workers live in processes of their own, and the ladder that ends them. What kind of processes, and how
they are reached, is their launcher's affair (see hosts.base.Launcher).

The public methods may be called from any thread and return at once: they leave an order that the pump's thread
carries out in ``service``. Only that thread starts, reads and ends processes.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from grandstand.engine import messages as m
from grandstand.engine import runners, wire
from grandstand.engine.clocks import now_ns
from grandstand.hosts import base, limits
from grandstand.hosts.children import Children
from grandstand.hosts.pulse import pulse
from grandstand.modes import start_method

_START_BUDGET = 0.03
"""Seconds spent on starting children per turn: between two batches the others' messages are drained."""

_OF_ALL = (m.Trouble, wire.Introduction)
"""What is said of a process and not of a worker."""

_MISSED_S = 1.0
"""Between two turns of the pump: after a longer gap it did not run itself, and nobody had the time to answer."""

wakers: list[Callable[[], None]] = []
"""Called when a handle has a new order, so that the pump need not sleep out its wait."""


@dataclass
class _Child:
    channel: base.Link
    workers: dict[int, int]
    rung: str = ""
    next_rung_at: float = float("inf")
    patience: base.Patience = base.STOP
    said_goodbye: set[int] = field(default_factory=set)


class ChildRun:
    """Handle of a run in processes of its own; ``shape`` is a runner's key (see engine.runners).

    ``single`` gives each worker a process of its own; ``threads`` and ``turns`` put all of them into one.
    ``launcher``: children of this Python, unless told otherwise; ``path`` as in ChildPlan.
    """

    def __init__(
        self, spec: base.RunSpec, shape: str, launcher: base.Launcher | None = None, path: tuple[str, ...] = ()
    ) -> None:
        self.ident = base.next_ident()
        self._spec = spec
        self._shape = shape
        self._launcher: base.Launcher = launcher or Children(start_method.of(spec.options))
        self._prepared = False
        self._path = path
        self._told: set[str] = set()  # why processes could not begin: once is enough for all of them
        self._orders: deque[Callable[[float], list[m.Message]]] = deque()
        self._children: list[_Child] = []
        self._to_start: deque[tuple[m.WorkerSpec, ...]] = deque()
        self._lanes: dict[int, int] = {}  # lane -> worker, of those that should be running
        self._serial = 0
        self._parameters = dict(spec.parameters)
        self._begun = False
        self._over = False
        self._stopping: base.Patience | None = None
        self._pulse: tuple[int, int] | None = None
        self._turned_at = float("inf")
        self.resize(spec.workers)

    # -- any thread -------------------------------------------------------------------------------------------

    @property
    def done(self) -> bool:
        return self._over

    def resize(self, workers: int) -> None:
        self._order(lambda now: self._resize(workers, now))

    def set_parameters(self, parameters: dict[str, float]) -> None:
        values = dict(parameters)
        self._order(lambda now: self._set_parameters(values))

    def stop(self, patience: base.Patience = base.STOP) -> None:
        self._order(lambda now: self._stop_all(patience, now))

    def _order(self, order: Callable[[float], list[m.Message]]) -> None:
        self._orders.append(order)
        for wake in wakers:
            wake()

    # -- the pump's thread ------------------------------------------------------------------------------------

    def waitables(self) -> list[Any]:
        """What to wait on: each child's messages and its end."""
        ends: list[Any] = []
        for c in self._children:
            if c.channel.sentinel >= 0:
                ends.append(c.channel.sentinel)
            ends += c.channel.waitables()
        return ends

    @property
    def busy(self) -> bool:
        """True when there is work that need not be waited for."""
        return bool(self._to_start or self._orders)

    def service(self, ready: list[Any], now: float) -> list[m.Message]:
        """Carries out orders, starts children, drains ready queues, climbs ladders; returns what was said.

        ``ready`` belongs to all handles of a turn: the sentinel of a child that has been buried is taken out, because
        the next child to be started may get the same number for its own.
        """
        messages: list[m.Message] = []
        missed = now - self._turned_at
        self._turned_at = now
        if missed > _MISSED_S:
            for c in self._children:
                c.next_rung_at += missed
        while self._orders:
            messages += self._orders.popleft()(now)
        messages += self._start_some()
        for c in list(self._children):
            c.channel.push()
            gone = c.channel.sentinel in ready
            if not gone and (now >= c.next_rung_at or c.channel.silent):
                gone = c.channel.ended()
            if gone or any(end in ready for end in c.channel.waitables()):
                messages += self._drain(c)
            if gone:
                if c.channel.sentinel in ready:
                    ready.remove(c.channel.sentinel)
                messages += self._bury(c)
            elif now >= c.next_rung_at:
                self._climb(c, now)
        if self._begun and not self._children and not self._to_start and not self._orders:
            self._over = True  # for good: an order that comes after this finds nobody
            self._release_pulse()
        return messages

    def abandon(self) -> None:
        """Ends everything at once, without a word: the app is closing."""
        self._to_start.clear()
        for c in self._children:
            c.channel.kill()
        for c in self._children:
            c.channel.close()
        self._children.clear()
        self._over = True
        self._release_pulse()

    def _hold_pulse(self) -> tuple[int, int]:
        if not self._launcher.wants_pulse:
            return 0, 0
        if self._pulse is None:
            self._pulse = pulse().hold()
        return self._pulse

    def _release_pulse(self) -> None:
        if self._pulse is not None:
            self._pulse = None
            pulse().release()

    def _resize(self, workers: int, now: float) -> list[m.Message]:
        if self._stopping is not None or self._over:
            return []
        self._told.clear()  # who tries again is told again
        have = len(self._lanes)
        new = [lane for lane in range(workers) if lane not in self._lanes]
        old = [lane for lane in self._lanes if lane >= workers]
        single = self._shape == runners.SINGLE
        if new:
            first_child = 0 if self._children or single else 1
            threads = len(new) if self._shape in (runners.THREADS, runners.INTERPRETERS) else 0
            trouble = limits.refusal(len(new) if single else first_child, threads)
            if trouble is not None:
                self._begun = True
                return [trouble._replace(kind="start" if not have else "resize")]
        specs = tuple(self._new_spec(lane, workers) for lane in new)
        removed = {self._lanes.pop(lane) for lane in old}
        if single:
            self._to_start.extend((spec,) for spec in specs)
            self._to_start = deque(g for g in self._to_start if g[0].worker not in removed)
            for c in self._children:
                if removed & c.workers.keys():
                    self._ask_to_stop(c, base.STOP, now)
        elif not self._children:  # it has not been started yet
            group = self._to_start.pop() if self._to_start else ()
            self._to_start.append(tuple(s for s in (*group, *specs) if s.worker not in removed))
        else:
            for c in self._children[:1]:
                for i in range(0, len(specs), 8):  # small orders: each fits into a pipe in one piece
                    c.channel.send(m.Resize(specs[i : i + 8], ()))
                if removed:
                    c.channel.send(m.Resize((), tuple(removed)))
                c.workers.update({spec.worker: spec.lane for spec in specs})
        self._begun = True
        return []

    def _new_spec(self, lane: int, workers: int) -> m.WorkerSpec:
        self._serial += 1
        self._lanes[lane] = self._serial
        return m.WorkerSpec(
            self._serial, lane, self._spec.workload, self._parameters, self._spec.environment, base.flush_ns(workers)
        )

    def _set_parameters(self, values: dict[str, float]) -> list[m.Message]:
        self._parameters = values
        for c in self._children:
            c.channel.send(m.Parameters(values))
        self._to_start = deque(tuple(s._replace(parameters=values) for s in group) for group in self._to_start)
        return []

    def _start_some(self) -> list[m.Message]:
        until = time.monotonic() + _START_BUDGET
        messages: list[m.Message] = []
        while self._to_start and time.monotonic() < until:
            specs = self._to_start.popleft()
            try:
                if not self._prepared:
                    messages += self._launcher.prepare()
                    self._prepared = True
                pulse_at, lower = self._hold_pulse(), self._spec.lower_priority
                plan = m.ChildPlan(self._shape, specs, os.getpid(), lower, pulse_at, self._path)
                channel = self._launcher.open(plan)
            except OSError as problem:
                lost = {spec.worker: spec.lane for spec in specs}
                return messages + self._without(lost, self._launcher.explain(problem, len(self._children)))
            self._children.append(_Child(channel, {s.worker: s.lane for s in specs}))
        return messages

    def _without(self, workers: dict[int, int], trouble: m.Trouble) -> list[m.Message]:
        """No room for these (worker -> lane), or no Python: they are forgotten, as are those that were still to come;
        those that run go on.
        """
        for group in self._to_start:
            workers = workers | {spec.worker: spec.lane for spec in group}
        self._to_start.clear()
        self._lanes = {lane: worker for lane, worker in self._lanes.items() if worker not in workers}
        if trouble.text in self._told:  # by another process, which could not begin either
            return []
        self._told.add(trouble.text)
        return [trouble._replace(kind="resize" if any(c.channel.begun for c in self._children) else "start")]

    def _drain(self, c: _Child) -> list[m.Message]:
        messages = c.channel.drain()
        known = [x for x in messages if getattr(x, "worker", -1) in c.workers or isinstance(x, _OF_ALL)]
        c.said_goodbye.update(x.worker for x in known if isinstance(x, m.Goodbye))
        return known

    def _bury(self, c: _Child) -> list[m.Message]:
        messages = self._drain(c)
        pid = c.channel.pid
        code = c.channel.close()
        self._children.remove(c)
        left = tuple(w for w in c.workers if w not in c.said_goodbye)
        failure = c.channel.failure if not c.rung else None
        if failure is not None and not c.channel.begun:
            return messages + self._without(c.workers, failure)
        if failure is not None:  # their lanes say why, and not that a signal came
            messages += [failure, *(m.Goodbye(w, now_ns(), "failed", failure.text, "", "") for w in left)]
            left = ()
        return [*messages, m.ChildExit(pid, now_ns(), code, left, c.rung)]

    def _stop_all(self, patience: base.Patience, now: float) -> list[m.Message]:
        self._stopping = patience
        self._begun = True
        self._to_start.clear()
        for c in self._children:
            self._ask_to_stop(c, patience, now)
        return []

    def _ask_to_stop(self, c: _Child, patience: base.Patience, now: float) -> None:
        if not c.rung:
            c.channel.send(m.Stop())
            c.rung = "flag"
        c.patience = patience
        if c.rung == "flag":
            c.next_rung_at = min(c.next_rung_at, now + patience.flag)

    def _climb(self, c: _Child, now: float) -> None:
        if c.rung == "flag":
            c.rung = "terminate"
            c.channel.terminate()
            c.next_rung_at = now + c.patience.terminate
        else:
            c.rung = "kill"
            c.channel.kill()
            c.next_rung_at = now + 0.5
