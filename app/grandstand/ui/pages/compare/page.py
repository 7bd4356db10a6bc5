"""The Compare page: comparisons and the break-even map, one of them at a time. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QTabBar,
    QVBoxLayout,
)

from grandstand.ui.pages.compare.comparison_part import ComparisonPart
from grandstand.ui.pages.compare.map_part import MapPart
from grandstand.ui.pages.compare.part import Part
from grandstand.ui.pages.compare.plan_form import PlanForm
from grandstand.ui.pages.compare.results import Results
from grandstand.ui.shell.page import Page
from grandstand.ui.shell.services import Services
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.stack import Stack


class ComparePage(Page):
    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.setObjectName("compare_page")
        settings, tell = services.settings, services.tell
        self.comparing = ComparisonPart(services.controller.choice, settings, tell, lambda: self.alone("comparisons"))
        self.mapping = MapPart(settings, tell, lambda: self.alone("maps"))
        self.comparing.rival, self.mapping.rival = lambda: self.mapping.busy, lambda: self.comparing.busy
        self.tabs = QTabBar()
        self.tabs.setObjectName("compare_tabs")
        self.tabs.setAccessibleName("Comparison or break-even map")
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setUsesScrollButtons(False)
        self._controls, self._parts = Stack(), Stack()
        self._controls.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for part, title in ((self.comparing, "Comparison"), (self.mapping, "Break-even map")):
            self.tabs.addTab(title)
            self._controls.addWidget(part.controls)
            self._parts.addWidget(part)
            part.changed.connect(self.changed)
        self.tabs.currentChanged.connect(self._choose)
        self._bar = QFrame()
        self._bar.setProperty("role", "panel")
        self._row = QHBoxLayout(self._bar)
        self._row.addWidget(self.tabs)
        self._row.addWidget(self._controls, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._bar)
        self._column.addWidget(self._parts, 1)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    # -- what the window asks ---------------------------------------------------------------------------------

    @property
    def part(self) -> Part:
        """The one on the screen."""
        return self.mapping if self.tabs.currentIndex() else self.comparing

    @property
    def busy(self) -> bool:
        """Whether something is being measured, alone on this machine."""
        return self.comparing.busy or self.mapping.busy

    @property
    def share(self) -> float | None:
        if not self.busy:
            return None
        return self.mapping.share if self.mapping.busy else self.comparing.share

    def why_no_start(self) -> str:
        what = "The break-even map" if self.mapping.busy else "A comparison"
        return f"{what} is being measured and needs the machine to itself. Cancel it first." if self.busy else ""

    @property
    def form(self) -> PlanForm:
        return self.comparing.form

    @property
    def results(self) -> Results:
        return self.comparing.results

    def start(self) -> None:
        """Starts a comparison of what the form says."""
        self.comparing.start()

    def show_map(self, on: bool = True) -> None:
        """The break-even map, or the comparison."""
        self.tabs.setCurrentIndex(int(on))

    def snapshot(self) -> None:
        """The key for pictures: saves what is on the screen."""
        if self.part is self.mapping:
            self.mapping.ask_save()
        elif self.comparing.comparison is not None:
            self.comparing.ask_save()

    def close_down(self) -> bool:
        """Cancels and waits; False if something would not end."""
        ended = [part.close_down() for part in (self.comparing, self.mapping)]
        return all(ended)

    # -- inside -----------------------------------------------------------------------------------------------

    def _choose(self, index: int) -> None:
        self._controls.setCurrentIndex(index)
        self._parts.setCurrentIndex(index)

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(px(14), px(12), px(14), px(12))
        self._column.setSpacing(px(12))
        self._row.setContentsMargins(px(10), px(8), px(16), px(8))
        self._row.setSpacing(px(12))
