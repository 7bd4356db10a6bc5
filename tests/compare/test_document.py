"""Comparisons in files: back as they were; and files that are none."""

from __future__ import annotations

import contextlib
import csv
import io
import json

import pytest
from grandstand.compare.document import Unreadable, csv_text, document, markdown, read, table
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.compare.made import GIL, ONE, comparison, processes, threads

RATES = {
    ONE: [100.0, 101, 99, 100, 100.5],
    threads(2): [100.0, 99, 101, 100, 98],
    processes(2): [193.0, 190, 195, 192, 191],
}
MADE = comparison(RATES, {threads(2): GIL}, repeats=5, seed=3)
MADE.failures[processes(2)] = "once"
TEXT = json.dumps(document(MADE))


def test_a_comparison_comes_back_as_it_was() -> None:
    again = read(TEXT)
    assert again == MADE
    assert document(again) == document(MADE)


def test_the_document_holds_what_was_made_of_it() -> None:
    there = json.loads(TEXT)
    assert (there["schema"], there["kind"]) == (2, "comparison")
    assert there["cells"][2]["speedup"]["low"] > 1.8
    assert "Use 2 processes." in there["sentence"]
    assert len(there["measurements"]) == 15


def test_the_table_has_the_states_that_occur() -> None:
    rows = table(MADE)
    assert [row["setup"] for row in rows] == ["sequential", "2 threads", "2 processes"]
    assert "waiting for the GIL" in rows[0]
    assert "waiting for I/O" not in rows[0]
    text = markdown(MADE)
    assert text.count("\n| ") == 5
    assert "Use 2 processes." in text


def test_spreadsheets_get_a_line_a_measurement() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(MADE))))
    assert len(rows) == 15
    assert float(rows[-1]["numbers_per_s"]) == 191
    assert rows[0]["wall_s"] == ""


@pytest.mark.parametrize(
    "text",
    [
        "", "nonsense", "[]", "{}", '{"kind": "comparison"}', '{"kind": "comparison", "schema": 99}',
        TEXT.replace('"schema": 2', '"schema": 3'), TEXT.replace('"mode": "threads"', '"mode": 7', 1),
        TEXT.replace('"block": 0', '"block": "x"'), TEXT.replace('"per_second": 100.0', '"per_second": NaN'),
        TEXT.replace('"setups"', '"settings"'), "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_comparison_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.integers(0, len(TEXT) - 2), st.integers(1, 40), st.text(max_size=6))
def test_a_mutated_file_is_read_or_refused(at: int, length: int, instead: str) -> None:
    with contextlib.suppress(Unreadable):
        document(read(TEXT[:at] + instead + TEXT[at + length :]))
