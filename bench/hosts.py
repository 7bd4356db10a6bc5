"""What a host costs against a child of multiprocessing, both under this Python. Bench process.

A pair is one run of Count primes in a host (frames over a pipe, engine.host) and one in a child (pickles over a queue,
engine.child), in turns the one and the other first. Throughput is each worker's units over its own time from its first
message after the settling time to its last. Pairs are made until the 95 % interval of their ratio is 0.04 wide, or 40
are done. Beside it: how long each takes from the order to the first worker's hello.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from grandstand.engine import messages as m
from grandstand.engine import runners
from grandstand.engine.clocks import now_ns
from grandstand.engine.workloads import load
from grandstand.hosts import base, interpreter, start_methods
from grandstand.hosts.child_run import ChildRun
from grandstand.hosts.pump import Pump
from grandstand.observe.machine import whole_cores

from bench.report import Report, median_interval

MOST_PAIRS, WIDTH = 40, 0.04
_SETTLE_NS = 300_000_000
LIMIT = 0.98


class _Ran:
    """``rate`` in units a second, ``per_cpu`` in units a CPU second, ``began`` in ms from the order to a hello."""

    def __init__(self, rate: float, per_cpu: float, began: float) -> None:
        self.rate, self.per_cpu, self.began = rate, per_cpu, began


def report(quick: bool) -> Report:
    seconds, most = (0.6, 3) if quick else (2.0, MOST_PAIRS)
    workers = whole_cores()
    start_methods.warm_up()
    report = Report(f"hosts: Count primes, {workers} workers, {seconds:g} s each, in a host against in a child")
    for shape in (runners.THREADS, runners.SINGLE):
        sides: dict[str, Callable[[base.RunSpec], Any]] = {
            "host": lambda spec, shape=shape: interpreter.start(spec, shape, lambda batch: None),  # type: ignore[misc]
            "child": lambda spec, shape=shape: ChildRun(spec, shape),  # type: ignore[misc]
        }
        ran: dict[str, list[_Ran]] = {side: [] for side in sides}
        for side in sides:
            _run(sides[side], workers, 0.2)  # whoever is first compiles, or loads files that nobody has yet
        while len(ran["host"]) < most and not _sure(_ratios(ran, "rate")):
            for side in sorted(sides, reverse=bool(len(ran["host"]) % 2)):
                time.sleep(0.1)  # what the one before leaves behind comes to rest
                ran[side].append(_run(sides[side], workers, seconds))
        report.add(f"{shape}: host / child, throughput", _ratios(ran, "rate"), "×", limit=LIMIT, at_least=True)
        report.add(f"{shape}: host / child, units per CPU second", _ratios(ran, "per_cpu"), "×")
        for side in sides:
            report.add(f"{shape}: {side}, order to hello", [one.began for one in ran[side]], "ms")
    report.notes.append(f"Both under {sys.version.split()[0]}; children start by {start_methods.offered()[0]}.")
    return report


def _ratios(ran: dict[str, list[_Ran]], of: str) -> list[float]:
    return [getattr(a, of) / getattr(b, of) for a, b in zip(ran["host"], ran["child"], strict=True)]


def _sure(ratios: list[float]) -> bool:
    between = median_interval(ratios)
    return between is not None and between[1] - between[0] <= WIDTH


def _run(start: Callable[[base.RunSpec], Any], workers: int, seconds: float) -> _Ran:
    messages: list[Any] = []
    pump = Pump(lambda batch: messages.extend(envelope.message for envelope in batch))
    try:
        ordered = now_ns()
        handle = start(base.RunSpec("primes", load("primes").defaults(), workers))
        pump.attach(handle)
        while len({x.worker for x in messages if isinstance(x, m.Progress)}) < workers:
            pump.turn(0.02)
            if handle.done:
                raise RuntimeError(f"It ended by itself: {messages}")
        hellos = [x.t_ns for x in messages if isinstance(x, m.Hello)]
        until = max(hellos) + _SETTLE_NS + int(seconds * 1e9)
        while now_ns() < until:
            pump.turn(0.02)
        handle.stop(base.STOP)
        while not pump.idle:
            pump.turn(0.02)
    finally:
        pump.close()
    rate = units = cpu = 0.0
    for worker in {x.worker for x in messages if isinstance(x, m.Hello)}:
        mine = [x for x in messages if isinstance(x, m.Progress) and x.worker == worker]
        first = next(x for x in mine if x.t_ns >= max(hellos) + _SETTLE_NS)
        last = mine[-1]
        rate += (last.units - first.units) / ((last.t_ns - first.t_ns) / 1e9)
        units += last.units - first.units
        cpu += (last.cpu_ns - first.cpu_ns) / 1e9
    return _Ran(rate, units / cpu, (min(hellos) - ordered) / 1e6)
