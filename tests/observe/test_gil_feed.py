"""Who holds the GIL is looked at while somebody wants to know, by a process that does not stay."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
from grandstand.engine.observed import GilSeen, Looking, ProcessSeen
from grandstand.observe import gil_feed
from grandstand.observe.gil_feed import GilFeed

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the GIL is read from outside on Linux only")
ME = frozenset({os.getpid()})


@pytest.fixture
def feed() -> Iterator[GilFeed]:
    made = GilFeed()
    yield made
    made.close()
    assert not observers()


def observers() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "observe.outside" in " ".join(words(p))]


def words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def hear(feed: GilFeed, enough: Callable[[list[Any]], object], seconds: float = 20.0) -> list[Any]:
    said: list[Any] = []
    until = time.monotonic() + seconds
    while not enough(said):
        assert time.monotonic() < until, f"heard only {said[-5:]}"
        said += feed(time.monotonic())
        time.sleep(0.01)
    return said


@linux
def test_it_tells_which_thread_of_ours_holds_the_gil(feed: GilFeed) -> None:
    on = threading.Event()

    def busy() -> None:
        while not on.is_set():
            sum(range(1000))

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        feed.want(True)
        feed.watch(ME)
        said = hear(feed, lambda said: sum(isinstance(one, GilSeen) for one in said) >= 8)
    finally:
        on.set()
        thread.join()
    last = [one for one in said if isinstance(one, GilSeen)][-1]
    assert last.pid == os.getpid()
    pairs = array("q", last.holders)
    held = dict(zip(pairs[::2], pairs[1::2], strict=True))
    assert thread.native_id in held
    assert held[thread.native_id] > 0.5 * (last.held_ns + last.free_ns), "the only thread that computed"
    assert any(isinstance(one, ProcessSeen) and one.gil == "read" for one in said)
    hear(feed, lambda said: any(isinstance(one, Looking) for one in said))


@linux
def test_nobody_looks_when_nobody_wants_to_know_or_nothing_runs(feed: GilFeed) -> None:
    feed.watch(ME)
    feed(time.monotonic())
    assert not observers()
    feed.want(True)
    hear(feed, lambda said: any(isinstance(one, GilSeen) for one in said))
    assert len(observers()) == 1
    feed.watch(frozenset())
    feed(time.monotonic())
    hear(feed, lambda said: not observers())
    feed.watch(ME)
    hear(feed, lambda said: any(isinstance(one, GilSeen) for one in said))
    feed.want(False)
    feed(time.monotonic())
    hear(feed, lambda said: not observers())


@linux
def test_other_processes_of_ours_are_not_told_of(feed: GilFeed) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        feed.want(True)
        feed.watch(ME)
        said = hear(feed, lambda said: sum(isinstance(one, GilSeen) for one in said) >= 3)
        assert {one.pid for one in said if isinstance(one, GilSeen | ProcessSeen)} == {os.getpid()}
        feed.watch(ME | {other.pid})
        hear(feed, lambda said: {one.pid for one in said if isinstance(one, ProcessSeen)} == {other.pid})
    finally:
        other.communicate(b"\n")


@linux
def test_an_observer_that_is_killed_is_told_of_and_replaced_after_a_while(feed: GilFeed) -> None:
    feed.want(True)
    feed.watch(ME)
    hear(feed, lambda said: any(isinstance(one, GilSeen) for one in said))
    observers()[0].kill()
    said = hear(feed, lambda said: any(isinstance(one, ProcessSeen) and not one.gil for one in said))
    assert "ended from outside" in said[-1].why
    assert feed(time.monotonic()) == []
    feed(time.monotonic() + 10)
    assert len(observers()) == 1


def test_what_keeps_it_from_looking_is_said_in_words(feed: GilFeed, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(gil_feed, "Observer", refuse)
    monkeypatch.setattr(sys, "platform", "linux")
    feed.want(True)
    feed.watch(ME)
    (said,) = feed(1.0)
    assert "no more processes" in said.why
    assert feed(2.0) == [], "not at every turn"
    monkeypatch.setattr(sys, "platform", "darwin")
    (said,) = feed(20.0)
    assert "on Linux only" in said.why
