"""Races: who takes part, what comes of figures, who drops out, what is written; and one that is really run."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from grandstand import modes
from grandstand.compare.comparison import Comparison, Measurement
from grandstand.compare.leg import Setup
from grandstand.own.doctor import Diagnosis
from grandstand.own.finding import FAILS, MIND, Finding
from grandstand.own.race import document, report
from grandstand.own.race.against import against
from grandstand.own.race.answer import answer, met, rows
from grandstand.own.race.field import Field, take_part
from grandstand.own.race.pictures import pictures
from grandstand.own.race.racing import BudgetTooSmall, Race, _Chooser, prepare, run

from tests.own.made import diagnosed, understood

SOURCE = """
    def work(n):
        return sum(range(n))
"""
SHARING = {
    "wall": 1.0, "thread_cpu": 1.0, "run_delay": 0.0, "process_cpu": 1.0, "children_cpu": 0.0, "gil_enabled": True,
    "outside": {"share": 0.97, "looks": 900}, "calls": 100,
}  # fmt: skip


def diagnosis(folder: Path, *findings: Finding, call: float = 0.001) -> Diagnosis:
    own = understood(folder, SOURCE, "work", items="range(1000,2000)")
    gil = Finding("gil", MIND, "It has the GIL.", {"outside_share": 0.97})
    return Diagnosis(own, [gil, *findings], call, raw={"sharing.measure": SHARING})


def measured(race: Race, rates: dict[Setup, float], blocks: int = 6, factor: float = 1.0) -> Race:
    """As if each of these setups had come to that rate, one percent up and down."""
    for block in range(blocks):
        for number, (setup, rate) in enumerate(rates.items()):
            wobble = 1 + 0.01 * ((block + number) % 3 - 1)
            race.comparison.measurements.append(
                Measurement(setup, block, block + 0.1, factor * rate * wobble, None, 0.1, 1.0, {"computing": 1.0}, 0.0,
                            20.0 if setup.mode == "processes" else None)
            )  # fmt: skip
    return race


def begun(folder: Path, budget: float = 60.0, *findings: Finding, call: float = 0.001) -> Race:
    found = diagnosis(folder, *findings, call=call)
    return prepare(found, take_part(found, 2, ("threads", "processes")), 2, budget)


BASE, TWO_THREADS = Setup("sequential", 1), Setup("threads", 2)
ONE, TWO, FOUR = (Setup("processes", count) for count in (1, 2, 4))


def test_all_that_can_run_takes_part(tmp_path):
    found = take_part(diagnosis(tmp_path), 2)
    assert found.reference.mode == modes.baseline().key
    assert {s.workers for s in found.setups if s.mode == "threads"} == {1, 2, 4}
    assert not any(modes.load(s.mode).in_window for s in found.setups)
    assert not any(one.name == "Qt threads in this window" for one in found.left_out), "they are for the window"


def test_what_the_doctor_says_will_fail_is_left_out_with_its_reason(tmp_path):
    broken = Finding("main-guard", FAILS, "It starts its work at import.")
    found = take_part(diagnosis(tmp_path, broken), 2, ("threads", "processes"))
    assert [(one.mode, one.reason) for one in found.left_out] == [("processes", "It starts its work at import.")]
    assert not any(s.mode == "processes" for s in found.setups)
    with pytest.raises(KeyError, match="no mode 'treads'"):
        take_part(diagnosis(tmp_path), 2, ("treads",))


def test_processes_are_no_more_than_memory_allows(tmp_path):
    hungry = Finding("memory", MIND, "Much.", {"after": 1e9, "peak": 2e9, "available": 6e9})
    found = take_part(diagnosis(tmp_path, hungry), 2, ("processes",))
    assert found.most["processes"] == 2
    assert max(s.workers for s in found.setups) == 2


def test_the_answer_comes_first_and_says_why_not_the_others(tmp_path):
    race = measured(begun(tmp_path), {BASE: 100, TWO_THREADS: 99, ONE: 101, TWO: 195, FOUR: 196})
    found = answer(race)
    assert found.text.startswith("Use 2 processes: 1.9"), "four are as good, and two cost less"
    assert found.use == TWO
    assert any("Threads do not help: it holds the GIL 97 % of the time." in reason for reason in found.reasons)
    assert any("Beyond 2 processes nothing is gained." in reason for reason in found.reasons)
    assert "ProcessPoolExecutor" in found.code["program"]
    assert [row["use"] for row in rows(race)].count(True) == 1


def test_of_equals_the_cheaper_mode_wins(tmp_path):
    race = measured(begun(tmp_path), {BASE: 100, TWO_THREADS: 190, TWO: 192})
    found = answer(race)
    assert found.use == TWO_THREADS
    assert any(reason.startswith("2 processes are as fast") and "MB" in reason for reason in found.reasons)


def test_threads_cannot_gain_more_than_the_gil_lets_them(tmp_path):
    race = measured(begun(tmp_path), {BASE: 100, TWO_THREADS: 160})
    race.comparison.measurements = [dataclasses.replace(x, others=1.5) for x in race.comparison.measurements]
    found = answer(race)
    assert found.use == BASE
    assert any("more than they can gain by themselves" in reason for reason in found.reasons)
    assert any("measure it again on a quiet machine" in reason for reason in found.reasons)


def test_too_few_blocks_are_no_answer(tmp_path):
    assert answer(begun(tmp_path)).text.startswith("There is no answer")
    found = answer(measured(begun(tmp_path), {BASE: 100, TWO: 190}, blocks=3))
    assert found.use is None
    assert "5 are the least" in found.text


def test_nothing_faster(tmp_path):
    found = answer(measured(begun(tmp_path), {BASE: 100, TWO_THREADS: 60, TWO: 90}))
    assert found.use == BASE
    assert found.text.startswith("Run it one call after the other")
    assert any(reason.startswith("Threads make it slower") for reason in found.reasons)


def test_conditions(tmp_path):
    race = measured(begun(tmp_path), {BASE: 100, TWO_THREADS: 99, ONE: 100, TWO: 195})
    assert met(race, "processes >= 1.8").ok, "the best number of them"
    assert not met(race, "processes@1 >= 1.8").ok
    assert not met(race, "threads >= 1.2").ok
    with pytest.raises(ValueError, match="expects something like"):
        met(race, "processes fast")
    broken = Finding("pickle", FAILS, "It cannot be sent.")
    without = measured(begun(tmp_path, 60.0, broken), {BASE: 100, TWO_THREADS: 99})
    assert "It cannot be sent." in met(without, "processes >= 1").text


def test_a_budget_that_is_too_small_says_what_would_do(tmp_path):
    with pytest.raises(BudgetTooSmall, match=r"--budget \d+m") as refused:
        begun(tmp_path, 60.0, call=10.0)
    assert refused.value.enough > 60
    few = begun(tmp_path, 8.0)
    assert len(few.comparison.plan.setups) == 3
    assert "give no intervals" in few.notes[0]
    some = begun(tmp_path, 25.0)
    assert "--budget" in some.notes[0]
    assert begun(tmp_path, 60.0).notes == []


def test_who_is_behind_drops_out_and_more_workers_come_in(tmp_path):
    race = begun(tmp_path)
    chooser = _Chooser(race)
    assert set(chooser.choose(0, 0.0)) == set(race.comparison.plan.setups)
    eight = Setup("processes", 8)
    measured(race, {BASE: 100, Setup("threads", 1): 98, TWO_THREADS: 97, Setup("threads", 4): 95, ONE: 99, TWO: 195,
                    FOUR: 370}, blocks=5)  # fmt: skip
    there = chooser.choose(5, 20.0)
    assert BASE in there
    assert FOUR in there
    assert TWO_THREADS not in there
    assert "clearly behind 4 processes" in race.dropped[TWO_THREADS]
    assert eight in there, "four were better than two"
    assert chooser.choose(6, 59.9) == (), "no block fits any more"


def test_a_change_is_told_from_noise(tmp_path):
    before = measured(begun(tmp_path), {BASE: 100, TWO: 195}).comparison
    same = against(before, measured(begun(tmp_path), {BASE: 100, TWO: 195}, factor=1.02).comparison)
    assert "no change that can be told from noise" in same.sentence
    slower = against(before, measured(begun(tmp_path), {BASE: 100, TWO: 195}, factor=0.7).comparison)
    assert "became slower" in slower.sentence
    assert [one.faster for one in slower.changes] == [-1, -1]
    other = dataclasses.replace(before.plan, workload="own:other.py:f@00000000")
    with pytest.raises(ValueError, match=r"that was other\.py:f"):
        against(Comparison(other, "items", {}), before)


def test_written_down_and_read_again(tmp_path):
    race = measured(begun(tmp_path), {BASE: 100, TWO_THREADS: 99, TWO: 195})
    text = json.dumps(document.document(race))
    (tmp_path / "race.json").write_text(text)
    again = document.load(tmp_path / "race.json")
    assert len(again.measurements) == len(race.comparison.measurements)
    assert again.plan.workload == race.comparison.plan.workload
    page = report.html(race)
    assert "Use 2 processes" in page
    assert "<script" not in page
    assert "ProcessPoolExecutor" in report.markdown(race)
    assert pictures(race)[0].title == "Every way to run it"


def test_a_race_that_is_run(tmp_path):
    own = understood(tmp_path, SOURCE, "work", items="range(2000,2020)")
    found = diagnosed(own, "import", "call")
    plan = take_part(found, 1, ("threads",))
    race = run(prepare(found, Field(plan.setups[:2], most={"threads": 2}), 1, budget=8.0))
    assert not race.comparison.cancelled
    assert len(race.comparison.measured) >= 2
    assert answer(race).text
    assert race.seconds > 0
