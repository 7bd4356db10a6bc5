"""A run in figures, against figures worked out by hand."""

from __future__ import annotations

import pytest
from grandstand.session.run import Account, Run, WorkerRecord
from grandstand.session.summary import spread, summarize
from grandstand.vocabulary.states import COMPUTING, CORE, IO, KEYS

from tests.session.made import MS, STATES, T0, S, setting, summary


def account(t_ns: int, units: float, cpu_s: float, **seconds: float) -> Account:
    states = [0] * STATES
    for key, value in seconds.items():
        states[KEYS.index(key)] = round(value * S)
    return Account(t_ns, units, round(cpu_s * S), tuple(states))


def run_of(*records: WorkerRecord) -> Run:
    run = Run(1, setting(len(records)), T0)
    run.workers = {record.worker: record for record in records}
    return run


def record(worker: int, base: Account | None, last: Account | None, **more: object) -> WorkerRecord:
    made = WorkerRecord(worker, worker - 1, 4_000, 4_000 + worker, 10, T0)
    made.base, made.last = base, last
    for key, value in more.items():
        setattr(made, key, value)
    return made


def test_two_workers_by_hand():
    run = run_of(
        record(
            1,
            account(T0 + S, 100, 0.5, computing=0.5, gil=0.5),
            account(T0 + 3 * S, 500, 1.5, computing=1.5, gil=1.25, core=0.25),
            printed=12,
        ),
        record(
            2,
            account(T0 + 2 * S, 50, 1.0, computing=1.0, gil=1.0),
            account(T0 + 6 * S, 450, 2.0, computing=2.0, gil=1.0, io=3.0),
        ),
    )
    run.first_step_ns = T0 + 85 * MS
    run.windows = [(T0 + i * S, rate) for i, rate in enumerate((300.0, 310.0, 290.0, 305.0))]
    got = summarize(run)
    assert got.per_second == pytest.approx(400 / 2 + 400 / 4)
    assert got.seconds == pytest.approx(4.0)
    assert got.cpu_cores == pytest.approx(1.0 / 2 + 1.0 / 4)
    spent = {"computing": 2.0, "gil": 0.75, "core": 0.25, "io": 3.0}
    assert {k: v for k, v in got.states.items() if v} == pytest.approx(spent)
    assert got.waiting_shares() == pytest.approx({"gil": 0.1875, "core": 0.0625, "io": 0.75})
    assert got.share(COMPUTING) == pytest.approx(2 / 6)
    assert got.share(IO, CORE) == pytest.approx(3.25 / 6)
    assert (got.low, got.high) == (290.0, 310.0)
    assert got.start_up_seconds == pytest.approx(0.085)
    assert got.measured

    one = got.workers[0]  # over its whole life, not the measured stretch
    assert (one.id, one.pid, one.thread, one.units, one.printed, one.exit) == (1, 4_000, 4_001, 500, 12, "running")
    assert (one.seconds, one.cpu_seconds) == (pytest.approx(3.0), pytest.approx(1.5))
    assert sum(one.states.values()) == pytest.approx(one.seconds)
    assert set(one.states) == set(KEYS)


def test_before_anything_is_measured():
    got = summarize(run_of(record(1, None, None), record(2, None, account(T0 + S, 10, 0.5, computing=1.0))))
    assert (got.per_second, got.seconds, got.cpu_cores, got.measured) == (0, 0, 0, False)
    assert (got.low, got.high, got.start_up_seconds) == (None, None, None)
    assert got.waiting_shares() == {}
    assert got.share(COMPUTING) == 0
    assert [(w.units, w.seconds) for w in got.workers] == [(0, 0), (10, pytest.approx(1.0))]


def test_a_worker_whose_measurement_has_no_length_does_not_count():
    same = account(T0 + S, 10, 0.5, computing=1.0)
    got = summarize(run_of(record(1, same, same), record(2, same, account(T0 + 2 * S, 30, 1.0, computing=2.0))))
    assert got.per_second == pytest.approx(20)
    assert got.seconds == pytest.approx(1.0)


def test_a_worker_that_waits_for_its_turn_goes_on_doing_nothing():
    """Sequential: worker 1 said 0.5 s ago that it is idle now; its rate must not look higher for that."""
    begin, half, end = T0 + S, T0 + 2_500 * MS, T0 + 3 * S
    first = record(1, account(begin, 0, 0), account(half, 30, 1.5, computing=1.5), idle=True)
    second = record(2, account(begin, 0, 0), account(end, 20, 0.5, computing=0.5, idle=1.5))
    got = summarize(run_of(first, second))
    assert got.per_second == pytest.approx(30 / 2 + 20 / 2)
    assert got.states["idle"] == pytest.approx(0.5 + 1.5)
    first.alive = False  # it has ended: no more time of its own
    assert summarize(run_of(first, second)).per_second == pytest.approx(30 / 1.5 + 20 / 2)


def test_the_account_between_two_is_on_a_straight_line():
    early, late = account(T0, 0, 0), account(T0 + 2 * S, 100, 1.0, computing=1.5, io=0.5)
    middle = early.towards(late, T0 + S // 2)
    assert (middle.t_ns, middle.units, middle.cpu_ns) == (T0 + S // 2, 25, S // 4)
    assert sum(middle.states_ns) == S // 2
    assert early.towards(late, T0 - S) == early
    assert early.towards(late, T0 + 2 * S) == late


@pytest.mark.parametrize(
    ("windows", "low_high"),
    [
        ([], (None, None)),
        ([1.0, 2.0, 3.0], (None, None)),
        ([4.0, 1.0, 3.0, 2.0], (1.0, 4.0)),
        ([float(n) for n in range(101)], (5.0, 95.0)),
        ([float(n) for n in range(100, -1, -1)], (5.0, 95.0)),
        ([7.0] * 50, (7.0, 7.0)),
    ],
    ids=lambda value: f"{len(value)} windows" if isinstance(value, list) else "",
)
def test_the_range_is_from_the_5th_to_the_95th_percentile(windows, low_high):
    assert spread(windows) == low_high


def test_a_lane_with_two_workers_shows_the_newer_one_and_counts_both():
    """After a change of workers the former one of a lane may still be there for a moment."""
    base = account(T0 + S, 0, 0)
    old = record(1, base, account(T0 + 2 * S, 10, 1.0, computing=1.0))
    new = record(2, base, account(T0 + 2 * S, 30, 1.0, computing=1.0), lane=0)
    got = summarize(run_of(old, new))
    assert [w.units for w in got.workers] == [30]
    assert got.per_second == pytest.approx(40)


def test_waiting_shares_leave_out_what_never_happened():
    got = summary(states={"computing": 5.0, "gil": 3.0, "unknown": 1.0, "idle": 9.0, "serializing": 2.0})
    assert got.waiting_shares() == pytest.approx({"gil": 0.75, "unknown": 0.25})
