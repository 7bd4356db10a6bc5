"""Frame slots: workers sleep from a little before the window's frame until its slot is over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from grandstand.engine import messages as m
from grandstand.engine.meter import Meter
from grandstand.hosts import frame_slots
from grandstand.hosts.frame_slots import FrameSlots


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The lengths in ms that workers would have slept."""
    lengths: list[float] = []
    monkeypatch.setattr(frame_slots.time, "sleep", lambda seconds: lengths.append(seconds * 1e3))
    return lengths


@pytest.fixture
def meter() -> Iterator[Meter]:
    one = Meter(1, lambda _: None, 10**9)
    one.begin()
    yield one
    one.end()


def test_a_worker_sleeps_in_the_slot_and_works_outside_it(slept: list[float], meter: Meter) -> None:
    slots = FrameSlots()
    slots.slot_ns, slots.lead_ns = 10_000_000, 1_000_000
    frame = slots.epoch_ns + 5 * slots.frame_ns
    for into_ms, sleeps_ms in ((0.0, 10.0), (9.0, 1.0), (10.5, None), (30.0, None), (32.8, 10.53)):
        slept.clear()
        t = frame + int(into_ms * 1e6)
        after = slots.pace(t, meter)
        if sleeps_ms is None:
            assert not slept
            assert after == t
        else:
            assert slept == pytest.approx([sleeps_ms], abs=0.01)
    assert meter._state == m.COMPUTING


def test_switched_off_nobody_sleeps(slept: list[float], meter: Meter) -> None:
    slots = FrameSlots()
    slots.enabled = False
    assert slots.pace(slots.epoch_ns, meter) == slots.epoch_ns
    assert not slept
    assert slots.share == 0


def test_the_slot_is_as_long_as_the_frames_need(meter: Meter) -> None:
    slots = FrameSlots()
    for cpu_ms in [4.0] * 119 + [40.0]:
        slots.learn(cpu_ms)
    assert slots.slot_ns / 1e6 == pytest.approx(1.15 * 4 + 2)
    for _ in range(120):
        slots.learn(100.0)
    assert slots.slot_ns / 1e6 == 18, "the workers keep nearly half of it whatever happens"


@pytest.mark.parametrize(("late_ms", "lead_ms"), [(2.0, 2.0), (0.01, 0.3), (9.0, 4.0)])
def test_the_lead_is_as_long_as_the_last_worker_takes_to_fall_asleep(
    slept: list[float], meter: Meter, late_ms: float, lead_ms: float
) -> None:
    slots = FrameSlots()
    for frame in range(1, 100):
        begin = slots.epoch_ns + frame * slots.frame_ns - slots.lead_ns
        for share in (0.2, 1.0, 0.6):
            slots.pace(begin + int(share * late_ms * 1e6), meter)
        slots.learn(1.0)
    assert slots.lead_ns / 1e6 == pytest.approx(lead_ms, abs=0.01)
    assert slots.share == pytest.approx((slots.lead_ns + slots.slot_ns) / slots.frame_ns)
