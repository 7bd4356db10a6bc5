"""What cannot be is refused with a clear text, and the choice stays as it was."""

from __future__ import annotations

import pytest

from tests.control.conftest import Desk
from tests.control.workloads_for_tests import PLACE

NAN, INF = float("nan"), float("inf")


def refusal(desk: Desk, **changes: object) -> str:
    """The text of a refusal; the choice must stay, and what runs must go on as if nothing had been asked."""
    before, revision = desk.controller.choice, desk.controller.revision
    with pytest.raises((ValueError, KeyError)) as problem:
        desk.controller.choose(**changes)
    assert desk.controller.choice == before
    assert desk.controller.revision == revision
    return str(problem.value.args[0])


@pytest.mark.parametrize("workers", [0, 65, -1, 2.5, True, NAN, INF, -INF, "4", "many", None, [4], 10**400], ids=str)
def test_a_number_of_workers_that_cannot_be(desk: Desk, workers):
    assert "Workers must be a whole number from 1 to 64" in refusal(desk, workers=workers)


@pytest.mark.parametrize("workers", [1, 64, 4.0])
def test_a_number_of_workers_that_can(desk: Desk, workers):
    desk.choose(workers=workers)
    assert desk.controller.choice.workers == workers
    assert isinstance(desk.controller.choice.workers, int)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"each": 0}, ("Each step", "from 1 to 100 ms", "0 is not")),
        ({"each": 101}, ("Each step", "from 1 to 100 ms")),
        ({"each": NAN}, ("Each step", "from 1 to 100 ms", "nan is not")),
        ({"each": INF}, ("Each step", "from 1 to 100 ms")),
        ({"each": "soon"}, ("Each step", "number", "soon")),
        ({"each": None}, ("Each step", "number")),
        ({"speed": 3}, ("Gentle work", "speed", "each", "worth")),
        ({"each": 7, "speed": 3}, ("speed",)),
        ("each=7", ("parameters",)),
        (None, ("parameters",)),
    ],
    ids=str,
)
def test_parameters_that_cannot_be(desk: Desk, parameters, words):
    text = refusal(desk, parameters=parameters)
    for word in words:
        assert word in text


def test_parameters_of_another_workload_are_checked_against_that_one(desk: Desk):
    assert "Wait has no parameter 'each'" in refusal(desk, workload="wait", parameters={"each": 5})
    assert "from 1 to 1000 ms" in refusal(desk, workload="wait", parameters={"duration_ms": 5_000})


def test_parameters_come_to_their_raster(desk: Desk):
    desk.choose(workload="primes", parameters={"size": 5_499, "batch": 64})
    assert dict(desk.controller.choice.parameters) == {"size": 5_000, "batch": 60}


def test_one_parameter_leaves_the_others_and_another_workload_begins_with_its_defaults(desk: Desk):
    desk.choose(parameters={"each": 9})
    desk.choose(parameters={"worth": 3})
    assert dict(desk.controller.choice.parameters) == {"each": 9, "worth": 3}
    desk.choose(workload="wait")
    desk.choose(workload="Gentle")
    assert dict(desk.controller.choice.parameters) == {"each": 5, "worth": 1}


@pytest.mark.parametrize(
    ("workload", "words"),
    [
        ("prime", ("There is no workload 'prime'", "primes, compress, hash, fetch, wait, mixed, lock")),
        ("", ("There is no workload ''",)),
        ("no_such_module:Thing", ("no_such_module",)),
        (PLACE + "Thing", ("Thing",)),
        (PLACE + "NotAWorkload", ("is not a workload",)),
        (":", ("':' cannot be loaded",)),
        (7, ("7",)),
        (None, ("None",)),
    ],
    ids=str,
)
def test_a_workload_that_there_is_not(desk: Desk, workload, words):
    text = refusal(desk, workload=workload)
    for word in words:
        assert word in text


@pytest.mark.parametrize("mode", ["fibres", "", 3, None], ids=str)
def test_a_mode_that_there_is_not(desk: Desk, mode):
    text = refusal(desk, mode=mode)
    assert "There is no mode" in text
    assert "sequential, threads, processes, qthreads" in text


def test_a_mode_that_cannot_run_here_says_why_and_what_would_mend_it(desk: Desk):
    text = refusal(desk, mode="qthreads")
    assert "there is no window here" in text
    assert "Open the window: grandstand" in text


@pytest.mark.parametrize("method", ["teleport", 5, None, ["fork"]], ids=str)
def test_a_start_method_that_there_is_not(desk: Desk, method):
    text = refusal(desk, options={"start_method": method})
    assert "Start method: there is no" in text
    assert "spawn" in text


@pytest.mark.parametrize("slots", ["yes", 1, None, 0.5], ids=str)
def test_frame_slots_are_on_or_off(desk: Desk, slots):
    assert "Frame slots" in refusal(desk, options={"frame_slots": slots})


def test_a_wish_for_something_that_there_is_not(desk: Desk):
    assert "color" in refusal(desk, color="red")


def test_of_several_wishes_one_bad_one_refuses_all(desk: Desk):
    refusal(desk, workers=5, mode="fibres")
    refusal(desk, workload="wait", workers=0)
    refusal(desk, parameters={"each": 8}, workers=0)


def test_what_runs_goes_on_through_a_refusal(desk: Desk):
    desk.start()
    run = desk.run
    for changes in ({"workers": 0}, {"parameters": {"each": 0}}, {"mode": "qthreads"}, {"workload": "prime"}):
        refusal(desk, **changes)
    done = run.alive[0].last.units
    desk.turn(0.5)
    assert desk.run is run
    assert run.alive[0].last.units > done
