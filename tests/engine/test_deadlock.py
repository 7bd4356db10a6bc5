"""The detector of deadlocks: finds rings, and stays silent where somebody merely waits long."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

import pytest
from grandstand.engine.experiments.deadlock import Account, Wait, Watch, WatchedLock, describe, one_by_one, transfer
from grandstand.hosts.isolated import run_isolated


def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.002)


def made(watch: Watch, owners: dict[str, int], waits: dict[int, str]) -> dict[str, WatchedLock]:
    """Locks by name, with owners and waits as said; nothing runs."""
    locks = {name: WatchedLock(name, watch) for name in {*owners, *waits.values()}}
    for name, owner in owners.items():
        locks[name].owner = owner
    for thread, name in waits.items():
        watch.waits[thread] = Wait(locks[name], 0)
    return locks


@pytest.mark.parametrize(
    ("owners", "waits", "ring"),
    [
        ({}, {}, set()),
        ({"a": 1}, {2: "a"}, set()),
        ({"a": 1, "b": 2}, {2: "a", 3: "b", 4: "b"}, set()),  # a queue of waiting, with somebody who works at its head
        ({"a": 1, "b": 2}, {1: "b", 2: "a"}, {1, 2}),
        ({"a": 1, "b": 2, "c": 3}, {1: "b", 2: "c", 3: "a"}, {1, 2, 3}),
        ({"a": 1, "b": 2, "c": 3}, {1: "b", 2: "c", 3: "a", 4: "a", 5: "c"}, {1, 2, 3}),  # with others who wait for it
        ({"a": 1}, {1: "a"}, {1}),  # a lock that is taken twice
        ({}, {1: "a", 2: "a"}, set()),  # just let go of: nobody owns it yet
    ],
)
def test_rings_and_none(owners: dict[str, int], waits: dict[int, str], ring: set[int]) -> None:
    watch = Watch()
    locks = made(watch, owners, waits)
    found = watch.ring()
    assert {thread for thread, _ in found} == ring
    for at, (thread, lock) in enumerate(found):
        assert lock is locks[waits[thread]]
        assert lock.owner == found[(at + 1) % len(found)][0]


def test_a_wait_that_ended_between_two_looks_is_no_ring() -> None:
    """The owners' look sees the ring, but one of its waits is another by then."""

    class Changing(dict[int, Wait]):
        looks = 0

        def copy(self) -> dict[int, Wait]:
            self.looks += 1
            if self.looks == 2:
                self[1] = Wait(self[1].lock, 1)
            return super().copy()

    watch = Watch()
    made(watch, {"a": 1, "b": 2}, {1: "b", 2: "a"})
    assert watch.ring()
    waits = Changing(watch.waits)
    watch.waits = waits
    assert watch.ring() == []
    assert waits.looks == 2
    assert watch.ring()


def test_three_threads_in_a_ring_are_found_and_described() -> None:
    watch = Watch()
    locks = [WatchedLock(name, watch) for name in "abc"]
    gate = threading.Barrier(3)

    def take(first: WatchedLock, second: WatchedLock) -> None:
        first.acquire()
        gate.wait(10)
        second.acquire()
        for lock in (second, first):
            with contextlib.suppress(RuntimeError):  # the test has let go of one in its owner's place
                lock.release()

    threads = [threading.Thread(target=take, args=(locks[i], locks[(i + 1) % 3]), name=f"t{i}") for i in range(3)]
    for thread in threads:
        thread.start()
    until(watch.ring)
    try:
        told = describe(watch.ring())
    finally:
        locks[0].release()
        for thread in threads:
            thread.join(10)
    assert {one["name"] for one in told} == {"t0", "t1", "t2"}
    for one in told:
        at = int(one["name"][1])
        assert one["holds"] == "abc"[at]
        assert one["waits_for"] == "abc"[(at + 1) % 3]
        assert one["held_by"] == f"t{(at + 1) % 3}"
        assert "in acquire" in one["stack"]
    assert not any(thread.is_alive() for thread in threads)
    assert watch.ring() == []


def test_a_slow_lock_is_no_deadlock() -> None:
    watch = Watch()
    slow, other = WatchedLock("slow", watch), WatchedLock("other", watch)
    looks = 0

    def wait_for_it() -> None:
        with other, slow:
            pass

    def wait_behind() -> None:
        with other:
            pass

    threads = [threading.Thread(target=target) for target in (wait_for_it, wait_behind)]
    with slow:
        threads[0].start()
        until(lambda: watch.waits)
        threads[1].start()
        until(lambda: len(watch.waits) == 2)
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            assert watch.ring() == []
            looks += 1
    for thread in threads:
        thread.join(10)
    assert looks > 10
    assert not watch.waits


def test_busy_locks_in_the_right_order_are_no_deadlock() -> None:
    watch = Watch()
    a, b = Account("A", watch), Account("B", watch)
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            transfer(a, b)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 0.3
    rings = []
    while time.monotonic() < end:
        rings.append(watch.ring())
    stop.set()
    for thread in threads:
        thread.join(10)
    assert rings
    assert not any(rings)
    assert a.balance == -b.balance < 0


def test_one_thread_alone_always_ends_well() -> None:
    assert one_by_one(3, 50) == 3


def test_the_experiment_brings_a_ring_with_both_stacks() -> None:
    target = "grandstand.engine.experiments.deadlock:opposite_order"
    found = run_isolated(target, {"attempts": 3}, 30, lambda said: None)
    assert len(found["ring"]) == 2
    first, second = found["ring"]
    assert first["holds"] == second["waits_for"]
    assert second["holds"] == first["waits_for"]
    assert (first["held_by"], second["held_by"]) == (second["name"], first["name"])
    assert all("in transfer\n" in one["stack"] for one in found["ring"])
    assert [row[-1][0] for row in found["slices"]] == ["lock", "lock"]
    assert len(found["deadlocks"]) <= 3
    assert found["raised"] == found["printed"] == 0
