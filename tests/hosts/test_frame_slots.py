"""Frame slots: workers rest from a little before the window's frame until the window is done with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from grandstand.engine.clocks import now_ns
from grandstand.engine.meter import Meter
from grandstand.hosts import frame_slots
from grandstand.hosts.frame_slots import GRACE_NS, LONGEST_NS, FrameSlots

MS = 1_000_000
FAR = 10**12
"""As good as never."""


class Pacing:
    """A thread that does nothing but steps of half a millisecond, as a worker in the window's process."""

    def __init__(self, slots: FrameSlots) -> None:
        self.steps = 0
        self._stop = False
        self._slots = slots
        self._thread = threading.Thread(target=self._work)
        self._thread.start()
        self.until(lambda: self.steps > 3)

    def _work(self) -> None:
        meter = Meter(1, lambda _: None, FAR)
        meter.begin()
        ticket = self._slots.ticket()
        while not self._stop:
            self.steps += 1
            time.sleep(0.0005)
            ticket.pace(now_ns(), meter)
        ticket.leave()
        meter.end()

    def until(self, happened: Callable[[], bool]) -> None:
        give_up = time.monotonic() + 20
        while not happened():
            assert time.monotonic() < give_up
            time.sleep(0.001)

    def rests(self) -> bool:
        """Whether not a step is made in a while, once the one under way is through."""
        time.sleep(0.1)
        before = self.steps
        time.sleep(0.1)
        return self.steps == before

    def goes_on(self) -> None:
        before = self.steps
        self.until(lambda: self.steps > before + 3)

    def end(self) -> None:
        self._stop = True
        self._slots.expect(0)
        self._thread.join()


@pytest.fixture
def slots(monkeypatch: pytest.MonkeyPatch) -> FrameSlots:
    """Of a window that may keep the GIL for longer than a busy machine lets a test wait."""
    monkeypatch.setattr(frame_slots, "LONGEST_NS", 60 * 1000 * MS)
    return FrameSlots()


@pytest.fixture
def worker(slots: FrameSlots) -> Iterator[Pacing]:
    one = Pacing(slots)
    yield one
    one.end()


def test_where_no_window_draws_nobody_rests(worker: Pacing) -> None:
    worker.goes_on()


def test_a_slot_lasts_until_the_window_is_done(slots: FrameSlots, worker: Pacing) -> None:
    slots.expect(now_ns() + 20 * MS)
    assert worker.rests(), "the frame is due"
    slots.begin(now_ns(), now_ns() + FAR)
    assert worker.rests(), "the window draws, though the next frame is far away"
    slots.done(now_ns())
    worker.goes_on()


def test_between_two_frames_workers_work(slots: FrameSlots, worker: Pacing) -> None:
    slots.expect(now_ns() + FAR)
    worker.goes_on()


def test_a_window_that_draws_for_long_leaves_the_workers_a_little(
    slots: FrameSlots, worker: Pacing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_slots, "LONGEST_NS", LONGEST_NS)
    slots.begin(now_ns(), now_ns() + FAR)
    for _ in range(3):
        worker.goes_on()  # it is never done


def test_how_long_the_window_may_keep_the_interpreter() -> None:
    slots = FrameSlots()
    due = now_ns() + 100 * MS
    slots.expect(due)
    begin = slots.closes_ns
    assert slots.closed_for(begin - 1) == 0
    assert slots.closed_for(begin) == LONGEST_NS
    assert slots.closed_for(begin + LONGEST_NS - 1) == 1
    assert slots.closed_for(begin + LONGEST_NS) == 0
    assert slots.closed_for(begin + LONGEST_NS + GRACE_NS) == LONGEST_NS
    slots.begin(due, due + 33 * MS)
    assert slots.closed_for(due) == LONGEST_NS - (due - begin), "it counts from when workers began to rest"
    slots.done(due + 5 * MS)
    assert slots.closed_for(due + 5 * MS) == 0


@pytest.mark.parametrize("end", ["switched off", "closed"])
def test_who_rests_goes_on_when_there_is_nothing_to_rest_for_any_more(
    slots: FrameSlots, worker: Pacing, end: str
) -> None:
    slots.begin(now_ns(), now_ns() + FAR)
    assert worker.rests()
    if end == "closed":
        slots.expect(0)
    else:
        slots.enabled = False
    worker.goes_on()


def test_switched_off_nobody_rests_until_they_are_on_again(slots: FrameSlots, worker: Pacing) -> None:
    slots.enabled = False
    slots.begin(now_ns(), now_ns() + FAR)
    worker.goes_on()
    assert slots.share == 0
    slots.enabled = True  # as the rescue does, from another thread
    assert worker.rests()


def test_other_threads_of_the_window_leave_it_alone_too(slots: FrameSlots) -> None:
    slots.leave_alone()  # nobody draws: it returns at once
    slots.begin(now_ns(), now_ns() + FAR)
    came: list[float] = []
    guest = threading.Thread(target=lambda: (slots.leave_alone(), came.append(time.monotonic())))
    guest.start()
    time.sleep(0.1)
    assert not came
    done = time.monotonic()
    slots.done(now_ns())
    guest.join(10)
    assert came[0] >= done


def test_the_share_that_is_shown_is_what_the_window_kept(slots: FrameSlots) -> None:
    due = slots.epoch_ns
    for kept_ms in (5, 10, 15, 50):
        slots.begin(due, due + slots.frame_ns)
        slots.done(due + int(kept_ms * MS))
        due += slots.frame_ns
    frame_ms = slots.frame_ns / MS
    assert slots.share == pytest.approx((5 + 10 + 15 + frame_ms + 3 * slots.lead_ns / MS) / 4 / frame_ms, abs=0.02)


@pytest.mark.parametrize(("slowest_ms", "lead_ms"), [(2.0, 2.0), (0.01, 0.3), (9.0, 4.0)])
def test_the_lead_is_as_long_as_the_last_worker_takes_to_come_to_rest(
    slots: FrameSlots, slowest_ms: float, lead_ms: float
) -> None:
    due = slots.epoch_ns
    for _ in range(100):
        slots.expect(due)
        for share in (0.2, 1.0, 0.6):
            slots.came(slots.closes_ns + int(share * slowest_ms * MS))
        slots.begin(due, due + slots.frame_ns)
        slots.done(due + 12 * MS)
        due += slots.frame_ns
    assert slots.lead_ns / MS == pytest.approx(lead_ms, abs=0.01)
