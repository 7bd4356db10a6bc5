"""The legend: all states that were seen, in whatever room there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from grandstand.ui.charts.legend import Legend
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import Panel
from grandstand.vocabulary.states import STATES
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot


@pytest.fixture
def presenting() -> Iterator[None]:
    before = theme_manager().scale
    theme_manager().set_scale(1.5)
    yield
    theme_manager().set_scale(before)


def swatches(legend: Legend) -> set[str]:
    """The colors in its picture."""
    image: QImage = legend.grab().toImage()
    line = image.height() // 2
    return {image.pixelColor(x, line).name() for x in range(image.width())}


@pytest.mark.parametrize("room", [976, 1_200, 1_900])
def test_all_states_fit_into_a_panel_of_a_small_projector(qtbot: QtBot, presenting: None, room: int) -> None:
    """Once it made the window a hundred pixels wider than the screen when a seventh state occurred."""
    panel, legend = Panel("Threads"), Legend()
    qtbot.addWidget(panel)
    panel.add_corner(legend)
    panel.set_value("4 threads")
    legend.set_seen({state.key for state in STATES if state.key in ("lock", "waiting")})
    panel.resize(room, 300)
    panel.show()
    assert panel.width() == room
    colors = swatches(legend)
    for key in ("computing", "gil", "lock", "core", "io", "waiting", "idle"):
        assert theme_manager().theme.states[key].lower() in colors, key
