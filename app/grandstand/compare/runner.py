"""Carries a plan out: leg after leg, until it is done, cancelled, or its budget is used up. Blocks; any one thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from grandstand.compare.comparison import Comparison, Measurement
from grandstand.compare.leg import LegFailed, Setup, run_leg
from grandstand.compare.plan import Plan
from grandstand.control import catalogue
from grandstand.control.controller import Controller
from grandstand.observe.machine import machine
from grandstand.session.run import Run
from grandstand.session.session import Session

_WARM_UP_NS = 150_000_000
_FAILURES = 2
"""After so many failures a setup is left out of the rest."""


class Cancelled(Exception):
    """The person wants to stop; what was measured is in the comparison."""


@dataclass(frozen=True)
class Step:
    """How far a comparison is: ``share`` of it (0–1), seconds left, and the leg that runs or has just ended."""

    share: float
    seconds_left: float
    block: int
    setup: Setup
    measurement: Measurement | None = None


def begin(plan: Plan) -> Comparison:
    """An empty comparison for ``plan``, on this machine, now."""
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    return Comparison(plan, catalogue.workload(plan.workload).unit, machine().as_dict(), at)


Choose = Callable[[int, float], Sequence[Setup]]
"""Which setups the block of that number has, in order, when so many seconds are over; with none it ends."""


def carry_out(
    comparison: Comparison,
    hear: Callable[[Step], None],
    cancelled: threading.Event | None = None,
    choose: Choose | None = None,
) -> Comparison:
    """Adds what the plan still lacks to ``comparison``; a cancelled one is thereby resumed.

    A setup that fails is tried once more in a later block, then left out, with the reason in ``failures``. ``choose``
    may change ``comparison.plan`` between blocks.
    """
    cancelled = cancelled or threading.Event()
    plan = comparison.plan

    def planned(block: int, elapsed: float) -> Sequence[Setup]:
        return plan.block(block) if _goes_on(plan, block, elapsed) else ()

    choose = choose or planned
    comparison.cancelled = False
    began = time.monotonic()
    offset = max((x.t for x in comparison.measurements), default=0.0)
    done = {(x.block, x.setup) for x in comparison.measurements}
    failed: dict[Setup, int] = {}
    controller = Controller(window=False)
    controller.session.warm_up_ns = _WARM_UP_NS

    def look(session: Session, run: Run, now: int) -> None:
        if cancelled.is_set():
            raise Cancelled

    try:
        block = 0
        while setups := choose(block, time.monotonic() - began):
            plan = comparison.plan
            for setup in setups:
                if (block, setup) in done or failed.get(setup, 0) >= _FAILURES:
                    continue
                if cancelled.is_set():
                    raise Cancelled
                elapsed = time.monotonic() - began
                hear(_step(plan, len(comparison.measurements), elapsed, block, setup))
                try:
                    leg = run_leg(controller, plan.workload, setup, plan.seconds, look, plan.work)
                except LegFailed as problem:
                    if cancelled.is_set():  # what asked to stop may have ended the workers too: no fault of the setup
                        raise Cancelled from None
                    failed[setup] = failed.get(setup, 0) + 1
                    comparison.failures[setup] = str(problem)
                    controller.close()
                    controller = Controller(window=False)
                    controller.session.warm_up_ns = _WARM_UP_NS
                    continue
                elapsed = time.monotonic() - began
                measurement = Measurement.of(leg, setup, block, offset + elapsed, plan.work)
                comparison.measurements.append(measurement)
                hear(_step(plan, len(comparison.measurements), elapsed, block, setup, measurement))
            if all(failed.get(setup, 0) >= _FAILURES for setup in plan.setups):
                break
            block += 1
    except Cancelled:
        comparison.cancelled = True
    finally:
        controller.close()
    return comparison


def _goes_on(plan: Plan, block: int, elapsed: float) -> bool:
    """Whether another block begins. With a budget: as long as one is likely to fit, judged by those before."""
    if not plan.budget:
        return block < plan.repeats
    if block == 0:
        return True
    return elapsed + elapsed / block <= plan.budget


def _step(
    plan: Plan, measured: int, elapsed: float, block: int, setup: Setup, measurement: Measurement | None = None
) -> Step:
    if plan.budget:
        share = min(1.0, elapsed / plan.budget)
        return Step(share, max(0.0, plan.budget - elapsed), block, setup, measurement)
    legs = plan.repeats * len(plan.setups)
    share = measured / legs
    left = (legs - measured) * (elapsed / measured if measured and elapsed > 1 else plan.leg_seconds)
    return Step(share, left, block, setup, measurement)
