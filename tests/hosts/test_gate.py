"""The gate: few want the GIL at once, everybody gets a turn, and what it costs is told as what it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from grandstand.engine import messages as m
from grandstand.engine.clocks import now_ns
from grandstand.engine.loop import Control, Worker, run_worker
from grandstand.engine.workloads import load
from grandstand.engine.workloads.base import Workload
from grandstand.hosts.crowd import LEAST
from grandstand.hosts.frame_slots import FrameSlots
from grandstand.vocabulary.states import KEYS

PATIENCE = 60.0
_LOCK = threading.Lock()


class Team:
    """Workers in threads of this process, at one gate."""

    def __init__(self) -> None:
        self.slots = FrameSlots()
        self.said: list[Any] = []
        self._controls: list[Control] = []
        self._threads: list[threading.Thread] = []

    def start(self, workers: int, workload: str = "primes", **parameters: float) -> None:
        settings = load(workload).check_parameters(parameters)
        for number in range(workers):
            spec = m.WorkerSpec(number, number, workload, settings, {}, 50_000_000)
            control = Control(dict(settings))
            thread = threading.Thread(target=self._run, args=(Worker(spec, self.said.append, control),))
            self._controls.append(control)
            self._threads.append(thread)
            thread.start()

    def _run(self, worker: Worker) -> None:
        ticket = self.slots.ticket()
        run_worker(worker, ticket.pace)
        ticket.leave()

    def until(self, happened: Callable[[], Any]) -> None:
        give_up = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < give_up
            time.sleep(0.01)

    def stop(self) -> None:
        for control in self._controls:
            control.stop = True
        until = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
            assert not thread.is_alive()

    def last(self) -> dict[int, m.Progress]:
        return {said.worker: said for said in list(self.said) if isinstance(said, m.Progress)}

    def working(self) -> set[int]:
        return {worker for worker, said in self.last().items() if said.units}

    def shares(self) -> dict[str, float]:
        """Of each state in everybody's time; every account is checked on the way."""
        hello = {said.worker: said.t_ns for said in self.said if isinstance(said, m.Hello)}
        total = [0] * m.STATE_COUNT
        for worker, said in self.last().items():
            assert sum(said.states_ns) == pytest.approx(said.t_ns - hello[worker], abs=1_000)
            total = [a + b for a, b in zip(total, said.states_ns, strict=True)]
        return {key: ns / sum(total) for key, ns in zip(KEYS, total, strict=True)}


@pytest.fixture
def team() -> Iterator[Team]:
    one = Team()
    yield one
    one.stop()


def test_everybody_gets_turns_and_waiting_at_the_gate_is_not_waiting_for_the_interpreter(team: Team) -> None:
    team.start(16)
    team.until(lambda: len(team.working()) == 16)
    time.sleep(2.0)
    team.stop()
    shares = team.shares()
    assert shares["idle"] > 0.6, "two of sixteen are inside"
    assert shares["gil"] < 0.3
    assert shares["computing"] > 0
    units = sorted(said.units for said in team.last().values())
    assert units[-1] < 20 * units[0] + 20 * 60


def test_without_frame_slots_nobody_waits_at_the_gate(team: Team) -> None:
    team.slots.enabled = False
    team.start(4)
    team.until(lambda: len(team.working()) == 4)
    time.sleep(0.5)
    team.stop()
    shares = team.shares()
    assert shares["idle"] == 0
    assert shares["gil"] + shares["core"] > 0.3


@pytest.mark.parametrize(
    ("workload", "parameters"), [("wait", {"duration_ms": 50}), ("tests.hosts.test_gate:SleepsUntold", {})]
)
def test_who_waits_for_something_else_is_not_held_up(team: Team, workload: str, parameters: dict[str, float]) -> None:
    """Also where nobody has told the meter of that wait, so that it looks like one for the GIL."""
    team.start(32, workload, **parameters)
    team.until(lambda: team.slots.gate.crowd.most >= 32)
    before = sum(said.units for said in team.last().values())
    began = time.monotonic()
    time.sleep(2.0)
    done = sum(said.units for said in team.last().values()) - before
    alone = LEAST * (time.monotonic() - began) / 0.05
    assert done > 2 * alone


def test_a_lock_that_is_kept_from_one_step_to_the_next_does_not_keep_everybody_out(team: Team) -> None:
    team.start(8, "tests.hosts.test_gate:KeepsTheLock")
    team.until(lambda: all(said.units > 2 for said in team.last().values()) and len(team.working()) == 8)


def test_whoever_ends_leaves_its_place_to_the_others(team: Team) -> None:
    team.start(4, "tests.hosts.test_gate:EndsAtOnce")
    team.start(2)
    team.until(lambda: len({said.worker for said in team.said if isinstance(said, m.Goodbye)}) == 4)
    team.until(lambda: sum(said.units for said in team.last().values()) > 20_000)


def test_held_nobody_goes_on_and_then_everybody_does(team: Team) -> None:
    team.start(4)
    team.until(lambda: len(team.working()) == 4)
    team.slots.gate.hold(now_ns() + int(PATIENCE * 1e9))
    time.sleep(0.3)
    before = [(w, said.steps) for w, said in sorted(team.last().items())]
    time.sleep(0.2)
    assert [(w, said.steps) for w, said in sorted(team.last().items())] == before
    team.slots.gate.hold(0)
    team.until(lambda: all(team.last()[w].steps > steps for w, steps in before))


def test_those_that_wait_at_the_gate_need_nothing(team: Team) -> None:
    """Asleep on a lock they make no step, use no core, and look up only twice a second."""
    team.slots.gate.hold(now_ns() + int(PATIENCE * 1e9))
    team.start(32)
    team.until(lambda: len(team.last()) == 32)
    time.sleep(0.3)
    before = time.process_time()
    time.sleep(1.0)
    assert time.process_time() - before < 0.3
    team.slots.gate.hold(0)


# -- workloads ------------------------------------------------------------------------------------------------


class SleepsUntold(Workload):
    def step(self, meter: Any) -> int:
        time.sleep(0.05)
        return 1


class KeepsTheLock(Workload):
    held = False

    def step(self, meter: Any) -> int:
        if self.held:
            _LOCK.release()
        else:
            _LOCK.acquire()
        self.held = not self.held
        time.sleep(0.001)
        return 1

    def close(self) -> None:
        if self.held:
            _LOCK.release()


class EndsAtOnce(Workload):
    def step(self, meter: Any) -> int:
        raise ValueError("no more")
