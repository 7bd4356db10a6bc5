"""A recording of a watched program on the screen: its threads, its GILs, its sentence. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from grandstand.observe.machine import Machine
from grandstand.ui.pages.recordings.replay_lanes import ReplayThreads
from grandstand.ui.pages.recordings.timeline import Mark, Span
from grandstand.ui.pages.recordings.track import JUMP_NS, Track, share_left
from grandstand.ui.pages.watch import watched_files
from grandstand.ui.pages.watch.row_words import RowWords
from grandstand.ui.pages.watch.watching import WatchingView
from grandstand.ui.shell.services import Services
from grandstand.watch.replay import LAG_NS, Replay

_MARKS = {"stuck": "Threads are stuck, or no longer are", "ended": "The program ended"}


class Recorded(QObject):
    """What is known of the program at the position of a replay."""

    live = False
    lag_ns = LAG_NS
    running = True
    problem = ""

    def __init__(self, replay: Replay, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.program, self.rows, self.lately = replay.program, replay.rows, replay.lately
        self.words = RowWords(self.program, self.lately)
        self.cores = replay.cores
        self.made_on: Machine | None = replay.recording.machine

    @property
    def pid(self) -> int:
        return self.program.pid


class WatchTrack(Track):
    """The same picture as live."""

    def __init__(self, replay: Replay, title: str, facts: str, parent: QWidget | None = None) -> None:
        super().__init__(replay.recording, title, facts, parent)
        self.replay = replay
        self.view = WatchingView(Recorded(replay, self), lanes=ReplayThreads)
        self._drawn_ns = replay.start_ns
        self._marks = tuple(Mark(at_ns - replay.start_ns, _MARKS[kind]) for at_ns, kind, _ in replay.marks)
        self.column.addWidget(self.view, 1)
        lanes = self.view.lanes
        lanes.sought.connect(self._sought)  # type: ignore[attr-defined]
        lanes.span_changed.connect(self.span_changed)

    @property
    def behind(self) -> float:
        return share_left(self.replay.start_ns, self.replay.t_ns, self.replay.reached_ns)

    @property
    def span_ns(self) -> float:
        return self.view.lanes.span_ns

    @property
    def opens_at(self) -> int:
        return min(self.length, int(self.span_ns) + LAG_NS)

    def set_span(self, span_ns: float) -> None:
        self.view.lanes.set_span(span_ns)

    def spans(self) -> tuple[Span, ...]:
        return (Span(0, self.length, ""),)

    def marks(self) -> tuple[Mark, ...]:
        return self._marks

    def go(self, position: int, budget_s: float) -> None:
        replay = self.replay
        t = min(replay.end_ns, replay.start_ns + max(0, position))
        was_behind = replay.reached_ns < replay.t_ns
        anew = t != replay.t_ns and replay.seek(t)
        there = replay.work(budget_s)
        if anew or not 0 <= t - self._drawn_ns < JUMP_NS or (was_behind and there):
            self.view.lanes.jump(t - LAG_NS)  # type: ignore[attr-defined]
            self.view.tell(t)
        elif t != self._drawn_ns or not there:
            self.view.advance(t)
        self._drawn_ns = t

    def settle(self) -> None:
        while not self.replay.work(1.0):
            pass
        self.view.lanes.jump(self.replay.t_ns - LAG_NS)  # type: ignore[attr-defined]
        self.view.tell(self.replay.t_ns)

    def snapshot(self, services: Services) -> None:
        watched_files.take(self.view, services)

    def copy(self, services: Services) -> None:
        watched_files.copy(self.view, services)

    def step_out(self) -> bool:
        return self.view.close_details()

    def close_recording(self) -> None:
        self.replay.close()

    def _sought(self, edge_ns: int) -> None:
        self.sought.emit(edge_ns - self.view.lanes.edge_ns + self.replay.t_ns - self.replay.start_ns)
