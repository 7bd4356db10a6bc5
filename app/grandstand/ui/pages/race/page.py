"""The Race page: its bar, the function at the left, what comes of it at the right. GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from grandstand.ui.pages.race.race_part import RacePart
from grandstand.ui.shell.page import Page
from grandstand.ui.shell.services import Services
from grandstand.ui.theme.manager import theme_manager


class RacePage(Page):
    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.setObjectName("race_page")
        self.racing = RacePart(services.tell, lambda: self.alone("races"))
        self._bar = QFrame()
        self._bar.setProperty("role", "panel")
        self._row = QHBoxLayout(self._bar)
        self._row.addWidget(self.racing.controls, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._bar)
        self._column.addWidget(self.racing, 1)
        self.racing.changed.connect(self.changed)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    # -- what the window asks ---------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether something is being measured, alone on this machine."""
        return self.racing.busy

    @property
    def share(self) -> float | None:
        return self.racing.share if self.racing.busy else None

    def why_no_start(self) -> str:
        return "A race goes on, alone on this machine. Cancel that first." if self.busy else ""

    def open(self, path: Path) -> None:
        """Shows the functions of a file; nothing of it runs before the person says so."""
        self.racing.open(path)

    def snapshot(self) -> None:
        """The key for pictures: saves the race as a report."""
        if self.racing.race is not None and not self.busy:
            self.racing.ask_save()

    def close_down(self) -> bool:
        """Cancels and waits; False if something would not end."""
        return self.racing.close_down()

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(px(14), px(12), px(14), px(12))
        self._column.setSpacing(px(12))
        self._row.setContentsMargins(px(10), px(8), px(16), px(8))
