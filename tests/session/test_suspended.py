"""Suspended time is counted, said, and in no rate."""

from __future__ import annotations

import pytest
from grandstand.compare.comparison import Measurement
from grandstand.compare.leg import Leg
from grandstand.engine import messages as m
from grandstand.session.report import run_report
from grandstand.session.sentence import sentence
from grandstand.session.suspensions import Suspensions
from grandstand.vocabulary.states import COMPUTING, CORE

from tests.compare.made import comparison, threads
from tests.session.made import MS, T0, S, Stage, summary


def told(worker: int, t_ns: int, units: float, suspended: int = 0, slices: bytes = b"") -> m.Progress:
    """A worker that computed all the time that it was not suspended."""
    states = [0] * m.STATE_COUNT
    states[m.COMPUTING], states[m.SUSPENDED] = t_ns - T0 - suspended, suspended
    return m.Progress(worker, t_ns, units, 7, tuple(states), t_ns - T0 - suspended, m.COMPUTING, slices, 0)


def stopped(start: int, end: int) -> bytes:
    return m.pack_slices([m.SUSPENDED, T0 + start, T0 + end])


def stopped_for_five_seconds() -> Stage:
    """Two workers, 100 units a second each; both stand still from the third second to the eighth."""
    stage = Stage(workers=2)
    stage.all_hello()
    for tenth in range(1, 31):
        stage.say(*(told(w, T0 + tenth * 100 * MS, 10 * tenth) for w in (1, 2)), now=T0 + tenth * 100 * MS)
    stage.say(*(told(w, T0 + 8_100 * MS, 310, 5 * S, stopped(3 * S, 8 * S)) for w in (1, 2)), now=T0 + 8_110 * MS)
    for tenth in range(82, 111):
        t = T0 + tenth * 100 * MS
        stage.say(*(told(w, t, 10 * (tenth - 50), 5 * S) for w in (1, 2)), now=t)
    return stage


def test_throughput_is_as_if_nothing_had_been() -> None:
    stage = stopped_for_five_seconds()
    found = stage.session.summary(stage.run)
    assert found.per_second == pytest.approx(200, rel=0.001)
    assert (found.low, found.high) == pytest.approx((200, 200), rel=0.01)
    assert found.seconds == pytest.approx(11 - 0.3 - 5, abs=0.01)
    assert (found.suspended_seconds, found.suspended_workers) == (5, 2)
    assert found.cpu_cores == pytest.approx(2, rel=0.001)
    assert found.share(COMPUTING) == pytest.approx(1)
    for worker in found.workers:
        assert sum(worker.states.values()) == pytest.approx(worker.seconds)
    (row,) = stage.session.scoreboard.rows(stage.run.setting.work)
    assert row.per_second == pytest.approx(200, rel=0.001)


def test_the_document_tells_both() -> None:
    stage = stopped_for_five_seconds()
    found = run_report(stage.session, stage.run, "numbers", {})
    assert found["schema"] == 2
    assert found["run"]["suspended_seconds"] == 5
    assert found["run"]["seconds"] == pytest.approx(5.7, abs=0.01)
    assert [w["states"]["suspended"] for w in found["workers"]] == [5, 5]
    quiet = [rate for t, rate in found["throughput"]["series"] if 2.8 < t < 7.6]
    assert quiet
    assert max(quiet) == 0, "nothing was done while it stood still"


def test_it_is_marked() -> None:
    stage = stopped_for_five_seconds()
    assert stage.session.suspensions.spans == [(T0 + 3 * S, T0 + 8 * S)]


def test_windows_that_looked_empty_before_it_was_known_are_taken_back() -> None:
    """The app went on while its workers stood still: for a while they were just silent."""
    stage = Stage(workers=1)
    stage.all_hello()
    for tenth in range(1, 31):
        stage.say(told(1, T0 + tenth * 100 * MS, 10 * tenth), now=T0 + tenth * 100 * MS)
    for tenth in range(31, 80):  # samples of the machine go on
        stage.session.apply([(0, m.Trouble("", "", ""))], T0 + tenth * 100 * MS)
    stage.say(told(1, T0 + 8_100 * MS, 310, 5 * S, stopped(3 * S, 8 * S)), now=T0 + 8_110 * MS)
    assert all(rate == pytest.approx(100, rel=0.01) for _, rate in stage.run.windows)


@pytest.mark.parametrize(("gap_ms", "at", "kept"), [(5_010, 8_020, False), (5_010, 2_900, True), (200, 5_000, True)])
def test_a_frame_that_came_late_because_of_it_is_not_the_windows_fault(gap_ms: float, at: int, kept: bool) -> None:
    stage = Stage(workers=1)
    stage.all_hello()
    stage.say(told(1, T0 + S, 100), now=T0 + S)
    stage.session.beat(T0 + at * MS, gap_ms)
    stage.say(told(1, T0 + 8_100 * MS, 310, 5 * S, stopped(3 * S, 8 * S)), now=T0 + 8_110 * MS)
    stage.say(told(1, T0 + 9_000 * MS, 400, 5 * S), now=T0 + 9_000 * MS)
    assert (stage.run.heartbeat.count, stage.run.long_gaps) == (int(kept), [])


SAID = {
    "It was suspended (stopped from outside) for 2.5 s; that time is left out.": (1, 1, 2.5),
    "They were suspended (stopped from outside) for 90 ms; that time is left out.": (3, 3, 0.09),
    "1 of 3 workers was suspended (stopped from outside) for 12 s; that time is left out.": (1, 3, 12.0),
    "2 of 3 workers were suspended (stopped from outside) for 12 s; that time is left out.": (2, 3, 12.0),
}


@pytest.mark.parametrize("text", SAID)
@pytest.mark.parametrize("mode", ["threads", "sequential", "processes"])
def test_the_sentence_says_so(text: str, mode: str) -> None:
    many, of, seconds = SAID[text]
    made = summary(mode, of, 1_000.0, suspended_seconds=seconds, suspended_workers=many)
    assert sentence(made, "numbers", None, 4).text.endswith(f" {text}")


def test_nothing_is_said_of_what_nobody_noticed() -> None:
    made = summary("threads", 2, 1_000.0, suspended_seconds=0.03, suspended_workers=1)
    assert "suspended" not in sentence(made, "numbers", None, 4).text


def test_shares_and_verdicts_do_not_see_it() -> None:
    made = summary("threads", 2, 1_000.0, states={"computing": 1.0, "core": 1.0, "suspended": 98.0})
    assert made.share(COMPUTING, CORE) == pytest.approx(1)
    assert made.waiting_shares() == {"core": 1.0}
    assert "they got only" in sentence(made, "numbers", None, 4).text


def test_a_comparison_says_that_a_leg_was_suspended() -> None:
    made = comparison({threads(2): [100.0] * 5})
    assert not [text for text in made.warnings() if "suspended" in text]
    found = summary("threads", 2, 100.0, states={"computing": 1.0, "suspended": 4.0})
    made.measurements.append(Measurement.of(Leg(found, None, 0.0, None), threads(2), 5, 6.0, 0))
    assert "1 measurement was suspended (stopped from outside) for a while; that time is left out." in made.warnings()


def test_stretches_that_overlap_are_one() -> None:
    found = Suspensions()
    for start, end in ((10, 20), (40, 50), (15, 30), (30, 35), (60, 61)):
        found.add(start, end)
    assert found.spans == [(10, 35), (40, 50), (60, 61)]
    assert found.within(20, 45) == [(20, 35), (40, 45)]
    assert not found.touch(35, 40)
