"""The left column: what runs, how, with how many workers and which parameters, and the code that runs. GUI thread.

It shows the controller's choice and sends wishes; a refused one leaves no trace but a message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QVBoxLayout, QWidget

from grandstand import modes
from grandstand.control import catalogue
from grandstand.control.controller import Controller
from grandstand.engine.workloads.base import Parameter
from grandstand.hosts.base import MOST_WORKERS
from grandstand.ui.charts.lanes_view import LONGEST_NS, SHORTEST_NS
from grandstand.ui.pages.live.options import OptionControls
from grandstand.ui.pages.live.python_picker import PythonPicker
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.code_view import CodeView
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.labeled_slider import LabeledSlider
from grandstand.ui.widgets.mode_card import ModeItem, ModeList
from grandstand.ui.widgets.panel import make_label
from grandstand.ui.widgets.select import Select
from grandstand.ui.widgets.slider_scale import ScaleKind
from grandstand.ui.widgets.toggle import Toggle

WIDTH = 288
RANGES = (8, 16, 32, MOST_WORKERS)


class Sidebar(QFrame):
    """``wish`` is called with the changes for Controller.choose; ``span_changed`` with ns of time shown."""

    span_changed = Signal(float)
    most_changed = Signal(int)

    def __init__(
        self,
        controller: Controller,
        wish: Callable[..., bool],
        tell: Callable[[str, str], None] = lambda level, text: None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tell = tell
        self._controller = controller
        self._wish = wish
        self._shown_workload = ""
        self._shown_code = ("", False)
        self._shown_python = controller.choice.python
        self.most_workers = MOST_WORKERS
        self._parameters: dict[str, LabeledSlider] = {}
        self.setProperty("role", "panel")
        self.setObjectName("sidebar")

        self.workload = Select("Workload")
        self.workload.setObjectName("workload")
        self.workload.activated.connect(self._workload_chosen)
        self._expect = make_label("", "secondary")
        self._expect.setWordWrap(True)
        self._expect.setObjectName("expect")

        self.python = PythonPicker(lambda python: self._ask(python=python), self._refused)
        self.modes = ModeList()
        self.modes.setObjectName("modes")
        self.modes.mode_chosen.connect(lambda key: self._ask(mode=key))
        self.workers = LabeledSlider("Workers", 1, MOST_WORKERS, 1, controller.choice.workers, scale="log")
        self.workers.setObjectName("workers_slider")
        self.workers.value_changed.connect(lambda v: self._ask(workers=int(v)))
        self.workers.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.workers.customContextMenuRequested.connect(self._choose_range)
        self.workers.setToolTip("Right-click to change the slider's range")
        self._parameter_box = QVBoxLayout()
        self.options = OptionControls(controller.where, lambda key, value: self._ask(options={key: value}))
        self.options.setObjectName("options")
        self.span = LabeledSlider(
            "Time shown", SHORTEST_NS / 1e9, LONGEST_NS / 1e9, 0.001, 10, "s", scale="log", accent="info"
        )
        self.span.setObjectName("span")
        self.span.value_changed.connect(lambda v: self.span_changed.emit(v * 1e9))
        self.gil = Toggle("Who holds the GIL")
        self.gil.setObjectName("watch_gil")
        self.gil.setToolTip(
            plain_tip("A separate process checks up to 1,000 times a second, which takes some of a core (G)")
        )
        self.code = CodeView(lines=9)
        self.code.setObjectName("code")

        inner = QWidget()
        inner.setProperty("role", "scrolled")
        self._column = column = QVBoxLayout(inner)
        column.addWidget(make_label("Workload", "heading"))
        column.addWidget(self.workload)
        column.addWidget(self._expect)
        self._gap(column)
        column.addWidget(make_label("Python", "heading"))
        column.addWidget(self.python)
        self._gap(column)
        column.addWidget(make_label("Mode", "heading"))
        column.addWidget(self.modes)
        column.addWidget(self.options)
        self._gap(column)
        column.addWidget(self.workers)
        column.addLayout(self._parameter_box)
        column.addWidget(self.span)
        column.addWidget(self.gil)
        self._gap(column)
        column.addWidget(self.code)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self.renew()

    def renew(self) -> None:
        """Offers what there is now: other packages may have brought something."""
        self.workload.clear()
        for kind in catalogue.workload_classes():
            self.workload.addItem(kind.title, kind.key)
        self._shown_workload = ""
        self._shown_code = ("", False)
        self._fill_modes()
        self.refresh()

    def refresh(self) -> None:
        """Shows the controller's choice."""
        choice = self._controller.choice
        if choice.workload != self._shown_workload:
            self._show_workload(choice.workload)
        self._show_code(choice.workload, modes.described(choice.mode).in_tasks)
        for key, value in choice.parameters:
            if key in self._parameters:
                self._parameters[key].set_value(value)
        self.modes.set_current(choice.mode)
        if choice.workers > self.most_workers:
            self.set_most_workers(choice.workers)
        self.workers.set_value(choice.workers)
        self.workers.set_accent(choice.mode)
        self.options.show_mode(modes.described(choice.mode), choice.options, choice.python)
        self.python.show_python(choice.python)
        if choice.python != self._shown_python:
            self._shown_python = choice.python
            self._fill_modes()
            self.modes.set_current(choice.mode)

    def set_most_workers(self, most: int) -> None:
        """How far the slider goes: 8, 16, 32 or 64, and never below the present choice."""
        most = next(n for n in RANGES if n >= min(MOST_WORKERS, max(most, self._controller.choice.workers)))
        if most != self.most_workers:
            self.most_workers = most
            self.workers.set_range(1, most)
            self.most_changed.emit(most)

    def _choose_range(self, point: QPoint) -> None:
        menu = QMenu(self)
        for most in RANGES:
            action = menu.addAction(f"1 to {most} workers")
            action.setCheckable(True)
            action.setChecked(most == self.most_workers)
            action.triggered.connect(lambda _=False, n=most: self.set_most_workers(n))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.workers.mapToGlobal(point))

    def set_span(self, span_ns: float) -> None:
        self.span.set_value(span_ns / 1e9)

    # -- inside -----------------------------------------------------------------------------------------------

    def _ask(self, **changes: Any) -> None:
        if not self._wish(**changes):
            self.refresh()

    def _workload_chosen(self) -> None:
        self._ask(workload=self.workload.currentData())

    def _fill_modes(self) -> None:
        entries = catalogue.mode_entries(replace(self._controller.where, python=self._controller.choice.python))
        self.modes.set_modes(
            [
                ModeItem(
                    e.mode.key,
                    e.mode.title,
                    str(i),
                    e.availability.ok,
                    e.availability.reason,
                    e.availability.remedy,
                )
                for i, e in enumerate(entries, 1)
            ]
        )

    def _show_code(self, workload: str, in_task: bool) -> None:
        if self._shown_code != (workload, in_task):
            self._shown_code = workload, in_task
            kind = catalogue.workload(workload)
            self.code.set_code(kind.source(in_task), f"{kind.title}: the code that runs")

    def _show_workload(self, key: str) -> None:
        self._shown_workload = key
        kind = catalogue.workload(key)
        self.workload.setCurrentIndex(self.workload.findData(key))
        self._expect.setText(kind.expect)
        for slider in self._parameters.values():
            self._parameter_box.removeWidget(slider)
            slider.deleteLater()
        self._parameters = {parameter.key: self._parameter(parameter) for parameter in kind.parameters}
        for slider in self._parameters.values():
            self._parameter_box.addWidget(slider)

    def _parameter(self, parameter: Parameter) -> LabeledSlider:
        scale: ScaleKind = "log" if parameter.scale == "log" else "linear"
        slider = LabeledSlider(
            parameter.title,
            parameter.minimum,
            parameter.maximum,
            parameter.step,
            parameter.default,
            parameter.unit,
            scale=scale,
            accent="info",
        )
        slider.setObjectName(f"parameter_{parameter.key}")
        slider.setToolTip(plain_tip(parameter.help))
        slider.value_changed.connect(lambda v: self._ask(parameters={parameter.key: v}))
        return slider

    def _refused(self, text: str) -> None:
        self._tell("warning", text)

    def _gap(self, column: QVBoxLayout) -> None:
        column.addSpacing(6)

    def _rescale(self) -> None:
        px = theme_manager().px
        self.setFixedWidth(px(WIDTH))
        self._column.setContentsMargins(px(16), px(14), px(16), px(14))
        self._column.setSpacing(px(8))
        self._parameter_box.setSpacing(px(8))
