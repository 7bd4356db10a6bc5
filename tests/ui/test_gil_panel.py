"""Who holds the GIL, in the window: shown and looked at when somebody asks for it, and not otherwise."""

from __future__ import annotations

import sys

import psutil
import pytest
from grandstand.session.gils import FIRST
from grandstand.ui.widgets.panel import EmptyState
from PySide6.QtWidgets import QLabel, QWidget

from tests.ui.conftest import Seat

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the GIL is read from outside on Linux only"),
]


def test_a_key_shows_who_holds_the_gil_and_takes_it_away_again(seat: Seat) -> None:
    panel = seat.dashboard.panels["gil"]
    assert not panel.isVisible()
    seat.press("G")
    assert panel.isVisible()
    assert panel.is_empty(), "nothing runs yet"
    seat.window.wish(workload="primes", mode="threads", workers=2)
    seat.start()
    gils = seat.controller.session.gils
    seat.until(lambda: gils.figures() and set(gils.figures()[0].shares) == {0, 1} and not panel.is_empty())
    seat.until(lambda: {FIRST, FIRST + 1} <= set(gils.store.all_since(0)[1][:, 0].tolist()))
    assert len(observers()) == 1
    assert "hand-overs/s" in texts_of(panel)
    assert "worker 1" in seat.dashboard.charts["gil"].view.accessibleDescription()
    seat.until(lambda: seat.dashboard.lanes.in_color)
    seat.until(lambda: gils.witnesses.compared == 2)
    seat.until(lambda: "from outside" in texts_of(panel) or "agree" in texts_of(panel))
    seat.press("G")
    assert not panel.isVisible()
    seat.until(lambda: not seat.dashboard.lanes.in_color)
    assert set(seat.dashboard.layout_keys) == set(seat.dashboard.panels) - {"gil"}
    seat.until(lambda: not observers())


def texts_of(panel: QWidget) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel))


def test_workers_that_share_a_thread_are_not_told_apart(seat: Seat) -> None:
    seat.press("G")
    seat.window.wish(workload="wait", mode="asyncio", workers=2)
    seat.start()
    panel = seat.dashboard.panels["gil"]
    seat.until(lambda: len(seat.run.present) == 2)
    seat.until(lambda: panel.is_empty() and "share a thread" in words_shown(panel))
    assert not seat.controller.session.gils.bands


def words_shown(panel: QWidget) -> str:
    return " ".join(widget.accessibleName() for widget in panel.findChildren(EmptyState))


def observers() -> list[int]:
    return [child.pid for child in psutil.Process().children() if "observe.outside" in " ".join(words_of(child))]


def words_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has ended
        return []


def test_shown_again_its_figures_begin_anew(seat: Seat) -> None:
    """Another observer counts from zero: once it was said that a worker had waited for -70 % of the time."""
    seat.press("G")
    seat.window.wish(workload="mixed", mode="threads", workers=2)
    seat.start()
    gils = seat.controller.session.gils
    seat.until(lambda: gils.figures() and gils.witnesses.compared == 2)
    seat.press("G")
    seat.until(lambda: not observers())
    seat.press("G")
    told: list[float] = []

    def again() -> bool:
        for one in gils.figures():
            told.extend((*one.shares.values(), one.free, one.others, one.unseen, one.hand_overs))
        for one in gils.witnesses.differences():
            told.extend((one.inside, one.outside))
        return bool(gils.figures()) and gils.witnesses.compared == 2 and gils.figures()[0].seconds > 1

    seat.until(lambda: not gils.figures())
    seat.until(again)
    assert told
    assert min(told) >= 0


def test_that_it_was_asked_for_is_remembered(seat: Seat) -> None:
    seat.press("G")
    assert seat.running.settings.text("gil/watched", "no") == "yes"
    assert seat.sidebar.gil.isChecked()


def test_alone_it_fills_the_screen(seat: Seat) -> None:
    seat.dashboard.arrange(("gil",))
    seat.wait(0.05)
    assert seat.dashboard.panels["gil"].height() > 0.9 * seat.dashboard.height()
    assert not seat.dashboard.panels["lanes"].isVisible()
