"""The window's heartbeat, in its panel. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from grandstand.ui.charts.chart import Chart


class HeartbeatPanel(Chart):
    """The usual gap between two frames, and the worst of late."""

    paced = True

    def make(self) -> QWidget:
        from grandstand.ui.charts.machine_charts import HeartbeatChart

        return HeartbeatChart(self.stage.session)

    def tell(self, t_ns: int) -> None:
        frame = self.frame
        if not self.stage.where.window:
            frame.set_empty("No window was open", "This was run in the terminal.")
        beat = self.widget.recent(t_ns) if self.widget is not None else None
        frame.set_value(f"{beat[0]:.0f} ms" if beat else "")
        frame.set_subtitle(
            f"ms between frames · worst {beat[1]:.0f} in 3 s" if beat else "",
            f"worst {beat[1]:.0f} in 3 s" if beat else "",
        )


CHART = HeartbeatPanel
