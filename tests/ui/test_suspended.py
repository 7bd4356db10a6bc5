"""Suspended time on the charts: striped in the lanes, shaded under the lines, none of the window's own gaps."""

from __future__ import annotations

import numpy as np
import pytest
from grandstand.engine import messages as m
from grandstand.session.lanes import Raster
from grandstand.session.session import Session
from grandstand.ui.charts.lane_image import LaneGeometry, LaneImage
from grandstand.ui.charts.legend import Legend
from grandstand.ui.charts.machine_charts import HeartbeatChart, MemoryChart
from grandstand.ui.theme.tokens import load_theme
from grandstand.vocabulary.states import SUSPENDED
from PySide6.QtGui import QColor

MS, S = 1_000_000, 1_000_000_000
T = 100 * S


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_stop_is_striped_and_work_is_not(qapp: object, name: str) -> None:
    theme = load_theme(name)
    raster = Raster(1, 80, MS)
    columns = raster.add(
        np.array([0, 0]), np.array([[m.SUSPENDED, 0, 40 * MS], [m.COMPUTING, 40 * MS, 80 * MS]], np.int64)
    )
    image = LaneImage(LaneGeometry((0,), 40, 40), 80, theme)
    image.paint(raster, columns)
    stopped = [QColor(image.image.pixel(x, y)).name() for x in range(40) for y in range(40)]
    ground = theme.states["idle"]
    assert set(stopped) == {theme.states[SUSPENDED.key], ground}
    assert 0.4 < stopped.count(ground) / len(stopped) < 0.6
    assert {QColor(image.image.pixel(x, y)).name() for x in range(40, 80) for y in range(40)} == {
        theme.states["computing"]
    }


@pytest.mark.parametrize("shares", [{m.COMPUTING: 3, m.GIL: 1}, {m.IO: 2, m.IDLE: 2}, {m.WAITING: 1, m.SUSPENDED: 3}])
def test_a_column_is_a_stack_of_what_it_held(qapp: object, shares: dict[int, int]) -> None:
    raster = Raster(1, 4, 40 * MS)
    at, slices = 0, []
    for state, tenths in shares.items():
        slices.append((state, at, at + tenths * 10 * MS))
        at += tenths * 10 * MS
    columns = raster.add(np.zeros(len(slices), np.int64), np.array(slices, np.int64))
    theme = load_theme("dark")
    image = LaneImage(LaneGeometry((0,), 40, 40), 4, theme)
    image.paint(raster, columns)
    from grandstand.vocabulary.states import KEYS

    column = [QColor(image.image.pixel(0, y)).name() for y in range(40)]
    for state, tenths in shares.items():
        if state not in (m.IDLE, m.SUSPENDED):
            assert column.count(theme.states[KEYS[state]]) == tenths * 10


def test_lines_have_a_band_where_nothing_was_measured(qtbot: object) -> None:
    session = Session(2)
    chart = MemoryChart(session)
    qtbot.addWidget(chart)  # type: ignore[attr-defined]
    chart.advance(T)
    assert not chart._bands
    session.suspensions.add(T - 5 * S, T - 3 * S)
    chart.advance(T)
    (band,) = chart._bands
    assert band.isVisible()
    assert band.getRegion() == pytest.approx((-5, -3))
    chart.advance(T + 60 * S)
    assert not band.isVisible()


def test_the_heartbeat_leaves_out_what_was_no_gap_of_the_window(qtbot: object) -> None:
    session = Session(2)
    chart = HeartbeatChart(session)
    qtbot.addWidget(chart)  # type: ignore[attr-defined]
    for i in range(60):
        session.beat(T + i * 33 * MS, 33.0)
    session.beat(T + 2_500 * MS, 520.0)
    session.beat(T + 4_600 * MS, 2_100.0)
    session.suspensions.add(T + 2_550 * MS, T + 4_590 * MS)
    median, longest = chart.recent(T + 4_700 * MS)
    assert (median, longest) == (33.0, 520.0)
    chart.advance(T + 4_700 * MS)
    assert chart._top == 600.0


def test_the_legend_names_it_once_it_was_seen(qtbot: object) -> None:
    legend = Legend()
    qtbot.addWidget(legend)  # type: ignore[attr-defined]
    before = legend.sizeHint().width()
    legend.set_seen({SUSPENDED.key})
    assert legend.sizeHint().width() > before
    legend.resize(legend.sizeHint())
    assert not legend.grab().isNull()
