"""Throughput: units a second, in total and for each worker, in tenths of a second. GUI thread."""

from __future__ import annotations

import numpy as np

from grandstand.session.session import Session
from grandstand.ui.charts.line_chart import LineChart
from grandstand.ui.theme.manager import theme_manager

_SMOOTH = 5
_MOST_SINGLE = 16


class ThroughputChart(LineChart):
    """The bold line is the total over half a second; thin lines are single workers. ``mode`` gives their color."""

    def __init__(self, session: Session) -> None:
        self._mode = ""
        self._work = ""
        super().__init__(session, "throughput", "Throughput: units per second, total and per worker")
        self._single = [self.curve() for _ in range(_MOST_SINGLE)]
        self._total = self.curve()
        self.restyle_curves()

    def set_mode(self, mode: str) -> None:
        if mode != self._mode:
            self._mode = mode
            self.restyle_curves()

    def restyle_curves(self) -> None:
        theme = theme_manager().theme
        for curve in getattr(self, "_single", []):
            curve.setPen(self.pen(theme.tone(self._mode), 1.0, 190))
        if hasattr(self, "_total"):
            self._total.setPen(self.pen(theme.chart.total, 2.2))

    def advance(self, edge_ns: int) -> None:
        until = min(edge_ns, self._session.known_until(edge_ns))
        run = self._session.current
        lanes = run.setting.workers if run is not None else 0
        margin = _SMOOTH * self._session.rates.bin_ns
        times, rates = self._session.rates.between(edge_ns - self._span_ns - margin, until)
        total = rates.sum(axis=1)
        if len(total) >= _SMOOTH:
            # A trailing mean over half a second: steps of the switch interval would otherwise look like noise.
            sums = np.cumsum(np.insert(total, 0, 0.0))
            total = (sums[_SMOOTH:] - sums[:-_SMOOTH]) / _SMOOTH
            singles = np.cumsum(np.insert(rates, 0, 0.0, axis=0), axis=0)
            rates = (singles[_SMOOTH:] - singles[:-_SMOOTH]) / _SMOOTH
            times = times[_SMOOTH - 1 :]
        x = self.seconds(times, edge_ns)
        self._total.setData(x, total)
        shown = min(lanes, _MOST_SINGLE) if lanes > 1 else 0
        # A lane's worker before the last change was another one: its line begins with the run.
        own = times >= run.started_ns if run is not None else times < 0
        for i, curve in enumerate(self._single):
            if i < shown:
                curve.setData(x[own], rates[own, i])
                curve.setVisible(True)
            elif curve.isVisible():
                curve.setVisible(False)
        work = run.setting.workload if run is not None else ""
        if work != self._work:  # another unit, another scale
            self._work, self._top = work, 0.0
        if len(total):
            self.set_top(float(total.max()), edge_ns)
        self.show_markers(edge_ns)
