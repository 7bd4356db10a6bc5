"""The rules for claims about processes, on both sides of each border, and the experiments they look at."""

import itertools
import multiprocessing
import tempfile
import threading
from dataclasses import replace

import psutil
import pytest
from grandstand.claims.base import Measured, Verdict
from grandstand.claims.check import check, claim
from grandstand.claims.groups import processes as g
from grandstand.claims.lab import Cancelled, Lab
from grandstand.compare.statistics import Estimate, proportion
from grandstand.engine.experiments.process_order import inversions, read
from grandstand.render.kinds import Ring

from tests.control.leftovers import wait_until_gone


def times(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, "×", low, high, 6, "repeats")


def share(count: int, of: int = 9) -> Estimate:
    return proportion(count, of, how="repeats")


# -- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "lost", "locked", "verdict"),
    [
        (0, 0, 0, Verdict.HOLDS),
        (0, 1, 0, Verdict.LIMITS),
        (0, 1, 1, Verdict.NOT),
        (5, 0, 0, Verdict.UNDECIDED),
        (12, 0, 0, Verdict.NOT),
    ],
)
def test_no_shared_memory(seen, lost, locked, verdict):
    figures = {
        "repeats in which the parent saw the child's change": share(seen, 12),
        "updates of a shared value that were lost, no lock": Estimate(lost / 100, "", n=8),
        "updates of a shared value that were lost, its lock": Estimate(locked / 100, "", n=8),
    }
    facts = {"methods": ["fork", "spawn"], "lost": lost, "made": 100, "lost with lock": locked}
    assert g.judge_no_shared_memory(Measured(figures, facts)).verdict is verdict


@pytest.mark.parametrize(
    ("opposite", "same", "big", "small", "of", "verdict"),
    [
        (4, 0, 4, 0, 4, Verdict.NOT),
        (1, 0, 0, 0, 4, Verdict.NOT),
        (0, 0, 1, 0, 4, Verdict.NOT),
        (0, 0, 0, 0, 4, Verdict.HOLDS),
        (0, 0, 0, 0, 3, Verdict.UNDECIDED),  # none of three: it may still be every other one
        (4, 1, 4, 0, 4, Verdict.UNDECIDED),  # what cannot deadlock seemed to
        (4, 0, 4, 1, 4, Verdict.UNDECIDED),
    ],
)
def test_no_deadlocks(opposite, same, big, small, of, verdict):
    figures = {
        "deadlocks, two locks in opposite order": share(opposite, of),
        "deadlocks, two locks in the same order": share(same, of),
        "joins stuck, 1 MB left in the queue": share(big, of),
        "joins stuck, 1 kB left in the queue": share(small, of),
    }
    assert g.judge_no_deadlocks(Measured(figures, {"drained": True})).verdict is verdict


@pytest.mark.parametrize(
    ("serial", "gain", "verdict"),
    [
        (times(1.01, 1.1), times(1.5, 1.9), Verdict.HOLDS),
        (times(1.01, 1.1), times(0.9, 1.1), Verdict.LIMITS),
        (times(1.01, 1.1), times(1.0, 1.3), Verdict.UNDECIDED),
        (times(0.5, 0.9), times(0.9, 1.1), Verdict.NOT),
        (times(0.9, 1.1), times(1.5, 1.9), Verdict.UNDECIDED),
    ],
)
def test_join_serialises(serial, gain, verdict):
    figures = {
        "wall time against the sum of run times, join in the loop": serial,
        "join in the loop against join at the end": gain,
    }
    assert g.judge_join_serialises(Measured(figures, {"processes": 4})).verdict is verdict


@pytest.mark.parametrize(
    ("tiny", "long", "verdict"),
    [
        (9, 9, Verdict.HOLDS),
        (0, 9, Verdict.LIMITS),
        (9, 0, Verdict.LIMITS),
        (0, 0, Verdict.NOT),
        (5, 9, Verdict.UNDECIDED),
        (9, 4, Verdict.UNDECIDED),
    ],
)
def test_finish_order(tiny, long, verdict):
    pairs = Estimate(40, "pairs", 30, 50, 9)
    figures = {
        "repeats out of order, tiny": share(tiny), "pairs out of order, tiny tasks": pairs,
        "repeats out of order, long": share(long), "pairs out of order, tasks of 30 ms": pairs,
    }  # fmt: skip
    judgment = g.judge_finish_order(Measured(figures, {"pairs": 300, "method": "fork"}))
    assert judgment.verdict is verdict


# -- counters ---------------------------------------------------------------------------------------------------------


def test_inversions_are_counted_exactly():
    assert inversions([1, 2, 3, 4]) == 0
    assert inversions([4, 3, 2, 1]) == 6
    assert inversions([1, 3, 2, 4]) == 1
    assert inversions([2, 2, 2]) == 0
    assert inversions(list(range(24, -1, -1))) == 300


def test_a_process_that_died_at_work_is_not_counted_as_done():
    with pytest.raises(RuntimeError, match="before its work was done"):
        read([10, 20, 15, 0], 2)


# -- experiments ------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Where temporary files go; nothing is left there after the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert not list(tmp_path.iterdir())


def test_a_deadlock_is_found_shown_and_ended(place):
    found = g.apart(Lab(), "process_locks:opposite_order", repeats=1)
    assert found["same"] == [None]
    (cores,) = found["opposite"]
    assert cores is not None
    assert cores < g.STILL_CORES
    one, other = found["ring"]
    assert (one["holds"], one["waits_for"]) == (other["waits_for"], other["holds"])
    assert (one["held_by"], other["held_by"]) == (other["name"], one["name"])
    assert "with second" in one["stack"]
    for held in (one, other):
        assert not psutil.pid_exists(int(held["name"].split()[-1]))
    assert Ring("", tuple(g.Holder(**h) for h in found["ring"])).holders


def test_a_full_queue_holds_up_the_join_and_a_small_one_does_not(place):
    found = g.apart(Lab(), "process_locks:undrained", repeats=1)
    assert found["small"] == [[False, True]]
    (stuck, ended) = found["big"][0]
    assert ended
    assert isinstance(stuck, bool)


def test_a_lock_saves_every_update(place):
    found = g.apart(Lab(), "process_locks:shared_value", repeats=1, updates=1000, updates_with_lock=1000)
    assert found["lost"]["lock"] == [0]
    assert found["made"]["lock"] == [2000]
    assert 0 <= found["lost"]["none"][0] < 2000


def test_a_childs_global_is_its_own(place):
    methods = multiprocessing.get_all_start_methods()
    found = g.apart(Lab(), "process_memory:changed_global", repeats=1, methods=methods)
    assert found == {method: [[142, 100]] for method in methods}


def test_joined_in_the_loop_no_two_overlap(place):
    found = g.apart(Lab(), "process_order:join_or_not", repeats=1, count=3, task_s=0.01)
    rows = found["rows"]["loop"][0]
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(rows))


def test_a_check_has_figures_pictures_and_the_code_that_ran(place):
    one = claim("finish-order")
    (result,) = check([replace(one, measure=lambda lab: one.measure(_Short(lab)))], lambda news: None)
    assert result.figures["pairs out of order, tiny tasks"].n == 2
    assert result.pictures
    assert "def start_all_then_join" in one.source()


class _Short:
    """A lab whose repeats are few."""

    def __init__(self, lab):
        self._lab = lab

    def __getattr__(self, name):
        return getattr(self._lab, name)

    def repeats(self, n):
        return 2


@pytest.mark.parametrize("ident", ["no-shared-memory", "no-deadlocks", "join-serialises", "finish-order"])
def test_a_cancel_in_the_middle_leaves_nothing(place, ident):
    cancelled = threading.Event()
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    seen: set[int] = set()

    def hear(news):
        seen.update({child.pid for child in psutil.Process().children(recursive=True)} - before)
        if 0 < news.progress < 1:
            cancelled.set()

    with pytest.raises(Cancelled):
        check([claim(ident)], hear, cancelled)
    assert seen
    wait_until_gone(seen, 2)
