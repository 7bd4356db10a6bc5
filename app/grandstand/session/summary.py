"""A run in figures: pure functions of what its workers said. Any thread."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grandstand.engine import messages as m
from grandstand.session.quota_use import QuotaUse
from grandstand.session.run import Run, Setting, WorkerRecord
from grandstand.vocabulary.states import COMPUTING, CORE, KEYS, SUSPENDED, WAITS, State


@dataclass(frozen=True)
class WorkerSummary:
    """Totals over the worker's life: ``seconds`` of wall time, to which ``states`` (seconds by key) add up."""

    id: int
    pid: int
    thread: int
    units: float
    seconds: float
    cpu_seconds: float
    states: dict[str, float]
    exit: str
    trouble: str
    details: str
    printed: int


@dataclass(frozen=True)
class Summary:
    """``per_second``: sum of each worker's units over its own measured seconds. ``seconds``: the longest of these.
    Time in which a worker was suspended is in neither; ``suspended_seconds`` is the longest that one was, and
    ``suspended_workers`` tells how many were.

    ``low`` and ``high`` are the 5th and 95th percentile of half-second windows (None with fewer than 4 windows).
    ``states`` are seconds by key, summed over workers, within the measured stretch; ``cpu_cores`` is the workers'
    CPU time per second of wall time, in cores.
    """

    setting: Setting
    per_second: float
    seconds: float
    low: float | None
    high: float | None
    cpu_cores: float
    states: dict[str, float]
    workers: tuple[WorkerSummary, ...]
    start_up_seconds: float | None
    quota: QuotaUse | None = None
    """What a CPU quota did in the measured stretch; None without one."""
    suspended_seconds: float = 0.0
    suspended_workers: int = 0

    @property
    def measured(self) -> bool:
        return self.seconds > 0

    def waiting_shares(self) -> dict[str, float]:
        """Share of each kind of waiting in all waiting; empty when there was none."""
        waits = {state.key: self.states[state.key] for state in WAITS}
        total = sum(waits.values())
        return {k: v / total for k, v in waits.items() if v > 0} if total > 0 else {}

    @property
    def starved(self) -> float:
        """Share of the time in which they had something to compute that they waited for a core (0–1)."""
        wanted = self.states[COMPUTING.key] + self.states[CORE.key]
        return self.states[CORE.key] / wanted if wanted > 0.1 * self.seconds else 0.0

    def share(self, *states: State) -> float:
        """Share of the given states in all measured time that was not suspended."""
        total = sum(self.states.values()) - self.states[SUSPENDED.key]
        return sum(self.states[s.key] for s in states) / total if total > 0 else 0.0


def summarize(run: Run) -> Summary:
    """The figures of ``run`` as they stand now."""
    rate = longest = cores = 0.0
    states = [0] * m.STATE_COUNT
    suspended: list[int] = []
    newest = max((r.last.t_ns for r in run.workers.values() if r.last is not None), default=0)
    for record in run.workers.values():
        # A worker whose turn it is not does nothing until it says more: its time goes on, its units do not.
        measured = record.measured(newest if record.idle and record.alive else 0)
        if measured is None:
            continue
        seconds, units, cpu_ns, states_ns = measured
        rate += units / seconds
        cores += cpu_ns / 1e9 / seconds
        longest = max(longest, seconds)
        states = [a + b for a, b in zip(states, states_ns, strict=True)]
        if states_ns[m.SUSPENDED]:
            suspended.append(states_ns[m.SUSPENDED])
    low, high = spread([rate for _, rate in run.windows])
    return Summary(
        setting=run.setting,
        per_second=rate,
        seconds=longest,
        low=low,
        high=high,
        cpu_cores=cores,
        states={k: ns / 1e9 for k, ns in zip(KEYS, states, strict=True)},
        workers=tuple(_worker(record) for record in run.present),
        start_up_seconds=(run.first_step_ns - run.started_ns) / 1e9 if run.first_step_ns else None,
        quota=run.quota,
        suspended_seconds=max(suspended, default=0) / 1e9,
        suspended_workers=len(suspended),
    )


def spread(windows: list[float]) -> tuple[float | None, float | None]:
    """5th and 95th percentile (nearest rank) of rates in half-second windows; None below 4 windows."""
    if len(windows) < 4:
        return None, None
    ordered = sorted(windows)
    last = len(ordered) - 1
    return ordered[math.floor(0.05 * last)], ordered[math.ceil(0.95 * last)]


def _worker(record: WorkerRecord) -> WorkerSummary:
    last = record.last
    return WorkerSummary(
        id=record.lane + 1,
        pid=record.pid,
        thread=record.thread,
        units=last.units if last else 0.0,
        seconds=(last.t_ns - record.hello_ns) / 1e9 if last else 0.0,
        cpu_seconds=last.cpu_ns / 1e9 if last else 0.0,
        states={k: (last.states_ns[i] / 1e9 if last else 0.0) for i, k in enumerate(KEYS)},
        exit=record.exit,
        trouble=record.trouble,
        details=record.details,
        printed=record.printed,
    )
