"""What the sampler says: of its own sources, and of those that others bring, however they behave."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from grandstand.control.controller import Controller
from grandstand.engine import messages as m
from grandstand.engine.samples import CoresSample, MemorySample, QuotaSample, Sample
from grandstand.observe import machine, quota, sources
from grandstand.observe.sampler import MOST_A_LOOK, Sampler
from grandstand.observe.sources.source import Source
from grandstand.vocabulary import channels
from grandstand.vocabulary.channels import MACHINE, SERIES, Channel

WATTS = Channel("watts", "Power", "W", MACHINE, SERIES, "made up for a test")


def told(sampler: Sampler, now: float, kind: type) -> list[Any]:
    return [one for one in sampler(now) if isinstance(one, kind)]


def source(look: Any, key: str = "watts", every_s: float = 1.0, channel: Channel = WATTS) -> Source:
    return Source(key, "Power", (channel,), every_s, lambda: look)


@pytest.fixture
def plugged() -> Iterator[None]:
    yield
    for there in sources.every():
        sources.remove(there.key)


def test_a_quota_is_told_while_it_is_there_and_once_when_it_has_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found: list[quota.Quota | None] = [None]
    monkeypatch.setattr(quota, "renew", lambda: found[0])
    monkeypatch.setattr(machine, "cores", lambda: 4)
    there = Sampler()
    assert told(there, 1.0, QuotaSample) == []
    (tmp_path / "cpu.stat").write_text("nr_periods 9\nnr_throttled 4\nthrottled_usec 500000\n")
    found[0] = quota.Quota(1.5, tmp_path, True)
    (one,) = told(there, 2.0, QuotaSample)
    assert one[1:] == (1.5, 9, 4, 0.5)
    assert told(there, 2.1, QuotaSample) == [], "five times a second at most"
    (tmp_path / "cpu.stat").unlink()
    (one,) = told(there, 3.0, QuotaSample)
    assert one[1:] == (1.5, 0, 0, 0.0)
    now = 4.0
    for none in (None, quota.Quota(8.0, tmp_path, True)):  # lifted; or more than there are cores
        found[0] = quota.Quota(0.5, tmp_path, True)
        assert len(told(there, now + 1, QuotaSample)) == 1
        found[0] = none
        assert [one.cores for one in told(there, now + 2, QuotaSample)] == [0.0]
        assert told(there, now + 3, QuotaSample) == []
        now += 3


def test_cores_from_the_second_look_on_and_memory_at_once_when_there_are_workers() -> None:
    there = Sampler()
    assert [type(one) for one in there(1.0) if not isinstance(one, QuotaSample)] == []
    (cores,) = told(there, 2.0, CoresSample)
    assert len(cores.percent) == len(cores.busy_s) >= 1
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        there.watch(frozenset({child.pid, os.getpid()}))
        (memory,) = told(there, 2.01, MemorySample)
        assert memory.bytes_by_pid.keys() == {child.pid}, "this process is not one of the workers"
        assert told(there, 2.5, MemorySample) == [], "once a second"
    finally:
        child.communicate(b"\n")


def test_any_number_of_sources_each_at_its_own_pace() -> None:
    quick = source(lambda pids: [Sample(1, "watts", (1.0,))], every_s=0.1)
    slow = source(lambda pids: [Sample(1, "volts", (2.0,))], "volts", 10, WATTS._replace(key="volts"))
    there = Sampler((quick, slow))
    seen = [one.channel for now in (0.0, 0.05, 0.11, 0.22, 9.9, 10.1) for one in there(now)]
    assert seen == ["watts", "volts", "watts", "watts", "watts", "watts", "volts"]


def bad(pids: frozenset[int]) -> Iterable[Any]:
    raise OSError("the sensor is gone")


def endless(pids: frozenset[int]) -> Iterable[Any]:
    while True:
        yield Sample(1, "watts", (1.0,))


@pytest.mark.parametrize(
    ("look", "why"),
    [
        (bad, "OSError: the sensor is gone"),
        (endless, f"more than {MOST_A_LOOK} samples at once"),
        (lambda pids: [Sample(1, "cores", (1.0,))], "'cores', which it did not declare"),
        (lambda pids: ["hello"], "'None', which it did not declare"),
        (lambda pids: 5, "TypeError"),
    ],
)
def test_a_source_that_misbehaves_is_switched_off_and_said_and_the_others_go_on(
    look: Any, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    good = source(lambda pids: [Sample(1, "volts", (2.0,))], "volts", 0.1, WATTS._replace(key="volts"))
    there = Sampler((source(look), good))
    trouble, sample = there(0.0)
    assert isinstance(trouble, m.Trouble)
    assert trouble.text.startswith("Power is not measured any more: ")
    assert why in trouble.text
    assert sample.channel == "volts"
    assert [one.channel for one in there(100.0)] == ["volts"], "it is said once, and not tried again"


def test_a_source_that_cannot_even_be_made_is_switched_off(caplog: pytest.LogCaptureFixture) -> None:
    def make() -> Any:
        raise ImportError("no driver")

    (trouble,) = Sampler((Source("watts", "Power", (WATTS,), 1.0, make),))(0.0)
    assert "ImportError: no driver" in trouble.text


def test_a_source_that_takes_too_long_is_switched_off(caplog: pytest.LogCaptureFixture) -> None:
    clock = [0.0]

    def look(pids: frozenset[int]) -> list[Any]:
        clock[0] += 1.5
        return []

    there = Sampler((source(look),), lambda: clock[0])
    said = [one for now in (0.0, 2.0, 4.0, 6.0) for one in there(now)]
    assert len(said) == 1
    assert "longer than 1 s" in said[0].text


@pytest.mark.usefixtures("plugged")
def test_a_source_from_outside_brings_its_channels_and_is_asked_at_once() -> None:
    there = Sampler()
    there(0.0)
    sources.add(source(lambda pids: [Sample(1, "watts", (3.0,))]))
    assert channels.described("watts") is WATTS
    assert told(there, 0.1, Sample) == [Sample(1, "watts", (3.0,))]
    for wrong, why in (
        (source(bad), "already"),
        (source(bad, "other"), "already"),  # its channel is taken
        (source(bad, "other", 0.001, WATTS._replace(key="other")), "every"),
        (Source("other", "Power", (), 1.0, lambda: bad), "no channel"),
        (source(bad, "other", 1.0, WATTS._replace(key="a b")), "letters"),
    ):
        with pytest.raises(ValueError, match=why):
            sources.add(wrong)
    sources.remove("watts")
    assert told(there, 9.0, Sample) == []
    assert channels.described("watts").title == "watts"


@pytest.mark.usefixtures("plugged")
def test_what_it_sees_reaches_the_session_and_what_goes_wrong_a_person(caplog: pytest.LogCaptureFixture) -> None:
    looks = iter([[Sample(1, "watts", (3.0,))]])
    sources.add(source(lambda pids: next(looks), every_s=0.02))
    controller = Controller()
    try:
        while not controller.notices:
            controller.pump.turn(0.02)
            controller.tick()
        assert controller.session.channels["watts"].last().tolist() == [3.0]
        (notice,) = controller.notices
        assert notice.level == "warning"
        assert notice.text.startswith("Power is not measured any more: StopIteration")
    finally:
        controller.close()
