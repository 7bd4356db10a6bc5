"""Values that are of the wrong kind: where, what is wanted and what is there; and what older files may hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from grandstand.claims import report
from grandstand.claims.base import Result, Verdict
from grandstand.compare import break_even, document
from grandstand.compare.break_even import Map, Place
from grandstand.compare.statistics import Estimate
from grandstand.files.reading import Unreadable

from tests.compare.made import GIL, MACHINE, ONE, comparison, threads

MADE = comparison({ONE: [100.0, 101, 99, 100, 100.5], threads(2): [100.0, 99, 101, 100, 98]}, {threads(2): GIL})
E5 = Estimate(1.0, "s", 0.9, 1.1, 5, "repeats")
WAYS = {"sequential": E5, "threads": E5, "processes": E5}
MAP = Map((Place(0.001, 100, WAYS, "threads", True, E5),), 2, "spawn", MACHINE)
RESULT = Result("threads-no-cpu", "So it is.", Verdict.HOLDS, "Two sentences.", {"f": E5}, 5, 1.5, "2026-01-02")

READ: dict[str, Any] = {
    "comparison": document.read,
    "map": break_even.read,
    "results": lambda data: report.read_document(data if isinstance(data, bytes) else data.encode()),
}
TEXTS = {
    "comparison": json.dumps(document.document(MADE), indent=2),
    "map": json.dumps(break_even.document(MAP), indent=2),
    "results": json.dumps(report.document([RESULT], MACHINE), indent=2),
}


def refused(kind: str, old: str, new: str) -> str:
    """What is said when ``new`` stands where ``old`` stood."""
    assert old in TEXTS[kind], old
    try:
        found = READ[kind](TEXTS[kind].replace(old, new, 1))
    except Unreadable as problem:
        return str(problem)
    assert kind == "results", "it was taken"
    results, _, wrong = found
    assert results == []
    return str(wrong[0])


@pytest.mark.parametrize(
    ("kind", "old", "new", "words"),
    [
        ("comparison", '"repeats": 5', '"repeats": Infinity', "plan.repeats expects a whole number"),
        ("comparison", '"repeats": 5', '"repeats": 1e400', "plan.repeats holds a number that is too large"),
        ("comparison", '"repeats": 5', '"repeats": true', "plan.repeats expects a whole number, and there is true or"),
        ("comparison", '"repeats": 5', '"repeats": 5.5', "plan.repeats expects a whole number, and there is a number"),
        ("comparison", '"repeats": 5', '"repeats": -5', "plan.repeats expects a whole number >= 0"),
        ("comparison", '"repeats": 5', '"repeats": ' + "9" * 6_000, "plan.repeats"),
        ("comparison", '"seconds": 1.0', '"seconds": ' + "9" * 6_000, "plan.seconds holds a number that is too large"),
        ("comparison", '"seed": 1', '"seed": ' + "9" * 6_000, "plan.seed holds a number that is too large"),
        ("comparison", '"block": 0', '"block": "0"', "measurements[0].block expects a whole"),
        ("comparison", '"per_second": 100.0,\n      "wall"', '"per_second": NaN,\n      "wall"',
         "measurements[0].per_second expects a number, and there is nothing"),
        ("comparison", '"gil": 0.49,', '"gil": true,', "states[...] expects a number"),
        ("comparison", '"workers": 1,', '"workers": 0,', "plan.setups[0].workers expects a whole number >= 1"),
        ("comparison", '"batch": 60', '"batch": 1e999', "parameters[...] holds a number that is too large"),
        ("comparison", '"batch": 60', '"batch": 90071992547409930', "parameters[...] expects a whole number"),
        ("comparison", '"setups": [', '"settings": [', "plan lacks 'setups'"),
        ("comparison", '"machine": {', '"machine": [{', "in line"),
        ("comparison", '"kind": "comparison"', '"kind": 7', "kind expects text, and there is a whole number"),
        ("comparison", '"schema": 2', '"schema": Infinity', "schema expects a whole number"),
        ("comparison", '"schema": 2', '"schema": 99', "Use a newer one"),
        ("comparison", '"plan": {', '"plan": {"x": \xff', "in line"),
        ("map", '"size": 100', '"size": 1e400', "places[0].size holds a number that is too large"),
        ("map", '"size": 100', '"size": Infinity', "places[0].size expects a whole number"),
        ("map", '"decided": true', '"decided": 1', "places[0].decided expects true or false"),
        ("map", '"winner": "threads"', '"winner": "hope"', "places[0] is won by 'hope'"),
        ("map", '"threads": {', '"fibers": {', "places[0] lacks threads"),
        ("map", '"length": 0.001', '"length": 0', "places[0].length expects"),
        ("results", '"n": 5,', '"n": Infinity,', "claims[0]: it cannot be read as a result: figures[0].n"),
        ("results", '"n": 5,', '"n": 1e400,', "figures[0].n holds a number that is too large"),
        ("results", '"verdict": "holds"', '"verdict": "perhaps"', "verdict"),
        ("results", '"seconds": 1.5', '"seconds": "1.5"', "seconds expects a number"),
        ("results", '"id": "threads-no-cpu"', '"id": null', "id expects text, and there is nothing"),
    ],
)  # fmt: skip
def test_the_place_and_what_is_wanted_are_said(kind: str, old: str, new: str, words: str) -> None:
    said = refused(kind, old, new)
    assert words in said
    assert len(said) < 400


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize(
    "text",
    ["", " ", "[" * 1_000_000, '{"a":' * 200_000, "\0" * 100, '"', "{", "nul", "\ufeff", '{"kind": "\\ud800', "7"],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_what_is_no_document_is_said_to_be_none(kind: str, text: str) -> None:
    for data in (text.encode(), text.encode("utf-16"), text.encode() + b"\xff"):
        with pytest.raises(Unreadable) as caught:
            READ[kind](data)
        assert len(str(caught.value)) < 400


@pytest.mark.parametrize("kind", TEXTS)
def test_fields_of_another_time_are_passed_over(kind: str) -> None:
    """As a newer version may write them, with anything in them, and with a mark at the beginning."""
    first = READ[kind](TEXTS[kind])
    later = '{"deep": ' + "[" * 300 + "]" * 300 + ', "big": 1e999, "huge": ' + "9" * 5_000 + "}"

    def grown(found: Any, key: str = "") -> Any:
        if isinstance(found, list):
            return [grown(part) for part in found]
        if not isinstance(found, dict):
            return found
        more = {"later": "LATER"} if key not in ("parameters", "states", "seconds") else {}
        return {**more, **{name: grown(part, name) for name, part in found.items()}}

    text = json.dumps(grown(json.loads(TEXTS[kind]))).replace('"LATER"', later)
    assert text.count("9" * 5_000) > 3
    assert READ[kind](("\ufeff" + text).encode()) == first


def test_what_older_files_lack_has_a_default() -> None:
    data = json.loads(TEXTS["comparison"])
    for key in ("cells", "laws", "sentence", "warnings", "cancelled", "failures", "at", "machine", "schema"):
        del data[key]
    for key in ("seed", "budget", "work", "unit"):
        del data["plan"][key]
    for found in data["measurements"]:
        for key in ("t", "wall", "start_up", "others", "memory", "cpu_cores"):
            del found[key]
    again = document.read(json.dumps(data))
    assert [x.per_second for x in again.measurements] == [x.per_second for x in MADE.measurements]
    assert (again.machine, again.at, again.cancelled, again.plan.seed) == ({}, "", False, 1)
    assert document.markdown(again)


def test_what_python_wrote_that_is_no_json_opens() -> None:
    """An interval without an end, and half of a surrogate pair out of a file's name."""
    odd = TEXTS["comparison"].replace('"others": 0.0', '"others": 0.0, "high": Infinity, "low": -Infinity')
    odd = odd.replace('"start_up": 0.02', '"start_up": NaN', 1).replace('"cpu": "A"', '"cpu": "A\\udcff Infinity"')
    again = document.read(odd)
    assert again.measurements[0].start_up is None
    assert again.measurements[1:] == MADE.measurements[1:]
    assert again.machine["cpu"] == "A? Infinity"


def test_what_is_written_is_json_for_others_too() -> None:
    endless = Estimate(2.0, "×", 1.0, float("inf"), 5, "repeats")
    text = json.dumps(break_even.document(Map((Place(0.001, 100, WAYS, "threads", False, endless),), 2, "spawn", {})))
    assert "Infinity" not in text
    assert break_even.read(text).places[0].advantage.high is None


def test_the_last_of_two_equal_names_counts() -> None:
    again = document.read(TEXTS["comparison"].replace('"repeats": 5', '"repeats": 9, "repeats": 5'))
    assert again.plan == MADE.plan


def test_one_spoiled_result_takes_no_other_along() -> None:
    texts = report.document([RESULT, RESULT], MACHINE)
    texts["claims"][0]["n"] = "many"
    results, there, wrong = report.read_document(json.dumps(texts).encode())
    assert results == [RESULT]
    assert there == MACHINE
    assert "claims[0]" in wrong[0]
