"""Sessions, messages and summaries made by hand, in round numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grandstand.engine import messages as m
from grandstand.session.run import Run, Setting
from grandstand.session.session import Session
from grandstand.session.summary import Summary, WorkerSummary
from grandstand.vocabulary.states import KEYS

MS = 1_000_000
S = 1_000_000_000
T0 = 1_000 * S
"""When everything begins, in ns of the monotonic clock."""
HANDLE = 7
PARAMETERS = (("batch", 60.0), ("size", 100_000.0))
STATES = m.STATE_COUNT


def setting(
    workers: int = 2, mode: str = "threads", workload: str = "primes", parameters: Any = PARAMETERS
) -> Setting:
    return Setting(workload, mode, workers, parameters)


def hello(worker: int, t_ns: int = T0, lane: int | None = None, pid: int = 4_000) -> m.Hello:
    """Worker n sits in lane n - 1 unless told."""
    return m.Hello(worker, worker - 1 if lane is None else lane, t_ns, pid, pid + worker, 10)


def progress(worker: int, t_ns: int, units: float, began_ns: int = T0, **changes: Any) -> m.Progress:
    """A worker that has computed for half of its life and waited for the GIL for the other half."""
    wall = t_ns - began_ns
    states = [0] * STATES
    states[m.COMPUTING], states[m.GIL] = wall // 2, wall - wall // 2
    said = m.Progress(worker, t_ns, units, int(units), tuple(states), wall // 2, m.COMPUTING, b"", 0)
    return said._replace(**changes)


def goodbye(worker: int, t_ns: int, outcome: str = "stopped", **more: str) -> m.Goodbye:
    return m.Goodbye(worker, t_ns, outcome, more.get("error", ""), more.get("traceback", ""), more.get("tail", ""))


def slices(*triples: tuple[int, int, int]) -> bytes:
    """(state, start ms, end ms) after T0, packed."""
    return m.pack_slices([x for s, a, b in triples for x in (s, T0 + a * MS, T0 + b * MS)])


class Stage:
    """A session and one run of ``workers`` in it, fed by hand. ``say`` takes messages of the run's handle."""

    def __init__(self, workers: int = 2, mode: str = "threads", cores: int = 2, options: Any = ()) -> None:
        self.session = Session(cores)
        self.now = T0
        self.run: Run = self.session.begin_run(HANDLE, replace(setting(workers, mode), options=options), T0, mode)

    def say(self, *messages: Any, handle: int = HANDLE, now: int | None = None) -> None:
        if now is not None:
            self.now = now
        times = [getattr(message, "t_ns", T0) for message in messages]
        self.now = now if now is not None else max(self.now, *times)
        self.session.apply([(handle, message) for message in messages], self.now)

    def all_hello(self) -> None:
        self.say(*(hello(n + 1) for n in range(self.run.setting.workers)))

    def again(self, t_ns: int, **changes: Any) -> Run:
        """Another setting for the same workers."""
        self.run = self.session.begin_run(HANDLE, setting(**changes), t_ns, "changed")
        return self.run

    def record(self, worker: int) -> Any:
        return self.run.workers[worker]


def worker_summary(number: int = 1, **changes: Any) -> WorkerSummary:
    values: dict[str, Any] = {
        "id": number, "pid": 4_000, "thread": 4_000 + number, "units": 1_000.0, "seconds": 2.0,
        "cpu_seconds": 1.0, "states": {}, "exit": "running", "trouble": "", "details": "", "printed": 0,
    }  # fmt: skip
    return WorkerSummary(**{**values, **changes})


def summary(
    mode: str = "threads", workers: int = 4, per_second: float = 1_000.0, seconds: float = 5.0, **more: Any
) -> Summary:
    """``states`` in seconds by key, the rest of them 0; computing for 10 s unless told."""
    states = {**dict.fromkeys(KEYS, 0.0), **more.pop("states", {"computing": 10.0})}
    values: dict[str, Any] = {
        "setting": more.pop("setting", setting(workers, mode)), "per_second": per_second, "seconds": seconds,
        "low": None, "high": None, "cpu_cores": 1.0, "states": states,
        "workers": more.pop("records", tuple(worker_summary(n + 1) for n in range(workers))),
        "start_up_seconds": 0.1,
    }  # fmt: skip
    return Summary(**{**values, **more})
