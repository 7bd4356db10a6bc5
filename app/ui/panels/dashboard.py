"""All charts in their panels, and what each says in figures. Reads the session; GUI thread."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app import modes
from app.control import catalogue
from app.control.controller import Controller
from app.engine import messages as m
from app.engine.clocks import now_ns
from app.model import words
from app.model.run import Run, WorkerRecord
from app.modes.base import flush_ns
from app.ui.charts.lanes_view import LanesView, span_text
from app.ui.charts.microscope_view import MicroscopeView
from app.ui.charts.scoreboard_view import ScoreboardView
from app.ui.charts.workers_view import WorkerBar, WorkersView
from app.ui.panels.legend import Legend
from app.ui.theme.manager import theme_manager
from app.ui.widgets.panel import Panel, make_label

_FIGURES_EVERY_NS = 250_000_000
LINE_CHARTS = ("throughput", "cores", "heartbeat", "memory")


class Dashboard(QWidget):
    """The right side of the window. ``advance`` is called each frame."""

    lane_clicked = Signal(int)

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        session = controller.session
        self.lanes = LanesView(session)
        self.microscope = MicroscopeView(session)
        self.throughput: Any = None
        self.cores: Any = None
        self.heartbeat: Any = None
        self.memory: Any = None
        self.workers = WorkersView()
        self.scoreboard = ScoreboardView()
        self.legend = Legend()
        self._turn = 0
        self._figures_at = 0
        self._presenting = False

        self.lanes_panel = Panel("Lanes", "last 10 s")
        self.lanes_panel.add_corner(self.legend)
        self.lanes_panel.body.addWidget(self.lanes, 3)
        self.microscope_words = make_label("", "caption")
        line = QHBoxLayout()
        line.addWidget(make_label("Microscope", "heading"))
        line.addWidget(self.microscope_words, 1)
        self.lanes_panel.body.addLayout(line)
        self.lanes_panel.body.addWidget(self.microscope, 2)
        self.panels: dict[str, Panel] = {"lanes": self.lanes_panel}
        for key, title in (
            ("throughput", "Throughput"), ("cores", "Cores"), ("heartbeat", "Window heartbeat"),
            ("memory", "Memory"), ("workers", "Workers"), ("scoreboard", "Scoreboard"),
        ):  # fmt: skip
            self.panels[key] = Panel(title)
        self.panels["workers"].body.addWidget(self.workers)
        self.panels["scoreboard"].body.addWidget(self.scoreboard)
        for key, panel in self.panels.items():
            panel.setObjectName(f"panel_{key}")
            # All columns equally wide, whatever figures they show.
            panel.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._grid = QGridLayout()
        self._outer = QVBoxLayout(self)
        self._outer.addWidget(self.lanes_panel, 12)
        self._outer.addLayout(self._grid, 13)
        self.lanes.lane_clicked.connect(self.lane_clicked)
        self.lanes.span_changed.connect(self._span_changed)
        theme_manager().changed.connect(self._rescale)
        self.arrange(False)
        self._rescale()
        self.figures(now_ns())

    def build_charts(self) -> None:
        """The line charts, once the window is on the screen: importing pyqtgraph takes as long as all the rest."""
        if self.throughput is not None:
            return
        from app.ui.charts.machine_charts import CoresChart, HeartbeatChart, MemoryChart
        from app.ui.charts.throughput_chart import ThroughputChart

        session = self._controller.session
        self.throughput = ThroughputChart(session)
        self.cores = CoresChart(session)
        self.heartbeat = HeartbeatChart(session)
        self.memory = MemoryChart(session)
        for key in LINE_CHARTS:
            self.panels[key].body.addWidget(getattr(self, key))
        self._span_changed(self.lanes.span_ns)
        self.figures(now_ns())

    def arrange(self, presenting: bool) -> None:
        """Six small charts, or, presenting, the two that carry the story."""
        self._presenting = presenting
        for key in list(self.panels):
            if key != "lanes":
                self._grid.removeWidget(self.panels[key])
                self.panels[key].hide()
        shown = (
            (("throughput", 0, 0), ("scoreboard", 0, 1))
            if presenting
            else (
                ("throughput", 0, 0), ("cores", 0, 1), ("heartbeat", 0, 2),
                ("workers", 1, 0), ("memory", 1, 1), ("scoreboard", 1, 2),
            )
        )  # fmt: skip
        for column in range(3):
            self._grid.setColumnStretch(column, 0 if presenting and column == 2 else 1)
        self._grid.setRowStretch(1, 0 if presenting else 1)
        self._grid.setRowStretch(0, 1)
        for key, row, column in shown:
            self._grid.addWidget(self.panels[key], row, column)
            self.panels[key].show()
        self._outer.setStretch(0, 12)
        self._outer.setStretch(1, 8 if presenting else 13)

    # -- frames -----------------------------------------------------------------------------------------------

    def advance(self, t_ns: int) -> None:
        """Lanes each frame; each line chart every third, in turn; figures four times a second."""
        session = self._controller.session
        run = session.current
        count = run.setting.workers if run is not None else self._controller.choice.workers
        records = {r.lane: r for r in run.present} if run is not None else {}
        shown = max([count, *(lane + 1 for lane in records)])
        self.lanes.set_lanes(shown, records)
        self.microscope.set_lanes(shown, records)
        edge = t_ns - flush_ns(count) - 25_000_000
        self.lanes.advance(edge)
        if self.lanes.live and run is not None and not run.state.ended:
            reach = [session.lanes.lanes[r.lane].reach_ns for r in records.values() if r.alive]
            self.microscope.advance(t_ns, max(min(reach, default=edge), edge - 1_000_000_000))
            self.lanes.microscope = self.microscope.window_ns
        if self.throughput is None:
            return
        turn = self._turn = (self._turn + 1) % 3
        if turn == 0:
            self.throughput.advance(t_ns)
        elif turn == 1:
            self.heartbeat.advance(t_ns)
        else:
            self.cores.advance(t_ns)
        if t_ns - self._figures_at >= _FIGURES_EVERY_NS:
            self.figures(t_ns)

    def figures(self, t_ns: int) -> None:
        """Headings, big values, scoreboard: what need not move thirty times a second."""
        self._figures_at = t_ns
        if self.throughput is None:
            self._empty_states(None)
            return
        session, choice = self._controller.session, self._controller.choice
        run = session.current
        unit = catalogue.workload(run.setting.workload if run else choice.workload).unit
        mode = run.setting.mode if run else choice.mode
        self.memory.advance(t_ns)
        self.throughput.set_mode(mode)
        self._empty_states(run)
        self.panels["throughput"].set_subtitle(f"{unit} in total, and each worker's", unit)
        rate = self._rate_now(t_ns, unit) if run else ""
        self.panels["throughput"].set_value(rate, rate.replace(f" {unit}/s", " /s"))
        cores = self.cores.figures()
        if cores is not None:
            busy, ours, count = cores
            self.panels["cores"].set_value(f"{busy:.0f} of {100 * count} %")
            self.panels["cores"].set_subtitle(f"% busy, each · shaded: ours, {ours:.0f} %", f"ours {ours:.0f} %")
        beat = self.heartbeat.recent(t_ns)
        self.panels["heartbeat"].set_value(f"{beat[0]:.0f} ms" if beat else "")
        self.panels["heartbeat"].set_subtitle(
            f"ms between frames · worst {beat[1]:.0f} in 3 s" if beat else "",
            f"worst {beat[1]:.0f} in 3 s" if beat else "",
        )
        memory = self.memory.figures()
        alive = run is not None and bool(run.alive)
        self.panels["memory"].set_value(words.megabytes(memory[0]) if memory and alive and mode != "qthreads" else "")
        if memory and mode != "qthreads":
            many = "1 process" if memory[1] == 1 else f"{memory[1]} processes"
            kind = "its own alone" if memory[1] == 1 else "their own alone"
            kind = f"{kind} ({session.memory_kind})" if session.memory_kind == "USS" else "shared included (RSS)"
            self.panels["memory"].set_subtitle(f"MB, {many}, {kind}", f"MB, {session.memory_kind}")
        present = run.present if run is not None else []
        self.workers.set_bars([_bar(r) for r in present], unit, mode)
        self.panels["workers"].set_subtitle(f"{unit} done by each")
        work = run.setting.work if run is not None else choice.setting().work
        rows = session.scoreboard.rows(work, modes.keys())
        self.scoreboard.set_rows(rows, unit)
        based = session.scoreboard.baseline(work) is not None
        self.panels["scoreboard"].set_subtitle(
            "against one by one · range of ½ s" if based else "one by one not measured yet",
            "against one by one" if based else "no baseline yet",
        )
        if not rows:
            self.panels["scoreboard"].set_empty("No result yet", "A mode gets its line after a second of running.")
        else:
            self.panels["scoreboard"].set_empty(None)
        self._lane_words(run)

    def _empty_states(self, run: Run | None) -> None:
        if run is None:
            self.lanes_panel.set_empty(
                "Press Start (Space) to see the workers race",
                "Each worker gets a lane: when it computes, and what it waits for.",
            )
            self.panels["throughput"].set_empty("Nothing has run yet", "The work done per second appears here.")
            self.panels["workers"].set_empty("No workers yet", "One bar for each, as far as it has come.")
            self.panels["memory"].set_empty("No worker processes yet", "Measured once a second while they run.")
        elif self.lanes_panel.is_empty():
            for key in ("lanes", "throughput", "workers"):
                self.panels[key].set_empty(None)
        if not self._controller.where.window:
            self.panels["heartbeat"].set_empty("No window was open", "This was run in the terminal.")
        if run is not None:
            inside = run.setting.mode == "qthreads"
            if self.memory.figures() is None or inside:
                self.panels["memory"].set_empty(
                    "In this window's own memory" if inside else "Not measured yet",
                    "Qt threads have no process of their own." if inside else "Once a second while workers run.",
                )
            else:
                self.panels["memory"].set_empty(None)

    def _lane_words(self, run: Run | None) -> None:
        span = span_text(self.lanes.span_ns)
        self.lanes_panel.set_subtitle(f"last {span}" if self.lanes.live else f"{span}, paused")
        if run is not None:
            seen = {
                m.STATE_KEYS[i]
                for r in run.present
                if r.last is not None
                for i, ns in enumerate(r.last.states_ns)
                if ns > 0.005 * (r.last.t_ns - r.hello_ns) and ns > 0
            }
            self.legend.set_seen(seen)
            gil = run.setting.mode in ("threads", "qthreads")
            turns = ": a turn lasts as long as the switch interval, 5 ms" if gil and run.setting.workers > 1 else ""
            if run.setting.mode == "qthreads":
                turns = ": switch interval 0.5 ms while Qt threads compute"
            self.microscope_words.setText(f"200 ms, renewed twice a second{turns}")

    def _rate_now(self, t_ns: int, unit: str) -> str:
        until = min(t_ns, self._controller.session.known_until(t_ns))
        _, rates = self._controller.session.rates.between(until - 1_100_000_000, until)
        run = self._controller.session.current
        if run is not None and run.state.ended:
            return words.rate(self._controller.session.summary(run).per_second, unit)
        return words.rate(float(rates.sum(axis=1).mean()), unit) if len(rates) else ""

    def _span_changed(self, span_ns: float) -> None:
        longer = max(1_000_000_000.0, span_ns)  # a line chart of less than a second has nothing to show
        if self.throughput is not None:
            for key in LINE_CHARTS:
                getattr(self, key).set_span(longer)

    def _rescale(self) -> None:
        gap = theme_manager().px(12)
        self._grid.setSpacing(gap)
        self._outer.setSpacing(gap)
        self._outer.setContentsMargins(0, 0, 0, 0)


def _bar(record: WorkerRecord) -> WorkerBar:
    units = record.last.units if record.last else 0.0
    return WorkerBar(record.lane, units, record.steps, bool(record.trouble))
