"""The sentence under a comparison, and conditions to check: from made-up measurements."""

from __future__ import annotations

import dataclasses

import pytest
from grandstand.compare.beside import beside
from grandstand.compare.comparison import Comparison
from grandstand.compare.document import conditions, document, encode, read
from grandstand.compare.laws import laws_note
from grandstand.compare.verdict import check, sentence
from grandstand.render.beside import over_workers as beside_over_workers
from grandstand.render.comparison import over_workers

from tests.compare.made import GIL, MACHINE, ONE, comparison, processes, threads

BASE = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2]
SAME = [101.0, 99.0, 100.0, 99.5, 100.5, 100.0]
TWICE = [193.0, 194.0, 192.0, 193.5, 192.5, 193.2]


def test_processes_win_and_threads_show_no_difference() -> None:
    made = comparison({ONE: BASE, threads(2): SAME, processes(2): TWICE}, {threads(2): GIL})
    text = sentence(made)
    assert text.startswith("2 processes: 1.93× [1.9")
    assert "as fast as sequential on 2 cores; 2 threads: no difference from sequential shown [0.9" in text
    assert "(98 % of their waiting was for the GIL)" in text
    assert text.endswith("Use 2 processes.")


def test_of_equals_the_cheaper_mode_is_used() -> None:
    made = comparison({ONE: BASE, threads(8): TWICE, processes(8): [v * f for v, f in zip(TWICE, SAME, strict=True)]})
    made.measurements = [
        m if m.setup.mode != "processes" else type(m)(**{**m.__dict__, "per_second": m.per_second / 99.9})
        for m in made.measurements
    ]
    text = sentence(made)
    assert "Use 8 threads: 8 processes did no more, as far as can be told [" in text


def test_where_nothing_is_better_one_stays() -> None:
    assert sentence(comparison({ONE: BASE, threads(2): SAME})).endswith("Stay with sequential.")
    slower = sentence(comparison({ONE: BASE, threads(4): [v / 2 for v in BASE]}))
    assert "4 threads: 0.50× [0.50, 0.50] as fast as sequential" in slower
    assert slower.endswith("Stay with sequential.")


def test_one_repeat_gives_no_interval_and_no_advice() -> None:
    text = sentence(comparison({ONE: [100.0], processes(2): [193.0]}))
    assert "1.93× as fast as sequential on 2 cores, without an interval" in text
    assert text.endswith("Repeat it at least five times before you decide.")


def test_the_best_number_of_workers_speaks_for_its_mode() -> None:
    made = comparison({ONE: BASE, threads(2): SAME, threads(4): TWICE, threads(8): [v * 1.5 for v in BASE]})
    assert sentence(made).startswith("4 threads: 1.93×")


def test_of_equal_numbers_of_workers_the_fewest_are_used() -> None:
    more = [v * f for v, f in zip(TWICE, [1.03, 0.97, 1.02, 0.99, 1.01, 1.0], strict=True)]
    made = comparison({ONE: BASE, processes(2): TWICE, processes(4): more, processes(8): [v * 0.8 for v in TWICE]})
    assert sentence(made).startswith("2 processes: 1.93×")
    assert sentence(made).endswith("Use 2 processes.")


def test_fewer_workers_that_may_be_no_better_than_one_are_not_advised() -> None:
    unsure = [v * f for v, f in zip(BASE, [0.7, 1.9, 1.3, 0.8, 1.8, 1.4], strict=True)]
    made = comparison({ONE: BASE, processes(2): unsure, processes(4): [v * 1.7 for v in SAME]})
    assert sentence(made).startswith("4 processes: 1.7")
    assert sentence(made).endswith("Use 4 processes.")


def test_hardly_more_is_not_worth_a_costlier_mode() -> None:
    made = comparison({ONE: BASE, threads(2): TWICE, processes(2): [v * 1.01 for v in TWICE]})
    assert sentence(made).endswith("Use 2 threads: 2 processes did hardly more [1.01, 1.01].")


def test_a_swept_parameter_gives_a_sentence_for_each_value() -> None:
    rates = {}
    for size, faster in ((1_000, 1.0), (100_000, 1.9)):
        parameters = (("batch", 60), ("size", size))
        rates[type(ONE)("sequential", 1, parameters)] = BASE
        rates[type(ONE)("processes", 2, parameters)] = [v * faster for v in SAME]
    text = sentence(comparison(rates))
    assert "At size = 1000: 2 processes: no difference" in text
    assert "At size = 100000: 2 processes: 1.9" in text


def test_nothing_measured() -> None:
    assert sentence(comparison({ONE: [], threads(2): []})) == "Nothing has been measured yet."


MADE = comparison({ONE: BASE, threads(2): SAME, processes(2): TWICE, processes(4): [v * 1.8 for v in BASE]})


@pytest.mark.parametrize(
    ("condition", "ok"),
    [
        ("processes@2 >= 1.5", True),
        ("processes@2>=1.95", False),
        ("processes@2 > 1.9", True),
        ("processes >= 1.5", True),
        ("processes >= 1.85", False),  # not with four of them
        ("threads@2 <= 1.1", True),
        ("threads@2 <= 0.99", False),
        ("threads@2 < 1.05×", True),
    ],
)
def test_conditions_look_at_the_end_of_the_interval(condition: str, ok: bool) -> None:
    met = check(MADE, condition)
    assert met.ok is ok
    assert met.text.startswith(condition)


@pytest.mark.parametrize("condition", ["", "processes", "processes@2 = 1", "processes@2 >= fast", "@2 > 1"])
def test_what_is_no_condition_is_refused(condition: str) -> None:
    with pytest.raises(ValueError, match="--check expects"):
        check(MADE, condition)


@pytest.mark.parametrize("condition", ["processes@3 >= 1", "qthreads >= 1"])
def test_what_is_not_compared_cannot_be_checked(condition: str) -> None:
    with pytest.raises(ValueError, match="There are: processes@2"):
        check(MADE, condition)


def test_without_an_interval_nothing_is_met() -> None:
    met = check(comparison({ONE: [100.0], processes(2): [900.0]}), "processes@2 >= 1.5")
    assert not met.ok
    assert "no interval" in met.text


# -- under a CPU quota ------------------------------------------------------------------------------------------------

CORE = {"computing": 0.5, "core": 0.5}


def limited(cores: float, made: Comparison, held: float = 0.9, seen: int = 4) -> Comparison:
    """The comparison as it would have been under a quota that held setups of several workers back."""
    made.machine = {**MACHINE, "cores": seen, "quota": cores, "usable_cores": min(cores, seen)}
    made.measurements = [dataclasses.replace(x, held=held if x.setup.workers > 1 else 0.0) for x in made.measurements]
    return made


@pytest.mark.parametrize(
    ("cores", "words"), [(1.0, "the time of one core"), (0.5, "the time of 0.5 cores"), (1.1, "the time of 1.1 cores")]
)
def test_where_a_quota_leaves_nothing_to_gain_it_says_so(cores: float, words: str) -> None:
    made = limited(cores, comparison({ONE: BASE, processes(2): SAME}, {processes(2): CORE}))
    text = sentence(made)
    assert text.endswith(f"Sequential is enough here: the CPU quota gives {words}.")
    assert "Stay with" not in text
    assert f"on 4 cores, quota: {words.removesuffix('s').removesuffix(' core')} (" in text
    assert any(
        w.startswith(f"The CPU quota ({words}) held back 1 of 2 setups, in up to 90 %") for w in made.warnings()
    )


def test_threads_that_waited_for_the_interpreter_would_gain_nothing_without_the_quota() -> None:
    made = limited(1.0, comparison({ONE: BASE, threads(2): SAME}, {threads(2): GIL}), held=0.05)
    assert sentence(made).endswith("Stay with sequential.")
    unlimited = comparison({ONE: BASE, processes(2): SAME}, {processes(2): CORE})
    assert sentence(unlimited).endswith("Stay with sequential.")


def test_what_is_better_all_the_same_is_used() -> None:
    made = limited(1.5, comparison({ONE: BASE, processes(2): [v * 1.5 for v in BASE]}, {processes(2): CORE}))
    assert sentence(made).endswith("Use 2 processes.")


def test_over_a_parameter_the_quota_is_counted_as_the_reason() -> None:
    rates = {}
    for size in range(8):
        parameters = (("batch", 60.0), ("size", float(size)))
        rates[dataclasses.replace(ONE, parameters=parameters)] = BASE
        rates[dataclasses.replace(processes(2), parameters=parameters)] = SAME
    shares = {setup: CORE for setup in rates if setup.workers > 1}
    text = sentence(limited(1.0, comparison(rates, shares)))
    assert "sequential is enough here at 8" in text


def test_a_condition_tells_that_the_quota_was_in_the_way() -> None:
    made = limited(1.0, comparison({ONE: BASE, processes(2): SAME}, {processes(2): CORE}))
    met = check(made, "processes@2 >= 1.5")
    assert not met.ok
    assert met.text.endswith("; the CPU quota (the time of one core) held it back.")


def test_others_on_cores_that_the_quota_leaves_them_do_not_disturb() -> None:
    made = comparison({ONE: BASE, processes(2): SAME})
    made.measurements = [dataclasses.replace(x, others=2.9) for x in made.measurements]
    assert any("not quiet" in w for w in made.warnings())
    assert not any("not quiet" in w for w in limited(1.0, made).warnings())
    assert any("not quiet" in w for w in limited(2.0, made).warnings())


def test_the_laws_and_the_conditions_name_it_and_a_file_keeps_it() -> None:
    rates = {processes(n): [100.0 + i for i in range(5)] for n in (1, 2, 4, 8)}
    made = limited(1.0, comparison({ONE: BASE[:5], **rates}, dict.fromkeys(rates, CORE)))
    assert "part of what the laws call contention here is its doing" in laws_note(made)
    assert "4 cores, quota: the time of one, Python" in conditions(made)
    again = read(encode(document(made)))
    assert sentence(again) == sentence(made)
    assert again.measurements == made.measurements
    other = beside(made, comparison({ONE: BASE[:5], **rates}))
    assert any((d.what, d.one, d.two) == ("CPU quota", "1.0", "none") for d in other.differences)


def test_comparisons_from_before_quotas_were_noted_open() -> None:
    found = document(comparison({ONE: BASE, processes(2): SAME}))
    for one in found["measurements"]:
        del one["held"]
    assert read(encode(found)).held(processes(2)) == 0


@pytest.mark.parametrize(("quota", "end"), [(None, 4.0), (1.5, 1.5), (16.0, 4.0)])
def test_the_ideal_line_ends_where_the_time_to_have_ends(quota: float | None, end: float) -> None:
    made = comparison({ONE: BASE, **{processes(n): SAME for n in (1, 2, 8)}})
    made.machine = {**MACHINE, "cores": 4, "quota": quota}
    for curves in (over_workers(made), beside_over_workers(beside(made, made))):
        (ideal,) = [curve for curve in curves.curves if curve.label == "ideal"]
        assert [point[:2] for point in ideal.points] == [(1.0, 1.0), (end, end)]


def test_under_the_time_of_one_core_there_is_no_ideal_line() -> None:
    made = limited(1.0, comparison({ONE: BASE, processes(2): SAME}))
    assert not [curve for curve in over_workers(made).curves if curve.label == "ideal"]
