"""The table of moves: each legal one, each illegal one, and what the refusal says."""

from __future__ import annotations

import itertools

import pytest
from grandstand.session.run_state import IllegalMove, RunState, move

LEGAL = {
    ("idle", "starting"),
    ("starting", "running"),
    ("starting", "stopping"),
    ("starting", "cancelled"),
    ("starting", "failed"),
    ("running", "stopping"),
    ("running", "finished"),
    ("running", "failed"),
    ("stopping", "finished"),
    ("stopping", "cancelled"),
    ("stopping", "failed"),
}
NAMES = ("idle", "starting", "running", "stopping", "finished", "cancelled", "failed")


def test_these_are_all_the_states():
    assert tuple(state.value for state in RunState) == NAMES


@pytest.mark.parametrize(("now", "then"), list(itertools.product(NAMES, NAMES)), ids=str)
def test_each_move_is_legal_or_raises(now, then):
    if (now, then) in LEGAL:
        assert move(RunState(now), RunState(then)) is RunState(then)
        return
    with pytest.raises(IllegalMove) as refusal:
        move(RunState(now), RunState(then))
    text = str(refusal.value)
    assert f"is {now} cannot become {then}" in text
    for allowed in (b for a, b in LEGAL if a == now):
        assert allowed in text


def test_what_has_ended_stays_so():
    assert {state.value for state in RunState if state.ended} == {"finished", "cancelled", "failed"}
    with pytest.raises(IllegalMove, match="it can become nothing"):
        move(RunState.FINISHED, RunState.RUNNING)
