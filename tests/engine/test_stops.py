"""Stopped time is told from waiting, and only where somebody saw the stop: with clocks turned by hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from grandstand.engine import messages as m
from grandstand.engine.meter import Meter
from grandstand.engine.stops import Stops
from grandstand.vocabulary.states import KEYS

from tests.engine.fake_clocks import FakeClocks, FakeStops, turned_by_hand
from tests.places import ROOT, with_tests

MS, S = 1_000_000, 1_000_000_000
Doing = Callable[[FakeClocks, Meter], None]
SIGNAL, FROZEN = {"signal": True}, {"app": True}
"""SIGSTOP of this process alone; everything frozen or asleep at once, without a signal."""


def account(doing: Doing, shared: bool = False, available: bool = True) -> dict[str, int]:
    """ns by state of a worker that computes for a while, does that, and computes again."""
    said: list[m.Progress] = []
    with turned_by_hand(available) as clocks:
        meter = Meter(1, said.append, 10**15, None, FakeStops(clocks), shared)
        begin = meter.begin()
        for _ in range(40):
            step(clocks, meter, lambda: clocks.spend(cpu=150_000))
        step(clocks, meter, lambda: doing(clocks, meter))
        for _ in range(40):
            step(clocks, meter, lambda: clocks.spend(cpu=150_000))
        end = meter.end()
    last = said[-1]
    assert sum(last.states_ns) == end - begin, "the account adds up to the wall time"
    drawn = [0] * m.STATE_COUNT
    for message in said:
        for state, start, until in m.unpack_slices(message.slices):
            drawn[state] += until - start
    assert drawn[m.SUSPENDED] == pytest.approx(last.states_ns[m.SUSPENDED], abs=MS), "and is drawn"
    return dict(zip(KEYS, last.states_ns, strict=True))


def step(clocks: FakeClocks, meter: Meter, work: Callable[[], None]) -> None:
    start = clocks.now
    work()
    if meter.bracketed:
        meter.bracketed = False
    elif clocks.now - start > meter.limit_ns:
        meter.long_step(start, clocks.now)
    else:
        meter.usual_step(clocks.now - start)
    if meter.limit_ns % 7 == 0:  # now and then a message
        meter.flush()


@pytest.mark.parametrize("how", [SIGNAL, FROZEN, {**SIGNAL, **FROZEN}], ids=["signal", "frozen", "both"])
@pytest.mark.parametrize("shared", [False, True])
def test_a_stop_in_the_middle_of_computing(how: dict[str, bool], shared: bool) -> None:
    def doing(clocks: FakeClocks, meter: Meter) -> None:
        clocks.spend(cpu=MS, core=3 * MS)
        clocks.stop(5 * S, **how)
        clocks.spend(cpu=MS)

    found = account(doing, shared)
    assert found["suspended"] == pytest.approx(5 * S, abs=10 * MS)
    assert found["gil"] + found["waiting"] <= 10 * MS
    assert found["core"] == 3 * MS
    assert found["computing"] == 80 * 150_000 + 2 * MS


@pytest.mark.parametrize(("shared", "key"), [(False, "waiting"), (True, "gil")])
def test_a_wait_that_nobody_saw_as_a_stop_is_a_wait(shared: bool, key: str) -> None:
    def doing(clocks: FakeClocks, meter: Meter) -> None:
        for _ in range(200):  # whoever waits for the GIL wakes up once an interval
            clocks.spend(blocked=5 * MS)

    found = account(doing, shared)
    assert found["suspended"] == 0
    assert found[key] == 1 * S


def test_one_that_shares_its_gil_waited_for_it_before_and_after_the_stop() -> None:
    def doing(clocks: FakeClocks, meter: Meter) -> None:
        for _ in range(60):
            clocks.spend(blocked=5 * MS)
        clocks.stop(2 * S, signal=True)
        for _ in range(40):
            clocks.spend(blocked=5 * MS)

    found = account(doing, shared=True)
    assert found["suspended"] == pytest.approx(2 * S, abs=20 * MS)
    assert found["gil"] == pytest.approx(500 * MS, abs=20 * MS)


def test_an_overloaded_machine_suspends_nobody() -> None:
    """Not even with a SIGCONT that came for nothing."""

    def doing(clocks: FakeClocks, meter: Meter) -> None:
        clocks.continued = True
        clocks.spend(cpu=MS, core=8 * S)

    found = account(doing)
    assert (found["suspended"], found["core"]) == (0, 8 * S)


def test_a_core_that_was_taken_away_is_no_stop() -> None:
    found = account(lambda clocks, meter: clocks.spend(cpu=MS, stolen=3 * S))
    assert (found["suspended"], found["core"]) == (0, 3 * S)


@pytest.mark.parametrize("how", [SIGNAL, FROZEN], ids=["signal", "frozen"])
@pytest.mark.parametrize("bracket", ["io", "serializing"])
def test_a_stop_in_a_bracket(how: dict[str, bool], bracket: str) -> None:
    def doing(clocks: FakeClocks, meter: Meter) -> None:
        with getattr(meter, bracket)():
            clocks.spend(blocked=30 * MS)
            clocks.stop(4 * S, **how)

    found = account(doing)
    assert 4 * S - 150 * MS <= found["suspended"] <= 4 * S + 31 * MS
    assert found["suspended"] + found[bracket] == pytest.approx(4_030 * MS, abs=MS)


def test_a_sleep_knows_how_long_it_asked_for() -> None:
    def doing(clocks: FakeClocks, meter: Meter) -> None:
        meter.enter(m.IO)
        start = meter._mark
        clocks.stop(3 * S, signal=True)
        meter._close(clocks.now, asked_until=start + S)
        meter._state = meter._stack.pop()

    found = account(doing)
    assert (found["io"], found["suspended"]) == (1 * S, 2 * S)


def test_who_is_idle_meanwhile_was_stopped_too() -> None:
    """Sequential: another worker's turn, and the stop in it, which that worker tells of first."""
    said: list[m.Progress] = []
    with turned_by_hand() as clocks:
        stops = FakeStops(clocks)
        one, other = (Meter(i, said.append, 10**15, None, stops, False) for i in (1, 2))
        one.begin()
        other.begin()
        one.enter(m.IDLE)
        clocks.spend(cpu=20 * MS)
        clocks.stop(5 * S, signal=True)
        clocks.spend(cpu=20 * MS)
        other.end()
        one.leave()
        one.end()
    told = {x.worker: x.states_ns for x in said}
    assert told[2][m.SUSPENDED] == told[1][m.SUSPENDED] == 5 * S
    assert told[1][m.IDLE] == 40 * MS


def test_a_second_stop_is_seen_as_well_and_the_first_not_twice() -> None:
    def doing(clocks: FakeClocks, meter: Meter) -> None:
        for _ in range(3):
            with meter.io():
                clocks.stop(S, signal=True)
            with meter.io():
                clocks.spend(blocked=700 * MS)

    found = account(doing)
    assert (found["suspended"], found["io"]) == (3 * S, 2_100 * MS)


def test_without_run_delay_a_stop_is_seen_all_the_same() -> None:
    def doing(clocks: FakeClocks, meter: Meter) -> None:
        clocks.spend(cpu=MS)
        clocks.stop(2 * S, signal=True)

    assert account(doing, available=False)["suspended"] == 2 * S


def test_a_freeze_too_short_to_be_sure_of_is_none() -> None:
    found = account(lambda clocks, meter: clocks.stop(150 * MS, app=True))
    assert (found["suspended"], found["waiting"]) == (0, 150 * MS)


def test_the_clock_of_the_figures_stands_still_while_linux_sleeps() -> None:
    """What a suspended computer misses is in no figure there: perf_counter is CLOCK_MONOTONIC."""
    if not sys.platform.startswith("linux"):
        pytest.skip("another system's clock")
    assert time.get_clock_info("perf_counter").implementation == "clock_gettime(CLOCK_MONOTONIC)"


_REAL = """
import os, signal, subprocess, sys, threading, time
from grandstand.engine.clocks import now_ns
from grandstand.engine.stops import Stops
stops = Stops()
stops.watch()
began = now_ns()
subprocess.Popen([sys.executable, "-c", "import os, signal, sys, time; pid = int(sys.argv[1]); "
                  "os.kill(pid, signal.SIGSTOP); time.sleep(0.5); os.kill(pid, signal.SIGCONT)", str(os.getpid())])
seen = []
def look():
    while now_ns() - began < 10**10 and not stops.seen(began, now_ns(), now_ns() - began)[1]:
        time.sleep(0.001)
    seen.append(stops.any_since(began))
thread = threading.Thread(target=look)
thread.start()
thread.join()
print(seen[0], signal.SIGCONT in signal.sigpending())
"""


@pytest.mark.skipif(not hasattr(signal, "SIGCONT"), reason="there is no SIGCONT here")
def test_a_real_sigcont_is_seen_from_any_thread_and_taken() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _REAL], capture_output=True, text=True, timeout=60, cwd=ROOT, env=with_tests()
    )
    assert done.stdout.split() == ["True", "False"], done.stderr


def test_nothing_is_called_a_stop_where_nobody_watches() -> None:
    stops = Stops()
    if hasattr(signal, "SIGCONT"):
        os.kill(os.getpid(), signal.SIGCONT)
    assert stops.seen(0, S, S)[1] == 0
    stops.close()


def test_a_pulse_of_a_thread_that_is_gone_tells_nothing() -> None:
    stops = Stops((os.getpid(), 2**22 + 1))
    for i in range(3):
        stops.look(i * S)
        assert stops.seen(i * S, i * S + S, S)[1] == 0
    stops.close()
