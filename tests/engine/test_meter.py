"""The time account adds up, whatever a worker does: proved with clocks turned by hand, on the real worker loop."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler
from typing import Any
from unittest import mock

import pytest
from grandstand.engine import messages as m
from grandstand.engine.loop import Control, Worker, run_in_turns, run_worker
from grandstand.engine.meter import Meter
from grandstand.engine.workloads.base import Workload
from grandstand.vocabulary.states import KEYS
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.fake_clocks import FakeClocks, turned_by_hand

MOST = 400_000_000
DURATION = st.one_of(st.integers(0, 300_000), st.integers(0, 20_000_000), st.integers(0, MOST))
TIME = st.tuples(DURATION, DURATION, DURATION, DURATION).map(
    lambda t: dict(zip(("cpu", "core", "blocked", "stolen"), t, strict=True))
)
SIMPLE = st.tuples(st.just("compute"), TIME)
BRACKET = st.tuples(st.sampled_from(("io", "serializing", "lock")), TIME)
SLEEP = st.tuples(st.just("sleep"), st.tuples(st.integers(0, 50_000_000), st.integers(0, 5_000_000)))
NESTED = st.tuples(st.just("nested"), st.lists(st.one_of(SIMPLE, BRACKET, SLEEP), max_size=4))
PACED = st.tuples(st.just("paced"), TIME)
GATE = st.tuples(st.just("gate"), st.tuples(DURATION, TIME))
MANY = st.tuples(st.sampled_from(("many", "round")), st.tuples(st.integers(1, 900), st.integers(1, 400_000)))
STEP = st.lists(st.one_of(SIMPLE, SIMPLE, BRACKET, SLEEP, NESTED, PACED, GATE, MANY), max_size=4)
STEPS = st.lists(st.tuples(STEP, st.integers(0, 9)), min_size=1, max_size=25)


class _Lock:
    def __init__(self, acquire: Callable[[], Any]) -> None:
        self.acquire = acquire

    def release(self) -> None:
        pass


class Scripted(Workload):
    """Does what the script says, with clocks that it turns itself."""

    key = "scripted"

    def __init__(self, clocks: FakeClocks, script: list[Any], control: Control) -> None:
        self.clocks = clocks
        self.script = iter(script)
        self.control = control
        self.late = 0
        self.idle_cpu = 0

    def step(self, meter: Meter) -> float:
        try:
            actions, units = next(self.script)
        except StopIteration:
            self.control.stop = True
            return 0
        for action in actions:
            self.do(meter, action)
        return float(units)

    def do(self, meter: Meter, action: Any) -> None:
        kind, how = action
        if kind == "compute":
            self.clocks.spend(**how)
        elif kind == "lock":
            with meter.lock(_Lock(lambda: self.clocks.spend(**how))):
                self.clocks.spend(cpu=how["cpu"] // 3)
        elif kind in ("io", "serializing"):
            with getattr(meter, kind)():
                self.clocks.spend(**how)
        elif kind == "sleep":
            asked, self.late = how
            meter.sleep(asked / 1e9)
        elif kind == "nested":
            with meter.io():
                for inner in how:
                    self.do(meter, inner)
        elif kind == "paced":
            before = self.clocks.cpu
            meter.enter(m.IDLE)
            self.clocks.spend(**how)
            meter.leave()
            self.idle_cpu += self.clocks.cpu - before
        elif kind == "gate":
            held, since = how
            meter.enter(m.IDLE)
            self.clocks.spend(blocked=held)
            released = self.clocks.now
            self.clocks.spend(**since)
            before = self.clocks.cpu
            meter.let_in(released)
            meter.bracketed = True  # a gate stands between two steps, this one within one
            self.idle_cpu += since.get("cpu", 0) + self.clocks.cpu - before
        elif kind == "round":  # states in turn, none of which comes back after one other: they never merge
            count, length = how
            for _ in range(count):
                self.clocks.spend(cpu=length)
                with meter.io():
                    self.clocks.spend(blocked=length)
                with meter.serializing():
                    self.clocks.spend(blocked=length)
        elif kind == "many":
            count, length = how
            for _ in range(count):
                self.clocks.spend(cpu=length)
                with meter.io():
                    self.clocks.spend(blocked=length)


def check(said: list[Any], thinned: bool, available: bool) -> None:
    """What must hold for the messages of one worker."""
    hello = said[0]
    assert isinstance(hello, m.Hello)
    assert isinstance(said[-1], m.Goodbye)
    assert said[-1].outcome == "stopped", said[-1].traceback
    before = m.Progress(hello.worker, hello.t_ns, 0, 0, (0,) * m.STATE_COUNT, 0, 0, b"", 0)
    reach = hello.t_ns
    for message in said[1:-1]:
        assert isinstance(message, m.Progress)
        assert len(ForkingPickler.dumps(message)) + 4 <= 4096
        assert sum(message.states_ns) == message.t_ns - hello.t_ns
        assert min(message.states_ns) >= 0
        for key in ("t_ns", "units", "steps", "cpu_ns"):
            assert getattr(message, key) >= getattr(before, key), key
        assert all(new >= old for new, old in zip(message.states_ns, before.states_ns, strict=True))
        slices = m.unpack_slices(message.slices)
        for index, (state, start, end) in enumerate(slices):
            assert 0 <= state < m.STATE_COUNT
            assert start < end
            assert start == reach or (thinned and index == 0 and start > reach), "a hole in the picture"
            reach = end
        assert reach <= message.t_ns
        before = message
    never = m.UNKNOWN if available else m.GIL
    assert before.states_ns[never] == 0
    if not available:
        assert before.states_ns[m.CORE] == 0


def run_script(
    script: list[Any], available: bool, read_ns: int, flush_ns: int
) -> tuple[list[Any], Scripted, FakeClocks]:
    late: list[Scripted] = []
    with turned_by_hand(available, read_ns, lambda: late[0].late) as clocks:
        said: list[Any] = []
        control = Control({})
        workload = Scripted(clocks, script, control)
        late.append(workload)
        began: list[int] = []

        def create(*_: Any) -> Workload:
            return workload

        def begin(meter: Meter) -> int:
            began.append(clocks.cpu)
            return _begin(meter)

        with (
            mock.patch("grandstand.engine.loop.create", create),
            mock.patch.object(Meter, "begin", begin),
            mock.patch.object(Meter, "_thin", autospec=True, side_effect=_thin) as thinning,
        ):
            run_worker(Worker(m.WorkerSpec(1, 0, "scripted", {}, {}, flush_ns), said.append, control))
        check(said, thinning.called, available)
        workload.began_cpu = began[0]  # type: ignore[attr-defined]
        return said, workload, clocks


_begin, _thin = Meter.begin, Meter._thin


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(STEPS, st.booleans(), st.sampled_from((0, 0, 150)), st.sampled_from((1, 3_000_000, 33_000_000, 10**9)))
def test_whatever_a_worker_does_its_account_adds_up(
    script: list[Any], available: bool, read_ns: int, flush_ns: int
) -> None:
    said, workload, clocks = run_script(script, available, read_ns, flush_ns)
    last = said[-2]
    assert last.units == sum(units for _, units in script)
    assert last.steps == len(script) + 1
    spent = clocks.cpu - workload.began_cpu - workload.idle_cpu  # type: ignore[attr-defined]
    readings = 40 * read_ns * (1 + sum(len(actions) for actions, _ in script) + 2 * len(said))
    assert abs(last.cpu_ns - spent) <= readings  # reading clocks costs CPU before and after the account, too


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(st.lists(STEPS, min_size=1, max_size=4), st.booleans(), st.sampled_from((0, 200)))
def test_one_by_one_the_accounts_add_up_too(scripts: list[Any], available: bool, read_ns: int) -> None:
    late: list[Scripted] = []
    with turned_by_hand(available, read_ns, lambda: max(w.late for w in late)) as clocks:
        said: list[Any] = []
        workers = []
        for number, script in enumerate(scripts, 1):
            worker = Worker(m.WorkerSpec(number, number - 1, "scripted", {}, {}, 33_000_000), said.append)
            late.append(Scripted(clocks, script, worker.control))
            workers.append(worker)
        with (
            mock.patch("grandstand.engine.loop.create", lambda key, number, *_: late[number - 1]),
            mock.patch.object(Meter, "_thin", autospec=True, side_effect=_thin) as thinning,
        ):
            arrivals = iter([workers[1:]])
            run_in_turns(workers[:1], lambda: next(arrivals, []))
        for worker in workers:
            own = [x for x in said if x.worker == worker.spec.worker]
            check(own, thinning.called, available)
            assert own[-2].units == sum(units for _, units in scripts[worker.spec.worker - 1])


def test_states_are_told_apart() -> None:
    usual = [([("compute", {"cpu": 150_000})], 1)] * 40
    special = [
        ([("compute", {"cpu": 150_000, "blocked": 15_000_000})], 1),  # lost the GIL
        ([("compute", {"cpu": 150_000, "core": 7_000_000})], 1),
        ([("compute", {"cpu": 150_000, "stolen": 3_000_000})], 1),  # a hypervisor: nobody blocked
        ([("io", {"cpu": 100_000, "blocked": 20_000_000, "core": 2_000_000})], 1),
        ([("lock", {"blocked": 9_000_000, "cpu": 0})], 1),
        ([("serializing", {"cpu": 400_000, "blocked": 600_000})], 1),
        ([("sleep", (10_000_000, 4_000_000))], 1),
    ]
    said, _, _ = run_script(usual + special + usual, True, 0, 33_000_000)
    account = dict(zip(KEYS, said[-2].states_ns, strict=True))
    assert account["gil"] == 15_000_000 + 4_000_000
    assert account["core"] == 7_000_000 + 3_000_000 + 2_000_000
    assert account["io"] == 20_000_000 + 10_000_000
    assert account["lock"] == 9_000_000
    assert account["serializing"] == 1_000_000
    assert account["computing"] == 83 * 150_000 + 100_000
    drawn = dict.fromkeys(range(m.STATE_COUNT), 0)
    for message in said[1:-1]:
        for state, start, end in m.unpack_slices(message.slices):
            drawn[state] += end - start
    for state, key in enumerate(KEYS):
        assert drawn[state] == pytest.approx(account[key], abs=1_200_000), key  # short blips are bridged


def test_waiting_at_a_gate_ends_when_somebody_opens_it() -> None:
    """What the worker waits for from then on, in order to go on, is told as what it is."""
    usual = [([("compute", {"cpu": 150_000})], 1)] * 40
    let_in = ("gate", (20_000_000, {"blocked": 4_000_000, "core": 1_000_000}))
    said, _, _ = run_script([*usual, ([let_in], 1), *usual], True, 0, 10**9)
    account = dict(zip(KEYS, said[-2].states_ns, strict=True))
    assert {key: ns for key, ns in account.items() if ns} == {
        "computing": 80 * 150_000, "idle": 20_000_000, "gil": 4_000_000, "core": 1_000_000,
    }  # fmt: skip
    begin = said[0].t_ns + 40 * 150_000
    drawn = [s for x in said[1:-1] for s in m.unpack_slices(x.slices) if s[0] != m.COMPUTING]
    assert drawn == [
        (m.IDLE, begin, begin + 20_000_000),
        (m.GIL, begin + 20_000_000, begin + 24_000_000),
        (m.CORE, begin + 24_000_000, begin + 25_000_000),
    ]


@pytest.mark.parametrize("when", ["before the run delay is read", "after it is read"])
def test_losing_the_core_while_clocks_are_read_does_not_shorten_a_wait(when: str) -> None:
    with turned_by_hand() as clocks:
        said: list[Any] = []
        meter = Meter(1, said.append, 10**12)
        meter.begin()
        scheduler: Any = meter._clock
        read_delay = scheduler.run_delay_ns

        def interrupted() -> int:
            scheduler.run_delay_ns = read_delay
            before = int(read_delay())
            clocks.spend(core=8_000_000)  # the meter has read the time already
            return int(read_delay()) if when.startswith("before") else before

        clocks.spend(cpu=100_000, core=3_000_000)
        scheduler.run_delay_ns = interrupted
        with meter.io():
            clocks.spend(blocked=10_000_000)
            scheduler.run_delay_ns = interrupted
        clocks.spend(cpu=100_000)
        meter.end()
    account = dict(zip(KEYS, said[-1].states_ns, strict=True))
    assert (account["io"], account["core"], account["computing"]) == (10_000_000, 19_000_000, 200_000)


def test_a_system_without_figures_says_so() -> None:
    script = [([("compute", {"cpu": 150_000})], 1)] * 20 + [([("compute", {"cpu": 1, "blocked": 10**7})], 1)]
    said, _, _ = run_script(script, False, 0, 33_000_000)
    assert said[-2].states_ns[m.UNKNOWN] == 10**7


def test_a_wait_is_drawn_where_it_was() -> None:
    usual = [([("compute", {"cpu": 150_000})], 1)] * 40
    said, _, _ = run_script(
        [*usual, ([("compute", {"cpu": 150_000, "blocked": 5_000_000})], 1), *usual], True, 0, 10**9
    )
    begin = said[0].t_ns
    waits = [s for x in said[1:-1] for s in m.unpack_slices(x.slices) if s[0] == m.GIL]
    assert waits == [(m.GIL, begin + 40 * 150_000, begin + 40 * 150_000 + 5_000_000)]


def test_a_busy_stretch_goes_ahead_in_parts_that_add_up() -> None:
    """More slices than one message holds: the earlier messages tell the account of their own instant."""
    said, _, _ = run_script([([("many", (250, 300_000))], 7)], True, 0, 10**9)
    progress = [x for x in said if isinstance(x, m.Progress)]
    assert len(progress) >= 4
    first = progress[1]  # progress[0] only says that it has begun
    assert 0 < first.units < 7
    assert 0.45 < first.states_ns[m.IO] / sum(first.states_ns) < 0.55


def test_lost_leave_and_too_many_leaves() -> None:
    with turned_by_hand() as clocks:
        said: list[Any] = []
        meter = Meter(1, said.append, 10**9)
        begin = meter.begin()
        with pytest.raises(IndexError):
            meter.leave()
        meter.enter(m.IO)
        clocks.spend(blocked=1_000_000)
        end = meter.end()  # nobody left: the time is I/O all the same
        assert said[-1].states_ns[m.IO] == 1_000_000 == end - begin


def test_an_exception_inside_a_bracket_leaves_it() -> None:
    with turned_by_hand():
        meter = Meter(1, lambda _: None, 10**9)
        meter.begin()
        for bracket in (meter.io(), meter.serializing(), meter.lock(_Lock(lambda: 1 / 0))):
            with pytest.raises(ZeroDivisionError):
                with bracket:
                    raise ZeroDivisionError
        assert meter._stack == []
        assert meter._state == m.COMPUTING


def test_a_meter_that_never_began_has_nothing_to_say() -> None:
    said: list[Any] = []
    assert Meter(1, said.append, 10**9).end() > 0
    assert said == []


def test_before_a_long_wait_what_was_done_is_told() -> None:
    with turned_by_hand() as clocks:
        said: list[Any] = []
        meter = Meter(1, said.append, 33_000_000)
        meter.begin()
        clocks.spend(cpu=40_000_000)
        with meter.io():
            assert said[-1].open_state == m.IO
            assert said[-1].states_ns[m.COMPUTING] == 40_000_000
            clocks.spend(blocked=10**9)


def test_many_short_turns_stay_bounded() -> None:
    """Thousands of slices a flush: the picture gets coarser, the account does not."""
    said, _, _ = run_script([([("many", (900, 150_000))] * 6, 1)], True, 0, 10**12)
    slices = sum(len(x.slices) // 24 for x in said if isinstance(x, m.Progress))
    assert 0 < slices <= 6 * m.SLICES_PER_MESSAGE
    assert said[-2].states_ns[m.IO] == said[-2].states_ns[m.COMPUTING] == 6 * 900 * 150_000


def test_many_states_in_turn_stay_bounded_too() -> None:
    said, _, _ = run_script([([("round", (900, 300_000))] * 3, 1)], True, 0, 10**12)
    slices = sum(len(x.slices) // 24 for x in said if isinstance(x, m.Progress))
    assert 0 < slices <= 6 * m.SLICES_PER_MESSAGE
    assert said[-2].states_ns[m.IO] == said[-2].states_ns[m.COMPUTING] == 3 * 900 * 300_000


def test_counters_of_a_worker_start_at_zero() -> None:
    numbers = itertools.count()
    with turned_by_hand():
        meter = Meter(3, lambda _: None, 10**9, lambda: next(numbers))
        assert (meter.units, meter.steps, meter.worker) == (0, 0, 3)
