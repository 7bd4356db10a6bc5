"""The controller: turns wishes (start, switch, this many workers) into runs. Model thread; the one writer's hand.

Wishes change ``choice`` at once; a running session follows within a tick or two, so that a slider being dragged
makes one change and not forty. Nothing here waits: what takes time happens on the pump's thread or a helper's, and
comes back through the inbox.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from grandstand import modes, plain
from grandstand.control import catalogue, named
from grandstand.control.choice import Choice, changed
from grandstand.engine import messages as m
from grandstand.engine import workloads
from grandstand.engine.clocks import now_ns
from grandstand.hosts import base
from grandstand.hosts.pump import Done, Envelope, Pump
from grandstand.observe.gil_feed import GilFeed
from grandstand.observe.machine import Machine, machine, whole_cores
from grandstand.observe.sampler import Sampler
from grandstand.session.run import Run
from grandstand.session.run_state import RunState
from grandstand.session.session import Session

if TYPE_CHECKING:
    from grandstand.hosts.page_server import PageServer, PageServerError

_SETTLED_S = 0.12
_MISSED_NS = 500_000_000
"""Between two ticks; a longer gap was none of ours."""
_PATIENT_S = 0.35
_INBOX_MOST = 20_000
_BATCH_MOST = 4_000


@dataclass(frozen=True)
class Notice:
    """Something a person should read. ``level``: info, warning or error."""

    level: str
    text: str
    remedy: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", plain.one_line(self.text))
        object.__setattr__(self, "remedy", plain.lines(self.remedy))


class Controller:
    """One session and the hands on it. ``window``: Qt runs in this process."""

    def __init__(self, window: bool = False) -> None:
        self.where = base.Surroundings(window)
        self.session = Session(len_cores())
        self.sampler = Sampler()
        self.pump = Pump(self.deliver)
        self.pump.every_turn(self.sampler)
        self.gil_feed = GilFeed()
        self.pump.every_turn(self.gil_feed)
        self.notices: deque[Notice] = deque(maxlen=50)
        self.revision = 0
        self.choice = first_choice()
        self._inbox: deque[Envelope] = deque(maxlen=_INBOX_MOST)
        self._handle: base.RunHandle | None = None
        self._running: Choice | None = None
        self._fallback: Choice | None = None
        self._retiring: dict[int, tuple[base.RunHandle, Run, RunState]] = {}
        self._want = False
        self._changed_at = self._changed_first = 0.0
        self._server: PageServer | None = None
        self._server_wanted = False
        self._pids: frozenset[int] = frozenset()
        self._stop_asked_at = 0.0
        self._ticked_ns = 0
        self._missed: deque[tuple[int, int]] = deque(maxlen=100)

    # -- what is going on -------------------------------------------------------------------------------------

    @property
    def machine(self) -> Machine:
        """Where the session is measured."""
        return machine()

    @property
    def replayed(self) -> bool:
        """Never: new runs begin here."""
        return False

    @property
    def made_on(self) -> str:
        """The session's day, as YYYY-MM-DD."""
        return datetime.fromtimestamp(self.session.began_s).astimezone().date().isoformat()

    @property
    def state(self) -> RunState:
        """Of the session as a person sees it."""
        if self._want and self._handle is None:
            return RunState.STARTING
        if self._handle is None and self._retiring:
            return RunState.STOPPING
        run = self.session.current
        return run.state if run is not None else RunState.IDLE

    @property
    def active(self) -> bool:
        """True while something runs, starts or stops."""
        return self._want or self._handle is not None or bool(self._retiring)

    @property
    def wanted(self) -> bool:
        """True from Start until Stop."""
        return self._want

    def missed_s(self, start_ns: int, end_ns: int) -> float:
        """Seconds of a stretch in which nobody called ``tick``: this process was stopped, or kept from its work."""
        missed = list(self._missed)
        if self._ticked_ns and end_ns - self._ticked_ns > _MISSED_NS:  # the stop came after the last tick
            missed.append((self._ticked_ns, end_ns))
        return sum(max(0, min(b, end_ns) - max(a, start_ns)) for a, b in missed) / 1e9

    def measured_s(self, run: Run, now: int) -> float:
        """For how long ``run`` has been measured, without the time in which everybody was suspended."""
        if not run.measure_from_ns:
            return 0.0
        suspended = min(
            (
                (r.last.states_ns[m.SUSPENDED] - r.base.states_ns[m.SUSPENDED]) / 1e9
                for r in run.alive
                if r.last is not None and r.base is not None
            ),
            default=0.0,
        )
        # This process may have been stopped with its workers, and they have not told yet.
        missed = max(suspended, self.missed_s(run.measure_from_ns, now))
        return (now - run.measure_from_ns) / 1e9 - missed

    # -- wishes -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._want = True
        self._fallback = None
        self._touch()
        self._follow(force=True)

    def stop(self) -> None:
        self._want = False
        self._touch()
        if self._handle is not None:
            self._stop_asked_at = time.monotonic()
            self._retire(base.STOP, RunState.FINISHED)

    def choose(self, **changes: Any) -> None:
        """New workload, mode, workers, parameters or options (dicts, checked here), python (a pythons.Python or None).

        Raises ValueError or KeyError with a clear text, and changes nothing, for what cannot be.
        """
        choice = changed(self.choice, changes, self.where)
        if choice != self.choice:
            self.choice = choice
            now = time.monotonic()
            self._changed_at = now
            self._changed_first = self._changed_first or now
            self._touch()

    # -- what comes back --------------------------------------------------------------------------------------

    def deliver(self, batch: list[Envelope]) -> None:
        """Any thread: puts messages into the inbox. A full one forgets the oldest."""
        self._inbox.extend(batch)

    def tick(self) -> None:
        """Once a frame: takes what has come, applies it, follows the choice."""
        batch: list[Envelope] = []
        for _ in range(_BATCH_MOST):
            try:
                batch.append(self._inbox.popleft())
            except IndexError:
                break
        now = now_ns()
        if self._ticked_ns and now - self._ticked_ns > _MISSED_NS:
            self._missed.append((self._ticked_ns, now))
        self._ticked_ns = now
        if batch:
            before = self.session.current.state if self.session.current else None
            self.session.apply(batch, now)
            for envelope in batch:
                self._notice(envelope, now)
            after = self.session.current.state if self.session.current else None
            if before is not after:
                self._touch()
            self._watch_pids()
        self._follow()

    def close(self) -> None:
        """Ends everything; the pump's own thread must have ended or be this one."""
        self._want = False
        self.pump.close()
        self.gil_feed.close()
        if self._server is not None:
            self._server.close()
            self._server = None

    # -- inside -----------------------------------------------------------------------------------------------

    def _touch(self) -> None:
        self.revision += 1

    def _follow(self, force: bool = False) -> None:
        """Brings what runs in line with the choice, once the choice has settled."""
        now = time.monotonic()
        if not self._want:
            return
        if not force and self._handle is not None:
            if self._running is not None and self._running.setting() == self.choice.setting():
                self._changed_first = 0.0
                return
            if now - self._changed_at < _SETTLED_S and now - self._changed_first < _PATIENT_S:
                return
        self._changed_first = 0.0
        if self._handle is None:
            if not self._retiring:
                self._launch()
            return
        running, choice = self._running, self.choice
        if running is None or running.setting() == choice.setting():
            return
        like = replace(choice, workers=running.workers, parameters=running.parameters)
        same = like.setting() == running.setting()
        if same:
            self._adjust(running, choice)
        else:
            self._fallback = running
            self._retire(base.SWITCH, RunState.FINISHED)

    def _adjust(self, running: Choice, choice: Choice) -> None:
        """Workers and parameters change without a stop."""
        assert self._handle is not None
        now = now_ns()
        parts = []
        if choice.workers != running.workers:
            self._handle.resize(choice.workers)
            parts.append(f"{choice.workers} worker{'s' if choice.workers > 1 else ''}")
        if choice.parameters != running.parameters:
            self._handle.set_parameters(dict(choice.parameters))
            old = dict(running.parameters)
            about = choice.setting().about
            parts += [about.told(key, value) for key, value in choice.parameters if old.get(key) != value]
        self._fallback = running
        self._running = choice
        self.session.begin_run(self._handle.ident, choice.setting(), now, ", ".join(parts))
        self._touch()

    def _launch(self) -> None:
        choice = self.choice
        workload = catalogue.workload(choice.workload)
        environment: dict[str, str] = named.environment(choice.workload, _processes(choice))
        if workload.needs_server:
            if self._server is None or not self._server.address:
                self._start_server()
                return
            environment["server"] = self._server.address
        mode, setting = modes.load(choice.mode), choice.setting()
        spec = base.RunSpec(
            workloads.reference(choice.workload),
            dict(choice.parameters),
            choice.workers,
            mode.complete(choice.options),
            environment,
            python=setting.python,
        )
        now = now_ns()
        host = base.host_of(mode)
        handle = host.start(mode, spec, self.deliver)
        self._handle, self._running = handle, choice
        last = self.session.current
        other = last is not None and last.setting.workload != choice.workload
        variant = mode.variant(choice.options)
        name = f"{mode.title}{setting.under}, {variant}" if variant else f"{mode.title}{setting.under}"
        text = f"{workload.title}: {name}" if other else name
        self.session.begin_run(handle.ident, setting, now, text)
        if host.pumped:
            self.pump.attach(handle)  # type: ignore[arg-type]
        self._touch()

    def _retire(self, patience: base.Patience, state: RunState) -> None:
        handle, self._handle, self._running = self._handle, None, None
        run = self.session.current
        assert handle is not None
        assert run is not None
        if run.state is RunState.STARTING:
            state = RunState.CANCELLED
        self.session.stop_run(run, now_ns())
        handle.stop(patience)
        self._retiring[handle.ident] = (handle, run, state)
        self._touch()

    def _notice(self, envelope: Envelope, now: int) -> None:
        ident, message = envelope
        if isinstance(message, _ServerUp):
            self._server_wanted = False
            if message.error is not None:
                self._no_server(message.error)
            self._touch()
        elif isinstance(message, Done):
            self._ended(ident, now)
        elif isinstance(message, m.Trouble):
            self._trouble(ident, message)

    def _ended(self, ident: int, now: int) -> None:
        """Nothing is left of a handle."""
        self._touch()
        retired = self._retiring.pop(ident, None)
        if retired is not None:
            _, run, state = retired
            self.session.end_run(run, state, now)
            hard = run.rungs.get("terminate", 0) + run.rungs.get("kill", 0)
            if hard and not self._want:
                took = time.monotonic() - self._stop_asked_at
                how = "killed" if run.rungs.get("kill") else "terminated"
                self.notices.append(
                    Notice(
                        "warning",
                        f"Stopped after {took:.1f} s: {hard} worker process{'es' if hard > 1 else ''} "
                        f"did not answer and had to be {how}.",
                    )
                )
        elif self._handle is not None and self._handle.ident == ident:
            run = self.session.current  # type: ignore[assignment]
            self._handle = self._running = None
            self.session.end_run(run, RunState.FAILED, now)
            if run.workers or not self._go_back():
                self._want = False

    def _go_back(self) -> bool:
        """To what ran before the last change, if there was something; the next tick starts it."""
        if self._fallback is None or self._fallback == self.choice:
            return False
        self.choice, self._fallback = self._fallback, None
        self.notices.append(Notice("info", "Went back to what ran before."))
        return True

    def _no_server(self, error: PageServerError) -> None:
        if not self._want or self._handle is not None or not catalogue.workload(self.choice.workload).needs_server:
            return  # nobody waits for it any more
        self.notices.append(Notice("error", error.args[0], error.remedy))
        if not self._go_back():
            self._want = False

    def _trouble(self, ident: int, trouble: m.Trouble) -> None:
        self.notices.append(Notice("warning" if trouble.kind == m.INSTEAD else "error", trouble.text, trouble.remedy))
        if trouble.kind != "resize" or self._handle is None or self._handle.ident != ident:
            return
        assert self._running is not None
        there = max(1, len({r.lane for r in self.session.current.alive})) if self.session.current else 1
        workers = self._fallback.workers if self._fallback is not None else there
        self.choice = replace(self.choice, workers=workers)  # it may hold newer wishes that still have to be followed
        back = self._running = replace(self._running, workers=workers)
        self._handle.resize(workers)
        text = f"back to {workers} worker{'s' if workers > 1 else ''}"
        self.session.begin_run(ident, back.setting(), now_ns(), text)

    def _start_server(self) -> None:
        """In a helper's thread: starting it takes longer than a frame."""
        if self._server_wanted:
            return
        from grandstand.hosts.page_server import PageServer, PageServerError

        self._server_wanted = True
        server = self._server = PageServer()

        def work() -> None:
            error: PageServerError | None = None
            try:
                server.start()
            except PageServerError as problem:
                error = problem
            self.deliver([Envelope(-1, _ServerUp(error))])
            self.pump.wake()

        threading.Thread(target=work, name="page server starter", daemon=True).start()

    def _watch_pids(self) -> None:
        run = self.session.current
        pids = {r.pid for r in run.alive} if run is not None else set()
        self.gil_feed.watch(frozenset(pids))
        if self._server is not None and self._server.pid:
            pids.add(self._server.pid)
        me = frozenset(pids)
        if me != self._pids:
            self._pids = me
            self.sampler.watch(me)


@dataclass(frozen=True)
class _ServerUp:
    error: PageServerError | None


def _processes(choice: Choice) -> int:
    """How many worker processes there will be, to share what memory there is."""
    return choice.workers if modes.described(choice.mode).own_process else 1


def first_choice() -> Choice:
    """What is chosen until somebody chooses: the first workload in the usual mode, in twice as many workers as cores,
    four at most."""
    first = catalogue.workload_classes()[0]
    workers = min(4, 2 * whole_cores())
    return Choice(first.key, modes.usual().key, workers, tuple(sorted(first.defaults().items())))


def len_cores() -> int:
    """Cores that the sampler reports on (all of the machine's, also those that we may not use)."""
    import psutil

    return psutil.cpu_count() or 1
