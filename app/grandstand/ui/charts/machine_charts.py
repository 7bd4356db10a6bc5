"""Cores, heartbeat and memory: what the run does to the machine and to this window. GUI thread."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from grandstand.session.session import Session
from grandstand.session.suspensions import LONG_GAP_MS
from grandstand.ui.charts.line_chart import LineChart
from grandstand.ui.theme.manager import theme_manager

_MOST_CORE_LINES = 16
_MOST_MEMORY_LINES = 16


class CoresChart(LineChart):
    """Each core as a line; the filled area is our share of all cores together, the rest is the system's."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "cores", "Cores: percent busy, each core, and our share of the total")
        self._count = session.cores_count
        self._floor = 100.0
        self._ours = self.curve()
        self._ours.setFillLevel(0.0)
        self._lines = [self.curve() for _ in range(min(self._count, _MOST_CORE_LINES))]
        self.set_top(100.0)
        self.restyle_curves()

    def restyle_curves(self) -> None:
        theme = theme_manager().theme
        if not hasattr(self, "_lines"):
            return
        shade = QColor(theme.accent.primary)
        shade.setAlpha(56)
        self._ours.setBrush(shade)
        self._ours.setPen(None)
        for i, line in enumerate(self._lines):
            line.setPen(self.pen(theme.core_color(i), 1.8))

    def advance(self, edge_ns: int) -> None:
        times, values = self._session.cores.since(edge_ns - self._span_ns - 300_000_000)
        x = self.seconds(times, edge_ns)
        if len(x):
            self._ours.setData(x, np.minimum(values[:, self._count] / self._count, 100.0))
        for i, line in enumerate(self._lines):
            line.setData(x, values[:, i])
        self.show_markers(edge_ns)

    def figures(self) -> tuple[float, float, int] | None:
        """Busy percent over all cores, ours of it, and the number of cores; None before the first sample."""
        last = self._session.cores.last()
        if last is None:
            return None
        return float(last[: self._count].sum()), float(last[self._count]), self._count


class HeartbeatChart(LineChart):
    """Milliseconds between two frames of this window: the victim's own testimony."""

    ASKED_MS = 33.3

    def __init__(self, session: Session) -> None:
        super().__init__(session, "heartbeat", "Window heartbeat: milliseconds between two frames")
        self._floor = 100.0
        self._line = self.curve()
        self._wanted = pg.InfiniteLine(self.ASKED_MS, angle=0)
        self.addItem(self._wanted, ignoreBounds=True)
        self.set_top(100.0)
        self.restyle_curves()

    def restyle_curves(self) -> None:
        theme = theme_manager().theme
        if hasattr(self, "_wanted"):
            self._line.setPen(self.pen(theme.chart.heartbeat, 1.8))
            self._wanted.setPen(pg.mkPen(theme.chart.grid, width=1))

    def _ticks(self) -> tuple[float, ...]:
        near = self._top <= 200
        return (0.0, 33.0, self._top) if near else (0.0, self._top / 2, self._top)

    def advance(self, edge_ns: int) -> None:
        times, values = self._session.heartbeat.since(edge_ns - self._span_ns - 100_000_000)
        if len(times):
            gaps = self._own(times, values)
            self._line.setData(self.seconds(times, edge_ns), gaps)
            if np.isfinite(gaps).any():
                self.set_top(float(np.nanmax(gaps)), edge_ns)
        self.show_markers(edge_ns)

    def recent(self, edge_ns: int) -> tuple[float, float] | None:
        """Median and largest gap of the last three seconds."""
        times, values = self._session.heartbeat.since(edge_ns - 3_000_000_000)
        gaps = self._own(times, values)
        gaps = gaps[np.isfinite(gaps)]
        if len(gaps) < 3:
            return None
        return float(np.median(gaps)), float(gaps.max())

    def _own(self, times: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Gaps in ms, NaN for those in which the window was suspended: they are none of its own."""
        gaps = values[:, 0]
        suspensions = self._session.suspensions
        if not suspensions.spans:
            return gaps
        long = [i for i in np.flatnonzero(gaps >= LONG_GAP_MS) if suspensions.cover_gap(int(times[i]), gaps[i])]
        if long:
            gaps = gaps.copy()
            gaps[long] = np.nan
        return gaps


class MemoryChart(LineChart):
    """Memory of the worker processes: bold the sum, thin each one. Workers that share a process count once."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "memory", "Memory of the worker processes")
        self._floor = 10.0
        self._lines = [self.curve() for _ in range(_MOST_MEMORY_LINES)]
        self._total = self.curve()
        self.set_top(10.0)
        self.restyle_curves()

    def restyle_curves(self) -> None:
        theme = theme_manager().theme
        if not hasattr(self, "_total"):
            return
        for line in self._lines:
            line.setPen(self.pen(theme.chart.memory, 1.0, 120))
        self._total.setPen(self.pen(theme.chart.memory, 2.2))

    def advance(self, edge_ns: int) -> None:
        times, values = self._session.memory.since(edge_ns - self._span_ns - 1_200_000_000)
        x = self.seconds(times, edge_ns)
        size = values / 1e6
        total = np.nansum(size, axis=1) if len(size) else np.empty(0)
        total[total == 0] = np.nan
        self._total.setData(x, total)
        shown = [i for i in range(len(self._lines)) if len(size) and np.isfinite(size[:, i]).sum() > 1]
        several = len(shown) > 1
        for i, line in enumerate(self._lines):
            if several and i in shown:
                line.setData(x, size[:, i])
                line.setVisible(True)
            elif line.isVisible():
                line.setVisible(False)
        if np.isfinite(total).any():
            self.set_top(float(np.nanmax(total)), edge_ns)
        self.show_markers(edge_ns)

    def figures(self) -> tuple[float, int] | None:
        """Bytes of all worker processes together and how many there are."""
        last = self._session.memory.last()
        if last is None or not np.isfinite(last).any():
            return None
        return float(np.nansum(last)), int(np.isfinite(last).sum())
