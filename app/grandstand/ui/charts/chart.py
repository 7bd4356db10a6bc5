"""The contract of a chart: what fills a panel, and what the panel's heading says. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from grandstand.session.run import Run
from grandstand.ui.stage import Stage
from grandstand.ui.widgets.panel import Panel

_SHORTEST_NS = 1_000_000_000
"""A line chart of less than a second has nothing to show."""


class Chart:
    """One chart of one dashboard. Subclasses make the ``widget`` and ``tell`` what the heading says.

    ``early``: its widget is made with the window; others, those that need pyqtgraph, once the window has been painted.
    ``paced``: it is drawn by ``advance`` every third frame; others a few times a second, when they tell.
    """

    early = False
    paced = False

    def __init__(self, stage: Stage, frame: Panel) -> None:
        self.stage = stage
        self.frame = frame
        self.widget: Any = None
        self.told: Callable[[], None] = lambda: None
        """Called after each ``tell``."""
        if self.early:
            self.build()

    def build(self) -> None:
        """Makes the widget, once."""
        if self.widget is None:
            self.widget = self.make()
            self.frame.body.addWidget(self.widget)

    def make(self) -> QWidget:
        """The widget."""
        raise NotImplementedError

    def tell(self, t_ns: int) -> None:
        """Heading, figures, empty state as they are at ``t_ns``. There may be no widget yet."""

    def advance(self, t_ns: int) -> None:
        """One frame of a chart over time."""
        if hasattr(self.widget, "advance"):
            self.widget.advance(t_ns)

    def jumped(self, t_ns: int) -> None:
        """A replay has gone to another place: what was drawn as time went by is drawn anew."""

    def set_window(self, window_ns: tuple[int, int] | None) -> None:
        """The stretch that the microscope shows."""

    def room(self) -> int:
        """Of a wide panel: how high it is at least beside others, in px at scale 1."""
        return 120

    def set_span(self, span_ns: float) -> None:
        """Shows so much time."""
        if hasattr(self.widget, "set_span"):
            self.widget.set_span(max(_SHORTEST_NS, span_ns))

    # -- what most of them ask --------------------------------------------------------------------------------

    @property
    def run(self) -> Run | None:
        return self.stage.session.current

    @property
    def mode(self) -> str:
        return self.run.setting.mode if self.run else self.stage.choice.mode

    @property
    def unit(self) -> str:
        run = self.run
        return (run.setting if run else self.stage.choice.setting()).about.unit
