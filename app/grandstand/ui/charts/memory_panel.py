"""The memory of worker processes, in its panel. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from grandstand import modes
from grandstand.session import words
from grandstand.ui.charts.chart import Chart


class MemoryPanel(Chart):
    """All of them together; where workers have no process of their own, that is said."""

    def make(self) -> QWidget:
        from grandstand.ui.charts.machine_charts import MemoryChart

        return MemoryChart(self.stage.session)

    def tell(self, t_ns: int) -> None:
        chart, frame, run = self.widget, self.frame, self.run
        self.advance(t_ns)
        inside = modes.described(self.mode).in_window
        memory = chart.figures() if chart is not None and not inside else None
        frame.set_value(words.megabytes(memory[0]) if memory and run is not None and run.alive else "")
        if memory:
            kind = self.stage.session.memory_kind
            many = "1 process" if memory[1] == 1 else f"{memory[1]} processes"
            whose = "its own alone" if memory[1] == 1 else "their own alone"
            whose = f"{whose} ({kind})" if kind == "USS" else "shared included (RSS)"
            frame.set_subtitle(f"MB, {many}, {whose}", f"MB, {kind}")
        if run is None:
            frame.set_empty("No worker processes yet", "Measured once a second while they run.")
        elif inside:
            frame.set_empty("In this window's own memory", "Its workers share this window's process.")
        elif memory is None:
            frame.set_empty("Not measured yet", "Once a second while workers run.")
        else:
            frame.set_empty(None)


CHART = MemoryPanel
