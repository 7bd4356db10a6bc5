"""The throughput, in its panel. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from grandstand.session import words
from grandstand.ui.charts.chart import Chart


class ThroughputPanel(Chart):
    """Work done per second, now; of a run that has ended over all of it."""

    paced = True

    def make(self) -> QWidget:
        from grandstand.ui.charts.throughput_chart import ThroughputChart

        return ThroughputChart(self.stage.session)

    def tell(self, t_ns: int) -> None:
        frame, unit = self.frame, self.unit
        if self.run is None:
            frame.set_empty("Nothing has run yet", "The work done per second appears here.")
        else:
            frame.set_empty(None)
        frame.set_subtitle(f"{unit} in total, and each worker's", unit)
        rate = self._rate_now(t_ns, unit)
        frame.set_value(rate, rate.replace(f" {unit}/s", " /s"))
        if self.widget is not None:
            self.widget.set_mode(self.mode)

    def _rate_now(self, t_ns: int, unit: str) -> str:
        session, run = self.stage.session, self.run
        if run is None:
            return ""
        if run.state.ended:
            return words.rate(session.summary(run).per_second, unit)
        until = min(t_ns, session.known_until(t_ns))
        _, rates = session.rates.between(until - 1_100_000_000, until)
        return words.rate(float(rates.sum(axis=1).mean()), unit) if len(rates) else ""


CHART = ThroughputPanel
