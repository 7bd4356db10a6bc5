"""How far each worker has come, in its panel. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from grandstand.session.run import WorkerRecord
from grandstand.ui.charts.chart import Chart
from grandstand.ui.charts.workers_view import WorkerBar, WorkersView


class WorkersPanel(Chart):
    """A bar for each."""

    early = True

    def make(self) -> QWidget:
        return WorkersView()

    def tell(self, t_ns: int) -> None:
        frame, run = self.frame, self.run
        if run is None:
            frame.set_empty("No workers yet", "One bar per worker shows how much it has done.")
        else:
            frame.set_empty(None)
        self.widget.set_bars([_bar(r) for r in run.present] if run else [], self.unit, self.mode)
        frame.set_subtitle(f"{self.unit} done by each")


def _bar(record: WorkerRecord) -> WorkerBar:
    units = record.last.units if record.last else 0.0
    return WorkerBar(record.lane, units, record.steps, bool(record.trouble))


CHART = WorkersPanel
