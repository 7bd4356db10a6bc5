"""Messages as real workers would send them, for any stretch of time, without any worker. Any thread.

Two kinds of work: ``computing``, where the system hands two cores round among all lanes 500 times a second, so that
more lanes mean longer turns and the slices of all of them together stay as many; and ``waiting``, where each lane
does its 20 ms waits whatever the others do, so that slices grow with the lanes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from grandstand.engine import messages as m
from grandstand.engine.samples import CoresSample, MemorySample
from grandstand.hosts.base import flush_ns
from grandstand.hosts.pump import Envelope

_TURNS = 500
"""Turns a second on all cores together."""
_WAIT_NS, _BURST_NS = 20_000_000, 300_000
_UNITS_PER_SECOND = 200_000.0
_STEP_NS = 150_000


class Lanes:
    """``workers`` lanes of handle ``handle`` from ``start_ns`` on; ``until(t)`` gives what they say up to then."""

    def __init__(self, handle: int, workers: int, start_ns: int, kind: str = "computing") -> None:
        self._handle = handle
        self._workers = workers
        self._flush = flush_ns(workers)
        self._start = start_ns
        # Worker by worker a little later, as messages come in life: not all in one frame.
        self._told = [start_ns + self._flush * i // workers for i in range(workers)]
        if kind == "computing":
            self._cycle = int(1e9 * workers / _TURNS)
            self._busy = min(self._cycle, 2 * self._cycle // workers)
            self._wait = m.CORE
        else:
            self._cycle = _WAIT_NS + _BURST_NS
            self._busy, self._wait = _BURST_NS, m.IO
        self._phase = [i * self._cycle // workers for i in range(workers)]

    def hello(self) -> list[Envelope]:
        return [
            Envelope(self._handle, m.Hello(i + 1, i, self._start, 100_000 + i, 100_000 + i, 10))
            for i in range(self._workers)
        ]

    def until(self, t_ns: int) -> list[Envelope]:
        """Every message due by ``t_ns``, in the order of their times."""
        due: list[tuple[int, Envelope]] = []
        for i in range(self._workers):
            while self._told[i] + self._flush <= t_ns:
                begin, end = self._told[i], self._told[i] + self._flush
                self._told[i] = end
                due.append((end, Envelope(self._handle, self._progress(i, begin, end))))
        due.sort(key=lambda pair: pair[0])
        return [envelope for _, envelope in due]

    def _progress(self, lane: int, begin: int, end: int) -> m.Progress:
        wall = end - self._start
        computed = wall * self._busy // self._cycle
        states = [0] * m.STATE_COUNT
        states[m.COMPUTING], states[self._wait] = computed, wall - computed
        units = computed / 1e9 * _UNITS_PER_SECOND
        slices = self._slices(lane, begin, end)
        return m.Progress(
            lane + 1, end, units, computed // _STEP_NS, tuple(states), computed, m.COMPUTING, slices.tobytes(), 0
        )

    def _slices(self, lane: int, begin: int, end: int) -> npt.NDArray[np.int64]:
        """[n, 3] of (state, start, end) that cover the stretch without a gap."""
        cycle, busy = self._cycle, self._busy
        origin = self._start - self._phase[lane]
        turns = np.arange((begin - origin) // cycle, (end - origin) // cycle + 1, dtype=np.int64) * cycle + origin
        rows = np.empty((2 * len(turns), 3), np.int64)
        rows[0::2, 0], rows[1::2, 0] = m.COMPUTING, self._wait
        rows[0::2, 1], rows[0::2, 2] = turns, turns + busy
        rows[1::2, 1], rows[1::2, 2] = turns + busy, turns + cycle
        np.clip(rows[:, 1:], begin, end, out=rows[:, 1:])
        return rows[rows[:, 2] > rows[:, 1]]


class Samples:
    """What the sampler says: cores five times a second, memory of the lanes' processes once a second."""

    def __init__(self, workers: int, cores: int, start_ns: int) -> None:
        self._pids = [100_000 + i for i in range(workers)]
        self._cores = cores
        self._start = start_ns
        self._cores_at = self._memory_at = start_ns

    def until(self, t_ns: int) -> list[Envelope]:
        envelopes = []
        while self._cores_at + 200_000_000 <= t_ns:
            self._cores_at += 200_000_000
            seconds = (self._cores_at - self._start) / 1e9
            busy, total = (0.9 * seconds,) * self._cores, (seconds,) * self._cores
            percent = (90.0,) * self._cores
            envelopes.append(Envelope(0, CoresSample(self._cores_at, percent, busy, total, 170.0, 15.0)))
        while self._memory_at + 1_000_000_000 <= t_ns:
            self._memory_at += 1_000_000_000
            envelopes.append(Envelope(0, MemorySample(self._memory_at, "USS", dict.fromkeys(self._pids, 9_000_000))))
        return envelopes
