"""Garbage is collected on the GUI thread, whoever makes it: Qt's objects must not end on another one."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from tests.ui.conftest import Seat

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Cycle:
    def __init__(self) -> None:
        self.me = self


def test_what_another_thread_makes_is_collected_here(seat: Seat):
    ended: list[int] = []
    for _ in range(20):
        weakref.finalize(Cycle(), lambda: ended.append(threading.get_ident()))
    kept: list[list[int]] = []
    thread = threading.Thread(target=lambda: kept.extend([] for _ in range(200_000)))
    thread.start()
    thread.join()
    assert ended == []
    seat.until(lambda: len(ended) == 20)
    assert set(ended) == {threading.get_ident()}


def test_afterwards_everything_is_as_it_was(seat: Seat):
    assert not gc.isenabled()
    seat.window.close()
    seat.finish()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
