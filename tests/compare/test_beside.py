"""Two comparisons side by side: what differs, what they share, and when a ratio is shown."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from grandstand.compare.beside import beside, names, sentence
from grandstand.compare.beside_document import csv_text, document, markdown, table
from grandstand.compare.laws import laws_note, laws_table
from grandstand.compare.leg import Setup
from grandstand.compare.statistics import unpaired_ratio
from grandstand.compare.verdict import sentence as verdict
from grandstand.render.beside import MOST_PAIRS, charts
from grandstand.render.kinds import Bars, Curves

from tests.compare.made import MACHINE, ONE, PARAMETERS, comparison, processes, threads

BASE = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2]


def times(factor: float) -> list[float]:
    return [v * factor for v in BASE]


def two(**changes: object):
    one = comparison({ONE: BASE, threads(2): BASE, threads(4): BASE, processes(2): times(1.9)})
    other = comparison({ONE: times(0.9), threads(2): times(1.7), threads(4): times(2), processes(4): BASE}, **changes)
    other.machine = {**MACHINE, "python": "3.14.0", "gil": "off", "cores": 8}
    return beside(one, other)


def test_what_differs_is_said_first_and_names_tell_them_apart() -> None:
    found = two(seconds=2.0)
    assert found.names == ("Python 3.13.0", "Python 3.14.0")
    assert [d.what for d in found.differences] == ["cores", "Python", "GIL", "each measurement"]
    text = sentence(found)
    assert text.startswith(
        "Different: cores 2 against 8; Python 3.13.0 against 3.14.0; GIL on against off; each measurement"
    )
    assert text.endswith("of 3 common setups: faster in 2, slower in 1. Most at 4 threads: 2.00× [1.98, 2.02].")


def test_common_setups_have_a_ratio_and_others_are_named() -> None:
    found = two()
    assert [found.label(p) for p in found.pairs] == ["sequential", "2 threads", "4 threads"]
    assert [p.faster for p in found.pairs] == [-1, 1, 1]
    assert [s.words for s in found.only[0]] == ["2 processes"]
    assert [s.words for s in found.only[1]] == ["4 processes"]
    assert found.pairs[1].speedups[1].value == pytest.approx(1.7 / 0.9)


def test_an_interval_that_spans_one_shows_no_difference() -> None:
    made = comparison({ONE: BASE, threads(2): BASE})
    found = beside(made, comparison({ONE: BASE[::-1], threads(2): times(1.001)}))
    assert [p.faster for p in found.pairs] == [0, 0]
    assert table(found)[0]["second over first"].startswith("no difference shown [0.9")
    assert "under the same conditions" in sentence(found)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"work": 500.0}, "start of its workers"), ({"workload": "wait"}, "different work"), ({"unit": "MB"}, "counts")],
)
def test_where_units_do_not_agree_there_is_no_ratio(change: dict[str, object], words: str) -> None:
    one, other = comparison({ONE: BASE, threads(2): BASE}), comparison({ONE: BASE, threads(2): times(2)})
    if "unit" in change:
        other.unit = str(change["unit"])
    else:
        other.plan = type(other.plan)(
            **{**{"workload": "primes", "setups": other.plan.setups}, **change}  # type: ignore[arg-type]
        )
    found = beside(one, other)
    assert words in found.why_no_ratio
    assert words in sentence(found)
    assert all(p.ratio is None for p in found.pairs)
    assert isinstance(charts(found)[-1], Bars)
    assert charts(found)[-1].unit == "×"
    document(found)


def test_a_fixed_parameter_is_a_condition_and_a_swept_one_part_of_the_setup() -> None:
    def at(batch: float, *sizes: float):
        return comparison({Setup("threads", 2, (("batch", batch), ("size", size))): BASE for size in sizes})

    found = beside(at(60, 1_000, 2_000), at(120, 2_000, 3_000))
    assert [(d.what, d.one, d.two) for d in found.differences] == [("parameter batch", "60", "120")]
    assert [found.label(p) for p in found.pairs] == ["2 threads, size 2000"]


def test_too_few_blocks_and_nothing_in_common_are_said() -> None:
    few = comparison({ONE: BASE[:2]})
    assert "no difference can be shown" in sentence(beside(few, few))
    assert "no setup in common" in sentence(beside(few, comparison({threads(2): BASE})))
    assert names(few, few) == ("first", "second")


def test_documents_tables_and_pictures_agree() -> None:
    found = two()
    data = json.loads(json.dumps(document(found)))
    assert [p["verdict"] for p in data["pairs"]] == ["slower", "faster", "faster"]
    rows = list(csv.DictReader(io.StringIO(csv_text(found))))
    assert float(rows[2]["ratio"]) == pytest.approx(data["pairs"][2]["ratio"]["value"])
    assert markdown(found).count("\n| ") >= 7
    curves, bars = charts(found)
    assert isinstance(curves, Curves)
    assert [c.dashed for c in curves.curves] == [False, False, True, True, False]
    assert isinstance(bars, Bars)
    assert [b.pale for b in bars.bars] == [False, True] * 3


def test_of_many_pairs_those_with_the_highest_throughput_are_drawn() -> None:
    made = comparison({Setup("threads", n, PARAMETERS): times(n) for n in range(1, 41)})
    bars = charts(beside(made, made))[-1]
    assert len(bars.bars) == 2 * MOST_PAIRS
    assert bars.bars[0].label.startswith("29 threads")
    assert "of 40 common setups" in bars.note


def test_the_ratio_of_two_samples_covers_the_truth() -> None:
    chance = np.random.default_rng(5)
    hits = 0
    for _ in range(150):
        e = unpaired_ratio(list(1.3 * chance.lognormal(0, 0.05, 6)), list(chance.lognormal(0, 0.05, 9)))
        hits += e.low <= 1.3 <= e.high
    assert hits >= 0.9 * 150
    assert unpaired_ratio([1.0] * 4, [2.0] * 9).low is None
    for above, below in (([], [1.0]), ([1.0], [0.0])):
        with pytest.raises(ValueError, match="ratios need"):
            unpaired_ratio(above, below)


def test_laws_are_told_with_their_best_number_or_why_there_is_none() -> None:
    def usl(n: int) -> float:
        return n / (1 + 0.05 * (n - 1) + 0.002 * n * (n - 1))

    fits = comparison({ONE: BASE, **{processes(n): times(usl(n)) for n in (1, 2, 4, 8)}})
    rows = laws_table(fits)
    assert rows[1]["best number of workers"] == "about 22, beyond what was measured (8)"
    bad = comparison({ONE: BASE, **{threads(n): times(min(n, 2)) for n in (1, 2, 4, 8)}})
    assert {row["best number of workers"] for row in laws_table(bad)} == {"–"}
    assert "predicts nothing" in laws_note(bad)
    few = comparison({ONE: BASE, threads(1): BASE, threads(2): BASE, threads(4): BASE})
    assert [row["law"] for row in laws_table(few)] == ["Amdahl's law"]
    assert "Threads: no Universal Scalability Law. 3 different numbers" in laws_note(few)
    assert "4 would be enough" in laws_note(few)


def test_many_values_of_a_parameter_are_summed_up() -> None:
    rates = {}
    for size in range(1, 11):
        parameters = (("batch", 60.0), ("size", float(size)))
        rates[Setup("sequential", 1, parameters)] = BASE
        rates[Setup("processes", 2, parameters)] = times(1.9 if size > 3 else 0.5)
    text = verdict(comparison(rates))
    assert text.startswith("Of 10 values of size: use 2 processes at 7; stay with sequential at 3.")
    assert "The greatest advantage: at size = " in text
