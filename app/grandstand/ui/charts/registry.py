"""Which chart fills which panel: a file each, found by the panel's key, with a Chart (see chart.py) as ``CHART``.

``add`` takes what other packages bring: a panel and what makes its chart. A panel for a channel alone gets a line
chart. GUI thread. Lanes are not here: they are the dashboard's ground.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable

from grandstand.ui.charts.chart import Chart
from grandstand.ui.stage import Stage
from grandstand.ui.widgets.panel import Panel as Frame
from grandstand.vocabulary import panels
from grandstand.vocabulary.panels import Panel

Make = Callable[[Stage, Frame], Chart]
"""A subclass of Chart, or a function that makes one."""
_added: dict[str, Make] = {}


def chart(panel: Panel, stage: Stage, frame: Frame) -> Chart:
    """The chart of a panel, in its frame."""
    make = _added.get(panel.key)
    if make is not None:
        return make(stage, frame)
    if panel in panels.OWN:
        own: Make = importlib.import_module(f"grandstand.ui.charts.{panel.key}_panel").CHART
        return own(stage, frame)
    from grandstand.ui.charts.channel_panel import ChannelPanel

    return ChannelPanel(stage, frame, panel.channels[0])


def add(panel: Panel, make: Make) -> None:
    """Takes a chart from outside; dashboards that there are already take it up by ``Dashboard.take_up``.

    Raises ValueError for a key that is taken.
    """
    panels.add(panel)
    _added[panel.key] = make


def remove(key: str) -> None:
    """Takes an added chart away again; of what is not there nothing happens."""
    panels.remove(key)
    _added.pop(key, None)
