"""What has ended long ago, summed up: a program may start threads and processes by the million. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from grandstand.engine.messages import STATE_COUNT

MOST_THREADS, LEAST_THREADS, MOST_PROCESSES = 2_000, 20, 1_000
"""Ended ones that are kept one by one; of more, the older half is summed up. Processes share the threads: of each at
least so few are kept."""


class Counted(Protocol):
    """A thread, as far as it is summed up; times in ns."""

    since: int
    until: int
    unseen: int
    states: tuple[int, ...]


@dataclass
class Summed:
    """Of ``count`` threads: how long they were watched, how long not seen, and their time in each state (ns)."""

    count: int = 0
    length: int = 0
    unseen: int = 0
    states: tuple[int, ...] = (0,) * STATE_COUNT

    def add(self, threads: Iterable[Counted]) -> None:
        for one in threads:
            self.count += 1
            self.length += one.until - one.since
            self.unseen += one.unseen
            self.states = tuple(a + b for a, b in zip(self.states, one.states, strict=True))

    def add_summed(self, other: Summed) -> None:
        self.count += other.count
        self.length += other.length
        self.unseen += other.unseen
        self.states = tuple(a + b for a, b in zip(self.states, other.states, strict=True))
