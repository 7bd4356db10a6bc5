"""One run and its workers: what each said last, how it ended, what was measured. Model thread."""

from __future__ import annotations

import math
import operator
import signal
from dataclasses import dataclass, field

from grandstand import modes
from grandstand.engine import messages as m
from grandstand.engine.wire import Introduction
from grandstand.session.about import About, about
from grandstand.session.quota_use import QuotaUse
from grandstand.session.run_state import RunState, move
from grandstand.session.series import Histogram
from grandstand.vocabulary.options import Values

SETTLE_NS = 300_000_000
"""Between the last worker's hello and the first instant that counts."""
MOST_WINDOWS = 4_000
FLOOD = 100_000
"""Characters printed by a worker from which on its lane says so."""


@dataclass(frozen=True)
class Setting:
    """What makes two runs comparable. ``parameters`` as sorted pairs, so that a setting can be a key."""

    workload: str
    mode: str
    workers: int
    parameters: tuple[tuple[str, float], ...]
    options: Values = ()
    """The mode's own, complete."""
    python: str = ""
    """The interpreter that its workers run under; '' for the app's own."""
    told: About | None = field(default=None, compare=False)
    python_name: str = field(default="", compare=False)
    """What people call that interpreter: '3.14t'."""

    @property
    def about(self) -> About:
        """The workload's own words."""
        return self.told or about(self.workload)

    @property
    def words(self) -> str:
        """Who works, and in which way: '4 threads', '2 processes (spawn)'."""
        mode = modes.described(self.mode)
        variant = mode.variant(self.options)
        who = f"{mode.workers(self.workers)}{self.under}"
        return f"{who} ({variant})" if variant else who

    @property
    def under(self) -> str:
        """' on 3.14t'; '' for the app's own Python."""
        return f" on {self.python_name or self.python}" if self.python else ""

    @property
    def way(self) -> tuple[str, str, Values]:
        """How the work is done, but for the number of workers: mode, Python, options."""
        return self.mode, self.python, self.options

    @property
    def work(self) -> tuple[str, tuple[tuple[str, float], ...]]:
        """The work alone: what a baseline must share."""
        return self.workload, self.parameters


@dataclass
class Account:
    """A worker's totals at one instant."""

    t_ns: int
    units: float
    cpu_ns: int
    states_ns: tuple[int, ...]

    @classmethod
    def of(cls, message: m.Progress) -> Account:
        return cls(message.t_ns, message.units, message.cpu_ns, message.states_ns)

    def towards(self, later: Account, t_ns: int) -> Account:
        """The account at ``t_ns``, on a straight line from this one to a later one."""
        if t_ns <= self.t_ns or later.t_ns <= self.t_ns:
            return self if t_ns <= self.t_ns else later
        share = (t_ns - self.t_ns) / (later.t_ns - self.t_ns)
        return Account(
            t_ns,
            self.units + share * (later.units - self.units),
            self.cpu_ns + round(share * (later.cpu_ns - self.cpu_ns)),
            tuple(a + round(share * (b - a)) for a, b in zip(self.states_ns, later.states_ns, strict=True)),
        )


@dataclass
class WorkerRecord:
    """One worker as the model knows it. ``trouble`` is a short text for its lane, ``details`` the traceback."""

    worker: int
    lane: int
    pid: int
    thread: int
    nice: int
    hello_ns: int
    last: Account | None = None
    base: Account | None = None
    idle: bool = False
    steps: int = 0
    printed: int = 0
    alive: bool = True
    exit: str = "running"
    trouble: str = ""
    details: str = ""
    lies: int = 0

    @property
    def note(self) -> str:
        """What there is to say across the lane: what went wrong, or that it prints without end."""
        if self.trouble:
            return self.trouble
        if self.printed >= FLOOD:
            return f"prints a flood: {self.printed / 1e6:.1f} M characters"
        return ""

    def measured(self, idle_until_ns: int = 0) -> tuple[float, float, int, tuple[int, ...]] | None:
        """Seconds, units, cpu ns and states ns since the measurement began; None before there is any.

        In the states is the time in which it was suspended; in the seconds it is not.
        ``idle_until_ns`` prolongs it by idle time that the worker has not told of yet.
        """
        if self.base is None or self.last is None or self.last.t_ns <= self.base.t_ns:
            return None
        states = tuple(b - a for a, b in zip(self.base.states_ns, self.last.states_ns, strict=True))
        wall_ns = self.last.t_ns - self.base.t_ns - states[m.SUSPENDED]
        if wall_ns <= 0:
            return None
        rest = max(0, idle_until_ns - self.last.t_ns)
        if rest:
            states = tuple(ns + rest if i == m.IDLE else ns for i, ns in enumerate(states))
        seconds = (wall_ns + rest) / 1e9
        return seconds, self.last.units - self.base.units, self.last.cpu_ns - self.base.cpu_ns, states


def plausible(message: m.Progress, before: Account | None, hello_ns: int, now_ns: int) -> bool:
    """Whether a message can be true: numbers, growing, adding up, not from the future."""
    try:
        whole = (message.t_ns, message.steps, message.cpu_ns, message.printed, *message.states_ns)
        if {*map(type, whole)} != {int} or min(whole) < 0:  # no float, and so no NaN
            return False
        if not math.isfinite(message.units) or message.units < 0:
            return False
        if len(message.states_ns) != m.STATE_COUNT or not 0 <= message.open_state < m.STATE_COUNT:
            return False
        wall = message.t_ns - hello_ns
        if wall < 0 or message.t_ns > now_ns + 50_000_000 or sum(message.states_ns) > wall + 50_000_000:
            return False
        return before is None or (
            message.t_ns >= before.t_ns
            and message.units >= before.units
            and message.cpu_ns >= before.cpu_ns
            and not any(map(operator.gt, before.states_ns, message.states_ns))
        )
    except (TypeError, ValueError, OverflowError):
        return False


def describe_exit(code: int) -> str:
    """An exit code in words: the signal's name, or the code."""
    if code < 0:
        try:
            return f"killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"
    return "its process ended" if code == 0 else f"its process ended with exit code {code}"


@dataclass
class Run:
    """One workload in one mode with one setting, from start to stop."""

    number: int
    setting: Setting
    started_ns: int
    state: RunState = RunState.IDLE
    workers: dict[int, WorkerRecord] = field(default_factory=dict)
    measure_from_ns: int = 0
    first_step_ns: int = 0
    ended_ns: int = 0
    problem: str = ""
    remedy: str = ""
    rungs: dict[str, int] = field(default_factory=dict)
    heartbeat: Histogram = field(default_factory=Histogram)
    windows: list[tuple[int, float]] = field(default_factory=list)
    """Of the half-second windows in which nobody was suspended: when each began, and units a second."""
    introduced: Introduction | None = None
    """What a host under another Python said of itself."""
    long_gaps: list[tuple[int, float]] = field(default_factory=list)
    """Frames that came very late, at (ns) after so many ms: whether the window was suspended is told later."""
    window_at_ns: int = 0
    quota: QuotaUse | None = None
    _at_work_until: int = 0

    def to(self, state: RunState) -> None:
        self.state = move(self.state, state)

    def let_go(self) -> None:
        """Its workers go: their figures are in its summary, and another run is on the screen."""
        self._at_work_until = self.all_at_work_until()
        self.workers = {}

    def all_at_work_until(self) -> int:
        """When the first worker ended that did not fail: what follows is the stop, not the work."""
        if self._at_work_until:
            return self._at_work_until
        ended = [(r.last.t_ns, r.exit) for r in self.workers.values() if r.last is not None]
        fine = [t_ns for t_ns, exit in ended if exit in ("running", "stopped")]
        return min(fine, default=max((t_ns for t_ns, _ in ended), default=self.started_ns))

    def lanes_by_thread(self) -> dict[tuple[int, int], int | None]:
        """By process and thread; a thread that several workers share (tasks, say) is nobody's: None."""
        lanes: dict[tuple[int, int], int | None] = {}
        for record in self.alive:
            key = (record.pid, record.thread)
            lanes[key] = None if key in lanes else record.lane
        return lanes

    @property
    def share_a_thread(self) -> bool:
        """Whether several of its workers live in one thread: tasks, or those that run one after the other."""
        present = self.present
        return len({(r.pid, r.thread) for r in present}) < len(present)

    @property
    def present(self) -> list[WorkerRecord]:
        """Workers in lane order, a lane's newest one only."""
        newest: dict[int, WorkerRecord] = {}
        for record in self.workers.values():
            newest[record.lane] = record
        return [newest[lane] for lane in sorted(newest)]

    @property
    def alive(self) -> list[WorkerRecord]:
        return [record for record in self.workers.values() if record.alive]
