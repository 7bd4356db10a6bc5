"""The sentence under the charts: golden ones, each branch, both sides of each border."""

from __future__ import annotations

from dataclasses import replace

import pytest
from grandstand.session.quota_use import QuotaUse
from grandstand.session.sentence import failures, sentence

from tests.session.made import setting, summary, worker_summary

ONE_BY_ONE = summary("sequential", 1, 1_000.0)
GIL = {"computing": 2.5, "gil": 7.3, "core": 0.2}


def said(result: object, baseline: object = ONE_BY_ONE, unit: str = "numbers", cores: int = 2) -> str:
    return sentence(result, unit, baseline, cores).text


# -- golden sentences -------------------------------------------------------------------------------------------------

GOLDEN = {
    "4 threads did no more work than running sequentially (0.98×): 97 % of their waiting was for the GIL.": (
        summary("threads", 4, 980.0, states=GIL),
        ONE_BY_ONE,
    ),
    "4 processes did 1.93× as much work as running sequentially: they kept 1.9 of 2 cores busy, and 100 % of their "
    "waiting was for a core.": (
        summary("processes", 4, 1_930.0, cpu_cores=1.9, states={"computing": 5.0, "core": 5.0}),
        ONE_BY_ONE,
    ),
    "2 processes did 1.95× as much work as running sequentially: they computed nearly all the time, on 1.9 of "
    "2 cores.": (
        summary("processes", 2, 1_950.0, cpu_cores=1.93, states={"computing": 9.8, "core": 0.2}),
        ONE_BY_ONE,
    ),
    "8 Qt threads did less work than running sequentially (0.61×): 100 % of their waiting was for the GIL.": (
        summary("qthreads", 8, 610.0, states={"computing": 1.0, "gil": 7.0}),
        ONE_BY_ONE,
    ),
    "8 Qt threads did less work than running sequentially (0.78×): 80 % of the time it was not their turn (frame "
    "slots let in a few at a time, and none while the window draws); 75 % of their waiting was for the "
    "GIL.": (
        summary("qthreads", 8, 780.0, states={"computing": 1.0, "gil": 0.75, "core": 0.25, "idle": 8.0}),
        ONE_BY_ONE,
    ),
    "1 Qt thread did less work than running sequentially (0.80×): 20 % of the time it was not their turn (frame "
    "slots let in a few at a time, and none while the window draws); they computed nearly all the rest, on 0.8 "
    "of 2 cores.": (
        summary("qthreads", 1, 800.0, cpu_cores=0.8, states={"computing": 7.9, "gil": 0.1, "idle": 2.0}),
        ONE_BY_ONE,
    ),
    "64 Qt threads did 40.00× as much work as running sequentially: 25 % of the time it was not their turn (frame "
    "slots let in a few at a time, and none while the window draws); 100 % of their waiting was for I/O, and waits "
    "for I/O can overlap.": (
        summary("qthreads", 64, 40_000.0, states={"computing": 0.5, "io": 7.0, "idle": 2.5}),
        ONE_BY_ONE,
    ),
    "32 threads did 31.20× as much work as running sequentially: 100 % of their waiting was for I/O, and waits for "
    "I/O can overlap.": (
        summary("threads", 32, 31_200.0, cpu_cores=0.3, states={"computing": 0.2, "io": 9.8}),
        ONE_BY_ONE,
    ),
    "4 processes did 1.20× as much work as running sequentially: they got only 1.2 of 2 cores, and 100 % of their "
    "waiting was for a core.": (
        summary("processes", 4, 1_200.0, cpu_cores=1.2, states={"computing": 5.0, "core": 5.0}),
        ONE_BY_ONE,
    ),
    "4 threads: 980 numbers/s, 97 % of their waiting was for the GIL. Measure Sequential as well "
    "to see what that is worth.": (summary("threads", 4, 980.0, states=GIL), None),
    "Sequential: 1.00 k numbers/s from a single thread, 1.0 of 2 cores in use. Now switch to threads or processes.": (
        summary("sequential", 1, 1_000.0, cpu_cores=0.99),
        None,
    ),
    "4 threads starting. The first figures follow in a moment.": (summary("threads", 4, 0.0, seconds=0.0), None),
    "2 threads starting. The first figures follow in a moment.": (
        summary("threads", 2, 900.0, seconds=0.7),
        ONE_BY_ONE,
    ),
    "1 process did 1.00× as much work as running sequentially: 100 % of their waiting was for a lock.": (
        summary("processes", 1, 1_000.0, states={"computing": 5.0, "lock": 5.0}),
        ONE_BY_ONE,
    ),
    "4 threads did no more work than running sequentially (1.00×): 100 % of their waiting was for the GIL or a core "
    "(this system does not tell the two apart).": (
        summary("threads", 4, 1_000.0, states={"computing": 5.0, "unknown": 5.0}),
        ONE_BY_ONE,
    ),
}


@pytest.mark.parametrize("text", GOLDEN, ids=lambda text: text[:44])
def test_golden_sentences(text):
    result, baseline = GOLDEN[text]
    got = sentence(result, "numbers", baseline, 2)
    assert got.text == text
    assert got.tone == result.setting.mode


# -- borders ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratio", "count", "text"),
    [
        (0.9499, 4, "less work than running sequentially (0.95×)"),
        (0.9501, 4, "no more work than running sequentially (0.95×)"),
        (1.0499, 4, "no more work than running sequentially (1.05×)"),
        (1.0501, 4, "1.05× as much work as running sequentially"),
        (0.9499, 1, "less work than running sequentially (0.95×)"),
        (0.9501, 1, "0.95× as much work as running sequentially"),
        (1.0499, 1, "1.05× as much work as running sequentially"),
    ],
)
def test_when_it_is_less_the_same_or_more(ratio, count, text):
    result = summary("threads", count, 1_000.0 * ratio, states=GIL)
    assert f" did {text}: " in said(result)


@pytest.mark.parametrize(
    ("waiting", "text"),
    [
        (0.499, "they computed nearly all the time, on 1.0 of 2 cores"),
        (0.501, "of their waiting was for the GIL"),
    ],
)
def test_waiting_is_worth_a_word_from_a_twentieth_on(waiting, text):
    assert text in said(summary("threads", 2, 980.0, states={"computing": 10 - waiting, "gil": waiting}))


@pytest.mark.parametrize(
    ("cpu_cores", "text"),
    [
        (1.71, "they kept 1.7 of 2 cores busy, and"),
        (1.62, "they got only 1.6 of 2 cores, and 100 % of their waiting was for a core"),
    ],
)
def test_full_cores_are_told_from_cores_that_others_had(cpu_cores, text):
    assert text in said(summary("processes", 4, 1_900.0, cpu_cores=cpu_cores, states={"computing": 5, "core": 5}))


def test_the_largest_reason_is_told():
    states = {"computing": 4.0, "gil": 2.0, "io": 2.5, "core": 0.5}
    assert "50 % of their waiting was for I/O" in said(summary("threads", 4, 3_000.0, states=states))


def test_nothing_but_idling_is_no_waiting():
    assert "they computed nearly all the time" in said(summary("threads", 4, 3_000.0, states={"idle": 9.0}))


@pytest.mark.parametrize(
    ("io", "words"), [(0.21, ", 21 % of the time waiting for I/O or for their turn"), (0.2, ""), (0.0, "")]
)
def test_one_by_one_says_how_much_it_waited(io, words):
    result = summary("sequential", 4, 50.0, cpu_cores=0.5, states={"computing": 1 - io, "io": io})
    assert f"0.5 of 2 cores in use{words}. Now switch" in said(result)


def test_a_baseline_of_nothing_is_no_baseline():
    text = said(summary("threads", 4, 980.0, states=GIL), baseline=summary("sequential", 1, 0.0))
    assert "Measure Sequential as well" in text
    assert "×" not in text


def test_units_are_those_of_the_work():
    assert "2878 MB/s" in said(summary("threads", 4, 2_878.0, states=GIL), baseline=None, unit="MB")


# -- failures ---------------------------------------------------------------------------------------------------------


def with_workers(*workers: tuple[str, str]) -> object:
    made = tuple(worker_summary(i, exit=exit_, trouble=trouble) for i, (exit_, trouble) in enumerate(workers, 1))
    return summary("processes", len(made), 1_000.0, records=made)


KILLED = ("killed by SIGKILL", "killed by SIGKILL")
FINE, RAISED = ("running", ""), ("failed", "ValueError: 7")


@pytest.mark.parametrize(
    ("workers", "text"),
    [
        ((KILLED, FINE), "Worker 1 ended: killed by SIGKILL. The others go on."),
        ((FINE, RAISED), "Worker 2 ended: ValueError: 7. The others go on."),
        ((RAISED,), "Worker 1 ended: ValueError: 7. None is left."),
        ((KILLED, KILLED, FINE), "2 of 3 workers ended: killed by SIGKILL. The others go on."),
        ((RAISED, KILLED), "2 of 2 workers ended: worker 1: ValueError: 7. None is left."),
        ((("stopped", ""), KILLED), "Worker 2 ended: killed by SIGKILL. The others were stopped."),
    ],
)
def test_failures_come_first(workers, text):
    result = with_workers(*workers)
    assert failures(result).text == text
    assert sentence(result, "numbers", ONE_BY_ONE, 2).text == text
    assert sentence(result, "numbers", ONE_BY_ONE, 2).tone == "warning"


@pytest.mark.parametrize(
    "workers", [(FINE,), (("stopped", ""),), (("running", "sends figures that cannot be true"), FINE)], ids=str
)
def test_no_failure(workers):
    assert failures(with_workers(*workers)) is None


@pytest.mark.parametrize(("length", "whole"), [(80, True), (81, False)])
def test_long_troubles_are_cut(length, whole):
    text = failures(with_workers(("failed", "x" * length), FINE)).text
    assert ("x" * length in text) is whole
    assert ("…" in text) is not whole
    assert len(text) < 130


@pytest.mark.parametrize(("core", "warns"), [(1.4, False), (1.6, True)])
def test_a_baseline_short_of_a_core_is_said_to_be_none(core: float, warns: bool) -> None:
    baseline = summary("sequential", 1, 1_000.0, states={"computing": 10.0 - core, "core": core})
    got = sentence(summary("threads", 4, 990.0, states=GIL), "numbers", baseline, 2)
    assert ("do that again" in got.text) is warns
    assert (got.tone == "warning") is warns
    if warns:
        assert got.text.endswith("But Sequential had only 84 % of a core when it was measured: do that again.")


def test_a_baseline_that_hardly_computes_cannot_be_short_of_a_core() -> None:
    baseline = summary("sequential", 1, 45.0, seconds=5.0, states={"computing": 0.1, "core": 0.1, "io": 4.8})
    assert baseline.starved == 0


# -- under a CPU quota ------------------------------------------------------------------------------------------------


def use(cores: float, share: float) -> QuotaUse:
    return QuotaUse(cores, 100, round(100 * share), 3.0)


def test_a_quota_that_held_the_workers_back_is_named():
    shares = {"computing": 5.0, "core": 5.0}
    text = said(summary("processes", 2, 1_000.0, cpu_cores=0.99, states=shares, quota=use(1.0, 0.9)))
    assert text == (
        "2 processes did no more work than running sequentially (1.00×): they got only 1.0 of 2 cores, held back by "
        "the CPU quota (the time of one core), and 100 % of their waiting was for a core."
    )
    text = said(
        summary("threads", 3, 500.0, cpu_cores=0.5, states={"computing": 1.0, "gil": 3.0}, quota=use(0.5, 0.9))
    )
    assert text.endswith("the GIL, held back by the CPU quota (the time of 0.5 cores).")
    alone = said(summary("sequential", 1, 500.0, cpu_cores=0.5, quota=use(0.5, 1.0)), None)
    assert "0.5 of 2 cores in use, held back by the CPU quota (the time of 0.5 cores). Now" in alone
    busy = said(
        summary("processes", 1, 1_000.0, cpu_cores=1.5, states={"computing": 9.9}, quota=use(1.5, 0.2)), cores=4
    )
    assert "on 1.5 of 4 cores, held back by the CPU quota (the time of 1.5 cores)" in busy


@pytest.mark.parametrize("quota", [None, QuotaUse(1.0), use(1.0, 0.0), use(1.0, 0.09)])
def test_a_quota_that_hardly_hindered_anybody_is_not_named(quota):
    assert "quota" not in said(summary("processes", 2, 1_900.0, states={"computing": 5.0, "core": 5.0}, quota=quota))


def test_a_baseline_that_a_quota_held_back_was_not_measured_on_a_busy_machine():
    """Half a core is what one thread gets under it, however quiet the machine."""
    states = {"computing": 5.0, "core": 5.0}
    two = summary("processes", 2, 500.0, cpu_cores=0.5, states=states, quota=use(0.5, 1.0))
    for base, again in (
        (summary("sequential", 1, 500.0, states=states, quota=use(0.5, 1.0)), False),
        (summary("sequential", 1, 500.0, states=states), True),
        (summary("sequential", 1, 500.0, states={"computing": 2.0, "core": 8.0}, quota=use(0.5, 1.0)), True),
    ):
        assert ("do that again" in said(two, base)) is again


def test_a_baseline_under_another_python_is_named():
    own, other = setting(1, "sequential"), replace(setting(1, "sequential"), python="/x/3.14", python_name="3.14")
    threads = summary(
        "threads", 4, 2_000.0, states=GIL, setting=replace(setting(4), python="/x/3.14t", python_name="3.14t")
    )
    assert "as running sequentially on Grandstand's own Python:" in said(
        threads, summary("sequential", 1, setting=own)
    )
    assert "as running sequentially on 3.14:" in said(threads, summary("sequential", 1, setting=other))
    same = replace(setting(1, "sequential"), python="/x/3.14t", python_name="3.14t")
    assert "as running sequentially:" in said(threads, summary("sequential", 1, setting=same))
