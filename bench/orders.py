"""What a driven app obeys, with a window or without: the orders and their answers. Model thread; Qt-free.

Every order is a method that takes what the order brings and returns what goes into the answer. Instants are
nanoseconds of the monotonic clock that all processes of a machine share.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path
from typing import Any

from grandstand.control.controller import Controller
from grandstand.engine import messages as m
from grandstand.engine.clocks import now_ns
from grandstand.session.run_state import RunState


class Orders:
    """The orders that need no window."""

    def __init__(self, controller: Controller) -> None:
        self.controller = controller
        self.arrivals: Arrivals | None = None

    def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        """Carries out one order ({'do': name, …}); a refused one answers with 'error'."""
        name = order.pop("do")
        try:
            return getattr(self, f"do_{name}")(**order) or {}
        except (ValueError, KeyError, AttributeError) as problem:
            return {"error": f"{name}: {problem}"}

    def do_hello(self) -> dict[str, Any]:
        return {"pid": os.getpid(), "t_ns": now_ns()}

    def do_choose(self, **changes: Any) -> dict[str, Any]:
        t = now_ns()
        self.controller.choose(**changes)
        return {"t_ns": t}

    def do_start(self) -> dict[str, Any]:
        t = now_ns()
        self.controller.start()
        return {"t_ns": t}

    def do_stop(self) -> dict[str, Any]:
        t = now_ns()
        self.controller.stop()
        return {"t_ns": t}

    def do_state(self) -> dict[str, Any]:
        """Where the newest run stands; ``elapsed``: measured seconds so far."""
        controller = self.controller
        run = controller.session.current
        if run is None:
            return {"active": controller.active, "state": "idle", "elapsed": 0.0, "workers": 0}
        running = run.state is RunState.RUNNING and run.measure_from_ns
        return {
            "active": controller.active,
            "state": run.state.value,
            "run": run.number,
            "elapsed": max(0.0, (now_ns() - run.measure_from_ns) / 1e9) if running else 0.0,
            "workers": len(run.alive),
            "problem": run.problem,
        }

    def do_figures(self) -> dict[str, Any]:
        """The newest run's figures, and its workers' totals."""
        session = self.controller.session
        run = session.current
        if run is None:
            raise ValueError("nothing has run")
        summary = session.summary(run)
        return {
            "per_second": summary.per_second,
            "seconds": summary.seconds,
            "units": sum(w.units for w in summary.workers),
            "cpu_seconds": sum(w.cpu_seconds for w in summary.workers),
            "cpu_cores": summary.cpu_cores,
            "lost": session.rejected,
            "states": summary.states,
        }

    def do_pids(self) -> dict[str, Any]:
        """Processes of the workers that are there, in lane order."""
        run = self.controller.session.current
        return {"pids": [record.pid for record in run.present if record.alive] if run is not None else []}

    def do_switch(self, **changes: Any) -> dict[str, Any]:
        """A change of choice whose new workers are waited for; ``arrived`` tells how far they are."""
        if self.arrivals is None:
            self.arrivals = Arrivals(self.controller)
        self.arrivals.begin()
        return self.do_choose(**changes)

    def do_arrived(self) -> dict[str, Any]:
        assert self.arrivals is not None
        return {"hellos": self.arrivals.hellos(), "first_steps": self.arrivals.first_steps()}

    def do_ages(self) -> dict[str, Any]:
        """How old each message of a worker was when it reached the model, ms, since the last time this was asked."""
        if self.arrivals is None:
            self.arrivals = Arrivals(self.controller)
        ages, self.arrivals.ages = self.arrivals.ages, []
        return {"ages": ages}


class Arrivals:
    """When each new worker said hello, when it first told of a step done, and how old the news are.

    A worker tells of its steps some thirty times a second, so its first step was up to a message's time earlier
    than what counts here: the figure is never flattering.
    """

    def __init__(self, controller: Controller) -> None:
        self._apply = controller.session.apply
        self._hellos: dict[tuple[int, int], int] = {}
        self._first: dict[tuple[int, int], int] = {}
        self.ages: list[float] = []
        controller.session.apply = self._listen  # type: ignore[method-assign,assignment]

    def begin(self) -> None:
        self._hellos.clear()
        self._first.clear()

    def hellos(self) -> list[int]:
        return list(self._hellos.values())

    def first_steps(self) -> list[int]:
        return list(self._first.values())

    def _listen(self, batch: list[Any], now: int) -> None:
        for handle, message in batch:
            if isinstance(message, m.Hello):
                self._hellos[handle, message.worker] = message.t_ns
            elif isinstance(message, m.Progress):
                self.ages.append((now - message.t_ns) / 1e6)
                key = (handle, message.worker)
                if message.steps and key in self._hellos and key not in self._first:
                    self._first[key] = message.t_ns
        self._apply(batch, now)


class BeatFile:
    """Instants of the window's frames in shared memory, so that even a frozen window's last one can be read.

    Writing is two stores that give nothing away, neither a core nor the interpreter.
    """

    ROOM = 100_000

    def __init__(self, path: Path, create: bool = False) -> None:
        if create:
            path.write_bytes(b"\0" * 8 * (self.ROOM + 1))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)

    def add(self, t_ns: int) -> None:
        count = struct.unpack_from("q", self._map, 0)[0]
        if count < self.ROOM:
            struct.pack_into("q", self._map, 8 * (count + 1), t_ns)
            struct.pack_into("q", self._map, 0, count + 1)

    def instants(self) -> list[int]:
        count = struct.unpack_from("q", self._map, 0)[0]
        return list(struct.unpack_from(f"{count}q", self._map, 8))

    def close(self) -> None:
        self._map.close()
