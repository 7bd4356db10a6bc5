"""Any channel as lines over time: a series from value to value, a track in steps. GUI thread."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from grandstand.session.session import Session
from grandstand.ui.charts.line_chart import LineChart
from grandstand.ui.theme.manager import theme_manager
from grandstand.vocabulary.channels import TRACK

_MOST_LINES = 16
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
"""So that lines are told apart without their colors, too."""
_MARGIN_NS = 10_000_000_000
"""The line comes from a sample before the left edge; slow channels have one every few seconds."""


class ChannelChart(LineChart):
    """One line a column, 16 at most."""

    def __init__(self, session: Session, key: str) -> None:
        self._key = key
        self._lines: list[Any] = []
        channel = session.channels.channel(key)
        unit = f", {channel.unit}" if channel.unit else ""
        super().__init__(session, f"channel_{key}", f"{channel.title}{unit}, of {channel.of}")
        self._track = channel.kind == TRACK
        self._floor = 0.0
        self._top = 0.0
        self.set_top(1.0)

    def restyle_curves(self) -> None:
        for i, line in enumerate(self._lines):
            line.setPen(self._pen(i))

    def _pen(self, i: int) -> Any:
        manager = theme_manager()
        return pg.mkPen(manager.theme.core_color(i), width=1.8 * manager.scale, style=_DASHES[i % len(_DASHES)])

    def latest(self) -> list[float]:
        """The newest figures, without what is not known at the end; empty before the first."""
        series = self._session.channels.get(self._key)
        last = series.last() if series is not None else None
        if last is None:
            return []
        known = np.flatnonzero(np.isfinite(last)).tolist()
        return last[: known[-1] + 1].tolist() if known else []

    def advance(self, edge_ns: int) -> None:
        self.show_markers(edge_ns)
        series = self._session.channels.get(self._key)
        if series is None:
            return
        times, values = series.since(edge_ns - self._span_ns - _MARGIN_NS)
        count = int(np.searchsorted(times, edge_ns, "right"))  # a replay may have been set back
        x, values = self.seconds(times[:count], edge_ns), values[:count]
        known = np.flatnonzero(np.isfinite(values[:, :_MOST_LINES]).any(axis=0)).tolist()
        while known and len(self._lines) <= known[-1]:
            self._lines.append(self.curve())
            self._lines[-1].setPen(self._pen(len(self._lines) - 1))
        for i, line in enumerate(self._lines):
            line.setVisible(i in known)
            if i in known:
                line.setData(*(_steps(x, values[:, i]) if self._track else (x, values[:, i])))
        seen = values[x >= -self._span_ns / 1e9]
        seen = seen[np.isfinite(seen)]
        if seen.size:
            self.set_bottom(float(seen.min()), edge_ns)
            self.set_top(float(seen.max()), edge_ns)


def _steps(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each value up to the next one, the last one up to now."""
    return np.append(np.repeat(x, 2)[1:], 0.0), np.repeat(y, 2)
