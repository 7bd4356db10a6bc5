"""Checking claims: results, what goes wrong, cancelling, and the documents that come of it."""

from __future__ import annotations

import dataclasses
import json
import threading
import time

import pytest
from grandstand.claims import check, report
from grandstand.claims.base import Claim, Judgment, Measured, Result, Verdict
from grandstand.claims.check import News
from grandstand.claims.here import Here
from grandstand.claims.lab import Cancelled, Lab, look_around
from grandstand.compare.leg import Setup
from grandstand.compare.statistics import Estimate
from grandstand.observe.machine import machine
from grandstand.vocabulary.states import IO

ISSUE = {
    1: "threads-no-cpu", 2: "threads-io", 3: "threads-combine", 4: "threads-c-code", 5: "lost-updates",
    6: "lock-waits", 7: "print-lock", 8: "queue-workers", 9: "daemon-threads", 10: "thread-overhead",
    11: "threads-harder", 12: "gil-one-core", 13: "processes-all-cores", 14: "own-interpreter",
    15: "no-shared-memory", 16: "no-deadlocks", 17: "join-serialises", 18: "finish-order", 19: "ipc-cost",
    20: "memory-copied", 21: "gui-needs-threads", 22: "rule-of-thumb",
    23: "spawn-forgets", 24: "pickle-limits", 25: "start-cost", 26: "same-random", 27: "fork-threads",
    28: "chunks", 29: "map-eats", 30: "dead-worker", 31: "lost-exceptions", 32: "ctrl-c",
    33: "more-is-better",
    37: "async-cpu", 38: "blocking-call", 39: "async-scales",
}  # fmt: skip
FIGURE = {"a figure": Estimate(2.0, "×", 1.9, 2.1, 5, "blocks")}


def holds(measured: Measured) -> Judgment:
    return Judgment(Verdict.HOLDS, f"It was {measured['a figure'].value}. So it holds.")


def made(**changes: object) -> Claim:
    plain = Claim(99, "made-up", "A claim made for tests.", "Nothing.", 1.0, lambda lab: Measured(FIGURE), holds)
    return dataclasses.replace(plain, **changes)


def only(one: Claim) -> Result:
    heard: list[News] = []
    (result,) = check.check([one], heard.append)
    assert heard[-1].result is result
    assert [news.overall for news in heard] == sorted(news.overall for news in heard)
    return result


def test_all_claims_of_the_page_are_there() -> None:
    assert {claim.number: claim.id for claim in check.claims()} == ISSUE


@pytest.mark.parametrize("ident", ISSUE.values())
def test_each_claim_says_what_it_does_and_shows_its_code(ident: str) -> None:
    one = check.claim(ident)
    assert one.says.endswith(".")
    assert one.test.endswith((".", "?"))
    assert 0 < one.seconds <= 60
    source = one.source()
    assert "def " in source
    assert len(source) < 12_000


def test_all_of_them_take_about_three_minutes() -> None:
    assert sum(check.durations(check.claims())) <= 240


def test_what_is_measured_once_is_counted_once() -> None:
    race = (("primes", 12.0),)
    assert check.durations([made(seconds=13.0, races=race), made(), made(seconds=12.0, races=race)]) == [13, 1, 0]


def test_an_unknown_claim_is_refused_with_what_there_is() -> None:
    with pytest.raises(KeyError, match="threads-io"):
        check.claim("threads-fly")


def test_a_result_brings_figures_n_and_time() -> None:
    result = only(made())
    assert (result.verdict, result.n, result.figures) == (Verdict.HOLDS, 5, FIGURE)
    assert result.seconds < 1
    assert result.at.startswith("20")


def test_what_cannot_be_tested_here_says_why_and_is_not_measured() -> None:
    def never(lab: Lab) -> Measured:
        raise AssertionError("it was measured")

    result = only(made(measure=never, needs=lambda here: f"This needs {here.cores + 1} cores."))
    assert result.verdict is Verdict.NOT_TESTABLE
    assert "cores" in result.reason
    assert not result.problem


def test_a_measurement_that_fails_is_undecided_with_its_traceback_and_the_rest_goes_on() -> None:
    def fails(lab: Lab) -> Measured:
        raise ZeroDivisionError("no luck")

    def dies(lab: Lab) -> Measured:
        return Measured({}, lab.isolated("tests.modes.experiments_for_tests:raises"))

    heard: list[News] = []
    claims = [made(id="one", measure=fails), made(id="two", measure=dies), made(id="three")]
    first, second, third = check.check(claims, heard.append)
    assert first.verdict is second.verdict is Verdict.UNDECIDED
    assert "ZeroDivisionError: no luck" in first.reason
    assert "ZeroDivisionError" in first.problem
    assert "it does not work" in second.reason
    assert "experiments_for_tests" in second.problem
    assert third.verdict is Verdict.HOLDS


@pytest.mark.parametrize("name", ["queue-workers", "threads-combine"])
def test_a_real_claim_from_beginning_to_end(name: str) -> None:
    heard: list[News] = []
    (result,) = check.check([check.claim(name)], heard.append)
    assert result.verdict in (Verdict.HOLDS, Verdict.LIMITS)
    assert not result.problem
    assert any(news.picture is not None for news in heard), "nothing was to be seen while it ran"
    assert result.pictures


def test_a_race_is_run_once_and_seen_by_all() -> None:
    lab = Lab()
    try:
        setups = (Setup("sequential", 1), Setup("threads", 2))
        first = lab.race("wait", setups, blocks=2, seconds=0.1)
        began = time.monotonic()
        assert lab.race("wait", setups, blocks=2, seconds=0.1) is first
        assert time.monotonic() - began < 0.05
        speedup = first.speedup(setups[1], setups[0])
        assert speedup.n == 2
        assert 1.5 < speedup.value < 3
        assert first.share(setups[0], IO).value > 0.5
        assert sorted(first.order[:2], key=str) == sorted(first.order[2:], key=str), "each setup once a block"
        assert first.pictures[setups[1]].rows
    finally:
        lab.close()


@pytest.mark.parametrize(
    "measure",
    [
        lambda lab: lab.race("primes", (Setup("threads", 2), Setup("processes", 2)), blocks=50),
        lambda lab: lab.isolated("tests.modes.experiments_for_tests:deadlocks"),
    ],
    ids=["a race", "an experiment"],
)
@pytest.mark.parametrize("after", [0.0, 0.3, 1.0])
def test_cancelling_takes_less_than_two_seconds(measure: object, after: float) -> None:
    cancelled = threading.Event()
    asked: list[float] = []

    def cancel() -> None:
        asked.append(time.monotonic())
        cancelled.set()

    timer = threading.Timer(after, cancel)
    timer.start()
    with pytest.raises(Cancelled):
        check.check([made(measure=measure)], lambda news: None, cancelled)
    assert time.monotonic() - asked[0] < 2
    timer.join()


def test_the_document_comes_back_as_it_was() -> None:
    results = [only(made()), only(made(id="other", needs=lambda here: "Not here."))]
    text = json.dumps(report.document(results, machine().as_dict()))
    there = json.loads(text)
    assert there["schema"] == 1
    assert set(there) == {"schema", "machine", "claims"}
    assert [report.read(entry) for entry in there["claims"]] == [
        dataclasses.replace(r, seconds=round(r.seconds, 3)) for r in results
    ]


def test_markdown_has_each_claim_its_verdict_and_its_figures() -> None:
    text = report.markdown([only(made(says="A | in the sentence."))], machine().as_dict())
    assert "| A \\| in the sentence. | **holds** |" in text
    assert "| a figure | 2.00× [1.90, 2.10] | 5 blocks |" in text


def test_the_machine_is_looked_at() -> None:
    here = look_around()
    assert isinstance(here, Here)
    assert here.cores >= 1
    assert "spawn" in here.start_methods
