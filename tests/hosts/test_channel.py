"""The pipes to a child: neither a dead child nor a stopped one makes the pump wait."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
from grandstand.engine import child
from grandstand.engine import messages as m
from grandstand.hosts import start_methods
from grandstand.hosts.channel import Channel

from tests.engine.conftest import spec_of
from tests.modes.runs import PATIENCE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")
AT_ONCE = 2.0
"""Seconds; what must not wait takes a few milliseconds, on a busy machine more."""
Open = Callable[..., Channel]


@pytest.fixture
def channel() -> Iterator[Open]:
    """``channel(shape, *specs)``: a real child."""
    opened: list[Channel] = []

    def start(shape: str, *specs: m.WorkerSpec) -> Channel:
        context = multiprocessing.get_context(start_methods.choose("").method)
        opened.append(Channel(context, child.ChildPlan(shape, specs, os.getpid(), False)))
        return opened[-1]

    yield start
    for one in opened:
        if not one._closed:
            one.process.kill()
            one.close()
    opened.clear()


def drain(channel: Channel) -> list[Any]:
    """One drain, which must not wait."""
    began = time.monotonic()
    said = channel.drain()
    assert time.monotonic() - began < AT_ONCE
    return said


def read_until(channel: Channel, enough: Callable[[list[Any]], Any]) -> list[Any]:
    said: list[Any] = []
    give_up = time.monotonic() + PATIENCE
    while not enough(said):
        assert time.monotonic() < give_up, [type(x).__name__ for x in said]
        channel.push()
        said += drain(channel)
        time.sleep(0.002)
    return said


def has(kind: type) -> Callable[[list[Any]], bool]:
    return lambda said: any(isinstance(x, kind) for x in said)


@pytest.mark.parametrize("shape", [child.SINGLE, child.THREADS])
def test_a_killed_writer_does_not_make_the_reader_wait(channel: Open, shape: str) -> None:
    chance = random.Random(4)
    for _ in range(3):
        workers = (1, 2) if shape == child.THREADS else (1,)
        one = channel(shape, *(spec_of("Behaves", worker, flush_ms=0) for worker in workers))
        read_until(one, has(m.Progress))
        until = time.monotonic() + chance.uniform(0, 0.05)
        while time.monotonic() < until:
            drain(one)
        os.kill(one.pid, signal.SIGKILL)
        give_up = time.monotonic() + PATIENCE
        while not one.silent:
            assert time.monotonic() < give_up
            drain(one)
        assert drain(one) == []
        assert one.close() == -9


def test_a_stopped_child_does_not_make_the_sender_wait(channel: Open) -> None:
    one = channel(child.SINGLE, spec_of("Tuned", after=0, kind=1))
    read_until(one, has(m.Progress))
    os.kill(one.pid, signal.SIGSTOP)
    began = time.monotonic()
    parameters = {f"parameter {i}": 0.1 for i in range(20)}
    for kind in range(4_000):
        one.send(m.Parameters({**parameters, "after": 0, "kind": kind}))
    assert time.monotonic() - began < 5 * AT_ONCE
    assert len(one._unsent) <= 2, "settings that nobody has read pile up"
    assert drain(one) is not None
    os.kill(one.pid, signal.SIGCONT)
    one.send(m.Parameters({"after": 0, "kind": 1_000_000}))
    read_until(one, lambda said: said and isinstance(said[-1], m.Progress) and said[-1].units >= 1_000_000)


def test_of_many_orders_none_but_parameters_is_dropped(channel: Open) -> None:
    one = channel(child.THREADS, spec_of("Behaves", 1))
    read_until(one, has(m.Progress))
    os.kill(one.pid, signal.SIGSTOP)
    for kind in range(3_000):
        one.send(m.Parameters({**{f"parameter {i}": 0.1 for i in range(20)}, "kind": kind}))
    one.send(m.Resize((spec_of("Behaves", 2),), ()))
    one.send(m.Parameters({"kind": 0}))
    one.send(m.Resize((spec_of("Behaves", 3),), ()))
    os.kill(one.pid, signal.SIGCONT)
    said = read_until(one, lambda said: {x.worker for x in said if isinstance(x, m.Hello)} >= {2, 3})
    assert not any(isinstance(x, m.Trouble) for x in said)


@pytest.mark.parametrize("shape", [child.SINGLE, child.THREADS, child.TURNS])
def test_a_worker_does_not_wait_for_a_reader_that_does_not_read(channel: Open, shape: str) -> None:
    one = channel(shape, spec_of("Behaves", 1, flush_ms=0))
    said = read_until(one, has(m.Progress))
    process, give_up = psutil.Process(one.pid), time.monotonic() + PATIENCE
    while process.cpu_times().user < 0.4 and time.monotonic() < give_up:  # for thousands of messages: the pipe is full
        time.sleep(0.02)
    said += read_until(one, lambda more: len(more) > 100)
    one.send(m.Stop())
    said += read_until(one, has(m.Goodbye))
    steps = [x.steps for x in said if isinstance(x, m.Progress)]
    assert steps == sorted(steps)
    assert steps[-1] > len(steps), "nothing was dropped, so it must have waited"
    last = [x for x in said if isinstance(x, m.Progress)][-1]
    assert last.units == last.steps  # what was dropped is missing nowhere


def test_what_cannot_be_read_is_dropped(channel: Open, caplog: pytest.LogCaptureFixture) -> None:
    one = channel(child.SINGLE, spec_of("Behaves", 1))
    read_until(one, has(m.Progress))
    real, answers = one._queue, [pickle.UnpicklingError("half a message"), AttributeError("no such class")]

    class Torn:
        def get_nowait(self) -> Any:
            if answers:
                raise answers.pop()
            return real.get_nowait()

    one._queue = Torn()
    read_until(one, has(m.Progress))
    one._queue = real
    assert "unreadable" in caplog.text
    caplog.clear()


def test_a_child_without_handles_is_not_read_from_for_ever(channel: Open) -> None:
    one = channel(child.SINGLE, spec_of("ClosesHandles", 1))
    give_up = time.monotonic() + PATIENCE
    while not one.silent:
        drain(one)
        assert time.monotonic() < give_up


class _Context:
    """A context in which something fails."""

    def __init__(self, what: str, error: Exception) -> None:
        self._real = multiprocessing.get_context("spawn")
        self._what, self._error = what, error

    def __getattr__(self, name: str) -> Any:
        if name != self._what:
            return getattr(self._real, name)
        if name != "Process":
            return self._fail
        return self._process

    def _fail(self, *_: Any, **__: Any) -> Any:
        raise type(self._error)(*self._error.args)  # a fresh one: an exception remembers who raised it

    def _process(self, **keywords: Any) -> Any:
        process = self._real.Process(**keywords)
        process.start = self._fail  # type: ignore[method-assign]
        return process


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("Pipe", OSError(24, "Too many open files")),
        ("Process", OSError(11, "Resource temporarily unavailable")),
        ("Process", EOFError()),
    ],
    ids=["pipe", "process", "fork server"],
)
def test_a_failed_start_leaves_nothing(what: str, error: Exception) -> None:
    """That nothing is left is what the fixture of all these tests checks."""
    context: Any = _Context(what, error)
    failed = False
    try:  # pytest.raises would keep the half-made channel alive
        Channel(context, child.ChildPlan(child.SINGLE, (spec_of("Behaves"),), os.getpid(), False))
    except OSError:
        failed = True
    assert failed


def test_sending_to_a_dead_child_is_harmless(channel: Open) -> None:
    one = channel(child.SINGLE, spec_of("Behaves"))
    read_until(one, has(m.Hello))
    process = psutil.Process(one.pid)
    process.kill()
    psutil.wait_procs([process], timeout=PATIENCE)
    for _ in range(3):
        one.send(m.Parameters({"kind": 1}))
    assert one._unsent == []
