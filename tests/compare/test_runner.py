"""Carrying a plan out: real legs, cancelling and resuming, setups that fail, budgets."""

from __future__ import annotations

import threading
import time

import pytest
from grandstand.compare import runner
from grandstand.compare.leg import LegFailed, Setup
from grandstand.compare.plan import Plan, make_plan
from grandstand.compare.runner import Step, begin, carry_out


def test_a_small_comparison_from_beginning_to_end() -> None:
    plan = make_plan("wait", ("sequential", "threads"), (4,), {"duration_ms": 5}, repeats=5, seconds=0.15)
    steps: list[Step] = []
    made = carry_out(begin(plan), steps.append)
    assert len(made.measurements) == 10
    e = made.speedup(plan.setups[1])
    assert e is not None
    assert e.above(2), "four threads wait at once"
    assert [s.share for s in steps] == sorted(s.share for s in steps)
    assert steps[-1].share == 1
    assert made.shares(plan.setups[1])["io"] > 0.5
    assert all(x.start_up is not None and x.start_up < 5 for x in made.measurements)


def test_fixed_work_counts_the_start() -> None:
    plan = make_plan("wait", ("threads",), (1, 4), {"duration_ms": 5}, repeats=2, seconds=20, work=40)
    made = carry_out(begin(plan), lambda step: None)
    for x in made.measurements:
        least = 40 * 0.005 / x.setup.workers
        assert x.wall is not None
        assert least < x.wall < least + 3
        assert x.start_up is not None
        assert x.wall > x.start_up
        assert x.per_second == pytest.approx(40 / x.wall)


def test_a_cancelled_comparison_keeps_what_it_has_and_can_be_resumed() -> None:
    plan = make_plan("wait", ("threads",), (1, 2), {"duration_ms": 5}, repeats=3, seconds=0.15)
    cancelled = threading.Event()
    asked = 0.0

    def hear(step: Step) -> None:
        nonlocal asked
        if step.measurement is not None and step.block == 1:
            asked = time.monotonic()
            cancelled.set()

    made = carry_out(begin(plan), hear, cancelled)
    assert time.monotonic() - asked < 2
    assert made.cancelled
    assert len(made.measurements) == 3
    carry_out(made, lambda step: None)
    assert not made.cancelled
    assert sorted((x.block, x.setup.workers) for x in made.measurements) == [
        (block, workers) for block in range(3) for workers in (1, 2)
    ]


def test_a_setup_that_fails_is_left_out_with_its_reason_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    real = runner.run_leg

    def fails(controller: object, workload: str, setup: Setup, *rest: object) -> object:
        if setup.workers == 2:
            raise LegFailed("2 threads: no more threads to be had.")
        return real(controller, workload, setup, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(runner, "run_leg", fails)
    plan = make_plan("wait", ("threads",), (1, 2), {"duration_ms": 5}, repeats=3, seconds=0.1)
    made = carry_out(begin(plan), lambda step: None)
    assert made.failures == {plan.setups[1]: "2 threads: no more threads to be had."}
    assert [x.setup.workers for x in made.measurements] == [1, 1, 1]
    assert any("no more threads" in words for words in made.warnings())


@pytest.mark.parametrize(("elapsed", "goes_on"), [(40.0, True), (49.0, True), (51.0, False)])
def test_a_budget_is_used_as_long_as_another_block_is_likely_to_fit(elapsed: float, goes_on: bool) -> None:
    plan = Plan("wait", (Setup("threads", 1),), budget=60.0)
    assert runner._goes_on(plan, 5, elapsed) is goes_on
