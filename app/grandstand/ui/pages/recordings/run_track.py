"""A recording of runs on the screen: its charts, its sentence. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from grandstand.hosts.base import flush_ns
from grandstand.journal.player import Player
from grandstand.ui.charts.microscope_view import EVERY_NS
from grandstand.ui.pages.live.dashboard import Dashboard
from grandstand.ui.pages.live.sentences import current_sentence
from grandstand.ui.pages.recordings.replay_lanes import ReplayLanes
from grandstand.ui.pages.recordings.timeline import Mark, Span
from grandstand.ui.pages.recordings.track import JUMP_NS, Track, share_left
from grandstand.ui.shell.services import Services
from grandstand.ui.widgets.charts_area import ChartsArea
from grandstand.ui.widgets.sentence_bar import SentenceBar

_PATIENCE_S = 0.02
"""What a frame waits for the disk; lanes that lack something by then are filled up in the frames after it."""


class RunTrack(Track):
    """The same charts as live."""

    def __init__(self, player: Player, title: str, facts: str, parent: QWidget | None = None) -> None:
        super().__init__(player.recording, title, facts, parent)
        self.player = player
        self.dashboard = Dashboard(player, lanes=ReplayLanes, scrolls=True)
        self.dashboard.build_charts()
        self.sentence_bar = SentenceBar()
        player.lanes.patience_s = _PATIENCE_S
        self._drawn_ns = player.start_ns
        self._channels = 0
        self._unrest = self.dashboard.round
        self.column.addWidget(ChartsArea(self.dashboard), 1)
        self.column.addWidget(self.sentence_bar)
        self.dashboard.lanes.sought.connect(self._sought)  # type: ignore[attr-defined]
        self.dashboard.lanes.span_changed.connect(self.span_changed)
        self.dashboard.scored.connect(self.show_sentence)

    @property
    def behind(self) -> float:
        return share_left(self.player.start_ns, self.player.t_ns, self.player.reached_ns)

    @property
    def lacking(self) -> str:
        return self.player.lanes.incomplete

    @property
    def span_ns(self) -> float:
        return self.dashboard.lanes.span_ns

    def set_span(self, span_ns: float) -> None:
        self.dashboard.lanes.set_span(span_ns)

    def arrange(self, brief: bool) -> None:
        self.dashboard.arrange(brief)

    def snapshot(self, services: Services) -> None:
        services.snapshots.take(self.player, self.dashboard)

    def copy(self, services: Services) -> None:
        services.snapshots.copy(self.player, self.dashboard)

    def spans(self) -> tuple[Span, ...]:
        """The runs, in their modes' colors."""
        return tuple(Span(start, end, mode) for start, end, mode in self.player.recording.spans)

    def marks(self) -> tuple[Mark, ...]:
        return tuple(Mark(t - self.player.start_ns, text, mode) for t, text, mode in self.player.run_marks)

    def set_speed(self, speed: float) -> None:
        """In slow motion the microscope goes along frame by frame."""
        self.dashboard.microscope.every_ns = EVERY_NS if speed >= 0.5 else max(1_000_000, int(EVERY_NS * speed / 8))

    def go(self, position: int, budget_s: float) -> None:
        player = self.player
        t = min(player.end_ns, player.start_ns + max(0, position))
        jump = not 0 <= t - self._drawn_ns < JUMP_NS
        was_behind = player.reached_ns < player.t_ns
        if t != player.t_ns:
            player.seek(t)
            self._unrest = self.dashboard.round
        there = player.work(budget_s)
        if was_behind or not there:
            self._unrest = self.dashboard.round
        if jump or (was_behind and there):
            run = player.session.current
            edge = t - flush_ns(run.setting.workers if run is not None else 1) - 25_000_000
            self.dashboard.lanes.jump(edge)  # type: ignore[attr-defined]
            for chart in self.dashboard.charts.values():
                chart.jumped(t)
        self._drawn_ns = t
        self._take_up_channels()
        if self._unrest > 0:
            self._unrest -= 1
            self.dashboard.advance(t)

    def settle(self) -> None:
        while not self.player.work(1.0):
            pass
        self.dashboard.lanes.jump(self.dashboard.lanes.edge_ns)  # type: ignore[attr-defined]
        for chart in self.dashboard.charts.values():
            chart.jumped(self.player.t_ns)
        for _ in range(self.dashboard.round):
            self.dashboard.advance(self.player.t_ns)
        self.dashboard.figures(self.player.t_ns)

    def _take_up_channels(self) -> None:
        """A channel that the recording does not describe is known once it is heard of."""
        if len(self.player.session.channels) > self._channels:
            self._channels = len(self.player.session.channels)
            self.dashboard.take_up()

    def show_sentence(self) -> None:
        """The sentence under it all, from the figures as they are now."""
        sentence = current_sentence(self.player)
        self.sentence_bar.set_sentence(sentence.text, sentence.tone)

    def close_recording(self) -> None:
        self.player.close()

    def _sought(self, edge_ns: int) -> None:
        self.sought.emit(edge_ns - self.dashboard.lanes.edge_ns + self.player.t_ns - self.player.start_ns)
