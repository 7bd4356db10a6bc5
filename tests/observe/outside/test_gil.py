"""Who held a GIL, from readings of its record: here a file stands for the program's memory."""

from __future__ import annotations

import os
from array import array
from pathlib import Path
from typing import Any

import pytest
from grandstand.observe.outside.gil import FREE, GilTrack, Holders
from grandstand.observe.outside.layout import RECORD, Layout

MS = 1_000_000
LATE = 20 * MS
AT = 4096
LAYOUT = Layout((3, 13, 0), False, 0, -1, -1, -1, 0, -1, -1, -1, 8, 16, -1, "")
STATES = {1: 8192, 2: 8448}
"""Thread -> the address of its thread state."""


class Memory:
    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(16_384))
        self.fd = os.open(path, os.O_RDWR)
        for tid, address in STATES.items():
            os.pwrite(self.fd, tid.to_bytes(8, "little"), address + LAYOUT.native)

    def holds(self, tid: int, count: int, interval: int = 5000, locked: int = 1) -> None:
        os.pwrite(self.fd, RECORD.pack(interval, STATES.get(tid, 64), locked, count), AT)

    def read(self, address: int, size: int) -> bytes:
        return os.pread(self.fd, size, address)

    def word(self, address: int) -> int:
        return int.from_bytes(self.read(address, 8), "little")

    def number(self, address: int) -> int:
        return int.from_bytes(self.read(address, 4), "little")


@pytest.fixture
def memory(tmp_path: Path) -> Any:
    made = Memory(tmp_path / "memory")
    yield made
    os.close(made.fd)


@pytest.fixture
def track(memory: Any) -> GilTrack:
    return GilTrack(0, AT, memory, LAYOUT, Holders(memory, LAYOUT, lambda tid: tid if tid in STATES else -1))


def slices(track: GilTrack) -> list[tuple[int, ...]]:
    found = array("q")
    found.frombytes(track.take())
    return list(zip(*[iter(found)] * 3, strict=True))


def test_a_change_is_put_in_the_middle_of_two_readings(memory: Any, track: GilTrack):
    for t, tid, count in ((1, 1, 7), (2, 1, 7), (4, 2, 8), (5, 2, 8)):
        memory.holds(tid, count)
        assert track.sample(t * MS, LATE)
    assert slices(track) == [(1, MS, 3 * MS), (2, 3 * MS, 5 * MS)]
    assert track.held_ns == {1: 2 * MS, 2: 2 * MS}
    assert track.switches == 1
    assert track.samples == 4


def test_free_is_nobodys(memory: Any, track: GilTrack):
    for t, locked in ((1, 1), (2, 1), (3, 0), (4, 0), (5, 1)):
        memory.holds(1, 7, locked=locked)
        track.sample(t * MS, LATE)
    assert [state for state, _, _ in slices(track)] == [1, FREE, 1]
    assert track.free_ns == 2 * MS
    assert track.switches == 0


def test_switches_are_counted_by_the_interpreter_so_none_is_missed(memory: Any, track: GilTrack):
    memory.holds(1, 2**64 - 3)
    track.sample(MS, LATE)
    memory.holds(1, 5)
    track.sample(2 * MS, LATE)
    assert track.switches == 8


def test_a_late_reading_leaves_a_stretch_that_was_not_seen(memory: Any, track: GilTrack):
    for t in (1, 2, 50, 51):
        memory.holds(1, 7)
        track.sample(t * MS, LATE)
    assert slices(track) == [(1, MS, 2 * MS), (1, 50 * MS, 51 * MS)]
    assert track.unseen_ns == 48 * MS
    assert track.held_ns == {1: 2 * MS}


def test_a_change_after_half_as_long_is_not_seen_either(memory: Any, track: GilTrack):
    memory.holds(1, 7)
    track.sample(MS, LATE)
    memory.holds(2, 9)
    track.sample(15 * MS, LATE)
    assert track.unseen_ns == 14 * MS
    assert not track.held_ns


@pytest.mark.parametrize(
    "nonsense",
    [
        RECORD.pack(0, STATES[1], 1, 7),
        RECORD.pack(2**60, STATES[1], 1, 7),
        RECORD.pack(5000, STATES[1], 3, 7),
        RECORD.pack(5000, 64, 1, 7),
    ],
)
def test_a_reading_that_makes_no_sense_is_not_believed(memory: Any, track: GilTrack, nonsense: bytes):
    memory.holds(1, 7)
    track.sample(MS, LATE)
    track.sample(2 * MS, LATE)
    os.pwrite(memory.fd, nonsense, AT)
    track.sample(3 * MS, LATE)
    track.sample(4 * MS, LATE)
    memory.holds(1, 7)
    track.sample(5 * MS, LATE)
    track.sample(6 * MS, LATE)
    assert slices(track) == [(1, MS, 2 * MS), (1, 5 * MS, 6 * MS)]
    assert track.invalid == 2
    assert track.unseen_ns == 3 * MS


def test_nothing_to_read_means_that_the_program_is_another(tmp_path: Path, track: GilTrack, memory: Any):
    os.ftruncate(memory.fd, 0)
    assert not track.sample(MS, LATE)


def test_a_thread_that_ended_is_told_no_more_but_stays_in_the_total(memory: Any, track: GilTrack):
    for t, tid, count in ((1, 1, 7), (2, 1, 7), (4, 2, 8), (5, 2, 8)):
        memory.holds(tid, count)
        track.sample(t * MS, LATE)
    track.take()
    track.forget(1)
    track.forget(99)
    assert track.held_ns == {2: 2 * MS}
    assert track.all_held_ns == 4 * MS


def test_what_is_taken_is_not_told_twice(memory: Any, track: GilTrack):
    memory.holds(1, 7)
    track.sample(MS, LATE)
    track.sample(2 * MS, LATE)
    assert slices(track) == [(1, MS, 2 * MS)]
    track.sample(3 * MS, LATE)
    assert slices(track) == [(1, 2 * MS, 3 * MS)]
    assert track.held_ns == {1: 2 * MS}
