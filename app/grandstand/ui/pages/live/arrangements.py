"""Presenting without a talk: which charts fill the screen, chosen by the keys that a clicker sends. GUI thread."""

from __future__ import annotations

from typing import Protocol

from grandstand.ui.pages.live.dashboard import Dashboard
from grandstand.ui.shell.services import Services
from grandstand.ui.widgets.blank import Blank
from grandstand.vocabulary.panels import arrangements


class Board(Protocol):
    """Whose charts are arranged."""

    dashboard: Dashboard


class Arrangements:
    """A Walker (see shell.walking) over panels.arrangements() while the run's charts are presented.

    The last one is remembered.
    """

    def __init__(self, services: Services, board: Board) -> None:
        self._services, self._board = services, board
        self._shown = True
        self._blank: Blank | None = None
        self._walks = False
        stored = tuple(services.settings.text("present/layout", "").split())
        there = arrangements()
        self._shows = stored if stored in there else there[0]

    def settle(self, shown: bool | None = None) -> None:
        """Whether it acts follows from what is on the screen; ``shown``: the charts are coming, or going."""
        self._shown = self._shown if shown is None else shown
        wanted = self._services.desk.presenting and self._shown
        if wanted and not self._walks:
            self._walks = True
            self._services.walkers.take(self)
            self._board.dashboard.arrange(self._shows)
        elif not wanted and self._walks:
            self._walks = False
            self.blank(False)
            self._services.walkers.drop(self)

    @property
    def active(self) -> bool:
        """Whether the keys are its own, and not a talk's."""
        return self._services.walkers.current is self

    def show(self, key: str) -> None:
        """One chart alone; where that is what is on the screen, presenting ends."""
        desk = self._services.desk
        if self.active and self._shows == (key,):
            desk.present(False)
        elif self.active:
            self._show((key,))
        elif not desk.presenting:
            self._shows = (key,)
            desk.present(True)

    # -- Walker -----------------------------------------------------------------------------------------------

    def next(self) -> bool:
        return self._step(1)

    def previous(self) -> bool:
        return self._step(-1)

    def first(self) -> bool:
        return self._show(arrangements()[0])

    def last(self) -> bool:
        return self._show(arrangements()[-1])

    def again(self) -> bool:
        return self._show(self._shows)

    def blank(self, on: bool | None = None) -> None:
        """A black screen, or the picture again; None: the other one."""
        shown = self._blank is not None and self._blank.isVisible()
        on = not shown if on is None else on
        if on and self._blank is None:
            self._blank = Blank(self._services.desk.frame_widget)
        if self._blank is not None:
            self._blank.cover(on)

    def toggle_notes(self) -> None:
        self._services.tell("info", "Notes belong to the scenes of a talk: press T.")

    def step_out(self) -> bool:
        if self._blank is not None and self._blank.isVisible():
            self.blank(False)
        else:
            self._services.desk.present(False)
        return True

    def _step(self, by: int) -> bool:
        there = arrangements()
        at = there.index(self._shows) if self._shows in there else -by  # a panel that is gone: from the first one on
        return self._show(there[(at + by) % len(there)])

    def _show(self, layout: tuple[str, ...]) -> bool:
        self._shows = layout
        self._services.settings.put("present/layout", " ".join(layout))
        self._board.dashboard.arrange(layout)
        return True
