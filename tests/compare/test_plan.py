"""Plans: every setup once a block, in an order of chance that can be had again; and what cannot be planned."""

from __future__ import annotations

from collections import Counter

import pytest
from grandstand.compare.leg import Setup
from grandstand.compare.plan import Plan, make_plan

MODES = ("sequential", "threads", "processes")


def test_one_by_one_has_a_single_worker_and_the_others_every_number() -> None:
    plan = make_plan("primes", MODES, (1, 2, 4))
    assert [(s.mode, s.workers) for s in plan.setups] == [
        ("sequential", 1), ("threads", 1), ("threads", 2), ("threads", 4),
        ("processes", 1), ("processes", 2), ("processes", 4),
    ]  # fmt: skip
    assert all(dict(s.parameters) == {"size": 100_000, "batch": 60} for s in plan.setups)


def test_a_swept_parameter_multiplies_the_setups_and_each_value_has_its_own_baseline() -> None:
    plan = make_plan("fetch", ("sequential", "threads"), (8,), {"page_kb": 4}, ("latency_ms", (5, 50)))
    assert len(plan.setups) == 4
    for setup in plan.setups:
        base = plan.baseline(setup)
        assert base.mode == "sequential"
        assert base.parameters == setup.parameters
        assert dict(setup.parameters)["page_kb"] == 4


def test_without_one_by_one_the_first_setup_is_the_baseline() -> None:
    plan = make_plan("primes", ("threads",), (2, 4))
    assert {plan.baseline(s) for s in plan.setups} == {plan.setups[0]}


def test_each_setup_comes_once_a_block_in_an_order_that_the_seed_gives_back() -> None:
    setups = tuple(Setup("threads", n) for n in range(1, 9))
    plan, same, other = (Plan("primes", setups, seed=seed) for seed in (7, 7, 8))
    blocks = [plan.block(i) for i in range(50)]
    assert all(sorted(b, key=str) == sorted(setups, key=str) for b in blocks)
    assert blocks == [same.block(i) for i in range(50)]
    assert blocks != [other.block(i) for i in range(50)]
    first = Counter(b[0] for b in blocks)
    assert len(first) >= 6, "the same setups always come first"


def test_the_time_that_it_will_take_is_said() -> None:
    plan = make_plan("primes", MODES, (2,), repeats=10, seconds=1.0)
    assert plan.duration == pytest.approx(10 * 3 * 1.45)
    assert make_plan("primes", MODES, (2,), budget=60.0).duration == 60


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"workload": "fly"}, "There is no workload"),
        ({"modes": ("threads", "fly")}, "fly"),
        ({"modes": ("qthreads",)}, "window"),
        ({"modes": ()}, "at least one mode"),
        ({"workers": ()}, "number of workers"),
        ({"workers": (0,)}, "from 1 to 64"),
        ({"parameters": {"nonsense": 1.0}}, "no parameter"),
        ({"sweep": ("size", (-5.0,))}, "must be from"),
        ({"sweep": ("size", ())}, "--sweep"),
        ({"repeats": 0}, "Repeats"),
        ({"repeats": 10**9}, "Repeats"),
        ({"seconds": 0.0}, "0.05 to 3600"),
        ({"budget": 2.0}, "too little"),
        ({"work": -1.0}, "from 0 to 1e+15"),
        ({"work": float("nan")}, "nan is not"),
        ({"work": float("inf")}, "inf is not"),
        ({"budget": float("nan")}, "nan s is not"),
        ({"budget": 1e12}, "30 days"),
    ],
)
def test_what_cannot_be_planned_is_said_in_words(changes: dict[str, object], words: str) -> None:
    wanted: dict[str, object] = {"workload": "primes", "modes": MODES, "workers": (2,), **changes}
    with pytest.raises((ValueError, KeyError)) as caught:
        make_plan(**wanted)  # type: ignore[arg-type]
    assert words in str(caught.value.args[0])


def test_too_little_budget_says_what_would_be_enough() -> None:
    with pytest.raises(ValueError, match="five blocks, the least for an interval, 22 s"):
        make_plan("primes", MODES, (2,), budget=2.0)
