"""Which function, with which arguments and items, for how long; and what is asked before it runs. GUI thread."""

from __future__ import annotations

import ast
import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from grandstand.own.naming import Own, Wish
from grandstand.own.reference import ASYNC, CLASS, VALUE, Function, SourceFile
from grandstand.ui.pages.claims.verdict_card import SizedLabel
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.button import make_button
from grandstand.ui.widgets.chip import Chip
from grandstand.ui.widgets.flow import FlowLayout
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import make_label
from grandstand.ui.widgets.select import Select

_TIME = re.compile(r"^\s*([0-9]{1,6}(?:\.[0-9]{0,3})?)\s*(s|m|min)?\s*$")
_KINDS = {ASYNC: "async ", CLASS: "class "}


class FunctionForm(QWidget):
    """``changed``: the wish is another one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file: SourceFile | None = None
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(make_label("Your function", "heading"))
        self.where = make_label("", "secondary")
        self.where.setWordWrap(True)
        self.where.setObjectName("race_file")
        self.function = Select("Function to race")
        self.function.setObjectName("race_function")
        self.call = SizedLabel(17, 600)
        self.call.setObjectName("race_call")
        column.addWidget(self.function)
        column.addWidget(self.call)
        column.addWidget(self.where)
        self._facts = QWidget()
        self._flow = FlowLayout(self._facts)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self.python_chip, self.items_chip = Chip(), Chip()
        self.change_button = make_button("Change…", "edit", "race_change", self.edit, "ghost", "Change what is raced")
        self._flow.addWidget(self.python_chip)
        self._flow.addWidget(self.items_chip)
        self._flow.addWidget(self.change_button)
        column.addWidget(self._facts)
        self.fields: dict[str, QLineEdit] = {}
        self._form = QFormLayout()
        for key, title, text, tip in (
            (
                "items",
                "Items",
                "",
                "What calls work through: range(1000), [1, 2, 3], files/*.png, a file's name",
            ),
            ("args", "Arguments", "", "Arguments that every call gets, with commas between: 1000, size=5"),
            ("setup", "Setup", "", "A function of the same file that is called once in each worker"),
            ("budget", "Time", "60s", "For measuring, like 60s or 2m; checking takes some seconds more"),
        ):
            self._form.addRow(_label(title), self._field(key, title, text, tip))
        column.addLayout(self._form)
        self.consent = make_label("", "secondary")
        self.consent.setWordWrap(True)
        self.consent.setObjectName("race_consent")
        column.addWidget(self.consent)
        self.function.currentIndexChanged.connect(self._show_function)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self.set_file(None)

    def set_file(self, file: SourceFile | None, chosen: str = "") -> None:
        """Its functions; nothing of it is imported."""
        self.file = file
        self.function.blockSignals(True)
        self.function.clear()
        for one in file.functions if file is not None else ():
            if one.kind != VALUE:
                self.function.addItem(f"{_KINDS.get(one.kind, '')}{one.name}", one.name)
        at = self.function.findData(chosen)
        self.function.setCurrentIndex(max(0, at))
        self.function.blockSignals(False)
        self._show_function()

    @property
    def chosen(self) -> Function | None:
        name = self.function.currentData()
        return self.file.function(name) if self.file is not None and name else None

    @property
    def budget(self) -> float:
        """Seconds. Raises ValueError."""
        text = self.fields["budget"].text()
        match = _TIME.match(text)
        seconds = float(match[1]) * (1 if (match[2] or "s") == "s" else 60) if match is not None else 0.0
        if seconds <= 0:
            raise ValueError(f"Time expects something like 60s or 2m; got '{text[:40]}'.")
        return seconds

    def wish(self) -> Wish:
        """Raises ValueError with what is missing."""
        function = self.chosen
        if self.file is None or function is None:
            raise ValueError("Choose a file with a function first.")
        args, kwargs = _split(self.fields["args"].text())
        return Wish(
            f"{self.file.path}:{function.name}", args, kwargs, self.fields["items"].text().strip(),
            self.fields["setup"].text().strip(),
        )  # fmt: skip

    def show_own(self, own: Own) -> None:
        """What it was understood as."""
        self.call.setText(own.call)
        self.python_chip.set_chip(f"{own.python.version} · {own.python.why.partition(':')[0][:40]}")
        self.python_chip.setToolTip(plain_tip(own.python.executable))
        self.python_chip.show()
        if own.items is not None:
            self.items_chip.set_chip(own.items.words)
        self.items_chip.setVisible(own.items is not None)
        self._facts.show()
        self._show_fields(False)

    def edit(self) -> None:
        """The fields again, in place of what they were understood as."""
        self._show_function()

    def _show_function(self) -> None:
        function = self.chosen
        there = function is not None and self.file is not None
        for widget in (self.call, self.where):
            widget.setVisible(there)
        self._facts.hide()
        self._show_fields(there)
        if function is not None and self.file is not None:
            self.call.setText(function.call)
            first = function.docstring.strip().partition("\n")[0]
            self.where.setText(f"{self.file.path.name}, line {function.line}" + (f"\n{first}" if first else ""))
            self.where.setToolTip(plain_tip(str(self.file.path)))
            self.consent.setText(
                f"Nothing of {self.file.path.name} runs before you press Check and race. That imports it and calls "
                f"{function.name} many times, in processes of its own, with all that it does to files and networks. "
                "Do that with code that you trust."
            )
        self.changed.emit()

    def _show_fields(self, on: bool) -> None:
        self.function.setVisible(on)
        self.consent.setVisible(on)
        for row in range(self._form.rowCount()):
            self._form.setRowVisible(row, on)

    def _field(self, key: str, title: str, text: str, tip: str) -> QLineEdit:
        field = QLineEdit(text)
        field.setObjectName(f"race_{key}")
        field.setAccessibleName(title)
        field.setToolTip(plain_tip(tip))
        field.setMinimumWidth(theme_manager().px(90))
        field.setPlaceholderText({"items": "range(1000)", "args": "1000, size=5"}.get(key, ""))
        field.textChanged.connect(self.changed)
        self.fields[key] = field
        return field

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setSpacing(px(8))
        self._flow.setSpacing(px(6))


def _label(text: str) -> QLabel:
    label = make_label(text, "body")
    label.setFixedWidth(theme_manager().px(84))
    return label


def _split(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Arguments by place and by name, at commas that stand outside of brackets and quotes."""
    if not text.strip():
        return (), ()
    try:
        node = ast.parse(f"f({text})", mode="eval").body
        assert isinstance(node, ast.Call)
        for part in (*node.args, *(keyword.value for keyword in node.keywords)):
            ast.literal_eval(part)
        kwargs = tuple(f"{one.arg}={ast.unparse(one.value)}" for one in node.keywords if one.arg)
        return tuple(ast.unparse(part) for part in node.args), kwargs
    except (SyntaxError, ValueError, AssertionError, RecursionError, MemoryError):
        raise ValueError(
            f"Arguments: '{text}' cannot be read. Write values as in Python, with commas between: 1000, size=5."
        ) from None
