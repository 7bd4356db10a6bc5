"""A session: the runs since the window opened, and everything the charts read. Model thread: the one writer."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from grandstand import plain
from grandstand.engine import messages as m
from grandstand.engine.clocks import now_ns
from grandstand.engine.samples import CoresSample, QuotaSample
from grandstand.engine.wire import Introduction
from grandstand.session.channels import Channels
from grandstand.session.gils import Gils
from grandstand.session.lanes import LaneStore
from grandstand.session.run import (
    MOST_WINDOWS,
    SETTLE_NS,
    Account,
    Run,
    Setting,
    WorkerRecord,
    describe_exit,
    plausible,
)
from grandstand.session.run_state import RunState
from grandstand.session.samples import take_sample
from grandstand.session.scoreboard import Scoreboard
from grandstand.session.series import Rates, Series
from grandstand.session.summary import Summary, summarize
from grandstand.session.suspensions import LONG_GAP_MS, Suspensions
from grandstand.vocabulary.channels import CORES, HEARTBEAT, MEMORY, QUOTA, Channel

LANES = 64
RATE_BIN_NS = 100_000_000
KEPT_SECONDS = 60
_WINDOW_NS = 500_000_000
_MOST_RUNS = 200
_MOST_LONG_GAPS = 1_000


_CHANGING = (
    "began_s", "rates", "channels", "memory_kind", "markers", "suspensions", "runs", "summaries", "scoreboard",
    "_steady", "warm_up_ns", "core_first", "core_last", "quota_last", "rejected", "_handles",
)  # fmt: skip
"""What a snapshot holds, beside what is known of GILs. Not lanes, whose slices are too many, nor clock and log."""


@dataclass(frozen=True)
class Snapshot:
    """A session as it was, for its ``restore``. ``bytes``: what its series take, about."""

    state: dict[str, Any]
    gils: dict[str, Any]

    @property
    def bytes(self) -> int:
        return int(self.state["channels"].bytes + self.state["rates"].bytes)


@dataclass(frozen=True)
class Marker:
    """A change on the time axis: what was switched to. ``mode`` gives the color."""

    t_ns: int
    text: str
    mode: str


class SessionLog(Protocol):
    """Hears everything that changes a session, in order: told again to an empty one, it makes the same session.

    Called on the model's thread in the middle of its work: it must take what it is given and return at once.
    """

    def began(self, run: Run, handle: int, text: str, now_ns: int) -> None: ...

    def stopping(self, run: Run, now_ns: int) -> None: ...

    def ended(self, run: Run, now_ns: int) -> None: ...

    def said(self, batch: list[tuple[int, Any]], now_ns: int) -> None: ...

    def beat(self, t_ns: int, gap_ms: float) -> None: ...

    def described(self, channel: Channel) -> None: ...


class Session:
    """Runs, lanes and series. ``apply`` takes what came from handle ``ident``; nothing else writes measurements.

    ``clock`` tells its time (ns) and ``began_s`` when it began (seconds since 1970); a replayed session has its own.
    ``log``, if there is one, hears what happens.
    """

    def __init__(self, cores: int) -> None:
        self.began_s = time.time()
        self.clock: Callable[[], int] = now_ns
        self.log: SessionLog | None = None
        self.lanes = LaneStore(LANES)
        self.gils = Gils(LANES)
        self.rates = Rates(RATE_BIN_NS, (KEPT_SECONDS + 5) * 10, LANES)
        self.channels = Channels(
            {
                CORES.key: Series(KEPT_SECONDS * 5 + 50, cores + 2),  # each core, ours, the window's own
                HEARTBEAT.key: Series(KEPT_SECONDS * 70, 1),
                MEMORY.key: Series(KEPT_SECONDS + 10, LANES),
                QUOTA.key: Series(KEPT_SECONDS * 5 + 50, 2),  # given, held back
            }
        )
        self._take_channels()
        self.memory_kind = "USS"
        self.markers: list[Marker] = []
        self.suspensions = Suspensions()
        self.runs: list[Run] = []
        self.summaries: dict[int, Summary] = {}
        self.scoreboard = Scoreboard()
        self._steady: tuple[int, Summary] | None = None
        self.warm_up_ns = SETTLE_NS
        self.core_first: CoresSample | None = None
        self.core_last: CoresSample | None = None
        self.quota_last: QuotaSample | None = None
        self.rejected = 0
        self._handles: dict[int, Run] = {}
        self._takes: dict[type, Callable[[Run, Any, int], None]] = {
            m.Progress: self._progress,
            m.Hello: self._hello,
            m.Goodbye: self._goodbye,
            m.ChildExit: self._child_exit,
            m.Trouble: self._trouble,
            Introduction: self._introduced,
        }

    def _take_channels(self) -> None:
        """The app's own as attributes: they are read in every frame."""
        self.cores, self.heartbeat = self.channels[CORES.key], self.channels[HEARTBEAT.key]
        self.memory = self.channels[MEMORY.key]

    # -- as it was --------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """The session as it is now, but for its lanes: to come back to, as often as one likes."""
        return Snapshot(_copied({name: getattr(self, name) for name in _CHANGING}), self.gils.snapshot())

    def restore(self, snapshot: Snapshot) -> None:
        """Puts the session back to what it was; whoever holds it sees that. Its lanes are left as they are, and
        its GILs' bands are empty."""
        for name, value in _copied(snapshot.state).items():
            setattr(self, name, value)
        self.gils.restore(snapshot.gils)
        self._take_channels()

    # -- runs -------------------------------------------------------------------------------------------------

    @property
    def current(self) -> Run | None:
        """The newest run, whatever its state."""
        return self.runs[-1] if self.runs else None

    def handle_of(self, run: Run) -> int | None:
        """The handle whose workers a run has; None once it has ended."""
        return next((handle for handle, other in self._handles.items() if other is run), None)

    def begin_run(self, handle: int, setting: Setting, now_ns: int, text: str) -> Run:
        """A new run; workers that the same handle runs already go on in it, measured anew."""
        before = self._handles.get(handle)
        run = Run(self.runs[-1].number + 1 if self.runs else 1, setting, now_ns)
        run.to(RunState.STARTING)
        if before is not None:
            self._leave(before, now_ns)
            run.workers = {r.worker: r for r in before.present if r.alive or r.lane < setting.workers}
            for record in run.workers.values():
                record.base = None
            run.introduced = before.introduced
        self._handles[handle] = run
        if before is None:
            self.gils.begin()
        if self.runs and self.runs[-1].setting.workload != setting.workload:
            self.rates.clear()  # other units: they cannot share an axis
        if before is None:  # else their workers are this run's too
            for old in self.runs:
                if old.workers and old.state.ended:
                    old.let_go()
        self.runs.append(run)
        del self.runs[:-_MOST_RUNS]
        self.markers.append(Marker(now_ns, text, setting.mode))
        horizon = now_ns - 2 * KEPT_SECONDS * 10**9
        self.markers = [k for k in self.markers if k.t_ns > horizon]
        self.core_first = None
        if self.log is not None:
            self.log.began(run, handle, text, now_ns)
        self._check_all_here(run, now_ns)
        return run

    def _leave(self, run: Run, now_ns: int) -> None:
        """Closes a run whose workers go on under another setting."""
        self._freeze(run)
        run.ended_ns = now_ns
        if run.state is RunState.STARTING:
            run.to(RunState.CANCELLED)
        elif run.state is RunState.RUNNING:
            run.to(RunState.FINISHED)

    def stop_run(self, run: Run, now_ns: int) -> None:
        """The run was asked to stop."""
        run.to(RunState.STOPPING)
        if self.log is not None:
            self.log.stopping(run, now_ns)

    def end_run(self, run: Run, state: RunState, now_ns: int) -> None:
        """The run's last move."""
        if run.state.ended:
            return
        self._freeze(run)
        run.to(state)
        run.ended_ns = now_ns
        if self.log is not None:
            self.log.ended(run, now_ns)
        self._handles = {handle: other for handle, other in self._handles.items() if other is not run}
        for record in run.workers.values():
            record.alive = False
            self.lanes.close_lane(record.lane)

    def _freeze(self, run: Run) -> None:
        self._settle_beats(run, 1 << 62)
        summary = summarize(run)
        self.summaries[run.number] = summary
        for old in [k for k in self.summaries if k <= run.number - _MOST_RUNS]:
            del self.summaries[old]
        self.scoreboard.record(summary)

    def summary(self, run: Run) -> Summary:
        """Figures of a run: live ones while it lasts, the frozen ones afterwards."""
        if run.state.ended and run.number in self.summaries:
            return self.summaries[run.number]
        return summarize(run)

    def steady(self, run: Run) -> Summary:
        """The same as of the last half-second window, as the scoreboard has it: what is said of one picture in several
        places must be one figure.
        """
        if self._steady is not None and self._steady[0] == run.number and not run.state.ended:
            return self._steady[1]
        return self.summary(run)

    # -- what workers and samplers say ------------------------------------------------------------------------

    def apply(self, envelopes: Iterable[tuple[int, Any]], now_ns: int) -> None:
        """Takes a batch of (handle, message), and brings what is derived from it up to date."""
        batch = list(envelopes)
        if self.log is not None and batch:
            self.log.said(batch, now_ns)
        known = False
        for handle, message in batch:
            if handle == 0:
                take_sample(self, message, now_ns)
                known = True
                continue
            run = self._handles.get(handle)
            take = self._takes.get(type(message))
            if run is not None and take is not None:
                take(run, message, now_ns)
                known = True
        if known:
            self._collect(now_ns)

    def _hello(self, run: Run, message: m.Hello, now_ns: int) -> None:
        if not 0 <= message.lane < LANES or message.worker in run.workers:
            return
        run.workers[message.worker] = WorkerRecord(
            message.worker, message.lane, message.pid, message.thread, message.nice, message.t_ns
        )
        lane = self.lanes.lanes[message.lane]
        lane.reach_ns = max(lane.reach_ns, message.t_ns)
        self._check_all_here(run, now_ns)

    def _check_all_here(self, run: Run, now_ns: int) -> None:
        """The measurement begins a moment after the last worker's hello."""
        lanes = {record.lane for record in run.workers.values()}
        if run.state is RunState.STARTING and lanes >= set(range(run.setting.workers)):
            run.to(RunState.RUNNING)
            hello = max(record.hello_ns for record in run.workers.values())
            run.measure_from_ns = max(hello, run.started_ns) + self.warm_up_ns
            run.window_at_ns = (run.measure_from_ns // RATE_BIN_NS + 1) * RATE_BIN_NS

    def _progress(self, run: Run, message: m.Progress, now_ns: int) -> None:
        record = run.workers.get(message.worker)
        if record is None:
            return
        before = record.last
        if not plausible(message, before, record.hello_ns, now_ns) or not self.lanes.add(
            record.lane, message.slices, message.t_ns, message.open_state if record.alive else -1
        ):
            record.lies += 1
            self.rejected += 1
            record.trouble = "sends figures that cannot be true; they are left out"
            return
        if not run.first_step_ns and message.steps and message.t_ns >= run.started_ns:
            run.first_step_ns = message.t_ns
        start = before.t_ns if before else record.hello_ns
        done = message.units - (before.units if before else 0.0)
        if message.states_ns[m.SUSPENDED] > (before.states_ns[m.SUSPENDED] if before else 0):
            self._suspended(run, record.lane, message, start, done)
        else:
            self.rates.add(record.lane, start, message.t_ns, done)
        record.last = account = Account.of(message)
        record.steps, record.printed = message.steps, message.printed
        self.gils.witnesses.inside(record.lane, message.t_ns, message.states_ns)
        record.idle = message.open_state == m.IDLE
        if record.base is None and run.measure_from_ns and message.t_ns >= run.measure_from_ns:
            record.base = account if before is None else before.towards(account, run.measure_from_ns)

    def _suspended(self, run: Run, lane: int, message: m.Progress, start_ns: int, done: float) -> None:
        """It was stopped for a while since its last message: it worked before and after, and not meanwhile."""
        spans = [(a, b) for state, a, b in m.unpack_slices(message.slices) if state == m.SUSPENDED and b > a]
        for a, b in spans:
            self.suspensions.add(a, b)
            # What was taken for a window without work was none.
            run.windows = [(t, rate) for t, rate in run.windows if t + _WINDOW_NS <= a or t >= b]
        edges = [start_ns, *(t for span in spans for t in span), message.t_ns]
        awake = [(max(a, start_ns), b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > max(a, start_ns)]
        total = sum(b - a for a, b in awake)
        for a, b in awake:
            self.rates.add(lane, a, b, done * (b - a) / total)

    def _lost(self, run: Run, worker: int, now_ns: int) -> WorkerRecord | None:
        """A worker that ended before it could say hello: it gets an empty lane, and nobody waits for it any more."""
        taken = {record.lane for record in run.workers.values()}
        lane = next((i for i in range(run.setting.workers) if i not in taken), None)
        if lane is None or run.state is not RunState.STARTING:
            return None
        record = run.workers[worker] = WorkerRecord(worker, lane, 0, 0, 0, now_ns)
        self._check_all_here(run, now_ns)
        return record

    def _goodbye(self, run: Run, message: m.Goodbye, now_ns: int) -> None:
        record = run.workers.get(message.worker)
        if record is None and message.outcome == "failed":
            record = self._lost(run, message.worker, now_ns)
        if record is None:
            return
        if message.outcome == "stopped" and record.lane >= run.setting.workers:
            del run.workers[message.worker]  # one too many since the last change: its lane goes with it
        record.alive = False
        record.exit = message.outcome
        self.lanes.close_lane(record.lane)
        if message.outcome == "failed":
            printed = f"\nIt printed last:\n{message.tail}" if message.tail else ""
            record.trouble = plain.one_line(message.error)
            record.details = plain.lines(message.traceback + printed, "\t")

    def _child_exit(self, run: Run, message: m.ChildExit, now_ns: int) -> None:
        if message.rung:
            run.rungs[message.rung] = run.rungs.get(message.rung, 0) + 1
        for worker in message.workers:
            record = run.workers.get(worker)
            if record is None and not message.rung:
                record = self._lost(run, worker, now_ns)
            if record is None or not record.alive:
                continue
            record.pid = record.pid or message.pid
            record.alive = False
            words = describe_exit(message.exitcode)
            self.lanes.close_lane(record.lane)
            if message.rung in ("terminate", "kill"):
                record.exit = "terminated" if message.rung == "terminate" else "killed"
                record.trouble = f"did not answer to Stop: {words}"
            else:
                record.exit = words
                record.trouble = words
                record.details = f"Process {message.pid}: {words}. It left no traceback."

    @staticmethod
    def _trouble(run: Run, message: m.Trouble, now_ns: int) -> None:
        if message.kind != m.INSTEAD:
            run.problem, run.remedy = message.text, message.remedy

    def _introduced(self, run: Run, message: Introduction, now_ns: int) -> None:
        """What a host of the run is. Each of a run's hosts says the same, but for a GIL that comes on again."""
        if run.introduced is not None and message.gil and not run.introduced.gil:
            self.markers.append(Marker(min(message.t_ns, now_ns), "GIL on again", run.setting.mode))
        run.introduced = message

    @property
    def quota(self) -> float | None:
        """Cores' worth of time that a CPU quota gives now, where it is less than the cores."""
        return self.quota_last.cores or None if self.quota_last is not None else None

    @property
    def cores_count(self) -> int:
        return self.cores.columns - 2

    def beat(self, t_ns: int, gap_ms: float) -> None:
        """One frame of the window: milliseconds since the one before."""
        if self.log is not None:
            self.log.beat(t_ns, gap_ms)
        self.heartbeat.append(t_ns, gap_ms)
        run = self.current
        if run is not None and run.state is RunState.RUNNING and t_ns >= run.measure_from_ns > 0:
            if gap_ms < LONG_GAP_MS or len(run.long_gaps) >= _MOST_LONG_GAPS:
                run.heartbeat.add(gap_ms)
            else:
                run.long_gaps.append((t_ns, gap_ms))

    def _settle_beats(self, run: Run, until_ns: int) -> None:
        """Frames that came very late count, unless the workers were suspended meanwhile: so was the window then."""
        for t_ns, gap_ms in [gap for gap in run.long_gaps if gap[0] <= until_ns]:
            run.long_gaps.remove((t_ns, gap_ms))
            if not self.suspensions.cover_gap(t_ns, gap_ms):
                run.heartbeat.add(gap_ms)

    # -- what is derived --------------------------------------------------------------------------------------

    def known_until(self, now_ns: int) -> int:
        """Up to when the rates are complete: the slowest living worker's last word, at most 1.5 s ago."""
        run = self.current
        if run is None or run.state.ended:
            return now_ns
        reach = [r.last.t_ns if r.last else r.hello_ns for r in run.alive]
        return max(min(reach, default=now_ns), now_ns - 1_500_000_000)

    def _collect(self, now_ns: int) -> None:
        """The half-second windows of the current run, and its line on the scoreboard.

        Only when something was said: what is measured must follow from what was said alone, or a recording of it
        would not give the same figures again.
        """
        run = self.current
        if run is None or run.state is not RunState.RUNNING or not run.window_at_ns:
            return
        until = self.known_until(now_ns)
        self._settle_beats(run, until)
        run.window_at_ns = max(run.window_at_ns, until - MOST_WINDOWS * _WINDOW_NS)  # after a long sleep, say
        fresh = False
        while run.window_at_ns + _WINDOW_NS <= until:
            _, rates = self.rates.between(run.window_at_ns, run.window_at_ns + _WINDOW_NS)
            # Bins that nothing has reached yet, though everybody has spoken since, are bins without any work.
            if not self.suspensions.touch(run.window_at_ns, run.window_at_ns + _WINDOW_NS):
                run.windows.append((run.window_at_ns, float(rates.sum()) / (_WINDOW_NS // RATE_BIN_NS)))
            del run.windows[:-MOST_WINDOWS]
            run.window_at_ns += _WINDOW_NS
            fresh = True
        if fresh:
            summary = summarize(run)
            self._steady = (run.number, summary)
            self.scoreboard.record(summary)

    def core_means(self) -> list[float]:
        """Mean percent of each core over the current run's measured stretch; empty before two samples."""
        first, last = self.core_first, self.core_last
        if first is None or last is None or last.t_ns <= first.t_ns:
            return []
        return [
            round(100 * (b - a) / (t - s), 2) if t > s else 0.0
            for a, b, s, t in zip(first.busy_s, last.busy_s, first.total_s, last.total_s, strict=True)
        ]


def _copied(state: dict[str, Any]) -> dict[str, Any]:
    """What changes, once more; what does not change any more is shared.

    A run that has ended is left alone, but for the newest: its workers go when another one begins.
    """
    runs = state["runs"]
    memo: dict[int, Any] = {id(run): run for run in runs[:-1] if run.state.ended}
    memo |= {id(run.setting): run.setting for run in runs}
    shared = {"summaries": dict, "markers": list}
    return {
        name: shared[name](value) if name in shared else copy.deepcopy(value, memo) for name, value in state.items()
    }
