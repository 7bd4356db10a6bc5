"""A mode run as the command line runs it: this thread turns the pump, and what was said is kept."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import psutil
from grandstand import modes
from grandstand.engine import messages as m
from grandstand.hosts import base, start_methods
from grandstand.hosts.pump import Done, Envelope, Pump

PATIENCE = 30.0
"""Seconds that a test waits for what should come at once: the machine may be very busy."""
STOP_PROMISE = 2.0
GRACE = 1.0
"""What a busy machine may add to a promise."""
GENTLE = base.Patience(flag=20.0, terminate=5.0)
"""For who stops by itself: on a very busy machine a polite worker may need longer than Stop's promise allows."""
MISBEHAVING = "tests.engine.misbehaving:"


class Running:
    """A started run. Use it in a ``with``: it is ended in any case."""

    def __init__(
        self,
        mode: str,
        workload: str,
        workers: int = 2,
        start_method: str = "",
        environment: dict[str, str] | None = None,
        lower_priority: bool = True,
        **parameters: float,
    ) -> None:
        self.said: list[Any] = []
        self.pump = Pump(self._hear)
        self.done_said = False
        if workload[0].isupper():
            workload = MISBEHAVING + workload
        self._marks = tempfile.TemporaryDirectory()
        environment = {"mark": f"{self._marks.name}/mark", **(environment or {})}
        options = modes.load(mode).complete((("start_method", start_method),))
        spec = base.RunSpec(workload, dict(parameters), workers, options, environment, lower_priority=lower_priority)
        handle: Any = base.host_of(modes.load(mode)).start(modes.load(mode), spec, self._hear)
        self.handle = handle
        self.pump.attach(self.handle)

    def _hear(self, batch: list[Envelope]) -> None:
        for ident, message in batch:
            if isinstance(message, Done):
                assert ident == self.handle.ident
                self.done_said = True
            else:
                assert not self.done_said, "something was said after Done"
                self.said.append(message)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.pump.close()
        self._marks.cleanup()

    # -- turning ----------------------------------------------------------------------------------------------

    def until(self, enough: Callable[[], Any], patience: float = PATIENCE) -> None:
        """Turns the pump until ``enough()``."""
        give_up = time.monotonic() + patience
        while not enough():
            assert time.monotonic() < give_up, self.tell()
            self.pump.turn(0.02)

    def turn_for(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.pump.turn(0.02)

    def until_working(self, workers: int) -> None:
        """Until so many workers have said hello and made steps."""
        self.until(lambda: len(self.hellos()) >= workers and len(self.working()) >= workers)

    def until_misbehaving(self, *workers: int) -> None:
        """Until these have begun to do what they should not."""
        self.until(lambda: all(os.path.exists(f"{self._marks.name}/mark.{worker}") for worker in workers))
        self.turn_for(0.05)

    def stop(self, patience: base.Patience = GENTLE) -> float:
        """Stops; returns the seconds until nothing was left."""
        began = time.monotonic()
        self.handle.stop(patience)
        self.until_done()
        return time.monotonic() - began

    def until_done(self) -> None:
        self.until(lambda: self.done_said)
        assert self.handle.done
        assert self.pump.idle

    def tell(self) -> str:
        """What was said, for a failing test."""
        steps = {x.worker: x.steps for x in self.of(m.Progress)}
        others = [str(x)[:200] for x in self.said if not isinstance(x, m.Progress)]
        return f"steps {steps}; " + "; ".join(others[-12:])

    # -- what was said ----------------------------------------------------------------------------------------

    def of(self, kind: type) -> list[Any]:
        return [x for x in self.said if isinstance(x, kind)]

    def hellos(self) -> dict[int, m.Hello]:
        """By worker."""
        return {x.worker: x for x in self.of(m.Hello)}

    def goodbyes(self) -> dict[int, m.Goodbye]:
        """By worker."""
        return {x.worker: x for x in self.of(m.Goodbye)}

    def progress(self) -> dict[int, m.Progress]:
        """The last of each worker."""
        return {x.worker: x for x in self.of(m.Progress)}

    def working(self) -> set[int]:
        return {x.worker for x in self.progress().values() if x.steps}

    def units(self, worker: int) -> float:
        last = self.progress().get(worker)
        return last.units if last is not None else 0.0

    def rungs(self) -> list[str]:
        return [x.rung for x in self.of(m.ChildExit)]

    def pid_of(self, worker: int) -> int:
        return int(self.hellos()[worker].pid)


def combinations() -> list[tuple[str, str]]:
    """Every mode that runs in child processes, with every start method there is."""
    terminal = base.Surroundings(window=False)
    keys = [mode.key for mode in modes.every() if base.available(mode, mode.complete(()), terminal).ok]
    return [(key, method) for key in keys for method in start_methods.offered()]


def helpers() -> set[int]:
    """Process ids of multiprocessing's own helpers, which live as long as the app."""
    pids = set()
    for name, attribute in (("forkserver", "_forkserver"), ("resource_tracker", "_resource_tracker")):
        module = sys.modules.get(f"multiprocessing.{name}")
        helper = getattr(module, attribute, None)
        for field in ("_forkserver_pid", "_pid"):
            pid = getattr(helper, field, None)
            if pid:
                pids.add(pid)
    return pids


def fork_server_pid() -> int:
    from multiprocessing import forkserver

    return int(forkserver._forkserver._forkserver_pid)  # type: ignore[attr-defined]


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; one that nobody has buried yet does not."""
    found = []
    for process in processes:
        try:
            if process.is_running() and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def descendants() -> list[psutil.Process]:
    """Children of this process and theirs, without multiprocessing's helpers."""
    return [p for p in living(psutil.Process().children(recursive=True)) if p.pid not in helpers()]


def gone_within(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that are still there after ``seconds``."""
    until = time.monotonic() + seconds
    while True:
        left = living(processes)
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.02)


def open_handles() -> int:
    """File handles of this process."""
    return len(os.listdir("/proc/self/fd")) if sys.platform.startswith("linux") else 0
