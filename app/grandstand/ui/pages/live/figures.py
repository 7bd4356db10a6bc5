"""Renews what the charts' headings say, and says what there is to say of the lanes. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from grandstand import modes
from grandstand.render.ticks import span_text
from grandstand.ui.charts.chart import Chart
from grandstand.ui.stage import Stage
from grandstand.vocabulary.states import KEYS

_EVERY_FRAMES = 8


class Board(Protocol):
    """Where the lanes are."""

    lanes: Any
    lanes_panel: Any
    legend: Any
    microscope_words: Any


class Figures:
    """Renewed about four times a second, one part a frame: all at once they would make every eighth frame four times
    as long as the others, and it is the longest frame that sizes the frame slots.
    """

    def __init__(self, dashboard: Board, stage: Stage) -> None:
        self._dashboard = dashboard
        self._stage = stage
        self._frame = 0
        self._parts: tuple[Callable[[int], None], ...] = (self._lanes,)

    def take_up(self, charts: Iterable[Chart]) -> None:
        """From now on these are asked to tell, in this order."""
        self._parts = (*(chart.tell for chart in charts), self._lanes)

    @property
    def round(self) -> int:
        """Frames in which all of them are renewed."""
        return max(_EVERY_FRAMES, len(self._parts))

    def advance(self, t_ns: int) -> None:
        """The next part."""
        self._frame = (self._frame + 1) % self.round
        if self._frame < len(self._parts):
            self._parts[self._frame](t_ns)

    def renew(self, t_ns: int) -> None:
        """All of them."""
        for part in self._parts:
            part(t_ns)

    def _lanes(self, t_ns: int) -> None:
        board, run = self._dashboard, self._stage.session.current
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
        free = run.introduced is not None and not run.introduced.gil
        turns = modes.described(run.setting.mode).turns if run.setting.workers > 1 and not free else ""
        turns = f": {turns}" if turns else ""
        board.microscope_words.set_texts(f"200 ms, updated twice a second{turns}", "200 ms, updated twice a second")
