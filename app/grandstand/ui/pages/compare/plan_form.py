"""What is to be compared, typed and ticked by a person; makes a Plan of it or says what is wrong. GUI thread."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from grandstand import modes
from grandstand.compare.plan import Plan, make_plan, usual_modes
from grandstand.control import catalogue
from grandstand.control.choice import Choice
from grandstand.hosts.base import Surroundings, available
from grandstand.observe.machine import whole_cores
from grandstand.session import words
from grandstand.ui.pages.claims.verdict_card import SizedLabel
from grandstand.ui.theme.manager import set_look, theme_manager
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import make_label
from grandstand.ui.widgets.select import Select

_BUDGET = re.compile(r"^\s*([0-9.]+)\s*(s|m|min)\s*$")

_LONGEST = 400


class PlanForm(QWidget):
    """``changed``: the wish is another one. Text that cannot be understood stays as it is, marked, with the reason."""

    changed = Signal()

    def __init__(self, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workload = Select("Workload to compare")
        self.workload.setObjectName("compare_workload")
        for kind in catalogue.workload_classes():
            self.workload.addItem(kind.title, kind.key)
        self.workload.setCurrentIndex(max(0, self.workload.findData(choice.workload)))
        self.modes: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(make_label("Workload", "heading"))
        column.addWidget(self.workload)
        column.addWidget(make_label("Modes", "heading"))
        usual = usual_modes()
        for key in modes.keys():  # noqa: SIM118 (a function of the package)
            mode = modes.load(key)
            there = available(mode, mode.complete(()), Surroundings(window=False))
            box = QCheckBox(mode.title)
            box.setObjectName(f"compare_{key}")
            box.setAccessibleName(f"Compare {mode.title}")
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.setEnabled(there.ok)
            box.setToolTip(plain_tip(mode.blurb if there.ok else f"{there.reason} {there.remedy}"))
            box.setChecked(there.ok and key in usual)
            box.toggled.connect(self.changed)
            self.modes[key] = box
            column.addWidget(box)
        column.addWidget(make_label("How much to measure", "heading"))
        self.fields: dict[str, QLineEdit] = {}
        self._form = QFormLayout()
        counts = ", ".join(str(n) for n in sorted({1, 2, whole_cores(), 2 * whole_cores()}))
        for key, title, text, tip in (
            ("workers", "Workers", counts, "Numbers of workers, separated by commas"),
            (
                "blocks",
                "Repeats or time",
                "5",
                "How often to measure each setup (at least 5 for an interval), or a time such as 60s",
            ),
            ("seconds", "Seconds each", "1", "How long to measure each setup, each time"),
            ("work", "Fixed work", "0", "Measure this many units instead of a time, start-up included; 0: off"),
        ):
            self._form.addRow(_label(title), self._field(key, title, text, tip))
        column.addLayout(self._form)
        self._parameters_title = make_label("Parameters", "heading")
        column.addWidget(self._parameters_title)
        self._parameters = QFormLayout()
        column.addLayout(self._parameters)
        self.estimate = SizedLabel(15)
        self.estimate.setObjectName("compare_estimate")
        column.addSpacing(8)
        column.addWidget(self.estimate)
        column.addStretch(1)
        self._show_parameters(dict(choice.parameters))
        self.workload.currentIndexChanged.connect(lambda: self._show_parameters({}))
        self.changed.connect(self._tell)
        self._tell()

    def plan(self) -> Plan:
        """Raises ValueError or KeyError with what is wrong."""
        kind = catalogue.workload(self.workload.currentData())
        fixed: dict[str, float] = {}
        sweep: tuple[str, list[float]] | None = None
        for parameter in kind.parameters:
            values = _numbers(self.fields[f"parameter.{parameter.key}"].text(), parameter.title)
            if len(values) > 1 and sweep is not None:
                raise ValueError(f"Only one parameter can have several values; {parameter.title} and {sweep[0]} have.")
            if len(values) > 1:
                sweep = (parameter.key, values)
            else:
                fixed[parameter.key] = values[0]
        settings: dict[str, Any] = {"seconds": _number(self.fields["seconds"].text(), "Seconds each")}
        work = _number(self.fields["work"].text(), "Fixed work")
        if work:
            settings.update(work=work, seconds=60.0)
        blocks = self.fields["blocks"].text()
        budget = _BUDGET.match(blocks)
        if budget is not None:
            settings["budget"] = float(budget[1]) * (1 if budget[2] == "s" else 60)
        else:
            settings["repeats"] = _whole(blocks, "Repeats or time")
        counts = [_whole(part, "Workers") for part in self.fields["workers"].text().split(",") if part.strip()]
        wanted = [key for key, box in self.modes.items() if box.isChecked()]
        return make_plan(kind.key, wanted, counts, fixed, sweep, **settings)

    def state(self) -> dict[str, Any]:
        """What is typed and ticked, as JSON can hold it."""
        return {
            "workload": self.workload.currentData(),
            "modes": [key for key, box in self.modes.items() if box.isChecked()],
            "fields": {key: field.text() for key, field in self.fields.items()},
        }

    def restore(self, state: Any) -> None:
        """What ``state`` gave; of what is no state, or not possible any more, as much as can be used."""
        if not isinstance(state, dict):
            return
        at = self.workload.findData(state.get("workload"))
        if at >= 0:
            self.workload.setCurrentIndex(at)
        ticked, texts = state.get("modes"), state.get("fields")
        if isinstance(ticked, list):
            for key, box in self.modes.items():
                box.setChecked(box.isEnabled() and key in ticked)
        if isinstance(texts, dict):
            for name, text in texts.items():
                key = re.sub(r"^knob\.", "parameter.", str(name))  # as they were called once
                if key in self.fields and isinstance(text, str) and len(text) <= _LONGEST:
                    self.fields[key].setText(text)

    # -- inside -----------------------------------------------------------------------------------------------

    def _field(self, key: str, title: str, text: str, tip: str) -> QLineEdit:
        field = QLineEdit(text)
        field.setObjectName(f"compare_{key.replace('.', '_')}")
        field.setAccessibleName(title)
        field.setToolTip(plain_tip(tip))
        field.setMinimumWidth(theme_manager().px(90))
        field.textChanged.connect(self.changed)
        self.fields[key] = field
        return field

    def _show_parameters(self, values: dict[str, float]) -> None:
        while self._parameters.rowCount():
            self._parameters.removeRow(0)
        for key in [key for key in self.fields if key.startswith("parameter.")]:
            del self.fields[key]
        for parameter in catalogue.workload(self.workload.currentData()).parameters:
            unit = f" ({parameter.unit})" if parameter.unit else ""
            reach = f"From {parameter.minimum:g} to {parameter.maximum:g}."
            tip = f"{parameter.help} {reach} Separate several values by commas to compare them."
            text = f"{values.get(parameter.key, parameter.default):g}"
            self._parameters.addRow(
                _label(f"{parameter.title}{unit}"),
                self._field(f"parameter.{parameter.key}", parameter.title, text, tip),
            )
        self.changed.emit()

    def _tell(self) -> None:
        try:
            plan = self.plan()
        except (ValueError, KeyError) as problem:
            text, wrong = str(problem.args[0]), True
        else:
            much = f"for {words.seconds(plan.budget)}" if plan.budget else f"× {plan.repeats} blocks"
            text, wrong = f"{len(plan.setups):,} setups {much}: about {words.seconds(plan.duration)}.", False
        self.estimate.setText(text)
        set_look(self.estimate, tone="warning" if wrong else "")


def _label(text: str) -> QLabel:
    """All of one width, so that the fields below each other begin at one edge."""
    label = make_label(text, "body")
    label.setFixedWidth(theme_manager().px(138))
    label.setWordWrap(True)
    return label


def _numbers(text: str, title: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise ValueError(f"{title} expects a number, or several with commas between; got '{text}'.") from None
    if not numbers:
        raise ValueError(f"{title} expects a number.")
    return numbers


def _number(text: str, title: str) -> float:
    numbers = _numbers(text, title)
    if len(numbers) != 1:
        raise ValueError(f"{title} expects one number; got '{text}'.")
    return numbers[0]


def _whole(text: str, title: str) -> int:
    number = _number(text, title)
    if number != int(number):
        raise ValueError(f"{title} expects whole numbers; got '{text.strip()}'.")
    return int(number)
