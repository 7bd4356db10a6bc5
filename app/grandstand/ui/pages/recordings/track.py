"""One recording on the screen: what it is, its charts, its sentence. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from grandstand.hosts.base import flush_ns
from grandstand.journal.player import Player
from grandstand.ui.charts.microscope_view import EVERY_NS
from grandstand.ui.pages.live.dashboard import Dashboard
from grandstand.ui.pages.live.sentences import current_sentence
from grandstand.ui.pages.recordings.replay_lanes import ReplayLanes
from grandstand.ui.pages.recordings.timeline import Mark, Span
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.charts_area import ChartsArea
from grandstand.ui.widgets.panel import ElidedLabel, make_label
from grandstand.ui.widgets.sentence_bar import SentenceBar

_JUMP_NS = 1_500_000_000
"""Steps further than this are drawn anew; shorter ones forward go on from what is drawn."""
_PATIENCE_S = 0.02
"""What a frame waits for the disk; lanes that lack something by then are filled up in the frames after it."""


class Track(QWidget):
    """Positions are ns from the recording's start. ``sought``: a drag or zoom on the lanes wants another position."""

    sought = Signal(object)

    def __init__(self, player: Player, title: str, facts: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player = player
        self.setObjectName("track")
        self.setAccessibleName(f"Recording {title}")
        self.title = make_label(title, "title")
        self.title.setObjectName("track_title")
        self.facts = ElidedLabel(facts, "secondary")
        self.dashboard = Dashboard(player, lanes=ReplayLanes, scrolls=True)
        self.dashboard.build_charts()
        self.sentence_bar = SentenceBar()
        player.lanes.patience_s = _PATIENCE_S
        self._drawn_ns = player.start_ns
        self._channels = 0
        self._unrest = self.dashboard.round
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.title)
        head.addWidget(self.facts)
        head.addStretch(1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._head)
        column.addWidget(ChartsArea(self.dashboard), 1)
        column.addWidget(self.sentence_bar)
        self.dashboard.lanes.sought.connect(self._sought)  # type: ignore[attr-defined]
        self.dashboard.scored.connect(self.show_sentence)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def show_head(self, on: bool) -> None:
        """Title and facts over the charts."""
        self._head.setVisible(on)

    @property
    def length(self) -> int:
        return self.player.end_ns - self.player.start_ns

    @property
    def behind(self) -> float:
        """How far the figures are from the position: 0 when they are there, else the share still to be counted."""
        asked, reached = self.player.t_ns, self.player.reached_ns
        return 0.0 if reached >= asked else (asked - reached) / max(1, asked - self.player.start_ns)

    @property
    def lacking(self) -> str:
        """Why the lanes do not show everything; '' when they do."""
        return self.player.lanes.incomplete

    def spans(self) -> tuple[Span, ...]:
        """The runs, in their modes' colors."""
        return tuple(Span(start, end, mode) for start, end, mode in self.player.recording.spans)

    def marks(self) -> tuple[Mark, ...]:
        return tuple(Mark(t - self.player.start_ns, text, mode) for t, text, mode in self.player.run_marks)

    def set_speed(self, speed: float) -> None:
        """In slow motion the microscope goes along frame by frame."""
        self.dashboard.microscope.every_ns = EVERY_NS if speed >= 0.5 else max(1_000_000, int(EVERY_NS * speed / 8))

    def go(self, position: int, budget_s: float) -> None:
        """One frame: the charts at ``position``. The figures may need several frames to get there."""
        player = self.player
        t = min(player.end_ns, player.start_ns + max(0, position))
        jump = not 0 <= t - self._drawn_ns < _JUMP_NS
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
        """Everything as it is at the position, at once; for pictures."""
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
        """Lets go of the file."""
        self.player.close()

    def _sought(self, edge_ns: int) -> None:
        self.sought.emit(edge_ns - self.dashboard.lanes.edge_ns + self.player.t_ns - self.player.start_ns)

    def _rescale(self) -> None:
        self._column.setSpacing(theme_manager().px(8))
