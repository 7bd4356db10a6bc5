"""Recordings of made-up sessions: the real recorder, told in an instant what took seconds."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from grandstand.engine import messages as m
from grandstand.engine.samples import CoresSample, MemorySample, QuotaSample
from grandstand.journal.recorder import Recorder
from grandstand.observe.machine import Machine
from grandstand.session.run import Setting
from grandstand.session.run_state import RunState
from grandstand.session.session import Session

MS, S = 1_000_000, 1_000_000_000
T0 = 5_000 * S
MACHINE = Machine("A processor", 2, "3.13.1", "on", "Linux 6", "workers at nice +19")
PARAMETERS = (("batch", 60.0), ("size", 100_000.0))


class Story:
    """A session that is told things; ``t`` is its clock. ``quota``: cores that a CPU quota gives; 0: there is none."""

    def __init__(self, seed: int = 1, quota: float = 0.0) -> None:
        self.quota = quota
        self.session = Session(2)
        self.t = T0
        self.session.clock = lambda: self.t
        self._random = random.Random(seed)
        self._handle = 0
        self._worker = 0
        self._totals: dict[int, tuple[int, float, int, list[int]]] = {}

    def run(self, mode: str, workers: int, seconds: float, workload: str = "primes") -> None:
        """A whole run: hellos, news every 50 ms, frames, samples; then the workers leave."""
        self._handle += 1
        handle, session = self._handle, self.session
        setting = Setting(workload, mode, workers, PARAMETERS if workload == "primes" else ())
        run = session.begin_run(handle, setting, self.t, mode.capitalize())
        there = []
        for lane in range(workers):
            self._worker += 1
            there.append((self._worker, lane))
            self._totals[self._worker] = (self.t + lane * MS, 0.0, 0, [0] * m.STATE_COUNT)
            hello = m.Hello(self._worker, lane, self.t + lane * MS, 4_000 + handle, 9_000 + self._worker, 19)
            session.apply([(handle, hello)], self.t + 10 * MS)
        for step in range(1, round(seconds / 0.05) + 1):
            self.t += 50 * MS
            session.apply([(handle, self._progress(worker)) for worker, _ in there], self.t)
            session.beat(self.t + MS, 33.0 + self._random.random())
            if step % 4 == 0:
                session.apply([(0, self._cores())], self.t + 2 * MS)
                if self.quota:
                    periods = self.t // (100 * MS)
                    said = QuotaSample(self.t, self.quota, periods, periods // 2, self.t / S / 2)
                    session.apply([(0, said)], self.t + 2 * MS)
            if step % 20 == 0:
                session.apply([(0, MemorySample(self.t, "USS", {4_000 + handle: 5_000_000 + step}))], self.t + 3 * MS)
        self.t += 10 * MS
        session.stop_run(run, self.t)
        self.t += 10 * MS
        session.apply([(handle, m.Goodbye(worker, self.t, "stopped", "", "", "")) for worker, _ in there], self.t)
        session.end_run(run, RunState.FINISHED, self.t + MS)
        self.t += 20 * MS

    def _progress(self, worker: int) -> m.Progress:
        began, units, steps, states = self._totals[worker]
        start, slices = began + sum(states), []
        while start < self.t - 5 * MS:
            state = self._random.choice((m.COMPUTING, m.GIL, m.CORE))
            end = min(self.t, start + self._random.randint(MS, 6 * MS))
            slices += [state, start, end]
            states[state] += end - start
            start = end
        units += self._random.randint(100, 900)
        self._totals[worker] = (began, units, steps + 7, states)
        packed = m.pack_slices(slices)
        cpu = states[m.COMPUTING]
        return m.Progress(worker, start, units, steps + 7, tuple(states), cpu, m.COMPUTING, packed, 0)

    def _cores(self) -> CoresSample:
        busy = (self.t / S * 0.9, self.t / S * 0.4)
        return CoresSample(self.t, (90.5, 40.25), busy, (self.t / S, self.t / S), 130.75, 12.5)


def tell(story: Story) -> None:
    """A short session of three runs."""
    story.run("sequential", 2, 2.5)
    story.run("threads", 4, 3.0)
    story.run("processes", 2, 3.0)


def record(path: Path, telling: Callable[[Story], None] = tell, seed: int = 1, quota: float = 0.0) -> Story:
    """Records what ``telling`` tells; returns the live session."""
    story = Story(seed, quota)
    machine = replace(MACHINE, quota=quota or None)
    recorder = Recorder.start(story.session, path, "A session", machine, window=True)
    telling(story)
    recorder.close()
    assert not recorder.problem, recorder.problem
    return story
