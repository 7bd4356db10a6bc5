"""What the dashboard says in words and figures: headings, big values, scoreboard, empty states. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from grandstand import modes
from grandstand.session import words
from grandstand.session.run import Run, WorkerRecord
from grandstand.session.sentence import STARVED
from grandstand.ui.charts.lanes_view import span_text
from grandstand.ui.charts.workers_view import WorkerBar
from grandstand.ui.stage import Stage
from grandstand.vocabulary.states import KEYS

_EVERY_FRAMES = 8


class Board(Protocol):
    """The charts and panels that the figures are shown in."""

    panels: dict[str, Any]
    throughput: Any
    cores: Any
    heartbeat: Any
    memory: Any
    workers: Any
    scoreboard: Any
    lanes: Any
    lanes_panel: Any
    legend: Any
    microscope_words: Any
    scored: Any


class Figures:
    """Renewed about four times a second, one part a frame: all at once they would make every eighth frame four times
    as long as the others, and it is the longest frame that sizes the frame slots.
    """

    def __init__(self, dashboard: Board, stage: Stage) -> None:
        self._dashboard = dashboard
        self._stage = stage
        self._frame = 0
        self._parts: tuple[Callable[[int], None], ...] = (
            self._throughput, self._cores, self._heartbeat, self._memory, self._workers, self._scoreboard, self._lanes
        )  # fmt: skip

    def advance(self, t_ns: int) -> None:
        """The next part."""
        self._frame = (self._frame + 1) % _EVERY_FRAMES
        if self._frame < len(self._parts):
            self._parts[self._frame](t_ns)

    def renew(self, t_ns: int) -> None:
        """All of them."""
        for part in self._parts:
            part(t_ns)

    # -- parts ------------------------------------------------------------------------------------------------

    @property
    def _run(self) -> Run | None:
        return self._stage.session.current

    @property
    def _mode(self) -> str:
        return self._run.setting.mode if self._run else self._stage.choice.mode

    @property
    def _unit(self) -> str:
        run = self._run
        return (run.setting if run else self._stage.choice.setting()).about.unit

    def _throughput(self, t_ns: int) -> None:
        panel, unit = self._dashboard.panels["throughput"], self._unit
        if self._run is None:
            panel.set_empty("Nothing has run yet", "The work done per second appears here.")
        else:
            panel.set_empty(None)
        panel.set_subtitle(f"{unit} in total, and each worker's", unit)
        rate = self._rate_now(t_ns, unit)
        panel.set_value(rate, rate.replace(f" {unit}/s", " /s"))
        if self._dashboard.throughput is not None:
            self._dashboard.throughput.set_mode(self._mode)

    def _cores(self, t_ns: int) -> None:
        chart, panel = self._dashboard.cores, self._dashboard.panels["cores"]
        figures = chart.figures() if chart is not None else None
        if figures is not None:
            busy, ours, count = figures
            panel.set_value(f"{busy:.0f} of {100 * count} %", f"{busy:.0f} %")
            quota = self._stage.session.quota
            had = f"{ours:.0f} %" if quota is None else f"{ours:.0f} of {100 * quota:.0f} % (quota)"
            panel.set_subtitle(f"% busy, each · shaded: ours, {had}", f"ours {had}")

    def _heartbeat(self, t_ns: int) -> None:
        chart, panel = self._dashboard.heartbeat, self._dashboard.panels["heartbeat"]
        if not self._stage.where.window:
            panel.set_empty("No window was open", "This was run in the terminal.")
        beat = chart.recent(t_ns) if chart is not None else None
        panel.set_value(f"{beat[0]:.0f} ms" if beat else "")
        panel.set_subtitle(
            f"ms between frames · worst {beat[1]:.0f} in 3 s" if beat else "",
            f"worst {beat[1]:.0f} in 3 s" if beat else "",
        )

    def _memory(self, t_ns: int) -> None:
        chart, panel, run = self._dashboard.memory, self._dashboard.panels["memory"], self._run
        if chart is not None:
            chart.advance(t_ns)
        inside = modes.described(self._mode).in_window
        memory = chart.figures() if chart is not None and not inside else None
        panel.set_value(words.megabytes(memory[0]) if memory and run is not None and run.alive else "")
        if memory:
            kind = self._stage.session.memory_kind
            many = "1 process" if memory[1] == 1 else f"{memory[1]} processes"
            whose = "its own alone" if memory[1] == 1 else "their own alone"
            whose = f"{whose} ({kind})" if kind == "USS" else "shared included (RSS)"
            panel.set_subtitle(f"MB, {many}, {whose}", f"MB, {kind}")
        if run is None:
            panel.set_empty("No worker processes yet", "Measured once a second while they run.")
        elif inside:
            panel.set_empty("In this window's own memory", "Its workers have no process of their own.")
        elif memory is None:
            panel.set_empty("Not measured yet", "Once a second while workers run.")
        else:
            panel.set_empty(None)

    def _workers(self, t_ns: int) -> None:
        panel, run = self._dashboard.panels["workers"], self._run
        if run is None:
            panel.set_empty("No workers yet", "One bar for each, as far as it has come.")
        else:
            panel.set_empty(None)
        self._dashboard.workers.set_bars([_bar(r) for r in run.present] if run else [], self._unit, self._mode)
        panel.set_subtitle(f"{self._unit} done by each")

    def _scoreboard(self, t_ns: int) -> None:
        run, panel = self._run, self._dashboard.panels["scoreboard"]
        board = self._stage.session.scoreboard
        work = run.setting.work if run is not None else self._stage.choice.setting().work
        rows = board.rows(work)
        self._dashboard.scoreboard.set_rows(rows, self._unit)
        base, name = board.baseline(work), modes.baseline().title.lower()
        if base is not None and base.starved > STARVED:
            panel.set_subtitle(f"{name} was short of a core: measure it again", f"measure {name} again")
        elif base is not None:
            panel.set_subtitle(f"against {name} · range of ½ s", f"against {name}")
        else:
            panel.set_subtitle(f"{name} not measured yet", "no baseline yet")
        if rows:
            panel.set_empty(None)
        else:
            panel.set_empty("No result yet", "A mode gets its line after a second of running.")
        self._dashboard.scored.emit()

    def _lanes(self, t_ns: int) -> None:
        board, run = self._dashboard, self._run
        span = span_text(board.lanes.span_ns)
        board.lanes_panel.set_subtitle(f"last {span}" if board.lanes.live else f"{span}, paused")
        if run is None:
            board.lanes_panel.set_empty(
                "Press Start (Space) to see the workers race",
                "Each worker gets a lane: when it computes, and what it waits for.",
            )
            return
        board.lanes_panel.set_empty(None)
        board.legend.set_seen(
            {
                KEYS[i]
                for r in run.present
                if r.last is not None
                for i, ns in enumerate(r.last.states_ns)
                if ns > 0.005 * (r.last.t_ns - r.hello_ns) and ns > 0
            }
        )
        turns = modes.described(run.setting.mode).turns if run.setting.workers > 1 else ""
        turns = f": {turns}" if turns else ""
        board.microscope_words.set_texts(f"200 ms, renewed twice a second{turns}", "200 ms, renewed twice a second")

    def _rate_now(self, t_ns: int, unit: str) -> str:
        session, run = self._stage.session, self._run
        if run is None:
            return ""
        if run.state.ended:
            return words.rate(session.summary(run).per_second, unit)
        until = min(t_ns, session.known_until(t_ns))
        _, rates = session.rates.between(until - 1_100_000_000, until)
        return words.rate(float(rates.sum(axis=1).mean()), unit) if len(rates) else ""


def _bar(record: WorkerRecord) -> WorkerBar:
    units = record.last.units if record.last else 0.0
    return WorkerBar(record.lane, units, record.steps, bool(record.trouble))
