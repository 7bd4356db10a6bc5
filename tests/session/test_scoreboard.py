"""The scoreboard: newest results of one kind of work, against sequential."""

from __future__ import annotations

from dataclasses import replace

import pytest
from grandstand.session.quota_use import QuotaUse
from grandstand.session.scoreboard import Scoreboard

from tests.session.made import setting, summary

WORK = setting().work


def board(*summaries: object) -> Scoreboard:
    made = Scoreboard()
    for one in summaries:
        made.record(one)
    return made


def test_each_mode_has_its_newest_result_in_the_order_of_the_modes():
    made = board(
        summary("processes", 2, 900),
        summary("sequential", 1, 500),
        summary("threads", 4, 490),
        summary("processes", 4, 1_000),
    )
    rows = made.rows(WORK)
    assert [(r.setting.mode, r.setting.workers, r.per_second) for r in rows] == [
        ("sequential", 1, 500), ("threads", 4, 490), ("processes", 4, 1_000),
    ]  # fmt: skip
    assert [r.times for r in rows] == pytest.approx([1.0, 0.98, 2.0])


def test_ranges_become_ratios_too():
    made = board(summary("sequential", 1, 500), summary("processes", 2, 1_000, low=900.0, high=1_100.0, seconds=3.5))
    row = made.rows(WORK)[-1]
    assert (row.low, row.high, row.seconds) == (900, 1_100, 3.5)
    assert (row.times, row.times_low, row.times_high) == pytest.approx((2.0, 1.8, 2.2))


def test_without_a_baseline_there_are_figures_and_no_ratios():
    made = board(summary("threads", 4, 490, low=480.0, high=500.0))
    row = made.rows(WORK)[0]
    assert (row.per_second, row.low, row.high) == (490, 480, 500)
    assert (row.times, row.times_low, row.times_high) == (None, None, None)
    assert made.baseline(WORK) is None


def test_the_baseline_is_the_newest_one_by_one_whatever_its_number_of_workers():
    made = board(summary("sequential", 4, 500), summary("sequential", 1, 520), summary("threads", 4, 520))
    assert made.baseline(WORK).per_second == 520
    made.record(summary("sequential", 4, 260))  # measured anew
    assert made.baseline(WORK).per_second == 260
    assert made.rows(WORK)[-1].times == pytest.approx(2.0)


def test_a_newer_result_of_the_same_setting_takes_the_place_of_the_older():
    made = board(summary("threads", 4, 490), summary("threads", 2, 600), summary("threads", 4, 470))
    assert [(r.setting.workers, r.per_second) for r in made.rows(WORK)] == [(4, 470)]


def test_a_mode_with_other_options_is_another_line():
    """Fork and spawn, with and without frame slots, two Pythons: none takes the place of the other."""
    usual = setting(2, "processes")
    spawned = replace(usual, options=(("start_method", "spawn"),))
    other = replace(usual, python="/opt/python3.14")
    without = replace(setting(2, "qthreads"), options=(("frame_slots", False),))
    made = board(
        summary("processes", 2, 900, setting=usual),
        summary("processes", 2, 800, setting=spawned),
        summary("processes", 2, 700, setting=other),
        summary("qthreads", 2, 100, setting=setting(2, "qthreads")),
        summary("qthreads", 2, 300, setting=without),
    )
    named = [(r.name, r.setting.python, r.per_second) for r in made.rows(WORK)]
    assert named == [
        ("Processes", "", 900), ("Processes · spawn", "", 800),
        ("Processes · /opt/python3.14", "/opt/python3.14", 700), ("Qt threads", "", 100),
        ("Qt threads · no frame slots", "", 300),
    ]  # fmt: skip


def test_each_python_is_measured_against_its_own_baseline_where_there_is_one():
    here, there = setting(1, "sequential"), replace(setting(1, "sequential"), python="/opt/python3.14")
    threads = replace(setting(4, "threads"), python="/opt/python3.14")
    made = board(summary("sequential", 1, 500, setting=here), summary("threads", 4, 600, setting=threads))
    assert made.rows(WORK)[-1].times == pytest.approx(1.2), "there is none yet"
    assert not made.apart(WORK)
    made.record(summary("sequential", 1, 400, setting=there))
    assert made.rows(WORK)[-1].times == pytest.approx(1.5)
    assert made.apart(WORK)


def test_what_one_thread_costs_under_another_python_is_told():
    here, there = setting(1, "sequential"), replace(setting(1, "sequential"), python="/opt/python3.14t")
    made = board(summary("sequential", 1, 500, setting=here), summary("sequential", 1, 400, setting=there))
    assert [(row.setting.python, row.times) for row in made.rows(WORK)] == [("", 1.0), ("/opt/python3.14t", 0.8)]


def test_only_the_same_work_is_compared():
    other = setting(4, "sequential", parameters=(("batch", 60.0), ("size", 5_000.0)))
    made = board(summary("sequential", 4, 9_000, setting=other), summary("threads", 4, 490))
    assert made.baseline(WORK) is None
    assert [r.setting.mode for r in made.rows(WORK)] == ["threads"]
    assert [r.setting.mode for r in made.rows(other.work)] == ["sequential"]


@pytest.mark.parametrize(
    ("seconds", "per_second", "kept"), [(0.79, 490, False), (0.8, 490, True), (5, 0, False), (0, 0, False)]
)
def test_too_short_or_empty_results_are_not_shown_and_take_no_place(seconds, per_second, kept):
    made = board(summary("threads", 4, 100), summary("threads", 4, per_second, seconds=seconds))
    assert made.rows(WORK)[0].per_second == (per_second if kept else 100)


def test_clear_and_the_bound():
    made = Scoreboard()
    for i in range(600):
        made.record(summary("threads", 4, 1 + i, setting=setting(4, parameters=(("n", float(i)),))))
    kept = [i for i in range(600) if made.rows(setting(4, parameters=(("n", float(i)),)).work)]
    assert kept == list(range(100, 600))
    made.clear()
    assert made.rows(setting(4, parameters=(("n", 599.0),)).work) == []


def test_results_under_another_quota_are_not_compared():
    made = board(summary("sequential", 1, 500), summary("processes", 2, 1_000))
    made.record(summary("processes", 2, 250, quota=QuotaUse(0.5, 10, 10, 1.0)))
    assert [(r.per_second, r.times) for r in made.rows(WORK)] == [(250, None)]
    made.record(summary("sequential", 1, 250, quota=QuotaUse(0.5, 20, 19, 1.0)))
    assert [r.times for r in made.rows(WORK)] == pytest.approx([1.0, 1.0])
    made.record(summary("sequential", 1, 500))  # it was lifted
    assert [r.setting.mode for r in made.rows(WORK)] == ["sequential"]
