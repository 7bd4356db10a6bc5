"""The scoreboard, in its panel. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from grandstand import modes
from grandstand.session.sentence import STARVED
from grandstand.ui.charts.chart import Chart
from grandstand.ui.charts.scoreboard_view import ScoreboardView


class ScoreboardPanel(Chart):
    """Each way of doing this work against the baseline."""

    early = True

    def make(self) -> QWidget:
        return ScoreboardView()

    def tell(self, t_ns: int) -> None:
        run, frame = self.run, self.frame
        board = self.stage.session.scoreboard
        work = run.setting.work if run is not None else self.stage.choice.setting().work
        rows = board.rows(work)
        self.widget.set_rows(rows, self.unit)
        base, name = board.baseline(work), modes.baseline().title.lower()
        if base is not None and base.starved > STARVED:
            frame.set_subtitle(f"{name} was short of a core: measure it again", f"measure {name} again")
        elif base is not None:
            of = f"against {name}, each on its own Python" if board.apart(work) else f"against {name}"
            frame.set_subtitle(f"{of} · range of ½ s", f"against {name}")
        else:
            frame.set_subtitle(f"{name} not measured yet", "no baseline yet")
        if rows:
            frame.set_empty(None)
        else:
            frame.set_empty("No result yet", "A mode appears here after running for a second.")
        self.told()


CHART = ScoreboardPanel
