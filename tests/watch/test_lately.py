"""Figures of the last two seconds."""

from __future__ import annotations

import pytest
from grandstand.engine import observed as o
from grandstand.watch.lately import Lately

from tests.watch.made import T0, S, gil, program, row, rows, seen


def test_it_is_what_happened_since_two_seconds_ago() -> None:
    watched, lately = program(seen(10)), Lately()
    for second in range(6):
        computing = min(second, 3) / max(second, 1)  # it computes for three seconds, then it waits
        watched.apply(
            [
                o.ThreadsSeen(
                    10, T0 + second * S, rows(row(10, float(second), computing=computing, io=1 - computing)), b""
                ),
                gil(10, float(second), {10: computing}, switches=100 * second),
            ]
            if second
            else []
        )
        lately.look(watched)
        if second == 3:
            activity = lately.thread(10, 10)
            assert activity is not None
            assert activity.computing == pytest.approx(1.0)
            assert lately.held(10, 0) == pytest.approx(1.0)
    activity = lately.thread(10, 10)
    assert activity is not None
    assert activity.computing == pytest.approx(0.0, abs=0.01)
    assert activity.held == pytest.approx(0.0, abs=0.01)
    assert lately.hand_overs(10) == pytest.approx(100)
    assert lately.held(10, 0) == pytest.approx(0.0, abs=0.01)
    assert lately.held(10, 1) is None


def test_of_what_was_seen_once_or_is_gone_nothing_is_said() -> None:
    watched, lately = program(seen(10)), Lately()
    assert lately.thread(10, 10) is None
    watched.apply([o.ThreadsSeen(10, T0 + S, rows(row(10, 1.0, computing=1.0)), b"")])
    lately.look(watched)
    assert lately.thread(10, 10) is None
    assert lately.cores(10) is None
    assert lately.hand_overs(10) == 0
    watched.apply([o.ThreadsSeen(10, T0 + 2 * S, rows(row(10, 2.0, computing=1.0)), b"")])
    lately.look(watched)
    assert lately.thread(10, 10) is not None
    watched.apply([o.ThreadGone(10, 10, T0 + 2 * S)])
    lately.look(watched)
    assert lately.thread(10, 10) is None


def test_a_process_is_told_by_its_own_clock_so_threads_that_nobody_saw_count() -> None:
    """Once 40 threads of 20 ms each, over and over, were told as 0.09 cores."""
    watched, lately = program(seen(10)), Lately()
    for i in range(9):
        lately.hear([o.ProcessUsed(10, T0 + i * S // 2, i * S // 4 if i < 5 else S + (i - 4) * S), "anything else"])
    assert lately.cores(10) == pytest.approx(2.0)
    watched.apply([o.ProcessGone(10, T0 + 5 * S, 0)])
    lately.look(watched)
    assert lately.cores(10) is None
