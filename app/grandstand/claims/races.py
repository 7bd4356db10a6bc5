"""Races: the same workload in several setups, block by block, and what can be read from them. Lab's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from grandstand import modes
from grandstand.claims.here import Here
from grandstand.compare.leg import Setup
from grandstand.compare.statistics import Estimate, mean, ratio
from grandstand.render.kinds import Bar, Bars, Lanes, Stretch
from grandstand.session import words
from grandstand.session.run import Run
from grandstand.session.session import Session
from grandstand.session.summary import Summary
from grandstand.vocabulary.states import STATES, State

_WORTH_SHOWING = 300e-9
_MOST_STRETCHES = 400


@dataclass
class Race:
    """Each setup's summaries, one a block, in the order of the blocks; and a picture of its last run."""

    workload: str
    setups: tuple[Setup, ...]
    seconds: float
    summaries: dict[Setup, list[Summary]] = field(default_factory=dict)
    pictures: dict[Setup, Lanes] = field(default_factory=dict)
    memory: dict[Setup, list[float]] = field(default_factory=dict)
    """MB of each process's own, the mean of a run's workers, where the system tells."""
    disturbance: list[float] = field(default_factory=list)
    """Cores that other programs kept busy, leg by leg."""
    order: list[Setup] = field(default_factory=list)

    def add(
        self, setup: Setup, summary: Summary, picture: Lanes, memory: float | None = None, others: float = 0.0
    ) -> None:
        self.order.append(setup)
        self.disturbance.append(others)
        if memory is not None:
            self.memory.setdefault(setup, []).append(memory)
        self.summaries.setdefault(setup, []).append(summary)
        self.pictures[setup] = picture

    def others(self) -> Estimate:
        """Cores that other programs kept busy."""
        return mean(self.disturbance, "cores", "legs")

    def room(self, here: Here) -> float:
        """How many cores others may keep busy without being in the way of the largest setup."""
        most = min(max(setup.workers for setup in self.setups), here.usable_cores)
        return here.cores - most + 0.1 * most

    def values(self, setup: Setup, of: Callable[[Summary], float]) -> list[float]:
        return [of(summary) for summary in self.summaries[setup]]

    def mean(self, setup: Setup, of: Callable[[Summary], float], unit: str = "") -> Estimate:
        return mean(self.values(setup, of), unit, "blocks")

    def rate(self, setup: Setup, unit: str) -> Estimate:
        """Units a second."""
        return self.mean(setup, lambda s: s.per_second, unit)

    def speedup(self, setup: Setup, baseline: Setup) -> Estimate:
        """Throughput over the baseline's, paired by block."""
        return ratio(
            self.values(setup, lambda s: s.per_second),
            self.values(baseline, lambda s: s.per_second),
            "pairs of blocks",
        )

    def cores(self, setup: Setup) -> Estimate:
        """Cores used by all workers together: their CPU seconds per second."""
        return self.mean(setup, lambda s: s.cpu_cores, "cores")

    def share(self, setup: Setup, *states: State) -> Estimate:
        """Share of these states in the workers' time."""
        return self.mean(setup, lambda s: s.share(*states))


def speedup_bars(title: str, rows: Iterable[tuple[str, Estimate, str]], base: str = "") -> Bars:
    """Bars of speedups, rows of (label, speedup, color), under that of ``base`` (or the baseline), which is 1."""
    mode = modes.baseline()
    first = Bar(base or mode.title.lower(), 1.0, mode.role)
    return Bars(title, "×", (first, *(Bar(label, e.value, color, e.low, e.high) for label, e, color in rows)), 1.0)


def lanes_of(session: Session, run: Run, start_ns: int, end_ns: int, title: str = "") -> Lanes:
    """What the run's lanes did in a stretch of time."""
    start_ns = max(start_ns, run.started_ns)
    rows = []
    seen: dict[str, str] = {}
    for record in run.present:
        stretches = []
        for state, begin, end in session.lanes.lanes[record.lane].between(start_ns, end_ns)[-_MOST_STRETCHES:]:
            kind = STATES[int(state)]
            first, last = (max(int(begin), start_ns) - start_ns) / 1e9, (min(int(end), end_ns) - start_ns) / 1e9
            if last - first > _WORTH_SHOWING:
                seen[kind.title] = kind.color
                stretches.append(Stretch(kind.color, first, last))
        rows.append((str(record.lane + 1), tuple(stretches)))
    span = max(1, end_ns - start_ns)
    title = title or f"{words.workers(run.setting.mode, run.setting.workers)}, {span / 1e6:.0f} ms of it"
    return Lanes(title, span / 1e9, tuple(rows), tuple(seen.items()))
