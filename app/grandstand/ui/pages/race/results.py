"""What came of a race: the answer, three pictures, the code to take home, what to mind. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QTabBar, QVBoxLayout, QWidget

from grandstand.ui.pages.claims.entry import unbroken
from grandstand.ui.pages.claims.picture_view import PictureView
from grandstand.ui.pages.claims.verdict_card import SizedLabel
from grandstand.ui.pages.race.race_thread import Shown
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.button import make_button
from grandstand.ui.widgets.code_view import CodeEdit
from grandstand.ui.widgets.panel import make_label

_TWO_COLUMNS = 860
"""From this width on (px at scale 1) pictures stand side by side."""
_MOST_WARNINGS = 8
_MOST_LINES = 26
_TITLES = {"program": "Python alone", "joblib": "joblib", "dask": "Dask"}
_NAMES = ("race_ways", "race_workers", "race_why")


class RaceResults(QScrollArea):
    """``trouble``: words for a message."""

    trouble = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("race_results")
        self.setAccessibleName("Results of the race")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.shown: Shown | None = None
        body = QWidget()
        body.setProperty("role", "scrolled")
        self._column = QVBoxLayout(body)
        self._head, head = _panel(body)
        self.answer = SizedLabel(25, 700)
        self.answer.setObjectName("race_answer")
        self.reasons = SizedLabel(16)
        self.reasons.setObjectName("race_reasons")
        self.conditions = make_label("", "secondary")
        self.conditions.setWordWrap(True)
        self.conditions.setObjectName("race_conditions")
        for label in (self.answer, self.reasons, self.conditions):
            head.addWidget(label)
        self._column.addWidget(self._head)
        self._grid = QGridLayout()
        self.pictures: list[PictureView] = []
        self._panels: list[QFrame] = []
        for name in _NAMES:
            view = PictureView()
            view.setObjectName(name)
            view.failed.connect(self.trouble)
            view.steady = True
            panel, column = _panel(body)
            column.addWidget(view)
            column.addStretch(1)
            self.pictures.append(view)
            self._panels.append(panel)
        self._code, code = _panel(body)
        row = QHBoxLayout()
        row.addWidget(make_label("Code to take home", "heading"))
        row.addStretch(1)
        self.tabs = QTabBar()
        self.tabs.setObjectName("race_code_tabs")
        self.tabs.setAccessibleName("Which library the code uses")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        row.addWidget(self.tabs)
        self.copy = make_button("Copy", "copy", "race_copy", self.copy_code, says="Copy the code")
        row.addWidget(self.copy)
        code.addLayout(row)
        self.code = CodeEdit(13)
        self.code.setObjectName("race_code")
        self.code.setAccessibleName("Code to take home")
        code.addWidget(self.code)
        self._panels.insert(2, self._code)
        self._column.addLayout(self._grid)
        self._minds, minds = _panel(body)
        minds.addWidget(make_label("Notes", "heading"))
        self.warnings = SizedLabel(14)
        self.warnings.setObjectName("race_warnings")
        minds.addWidget(self.warnings)
        self._column.addWidget(self._minds)
        self._column.addStretch(1)
        self.setWidget(body)
        self._programs: tuple[tuple[str, str], ...] = ()
        self._arranged: tuple[int, list[QFrame]] = (0, [])
        self.tabs.currentChanged.connect(self._show_program)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self.show_nothing("Drop a Python file here", "Or press Choose a file. Nothing of it runs until you say so.")

    def show_nothing(self, text: str, hint: str = "") -> None:
        """The empty state, or how far it is before there are figures."""
        self.shown = None
        self.answer.setText(text)
        self.reasons.setText(hint)
        self.reasons.setVisible(bool(hint))
        self.conditions.hide()
        for view in self.pictures:
            view.start_afresh()
        for panel in (*self._panels, self._minds):
            panel.hide()
        self._stretched(True)

    def show_results(self, shown: Shown) -> None:
        self.shown = shown
        self._stretched(False)
        self.answer.setText(unbroken(shown.answer))
        self.reasons.setText(unbroken(" ".join(shown.reasons)))
        self.reasons.setVisible(bool(shown.reasons))
        self.conditions.setText(shown.conditions)
        self.conditions.setVisible(bool(shown.conditions))
        for view, panel, picture in zip(
            self.pictures, (self._panels[0], self._panels[1], self._panels[3]), shown.pictures, strict=True
        ):
            panel.setVisible(picture is not None)
            if picture is not None:
                view.set_picture(picture)
        if shown.code != self._programs:
            self._programs = shown.code
            while self.tabs.count():
                self.tabs.removeTab(0)
            for name, _ in shown.code:
                self.tabs.addTab(_TITLES.get(name, name))
            self._show_program(self.tabs.currentIndex())
        self._code.setVisible(bool(shown.code))
        more = len(shown.warnings) - _MOST_WARNINGS
        lines = [*shown.warnings[:_MOST_WARNINGS], *([f"… and {more} more, in the report"] if more > 0 else [])]
        self.warnings.setText("\n".join(lines))
        self._minds.setVisible(bool(lines))
        self._arrange()

    @property
    def program(self) -> str:
        """The code on the screen."""
        at = self.tabs.currentIndex()
        return self._programs[at][1] if 0 <= at < len(self._programs) else ""

    def copy_code(self) -> None:
        """Onto the clipboard."""
        QGuiApplication.clipboard().setText(self.program)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # -- inside -----------------------------------------------------------------------------------------------

    def _show_program(self, index: int) -> None:
        self.code.set_source(self.program)
        self.code.setFixedHeight(self.code.height_of(min(_MOST_LINES, self.program.count("\n") + 1)))

    def _arrange(self) -> None:
        """Those that are shown, side by side where there is room; the last one alone has the whole width."""
        columns = 2 if self.viewport().width() >= theme_manager().px(_TWO_COLUMNS) else 1
        there = [panel for panel in self._panels if not panel.isHidden()]
        if (columns, there) == self._arranged:
            return
        self._arranged = columns, there
        for panel in self._panels:
            self._grid.removeWidget(panel)
        for number, panel in enumerate(there):
            wide = columns if number == len(there) - 1 and number % columns == 0 else 1
            self._grid.addWidget(panel, number // columns, number % columns, 1, wide)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2 if columns == 2 else 0)

    def _stretched(self, empty: bool) -> None:
        """With nothing to show the words stand in the middle of the page."""
        align = Qt.AlignmentFlag.AlignCenter if empty else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        for label in (self.answer, self.reasons):
            label.setAlignment(align)
        layout = self._head.layout()
        if isinstance(layout, QVBoxLayout):
            layout.setAlignment(Qt.AlignmentFlag.AlignVCenter if empty else Qt.AlignmentFlag.AlignTop)
        self._column.setStretch(0, 1 if empty else 0)
        self._column.setStretch(self._column.count() - 1, 0 if empty else 1)

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(0, 0, px(4), 0)
        self._column.setSpacing(px(12))
        self._grid.setSpacing(px(12))
        self._arranged = (0, [])
        self._arrange()
        for panel in (self._head, *self._panels, self._minds):
            layout = panel.layout()
            if layout is not None:
                edge = px(4) if panel in self._panels and panel is not self._code else px(18)
                layout.setContentsMargins(edge, min(edge, px(14)), edge, min(edge, px(14)))
                layout.setSpacing(px(6))


def _panel(parent: QWidget) -> tuple[QFrame, QVBoxLayout]:
    panel = QFrame(parent)
    panel.setProperty("role", "panel")
    return panel, QVBoxLayout(panel)
