"""Presenting without a talk: which charts fill the screen, chosen by the keys that a clicker sends. GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QShortcut

from grandstand.ui.pages.live.dashboard import STORY

if TYPE_CHECKING:
    from grandstand.ui.pages.talk.blank import Blank
    from grandstand.ui.shell.window import MainWindow

LAYOUTS: tuple[tuple[str, ...], ...] = (
    STORY, ("lanes", "cores", "heartbeat"),
    ("lanes",), ("throughput",), ("scoreboard",), ("cores",), ("heartbeat",), ("workers",), ("memory",),
)  # fmt: skip
"""All at once is none of them: in letters for the back row there is no room for that on 1280 × 800."""


class Arrangements:
    """A Walker (see walk_keys) over LAYOUTS while the run's charts are presented and no talk is open.

    The last one is remembered.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._shortcuts: list[QShortcut] = []
        self._blank: Blank | None = None
        stored = tuple(window.settings.text("present/layout", "").split())
        self.at = LAYOUTS.index(stored) if stored in LAYOUTS else 0
        window.pages.currentChanged.connect(lambda _: self.settle())

    @property
    def active(self) -> bool:
        return bool(self._shortcuts)

    def settle(self, talk: bool = False) -> None:
        """Whether it acts follows from what is on the screen; ``talk``: one is about to take the keys."""
        window = self._window
        wanted = window.presenting and window.live_shown and not talk and not window.talk_opened
        if wanted and not self.active:
            from grandstand.ui.pages.talk.walk_keys import add_walk_keys

            self._shortcuts = add_walk_keys(window, self)
            window.dashboard.arrange(LAYOUTS[self.at])
        elif not wanted and self.active:
            for shortcut in self._shortcuts:
                shortcut.setEnabled(False)
                shortcut.deleteLater()
            self._shortcuts = []
            self.blank(False)

    def show(self, key: str) -> None:
        """One chart alone; where that is what is on the screen, presenting ends."""
        if self.active and LAYOUTS[self.at] == (key,):
            self._window.present(False)
        elif self.active:
            self._go(LAYOUTS.index((key,)))
        elif not self._window.presenting:
            self.at = LAYOUTS.index((key,))
            self._window.present(True)

    # -- Walker -----------------------------------------------------------------------------------------------

    def next(self) -> bool:
        return self._go((self.at + 1) % len(LAYOUTS))

    def previous(self) -> bool:
        return self._go((self.at - 1) % len(LAYOUTS))

    def first(self) -> bool:
        return self._go(0)

    def last(self) -> bool:
        return self._go(len(LAYOUTS) - 1)

    def again(self) -> bool:
        return self._go(self.at)

    def blank(self, on: bool | None = None) -> None:
        """A black screen, or the picture again; None: the other one."""
        shown = self._blank is not None and self._blank.isVisible()
        on = not shown if on is None else on
        if on and self._blank is None:
            from grandstand.ui.pages.talk.blank import Blank

            self._blank = Blank(self._window)
        if self._blank is not None:
            self._blank.cover(on)

    def toggle_notes(self) -> None:
        self._window.tell("info", "Notes belong to the scenes of a talk: press T.")

    def _go(self, at: int) -> bool:
        self.at = at
        self._window.settings.put("present/layout", " ".join(LAYOUTS[at]))
        self._window.dashboard.arrange(LAYOUTS[at])
        return True
