"""What the tests of the engine share: workers run in threads of this process, and what they said."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from grandstand.engine import messages as m
from grandstand.engine import printed
from grandstand.engine.loop import Control, Worker, run_worker
from grandstand.vocabulary.states import KEYS

MISBEHAVING = "tests.engine.misbehaving:"


class Said(list[Any]):
    """Messages in the order of their coming."""

    def of(self, kind: type) -> list[Any]:
        return [x for x in self if isinstance(x, kind)]

    def last(self, kind: type, worker: int = 1) -> Any:
        return [x for x in self.of(kind) if x.worker == worker][-1]

    def states(self, worker: int = 1) -> dict[str, float]:
        """The worker's last account in seconds by state."""
        account = self.last(m.Progress, worker).states_ns
        return {key: ns / 1e9 for key, ns in zip(KEYS, account, strict=True)}

    def wall(self, worker: int = 1) -> float:
        """Seconds from hello to goodbye."""
        return float(self.last(m.Goodbye, worker).t_ns - self.last(m.Hello, worker).t_ns) / 1e9


def spec_of(
    workload: str,
    worker: int = 1,
    flush_ms: float = 20,
    environment: dict[str, str] | None = None,
    **parameters: float,
) -> m.WorkerSpec:
    """A worker of a built-in workload (its defaults, with ``parameters`` on top) or of a misbehaving one."""
    if workload[0].isupper():
        return m.WorkerSpec(
            worker, worker - 1, MISBEHAVING + workload, parameters, environment or {}, int(flush_ms * 1e6)
        )
    from grandstand.engine.workloads import load

    values = load(workload).check_parameters(parameters)
    return m.WorkerSpec(worker, worker - 1, workload, values, environment or {}, int(flush_ms * 1e6))


Run = Callable[..., Said]


@pytest.fixture
def run_for() -> Iterator[Run]:
    """``run_for(seconds, *specs)``: runs each in a thread; returns what they said. Ends them in any case."""
    controls: list[Control] = []
    threads: list[threading.Thread] = []

    def run(seconds: float, *specs: m.WorkerSpec, meanwhile: Callable[[list[Control]], None] | None = None) -> Said:
        said = Said()
        mine = [Control(dict(spec.parameters)) for spec in specs]
        own = [
            threading.Thread(target=lambda s=s, c=c: run_worker(Worker(s, said.append, c)))
            for s, c in zip(specs, mine, strict=True)
        ]
        controls.extend(mine)
        threads.extend(own)
        for thread in own:
            thread.start()
        until = time.monotonic() + seconds
        if meanwhile is not None:
            meanwhile(mine)
        while time.monotonic() < until and any(thread.is_alive() for thread in own):
            time.sleep(0.01)
        for control in mine:
            control.stop = True
        for thread in own:
            thread.join(20)
            assert not thread.is_alive(), "a worker did not stop"
        return said

    yield run
    for control in controls:
        control.stop = True
    for thread in threads:
        thread.join(20)


@contextmanager
def routed() -> Iterator[None]:
    """Printing of workers goes to their tails, as in a child. (No fixture: pytest swaps sys.stdout after those.)"""
    printed.install()
    try:
        yield
    finally:
        printed.uninstall()
