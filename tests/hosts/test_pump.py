"""The pump in a thread of its own, as the window has it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import connection
from typing import Any

import pytest
from grandstand import modes
from grandstand.engine import messages as m
from grandstand.hosts import base, child_run
from grandstand.hosts.pump import Done, Envelope, Pump

from tests.modes.runs import GRACE, MISBEHAVING, PATIENCE, STOP_PROMISE, descendants, gone_within


def begin(mode: str, spec: base.RunSpec, deliver: Any) -> Any:
    """A run in a mode."""
    found = modes.load(mode)
    return base.host_of(found).start(found, spec, deliver)


class Pumping:
    """A pump that runs in its thread."""

    def __init__(self) -> None:
        self.said: list[Envelope] = []
        self.pump = Pump(self.said.extend)
        self.thread = threading.Thread(target=self.pump.run)
        self.thread.start()

    def until(self, enough: Callable[[], Any]) -> None:
        give_up = time.monotonic() + PATIENCE
        while not enough():
            assert time.monotonic() < give_up
            assert self.thread.is_alive()
            time.sleep(0.01)

    def start(self, mode: str, name: str, workers: int, **parameters: float) -> Any:
        spec = base.RunSpec(MISBEHAVING + name, parameters, workers)
        handle: Any = begin(mode, spec, self.said.extend)
        self.pump.attach(handle)
        return handle

    def of(self, handle: Any, kind: type) -> list[Any]:
        return [e.message for e in list(self.said) if e.handle == handle.ident and isinstance(e.message, kind)]


@pytest.fixture
def pumping() -> Iterator[Pumping]:
    one = Pumping()
    yield one
    one.pump.quit()
    one.thread.join(PATIENCE)
    assert not one.thread.is_alive()


def _works(pumping: Pumping, handle: Any) -> bool:
    return len({x.worker for x in pumping.of(handle, m.Progress)}) == 2


def _is_over(pumping: Pumping, handle: Any) -> bool:
    return bool(handle.done and pumping.of(handle, Done))


def test_switching_from_mode_to_mode(pumping: Pumping) -> None:
    handle: Any = None
    for mode in ("threads", "processes", "sequential", "processes"):
        if handle is not None:
            handle.stop(base.SWITCH)
        before, handle = handle, pumping.start(mode, "Behaves", 2)
        pumping.until(partial(_works, pumping, handle))
        if before is not None:
            pumping.until(partial(_is_over, pumping, before))
    assert handle is not None
    handle.stop(base.STOP)
    pumping.until(lambda: handle.done)
    pumping.until(lambda: pumping.pump.idle)
    idents = [e.handle for e in pumping.said if isinstance(e.message, Done)]
    assert len(idents) == len(set(idents)) == 4


def test_a_new_child_is_not_taken_for_the_dead_one_whose_handle_number_it_got() -> None:
    """A turn's list of who is ready is used by all handles; a sentinel is a number that the system gives out again."""

    def spec(workers: int) -> base.RunSpec:
        return base.RunSpec(MISBEHAVING + "Behaves", {}, workers)

    for _ in range(20):
        old: Any = begin("processes", spec(1), [].extend)
        new: Any = begin("threads", spec(1), [].extend)
        old.service([], time.monotonic())
        (child,) = old._children
        sentinel = child.channel.sentinel
        child.channel.process.kill()
        ready = connection.wait([sentinel], PATIENCE)
        old.service(ready, time.monotonic())
        assert old.done
        new.service(ready, time.monotonic())
        same = [c.channel.sentinel for c in new._children] == [sentinel]
        said = new.service([], time.monotonic())
        assert new._children, "a child that has only just begun was buried"
        assert not any(isinstance(x, m.ChildExit) for x in said)
        new.abandon()
        if same:
            return
    pytest.skip("the system gave no number out again")


def test_orders_come_from_any_thread(pumping: Pumping) -> None:
    handle = pumping.start("threads", "Tuned", 2, after=0, kind=1)
    pumping.until(lambda: pumping.of(handle, m.Progress))

    def meddle(seed: int) -> None:
        for i in range(40):
            handle.resize(1 + (seed + i) % 5)
            handle.set_parameters({"after": 0, "kind": i})

    threads = [threading.Thread(target=meddle, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    handle.resize(3)

    def alive() -> list[int]:
        gone = {x.worker for x in pumping.of(handle, m.Goodbye)}
        return sorted(x.lane for x in pumping.of(handle, m.Hello) if x.worker not in gone)

    pumping.until(lambda: alive() == [0, 1, 2])
    handle.stop(base.STOP)
    pumping.until(lambda: handle.done)
    assert not pumping.of(handle, m.Trouble)


def test_quitting_while_workers_run_and_hang(pumping: Pumping) -> None:
    pumping.start("threads", "Behaves", 2)
    handle = pumping.start("processes", "StopsItself", 2, who=1)
    pumping.until(lambda: len(pumping.of(handle, m.Hello)) == 2)
    began = time.monotonic()
    pumping.pump.quit()
    pumping.thread.join(PATIENCE)
    assert time.monotonic() - began < STOP_PROMISE + GRACE
    assert gone_within(descendants(), GRACE) == []
    assert pumping.pump.wake not in child_run.wakers


def test_a_failing_job_or_sample_does_not_stop_it(pumping: Pumping, caplog: pytest.LogCaptureFixture) -> None:
    samples: list[float] = []

    def job() -> None:
        raise RuntimeError("no such job")

    def fail(now: float) -> list[Any]:
        samples.append(now)
        raise RuntimeError("no such figure")

    pumping.pump.call(job)
    pumping.pump.every_turn(fail)
    pumping.pump.every_turn(lambda now: ["a figure"])
    pumping.until(lambda: Envelope(0, "a figure") in pumping.said and len(samples) > 3)
    assert "A job of the pump failed" in caplog.text
    assert "A sample of the machine failed" in caplog.text


def test_it_rests_while_nothing_happens(pumping: Pumping) -> None:
    turns: list[float] = []

    def note(now: float) -> list[Any]:
        turns.append(now)
        return []

    pumping.pump.every_turn(note)
    pumping.start("processes", "HangsInC", 2)
    pumping.until(lambda: len(turns) > 1)
    time.sleep(0.3)
    before = len(turns)
    time.sleep(0.3)
    assert len(turns) - before < 25


def test_its_end_does_not_come_in_the_middle_of_a_waking() -> None:
    """The window quits while the pump's own thread closes: the pipe must stay open until the word is in it."""
    pump = Pump(lambda batch: None)
    pipe, closer = pump._wake_w, threading.Thread(target=pump.close)

    class Slow:
        said = closed = 0

        def send_bytes(self, word: bytes) -> None:
            closer.start()
            closer.join(0.2)
            assert not self.closed, "closed while it was used"
            self.said += 1

        def close(self) -> None:
            self.closed += 1
            pipe.close()

    pump._wake_w = slow = Slow()  # type: ignore[assignment]
    pump.quit()
    closer.join(5)
    assert (slow.said, slow.closed, closer.is_alive()) == (1, 1, False)
    pump.wake()
    pump.close()
    assert (slow.said, slow.closed) == (1, 1)


class Defective:
    """A handle in which something of ours is broken: ``where`` it is called."""

    def __init__(self, where: str) -> None:
        self.ident, self.where, self.abandoned, self.done = base.next_ident(), where, False, False

    def waitables(self) -> list[Any]:
        return self._fail("waitables")

    def service(self, ready: list[Any], now: float) -> list[Any]:
        return self._fail("service")

    def abandon(self) -> None:
        self.abandoned = True

    def _fail(self, where: str) -> list[Any]:
        if where == self.where:
            raise ZeroDivisionError("a defect of ours")
        return []


@pytest.mark.parametrize("where", ["waitables", "service"])
def test_a_defect_ends_the_run_it_hit_and_the_next_one_works(
    pumping: Pumping, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Defective(where)
    pumping.pump.attach(broken)
    pumping.until(lambda: pumping.of(broken, Done))
    (trouble,) = pumping.of(broken, m.Trouble)
    assert "ZeroDivisionError: a defect of ours" in trouble.text
    assert broken.abandoned
    handle = pumping.start("processes", "Behaves", 2)
    pumping.until(partial(_works, pumping, handle))
    handle.stop(base.STOP)
    pumping.until(lambda: handle.done)
    assert "could not be looked after" in caplog.text
    caplog.clear()
