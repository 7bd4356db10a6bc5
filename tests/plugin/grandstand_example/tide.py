"""A channel of its own, and the chart that shows it: a tide that rises and falls once a minute."""

import math
import time
from typing import Any

from grandstand.engine.clocks import now_ns
from grandstand.engine.samples import Sample
from grandstand.observe.sources.source import Source
from grandstand.vocabulary.channels import MACHINE, SERIES, Channel
from grandstand.vocabulary.panels import Panel

TIDE = Channel("tide", "Tide", "m", MACHINE, SERIES, "the sine of the time, an example", ("level",))


class Look:
    def __call__(self, pids: frozenset[int]) -> list[Sample]:
        return [Sample(now_ns(), TIDE.key, (2.0 + math.sin(time.time() / 60 * 2 * math.pi),))]


SOURCE = Source("tide", "The tide", (TIDE,), 0.2, Look)


def chart() -> tuple[Panel, Any]:
    from grandstand.ui.charts.channel_panel import ChannelPanel

    panel = Panel("tide_table", "Tide table", "Tide", 70, channels=(TIDE.key,))
    return panel, lambda stage, frame: ChannelPanel(stage, frame, TIDE.key)
