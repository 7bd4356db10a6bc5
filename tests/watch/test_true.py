"""What the observer saw is what the program did, as far as a busy machine lets a test say so.

Here only what holds on any machine; the exact comparison is ``python -m bench watch``.
"""

from __future__ import annotations

import sys

import pytest
from grandstand.vocabulary import states

from tests.watch.watching import known, linux, pythons

pytestmark = linux


def share(thread, state) -> float:
    return thread.states[state.number] / max(1, thread.until - thread.since - thread.unseen)


@pytest.mark.parametrize("python", pythons())
def test_every_python_shows_its_gil_and_its_threads(python: str):
    program, told = known(python, 2.5, "compute", "compute", "sleep", "lock", "lock")
    (process,) = program.everything
    assert process.gil == "read"
    assert process.python.startswith("3.")
    gil = process.main_gil
    assert gil.invalid <= gil.samples * 0.02
    threads = {thread.id: thread for thread in process.everyone}
    for mine in told:
        thread = threads[mine["id"]]
        computed, sleeping = share(thread, states.COMPUTING), share(thread, states.IO)
        if mine["kind"] == "compute":
            assert share(thread, states.GIL) > 0.15
            assert sleeping < 0.1
            assert share(thread, states.LOCK) < 0.1
            assert gil.share_of(thread.id) > 0.15
        elif mine["kind"] == "sleep":
            assert sleeping > 0.5
            assert computed < 0.1
        else:
            assert share(thread, states.LOCK) > 0.15
        assert thread.cpu_seconds <= mine["cpu"] + 0.1
    assert gil.switches_per_second > 5


def test_times_add_up():
    program, _ = known(sys.executable, 1.5, "duty", "io", "compress")
    for process in program.everything:
        for thread in process.everyone:
            assert sum(thread.states) + thread.unseen == pytest.approx(thread.until - thread.since, abs=20_000_000)
            assert all(ns >= 0 for ns in thread.states)


def test_c_code_that_gives_the_gil_away_does_not_hold_it():
    program, told = known(sys.executable, 2.0, "compress", "compress")
    (process,) = program.everything
    assert process.main_gil.share_held < 0.5
    threads = {thread.id: thread for thread in process.everyone}
    for mine in told:
        assert share(threads[mine["id"]], states.GIL) < 0.3
