"""The entry point of child processes: orders that come early, what a guest owes to its host, and how it leaves."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
from grandstand.engine import child, meter
from grandstand.engine import messages as m
from grandstand.engine.clocks import SchedulerClock
from grandstand.engine.crew import Crew
from grandstand.engine.runners import threads

from tests.engine.conftest import MISBEHAVING, spec_of

PATIENCE = 30.0
SHAPES = (child.SINGLE, child.THREADS, child.TURNS)


class Process:
    """A child of this test, and the app's side of its pipes."""

    def __init__(self, plan: child.ChildPlan) -> None:
        context = multiprocessing.get_context("spawn")
        receive, self.orders = context.Pipe(duplex=False)
        self.queue: Any = context.Queue()
        self.process = context.Process(target=child.child_main, args=(self.queue, receive, plan), daemon=True)
        self.process.start()
        receive.close()
        self.said: list[Any] = []

    def until(self, enough: Callable[[list[Any]], Any]) -> list[Any]:
        """Reads until ``enough(said)``; returns what was said."""
        give_up = time.monotonic() + PATIENCE
        while not enough(self.said):
            assert time.monotonic() < give_up, self.said
            try:
                said = self.queue.get(timeout=0.1)
                self.said += said.messages if isinstance(said, m.Batch) else [said]
            except queue.Empty:
                assert self.process.is_alive() or enough(self.said), (self.process.exitcode, self.said)
        return self.said

    def close(self) -> None:
        self.process.kill()
        self.process.join(PATIENCE)
        self.process.close()
        self.orders.close()
        self.queue.close()
        self.queue._reader.close()
        self.queue._writer.close()


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Process]]:
    """``start(shape, *specs)``: a real child process."""
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)  # or each child would import pytest
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)
    started: list[Process] = []

    def begin(shape: str, *specs: m.WorkerSpec, lower_priority: bool = True) -> Process:
        process = Process(child.ChildPlan(shape, specs, os.getpid(), lower_priority))
        started.append(process)
        return process

    yield begin
    for process in started:
        process.close()


def goodbyes(count: int) -> Callable[[list[Any]], bool]:
    return lambda said: sum(isinstance(x, m.Goodbye) for x in said) >= count


def has(kind: type) -> Callable[[list[Any]], bool]:
    return lambda said: any(isinstance(x, kind) for x in said)


class _Out(list[Any]):
    """Stands for the queue."""

    def put(self, said: Any) -> None:
        self += said.messages if isinstance(said, m.Batch) else [said]

    put_nowait = put


def run_here(shape: str, *orders: Any) -> _Out:
    """A child without a process, which finds ``orders`` before it has run a single line."""
    out = _Out()
    here = Crew(child.ChildPlan(shape, (spec_of("Behaves", 1), spec_of("Behaves", 2)), 0, False), out)
    for order in orders:
        here.obey(order)
    runner = threading.Thread(target=here.run, daemon=True)
    runner.start()
    runner.join(PATIENCE)
    assert not runner.is_alive(), "it did not hear the Stop"
    return out


@pytest.mark.parametrize("shape", SHAPES)
def test_a_stop_that_comes_before_anything_has_begun(shape: str) -> None:
    said = run_here(shape, m.Stop())
    assert sorted(x.worker for x in said if isinstance(x, m.Goodbye)) == [1, 2]
    assert {x.outcome for x in said if isinstance(x, m.Goodbye)} == {"stopped"}


def test_workers_added_after_a_stop_do_not_run() -> None:
    said = run_here(child.THREADS, m.Stop(), m.Resize((spec_of("Behaves", 3),), ()))
    assert {x.worker: x.outcome for x in said if isinstance(x, m.Goodbye)} == dict.fromkeys((1, 2, 3), "stopped")


def test_parameters_that_come_early_are_not_lost() -> None:
    plan = child.ChildPlan(child.SINGLE, (spec_of("Tuned", kind=1),), 0, False)
    here = Crew(plan, _Out())
    here.obey(m.Parameters({"kind": 7}))
    assert here.take_new()[0].control.parameters == {"kind": 7}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_clock_watches_the_thread_of_its_worker(monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    """Workers are made in the main thread or in the listening one, and mostly run in another."""
    made: list[int] = []

    class Watched(SchedulerClock):
        def __init__(self) -> None:
            made.append(threading.get_native_id())
            super().__init__()

    monkeypatch.setattr(meter, "SchedulerClock", Watched)
    out = run_here(shape, m.Resize((spec_of("Behaves", 3),), ()), m.Stop())
    hellos = [x.thread for x in out if isinstance(x, m.Hello)]
    assert len(hellos) == 3
    assert sorted(made) == sorted(hellos)


def test_a_thread_that_the_system_refuses_has_a_lane_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from grandstand.engine.loop import start_thread as real

    def start_thread(worker: Any) -> Any:
        if worker.spec.worker == 2:
            raise RuntimeError("can't start new thread")
        return real(worker)

    monkeypatch.setattr(threads, "start_thread", start_thread)
    here = Crew(child.ChildPlan(child.THREADS, tuple(spec_of("Behaves", w) for w in (1, 2, 3)), 0, False), _Out())
    runner = threading.Thread(target=here.run, daemon=True)
    runner.start()
    said: Any = here._out
    until = time.monotonic() + PATIENCE
    while {x.worker for x in list(said) if isinstance(x, m.Progress)} != {1, 3}:
        assert time.monotonic() < until
        time.sleep(0.01)
    here.obey(m.Stop())
    runner.join(PATIENCE)
    assert {x.worker for x in said if isinstance(x, m.Hello)} == {1, 2, 3}
    goodbyes = {x.worker: x for x in said if isinstance(x, m.Goodbye)}
    assert {w: g.outcome for w, g in goodbyes.items()} == {1: "stopped", 2: "failed", 3: "stopped"}
    assert goodbyes[2].error == "RuntimeError: can't start new thread"
    assert [x.text for x in said if isinstance(x, m.Trouble)] == ["can't start new thread"]


def test_a_full_queue_drops_progress_and_nothing_else() -> None:
    class Full(_Out):
        def put_nowait(self, message: Any) -> None:
            raise queue.Full

    out = Full()
    here = Crew(child.ChildPlan(child.SINGLE, (), 0, False), out)
    here.emit(m.Progress(1, 2, 3, 4, (0,) * m.STATE_COUNT, 5, 0, b"", 0))
    here.emit(m.Goodbye(1, 2, "stopped", "", "", ""))
    assert [type(x) for x in out if not isinstance(x, m.Ready)] == [m.Goodbye]


@pytest.mark.parametrize("shape", SHAPES)
def test_from_hello_to_stop(start: Callable[..., Process], shape: str) -> None:
    specs = [spec_of("Behaves", 1)] if shape == child.SINGLE else [spec_of("Behaves", 1), spec_of("Behaves", 2)]
    process = start(shape, *specs)
    process.until(has(m.Progress))
    hellos = [x for x in process.said if isinstance(x, m.Hello)]
    assert {x.pid for x in hellos} == {process.process.pid}
    if sys.platform != "win32":
        expected = min(19, os.getpriority(os.PRIO_PROCESS, 0) + child.NICE)
        assert {x.nice for x in hellos} == {expected}
    process.orders.send(m.Stop())
    process.until(goodbyes(len(specs)))
    process.process.join(PATIENCE)
    assert process.process.exitcode == 0


def test_priority_is_kept_when_asked(start: Callable[..., Process]) -> None:
    process = start(child.SINGLE, spec_of("Behaves"), lower_priority=False)
    process.until(has(m.Hello))
    hello = next(x for x in process.said if isinstance(x, m.Hello))
    assert psutil.Process(hello.pid).nice() == psutil.Process().nice()


def test_threads_come_and_go(start: Callable[..., Process]) -> None:
    process = start(child.THREADS, spec_of("Behaves", 1), spec_of("Behaves", 2))
    process.until(has(m.Progress))
    process.orders.send(m.Resize((spec_of("Behaves", 3), spec_of("Raises", 4)), ()))
    process.until(lambda said: {3, 4} <= {x.worker for x in said if isinstance(x, m.Hello)})
    process.orders.send(m.Resize((), (1, 2, 99)))
    process.until(lambda said: {1, 2, 4} <= {x.worker for x in said if isinstance(x, m.Goodbye)})
    seen = len(process.said)
    process.until(lambda said: len(said) > seen + 3)
    assert {x.worker for x in process.said[seen:] if isinstance(x, m.Progress)} == {3}
    process.orders.send(m.Stop())
    process.until(lambda said: 3 in {x.worker for x in said if isinstance(x, m.Goodbye)})
    process.process.join(PATIENCE)
    assert process.process.exitcode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_interrupt_is_ignored_and_terminate_is_not(start: Callable[..., Process]) -> None:
    process = start(child.SINGLE, spec_of("HangsInPython"))
    process.until(has(m.Hello))
    pid = process.process.pid
    assert pid is not None
    os.kill(pid, signal.SIGINT)
    time.sleep(0.1)
    assert process.process.is_alive()
    os.kill(pid, signal.SIGTERM)
    process.process.join(PATIENCE)
    assert process.process.exitcode == -signal.SIGTERM


@pytest.mark.parametrize("name", ["Behaves", "HangsInC", "HangsInPython"])
def test_it_ends_when_the_app_lets_go(start: Callable[..., Process], name: str) -> None:
    process = start(child.SINGLE, spec_of(name))
    process.until(has(m.Hello))
    process.orders.close()
    process.process.join(PATIENCE)
    assert process.process.exitcode == 0


def test_prints_reach_nobody(start: Callable[..., Process], capfd: pytest.CaptureFixture[str]) -> None:
    process = start(child.SINGLE, spec_of("PrintsFlood", after=1))
    process.until(has(m.Progress))
    time.sleep(0.1)
    process.orders.send(m.Stop())
    process.until(goodbyes(1))
    assert process.said[-1].tail.strip().endswith(tuple("0123456789"))
    out, err = capfd.readouterr()
    assert "flood" not in out + err


@pytest.mark.parametrize("shape", SHAPES)
def test_only_the_engine_and_the_standard_library_are_loaded(start: Callable[..., Process], shape: str) -> None:
    spec = spec_of("primes")._replace(workload=MISBEHAVING + "ListsModules", parameters={})
    process = start(shape, spec)
    process.until(goodbyes(1))
    loaded = set(process.said[-1].error.partition(": ")[2].split())
    bare = subprocess.run(  # what .pth files and the like load into any interpreter
        [sys.executable, "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    allowed = {"grandstand", "tests", "__main__", "__mp_main__", *bare.stdout.split()}
    assert loaded - allowed == {"grandstand.engine", "grandstand.vocabulary"}
