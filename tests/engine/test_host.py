"""A host from the other end of its wire: what it does with orders of any kind, and with an app that is gone."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from grandstand.engine import messages as m
from grandstand.engine import runners, wire
from grandstand.engine.host import Outbox
from grandstand.hosts import interpreter
from grandstand.hosts.wires import Wires

from tests.engine.conftest import spec_of
from tests.places import ROOT

PATIENCE = 30.0
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="tried on Linux")


class App:
    """The app's side of a real host."""

    def __init__(self) -> None:
        self.wires = Wires(lifeline=True)
        self.process = self.wires.start(
            interpreter.command(sys.executable), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        self._decoder = wire.Decoder()
        self.said: list[Any] = []

    def send(self, *orders: Any) -> None:
        for order in orders:
            wire.write(self.wires.orders, order)

    def hear(self, enough: Callable[[list[Any]], Any]) -> list[Any]:
        """Listens until ``enough(said)`` or the stream's end."""
        while not enough(self.said):
            assert select.select([self.wires.events], [], [], PATIENCE)[0], self.said
            piece = os.read(self.wires.events, 65_536)
            if not piece:
                break
            for event in self._decoder.feed(piece):
                self.said += event.messages if isinstance(event, m.Batch) else [event]
        return self.said

    def close(self) -> None:
        self.wires.close()
        self.process.kill()
        self.process.wait(PATIENCE)


@pytest.fixture
def app() -> Iterator[App]:
    one = App()
    yield one
    one.close()


def plan(shape: str, *specs: m.WorkerSpec) -> m.ChildPlan:
    return m.ChildPlan(shape, specs, os.getpid(), False, path=(str(ROOT),))


def has(kind: type) -> Callable[[list[Any]], bool]:
    return lambda said: any(isinstance(x, kind) for x in said)


@pytest.mark.parametrize("shape", runners.offered())
def test_from_introduction_to_goodbye(app: App, shape: str) -> None:
    (first, *_) = app.hear(has(wire.Introduction))
    assert isinstance(first, wire.Introduction)
    assert (first.pid, first.runners) == (app.process.pid, runners.offered())
    app.send(plan(shape, spec_of("Behaves", 1)))
    app.hear(has(m.Progress))
    app.send(m.Stop())
    app.hear(has(m.Goodbye))
    assert app.process.wait(PATIENCE) == 0
    kinds = [type(x) for x in app.said if not isinstance(x, m.Progress)]
    assert kinds == [wire.Introduction, m.Ready, m.Hello, m.Goodbye]


@pytest.mark.parametrize(
    ("orders", "words"),
    [
        (wire.encode(m.Stop()), "a plan was expected, and Stop came"),
        (b"GET / HTTP/1.1", "not a stream of Grandstand's"),
        (wire.encode(m.ChildPlan("waltz", (), 1, False)), "There is no runner 'waltz'"),
    ],
)
def test_one_that_is_told_nonsense_says_so_and_leaves(app: App, orders: bytes, words: str) -> None:
    wire.write_frame(app.wires.orders, orders)
    app.hear(has(m.Trouble))
    assert words in app.said[-1].text
    assert app.process.wait(PATIENCE) == 1


def test_nonsense_meanwhile(app: App) -> None:
    app.send(plan(runners.THREADS, spec_of("Behaves", 1)))
    app.hear(has(m.Progress))
    wire.write_frame(app.wires.orders, wire.encode(m.Stop()).replace(b"{}", b"{]"))
    app.hear(has(m.Trouble))
    assert "Its orders make no sense" in app.said[-1].text
    assert app.process.wait(PATIENCE) == 1


def test_orders_that_it_does_not_know_are_passed_over(app: App) -> None:
    body = b'["Dance",{"tempo":120}]'
    app.send(plan(runners.SINGLE, spec_of("Tuned", after=0, kind=1)))
    wire.write_frame(app.wires.orders, b"GS\1\0" + len(body).to_bytes(4, "big") + body)
    app.send(m.Parameters({"after": 0, "kind": 500}))
    app.hear(lambda said: any(isinstance(x, m.Progress) and x.units > 500 for x in said))
    app.send(m.Stop())
    app.hear(has(m.Goodbye))
    assert app.process.wait(PATIENCE) == 0


@pytest.mark.parametrize("before", [True, False], ids=["before the plan", "at work"])
def test_it_leaves_when_the_app_does(app: App, before: bool) -> None:
    if not before:
        app.send(plan(runners.THREADS, spec_of("HangsInC", 1)))
        app.hear(has(m.Progress))
    else:
        app.hear(has(wire.Introduction))
    app.wires.close()
    assert app.process.wait(PATIENCE) in (0, -9), "whichever pipe told it first"


def test_it_ends_with_its_lifeline_while_a_worker_holds_the_gil(app: App) -> None:
    app.send(plan(runners.SINGLE, spec_of("HangsHolding", 1, after=1)))
    app.hear(has(m.Progress))
    time.sleep(0.3)
    app.wires.close()
    assert app.process.wait(PATIENCE) == -9


# -- the way out ------------------------------------------------------------------------------------------------------


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read, sent = os.pipe()
    yield read, sent
    os.close(read)
    os.close(sent)


LONG = m.Goodbye(1, 2, "failed", "e" * 400, "t" * 3_000, "p" * 2_000)


def test_a_full_pipe_takes_parts_and_nothing_is_torn(pipe: tuple[int, int]) -> None:
    out, sent = Outbox(pipe[1]), 0
    with contextlib.suppress(queue.Full):
        while sent < 1_000:
            out.put_nowait(LONG._replace(worker=sent + 1))
            sent += 1
    assert sent < 1_000
    with pytest.raises(queue.Full):
        out.put_nowait(LONG)
    done = threading.Event()

    def put() -> None:
        out.put(m.Ready(7))
        done.set()

    waiting = threading.Thread(target=put)
    waiting.start()
    assert not done.wait(0.2), "there was no room"
    decoder, heard = wire.Decoder(), []
    while not has(m.Ready)(heard):
        heard += decoder.feed(os.read(pipe[0], 65_536))
    waiting.join(PATIENCE)
    decoder.close()
    assert [x.worker for x in heard[:-1]] == list(range(1, sent + 1))
    out.put_nowait(LONG)
    assert decoder.feed(os.read(pipe[0], 65_536)) == [LONG]


def test_nobody_is_left_to_read() -> None:
    read, sent = os.pipe()
    out = Outbox(sent)
    os.close(read)
    try:
        with pytest.raises(BrokenPipeError):
            out.put(m.Ready(1))
    finally:
        os.close(sent)
