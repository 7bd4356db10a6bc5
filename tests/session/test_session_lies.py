"""Figures that cannot be true are left out, and the worker that sent them is named."""

from __future__ import annotations

import pytest
from grandstand.engine import messages as m
from grandstand.session.run import Account, plausible

from tests.session.made import MS, STATES, T0, S, Stage, hello, progress, slices

NAN = float("nan")
HONEST = progress(1, T0 + 2 * S, 200)


def states_with(index: int, value: object) -> tuple[object, ...]:
    return tuple(value if i == index else 0 for i in range(STATES))


LIES = {
    "units are no number": {"units": NAN},
    "units are endless": {"units": float("inf")},
    "units are beyond any number": {"units": 10**400},
    "units are negative": {"units": -1},
    "units are text": {"units": "200"},
    "units are nothing": {"units": None},
    "units shrink": {"units": 99},
    "the time is not a number": {"t_ns": NAN},
    "the time is text": {"t_ns": "now"},
    "the time goes back": {"t_ns": T0 + S - 1},
    "the time is before hello": {"t_ns": T0 - 1},
    "the time is in the future": {"t_ns": T0 + 3 * S + 51 * MS},
    "cpu is not a number": {"cpu_ns": NAN},
    "cpu is negative": {"cpu_ns": -1},
    "cpu shrinks": {"cpu_ns": S // 2 - 1},
    "steps are no number": {"steps": NAN},
    "steps are nothing": {"steps": None},
    "printed is not a number": {"printed": NAN},
    "a state is not a number": {"states_ns": states_with(m.IO, NAN)},
    "a state is negative": {"states_ns": states_with(m.IO, -1)},
    "a state shrinks": {"states_ns": (S // 2 - 1, S, 0, 0, 0, 0, 0, 0)},
    "too few states": {"states_ns": HONEST.states_ns[:-1]},
    "too many states": {"states_ns": (*HONEST.states_ns, 0)},
    "no states": {"states_ns": ()},
    "states that are none": {"states_ns": None},
    "states of more time than there was": {"states_ns": (2 * S, 51 * MS, 0, 0, 0, 0, 0, 0)},
    "an open state that there is not": {"open_state": STATES},
    "an open state below the first": {"open_state": -1},
    "torn slices": {"slices": slices((0, 0, 900))[:-3]},
    "slices of the future": {"slices": slices((0, 0, 2_001))},
    "slices that overlap": {"slices": slices((0, 1_100, 1_400), (1, 1_300, 1_500))},
    "slices in a state that there is not": {"slices": slices((99, 1_100, 1_400))},
}


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_lie_is_left_out_and_named(lie):
    stage = Stage(workers=2)
    stage.all_hello()
    stage.say(progress(1, T0 + S, 100), progress(2, T0 + S, 50))
    before = stage.record(1).last
    stage.say(HONEST._replace(**LIES[lie]), now=T0 + 3 * S)
    liar = stage.record(1)
    assert liar.last == before
    assert "cannot be true" in liar.trouble
    assert (liar.lies, stage.session.rejected) == (1, 1)
    assert stage.record(2).trouble == ""

    stage.say(progress(1, T0 + 3 * S, 300), progress(2, T0 + 3 * S, 150))  # the truth afterwards counts again
    assert liar.last.units == 300
    _, rates = stage.session.rates.between(T0, T0 + 3 * S)
    assert (rates.sum(axis=0) / 10)[:2].tolist() == pytest.approx([300, 150])


def test_the_truth_is_believed():
    stage = Stage(workers=1)
    stage.all_hello()
    stage.say(
        progress(1, T0 + S, 0),
        progress(1, T0 + S, 0),  # the same again
        progress(1, T0 + 2 * S, 0.5, slices=slices((m.COMPUTING, 1_000, 1_400), (m.IO, 1_400, 2_000))),
        progress(1, T0 + 3 * S, 1_000_000, states_ns=(2 * S, S + 40 * MS, *(0,) * (m.STATE_COUNT - 2)), cpu_ns=4 * S),
    )
    assert (stage.session.rejected, stage.record(1).trouble) == (0, "")
    assert stage.record(1).last.units == 1_000_000


def test_clocks_may_differ_by_a_hair():
    message = progress(1, T0 + S, 10)
    assert plausible(message, None, T0, T0 + S - 50 * MS)
    assert not plausible(message, None, T0, T0 + S - 51 * MS)
    assert plausible(message, Account.of(message), T0, T0 + S)


def test_a_liar_does_not_stop_the_measurement_of_the_others():
    stage = Stage(workers=2)
    stage.all_hello()
    for t in range(1, 6):
        stage.say(progress(1, T0 + t * S, 0)._replace(units=NAN), progress(2, T0 + t * S, 100 * t))
    summary = stage.session.summary(stage.run)
    assert summary.per_second == pytest.approx(100)
    assert stage.record(1).lies == 5


def test_a_hello_from_nowhere_brings_no_lane():
    stage = Stage(workers=1)
    for lane in (-1, 64, 10**9):
        stage.say(hello(3, lane=lane))
    assert stage.run.workers == {}
