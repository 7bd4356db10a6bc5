"""Bounded series for charts: old values make room for new ones. Model thread."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Series:
    """The last ``capacity`` rows of (t_ns, columns…), always one contiguous block: a view costs nothing.

    Rows are appended behind one another; when the block of twice the capacity is full, its newer half moves to
    the front. Until then it grows with what is in it. Times are int64 ns, values float64, NaN for "not known".
    """

    _FIRST = 64

    def __init__(self, capacity: int, columns: int) -> None:
        self.capacity = capacity
        self.columns = columns
        room = min(self._FIRST, 2 * capacity)
        self._t: Ints = np.empty(room, np.int64)
        self._v: Floats = np.empty((room, columns))
        self._n = 0

    def __len__(self) -> int:
        return min(self._n, self.capacity)

    def append(self, t_ns: int, *values: float) -> None:
        if self._n == len(self._t):
            self._make_room()
        self._t[self._n] = t_ns
        row = self._v[self._n]
        row[: len(values)] = values
        row[len(values) :] = np.nan
        self._n += 1

    def _make_room(self) -> None:
        if self._n == 2 * self.capacity:
            self._t[: self.capacity] = self._t[self.capacity :]
            self._v[: self.capacity] = self._v[self.capacity :]
            self._n = self.capacity
            return
        room = min(2 * self.capacity, 2 * self._n)
        t, v = self._t, self._v
        self._t, self._v = np.empty(room, np.int64), np.empty((room, self.columns))
        self._t[: self._n], self._v[: self._n] = t, v

    def __deepcopy__(self, memo: dict[int, Any]) -> Series:
        """With what it still tells, and no more room than that needs."""
        other = Series(self.capacity, self.columns)
        count = len(self)
        room = max(len(other._t), count)
        other._t, other._v, other._n = np.empty(room, np.int64), np.empty((room, self.columns)), count
        other._t[:count] = self._t[self._n - count : self._n]
        other._v[:count] = self._v[self._n - count : self._n]
        return other

    @property
    def bytes(self) -> int:
        """In memory."""
        return self._t.nbytes + self._v.nbytes

    @property
    def last_ns(self) -> int | None:
        """When the newest row was."""
        return int(self._t[self._n - 1]) if self._n else None

    def since(self, t_ns: int) -> tuple[Ints, Floats]:
        """Times [n] and values [n, columns] from ``t_ns`` on, as views."""
        low = max(0, self._n - self.capacity)
        first = low + int(np.searchsorted(self._t[low : self._n], t_ns))
        return self._t[first : self._n], self._v[first : self._n]

    def last(self) -> Floats | None:
        return self._v[self._n - 1] if self._n else None

    def clear(self) -> None:
        self._n = 0


class Rates:
    """Units per worker lane, in bins of ``bin_ns`` on the clock's own grid, for a bounded stretch of time.

    A message tells totals; what was done since the one before is spread evenly over the bins between the two.
    """

    def __init__(self, bin_ns: int, bins: int, lanes: int) -> None:
        self.bin_ns = bin_ns
        self._units: Floats = np.zeros((bins, lanes))
        self._head = -1  # newest bin, counted on the clock's grid
        self._first = 0  # oldest bin that anything is known about

    def add(self, lane: int, start_ns: int, end_ns: int, units: float) -> None:
        """``units`` done by ``lane`` between two instants."""
        if end_ns <= start_ns or units <= 0:
            return
        size = len(self._units)
        first, last = start_ns // self.bin_ns, (end_ns - 1) // self.bin_ns
        if last <= self._head - size:
            return
        self._advance(last)
        first = max(first, self._head - size + 1)
        self._first = min(self._first, first)
        column = self._units[:, lane]
        if first == last:
            column[first % size] += units * min(
                1.0, (end_ns - max(start_ns, first * self.bin_ns)) / (end_ns - start_ns)
            )
            return
        edges = np.arange(first, last + 2) * self.bin_ns
        inside = np.clip(edges, start_ns, end_ns).astype(np.float64)
        shares = (inside[1:] - inside[:-1]) / (end_ns - start_ns)
        column[np.arange(first, last + 1) % size] += units * shares

    def _advance(self, newest: int) -> None:
        size = len(self._units)
        if self._head < 0:
            self._head = self._first = newest
            return
        if newest > self._head:
            fresh = np.arange(max(self._head + 1, newest - size + 1), newest + 1) % size
            self._units[fresh] = 0
            self._head = newest

    def between(self, start_ns: int, end_ns: int) -> tuple[Ints, Floats]:
        """Middles [n] and rates per second [n, lanes] of the whole bins that lie within the stretch."""
        size = len(self._units)
        first = max(-(-start_ns // self.bin_ns), self._head - size + 1, self._first)
        last = min(end_ns // self.bin_ns - 1, self._head)
        if self._head < 0 or last < first:
            return np.empty(0, np.int64), np.empty((0, self._units.shape[1]))
        index = np.arange(first, last + 1)
        middles = index * self.bin_ns + self.bin_ns // 2
        return middles, self._units[index % size] / (self.bin_ns / 1e9)

    @property
    def bytes(self) -> int:
        """In memory."""
        return self._units.nbytes

    def clear(self) -> None:
        self._units[:] = 0
        self._head = -1


class Histogram:
    """Counts of durations in 0.1 ms steps up to 2 s, and the largest: percentiles in bounded memory."""

    STEP_MS = 0.1
    _BINS = 20_000

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}  # a heartbeat falls into some hundred of them, and a session has many runs
        self.count = 0
        self.largest = 0.0

    def add(self, milliseconds: float) -> None:
        index = min(self._BINS, max(0, int(milliseconds / self.STEP_MS)))
        self._counts[index] = self._counts.get(index, 0) + 1
        self.count += 1
        self.largest = max(self.largest, milliseconds)

    def percentile(self, share: float) -> float | None:
        """The value in ms below which ``share`` (0–1) of all lie, to 0.1 ms; None when there is none."""
        if not self.count:
            return None
        below, index = 0, 0
        for index in sorted(self._counts):
            below += self._counts[index]
            if below >= share * self.count:
                break
        return self.largest if index >= self._BINS else min(self.largest, (index + 1) * self.STEP_MS)
