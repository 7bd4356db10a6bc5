"""The controls of a mode's options, made of their descriptions; renewed when another mode is chosen. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from grandstand.control import catalogue
from grandstand.hosts.base import Surroundings
from grandstand.modes.mode import Mode
from grandstand.pythons.record import Python
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.labeled_slider import LabeledSlider
from grandstand.ui.widgets.panel import make_label
from grandstand.ui.widgets.select import Select
from grandstand.ui.widgets.toggle import Toggle
from grandstand.vocabulary.options import NUMBER, ONE_OF, SWITCH, Option, Value, Values


class OptionControls(QWidget):
    """``chosen(key, value)`` is called for what a person chooses. Each control's objectName is its option's key."""

    def __init__(
        self, where: Surroundings, chosen: Callable[[str, Value], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "scrolled")
        self._where = where
        self._chosen = chosen
        self._made_for: tuple[str, tuple[Option, ...]] = ("", ())
        self._show: dict[str, Callable[[Value], None]] = {}
        self._made: list[QWidget] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._note = make_label("", "caption")
        self._note.setWordWrap(True)
        self._note.setObjectName("options_note")
        self._box.addWidget(self._note)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def show_mode(self, mode: Mode, values: Values, python: Python | None = None) -> None:
        """The options of ``mode`` as they are chosen: those that mean something under ``python``."""
        options = mode.fitting(python is None, python is not None and bool(python.free_threaded))
        if (mode.key, options) != self._made_for:
            self._made_for = mode.key, options
            self._renew(mode, options)
        for key, value in mode.complete(values):
            if key in self._show:
                self._show[key](value)

    def set_note(self, text: str) -> None:
        """A line below them; '' for none."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    # -- inside -----------------------------------------------------------------------------------------------

    def _renew(self, mode: Mode, options: tuple[Option, ...]) -> None:
        for widget in self._made:
            self._box.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._made, self._show = [], {}
        self.set_note("")
        for option in options:
            for widget in self._controls(mode, option):
                self._box.insertWidget(len(self._made), widget)
                self._made.append(widget)
        self.setVisible(bool(options))

    def _controls(self, mode: Mode, option: Option) -> list[QWidget]:
        if option.kind == SWITCH:
            return [self._switch(option)]
        if option.kind == ONE_OF:
            return [make_label(option.title, "secondary"), self._select(mode, option)]
        if option.kind == NUMBER:
            return [self._slider(option)]
        return [make_label(option.title, "secondary"), self._field(option)]

    def _switch(self, option: Option) -> Toggle:
        toggle = Toggle(option.title)
        toggle.setObjectName(option.key)
        toggle.setToolTip(plain_tip(option.help))
        toggle.toggled.connect(lambda on: self._chosen(option.key, on))

        def show(value: Value) -> None:
            was = toggle.blockSignals(True)
            toggle.setChecked(bool(value))
            toggle.blockSignals(was)

        self._show[option.key] = show
        return toggle

    def _select(self, mode: Mode, option: Option) -> Select:
        select = Select(option.title)
        select.setObjectName(option.key)
        select.setToolTip(plain_tip(option.help))
        for row, (pick, there) in enumerate(catalogue.picks(mode, option, self._where)):
            select.addItem(pick.title, pick.key)
            text = pick.help if there.ok else f"{there.reason} {there.remedy}"
            select.setItemData(row, plain_tip(text), Qt.ItemDataRole.ToolTipRole)
            if not there.ok:
                select.setItemData(row, 0, Qt.ItemDataRole.UserRole - 1)  # the item flags: none, so grayed out
        select.activated.connect(lambda _: self._chosen(option.key, select.currentData()))
        self._show[option.key] = lambda value: select.setCurrentIndex(max(0, select.findData(value)))
        return select

    def _slider(self, option: Option) -> LabeledSlider:
        slider = LabeledSlider(
            option.title, option.minimum, option.maximum, option.step, float(option.default), option.unit,
            accent="info",
        )  # fmt: skip
        slider.setObjectName(option.key)
        slider.setToolTip(plain_tip(option.help))
        slider.value_changed.connect(lambda value: self._chosen(option.key, value))
        self._show[option.key] = lambda value: slider.set_value(float(value))
        return slider

    def _field(self, option: Option) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName(option.key)
        field.setAccessibleName(option.title)
        field.setToolTip(plain_tip(option.help))
        field.editingFinished.connect(lambda: self._chosen(option.key, field.text().strip()))

        def show(value: Value) -> None:
            if not field.hasFocus():
                field.setText(str(value))

        self._show[option.key] = show
        return field

    def _rescale(self, *_: Any) -> None:
        self._box.setSpacing(theme_manager().px(8))
