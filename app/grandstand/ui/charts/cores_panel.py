"""The cores, in their panel. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from grandstand.ui.charts.chart import Chart


class CoresPanel(Chart):
    """How busy they are, and what of it is ours; under a quota, of how much."""

    paced = True

    def make(self) -> QWidget:
        from grandstand.ui.charts.machine_charts import CoresChart

        return CoresChart(self.stage.session)

    def tell(self, t_ns: int) -> None:
        figures = self.widget.figures() if self.widget is not None else None
        if figures is not None:
            busy, ours, count = figures
            self.frame.set_value(f"{busy:.0f} of {100 * count} %", f"{busy:.0f} %")
            quota = self.stage.session.quota
            had = f"{ours:.0f} %" if quota is None else f"{ours:.0f} of {100 * quota:.0f} % (quota)"
            self.frame.set_subtitle(f"% busy, each · shaded: ours, {had}", f"ours {had}")


CHART = CoresPanel
