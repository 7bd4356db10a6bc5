"""A program being watched: its picture, one thread's details beside it, the sentence below. GUI thread."""

from __future__ import annotations

import copy
import threading
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from grandstand.observe.stacks import NoStacks, stacks
from grandstand.session.words import percent, seconds
from grandstand.ui.charts.legend import Legend
from grandstand.ui.pages.watch.details import ThreadDetails
from grandstand.ui.pages.watch.threads_view import ThreadsView
from grandstand.ui.pages.watch.watched import Seen
from grandstand.ui.shell.background import Worker
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import Panel
from grandstand.ui.widgets.sentence_bar import SentenceBar
from grandstand.vocabulary.states import STATES
from grandstand.watch.estimate import estimate
from grandstand.watch.program import Program
from grandstand.watch.sentence import sentences

_TOLD_NS = 500_000_000
_DETAILS, _DETAILS_NARROW, _WIDE = 360, 264, 1180
"""Widths at scale 1: of details beside the picture, and of a page that has room for them."""
_NO_STACKS = "A recording holds no call stacks. To see them, watch the program while it runs."
_LEAST_S = 1.0
"""Before that, sentences would be of next to nothing."""


class WatchingView(QWidget):
    """One program's picture for its whole life; another program gets another view."""

    def __init__(
        self,
        watched: Seen,
        reading: Worker | None = None,
        lanes: type[ThreadsView] = ThreadsView,
        parent: QWidget | None = None,
    ) -> None:
        """``reading``: where call stacks are read; a recording has none."""
        super().__init__(parent)
        self.watched, self._stacks = watched, reading
        self._given_up = threading.Event()
        self.panel = Panel("Threads")
        self.panel.setObjectName("watched_threads")
        self.legend = Legend()
        self.panel.add_corner(self.legend)
        self.lanes = lanes(watched.rows, watched.words)
        self.panel.body.addWidget(self.lanes, 1)
        self.panel.set_empty("Looking at the program …", "Its Python and its threads are being found.", "watch")
        self.details = ThreadDetails()
        self.details.hide()
        self.sentence = SentenceBar()
        self._told_ns = 0
        self._row = QHBoxLayout()
        self._row.addWidget(self.panel, 1)
        self._row.addWidget(self.details)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._row, 1)
        self._column.addWidget(self.sentence)
        self.lanes.chosen.connect(self.show_details)
        self.details.again.connect(self._read_stack)
        self.details.closed.connect(self.close_details)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self.sentence.set_sentence("What the program's threads do will be told here in a moment.")

    # -- what the page calls ----------------------------------------------------------------------------------

    def advance(self, t_ns: int) -> None:
        """One frame."""
        if self.watched.running:
            self.lanes.advance(t_ns - self.watched.lag_ns)
        if not 0 <= t_ns - self._told_ns < _TOLD_NS:
            self.tell(t_ns)

    def tell(self, t_ns: int) -> None:
        """Figures, heading and sentence as they are now."""
        self._told_ns = t_ns
        watched, program = self.watched, self.watched.program
        if watched.running and watched.live:
            watched.lately.look(program)
        if program.everything:
            self.panel.set_empty(None)
        elif not watched.running:
            self.panel.set_empty("The program could not be watched", watched.problem, "warning")
        self._tell_heading()
        self._tell_details()
        if not program.everything and not watched.running:
            self.sentence.set_sentence(watched.problem or "Nothing was seen of the program.", "warn")
        elif program.seconds >= _LEAST_S or not watched.running:
            told = sentences(program, *estimate(program, watched.cores), brief=True)
            wrong = any(process.stuck for process in program.processes.values())
            ended = [] if watched.running else [watched.problem or "It is watched no longer."]
            self.sentence.set_sentence(" ".join([*ended, *told]), "warn" if wrong or watched.problem else "neutral")
        self.lanes.update()

    def show_details(self, pid: int, thread: int) -> None:
        """What this thread did, and its call stack."""
        self.lanes.marked = (pid, thread)
        row = next((r for g in self.watched.rows.groups for r in g.rows if (r.pid, r.thread) == (pid, thread)), None)
        if row is None:
            return
        self.details.show_thread(self.watched.words.row(row)[0], pid, thread)
        self._tell_details()
        self.details.show()
        self._read_stack()
        self.lanes.update()

    def close_details(self) -> bool:
        """False where none are shown."""
        shown = self.lanes.marked is not None
        self.lanes.marked = None
        self.details.hide()
        self.lanes.update()
        return shown

    def end(self) -> None:
        """Nothing of it goes on."""
        self.lanes.marked = None  # so that a stack that comes late is not shown
        self._given_up.set()

    @property
    def caption(self) -> list[str]:
        """What a picture of it says below."""
        program = self.watched.program
        root = next((one for one in program.everything if one.pid == program.pid), None)
        title = root.title if root is not None else f"process {self.watched.pid}"
        python = f"Python {root.python}" if root is not None and root.python else ""
        return ["  ·  ".join(part for part in (title[:160], python, self._how(), "Grandstand") if part)]

    def kept(self) -> Program:
        """A copy as it is now, for a thread that writes it."""
        return copy.deepcopy(self.watched.program)

    # -- inside -----------------------------------------------------------------------------------------------

    def _how(self) -> str:
        program = self.watched.program
        return (
            f"watched from outside for {seconds(program.seconds)}, {program.gil_hz:,.0f} looks a second at the GIL, "
            f"{program.threads_hz:,.0f} at each thread, which took {percent(program.observer_share)} of a core"
        )

    def _tell_heading(self) -> None:
        program = self.watched.program
        threads = [thread for process in program.processes.values() for thread in process.threads.values()]
        processes = len(program.processes)
        many = f"{len(threads)} threads" if len(threads) != 1 else "1 thread"
        where = f" in {processes} processes" if processes > 1 else ""
        self.panel.set_value(f"{many}{where}", many)
        known = program.seconds >= _LEAST_S
        self.panel.set_subtitle(self._how() if known else "", f"{program.gil_hz:,.0f} looks/s" if known else "")
        used = {s.key for s in STATES if any(t.states[s.number] for t in threads[:400])}
        self.legend.set_seen(used)

    def _tell_details(self) -> None:
        if self.lanes.marked is None:
            return
        pid, thread = self.lanes.marked
        process = self.watched.program.processes.get(pid)
        ended = process is None or thread not in process.threads
        self.details.show_activity(self.watched.lately.thread(pid, thread), ended)
        self.details.again_button.setEnabled(not ended and self._stacks is not None and not self._stacks.busy)

    def _read_stack(self) -> None:
        if self._stacks is None:
            self.details.show_problem(NoStacks(_NO_STACKS))
            return
        if self.lanes.marked is None or self._stacks.busy:
            return
        asked = self.lanes.marked

        def show(read: Any) -> None:
            if self.lanes.marked == asked:
                self.details.show_stack(read, asked[1])
            elif self.lanes.marked is not None:
                self._read_stack()

        def fail(problem: Exception) -> None:
            if self.lanes.marked is not None:
                self.details.show_problem(problem)

        self._stacks.do(lambda: stacks(asked[0], self._given_up), show, fail)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Details beside the picture take of a narrow window what can be spared."""
        px = theme_manager().px
        self.details.setFixedWidth(px(_DETAILS) if self.width() >= px(_WIDE) else px(_DETAILS_NARROW))

    def _rescale(self) -> None:
        px = theme_manager().px
        self._fit()
        self._row.setSpacing(px(12))
        self._column.setSpacing(px(12))
