"""A slider with its title at the left, its value at the right, and a way to type the value.

Role: workers, parameters, time shown: everything a person turns while the work runs, so it speaks live. GUI
thread.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from grandstand.ui.theme.manager import set_look, theme_manager
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.jump_slider import JumpSlider
from grandstand.ui.widgets.numbers import format_value, parse_number
from grandstand.ui.widgets.panel import ElidedLabel, make_label
from grandstand.ui.widgets.slider_scale import ScaleKind, SliderScale


class LabeledSlider(QWidget):
    """Title, value and slider; click the value (or press Enter on it) to type one.

    `unit` follows every value; `accent` is a mode, a state or a tone and colors the filled part; `scale` is
    'linear' or 'log'. Raises ValueError for an impossible range (see SliderScale).
    """

    value_changed = Signal(float)

    def __init__(
        self,
        title: str,
        minimum: float,
        maximum: float,
        step: float,
        value: float,
        unit: str = "",
        *,
        scale: ScaleKind = "linear",
        accent: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._unit = title, unit
        self._editing = False
        self._scale = SliderScale(minimum, maximum, step, scale)
        self._value = self._scale.snap(value)
        self._title = ElidedLabel(title, "secondary")
        self._button = QPushButton()
        self._button.setProperty("role", "value")
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.setCursor(Qt.CursorShape.IBeamCursor)
        self._edit = QLineEdit()
        self._edit.setProperty("role", "value")
        self._edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._edit.hide()
        self._slider = JumpSlider()
        self._error = make_label("", "caption")
        self._error.setProperty("tone", "bad")
        self._error.setWordWrap(True)
        self._error.hide()

        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._title)
        row.addStretch(1)
        row.addWidget(self._button)
        row.addWidget(self._edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._slider)
        column.addWidget(self._error)

        self._slider.valueChanged.connect(self._slid)
        self._button.clicked.connect(self.edit_value)
        self._edit.returnPressed.connect(self._commit)
        self._edit.textEdited.connect(lambda: self._complain(""))
        self._edit.installEventFilter(self)
        self.set_title(title)
        self.set_accent(accent)
        self._show_range()
        self._show_value()
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    # -- what others use

    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        """Show `value`, brought to the nearest allowed one; `value_changed` is not emitted."""
        self._value = self._scale.snap(value)
        self._show_value()

    def set_range(self, minimum: float, maximum: float, step: float | None = None) -> None:
        """Change the range; a value outside comes to its nearest end, without `value_changed`.

        Raises:
            ValueError: the range is impossible; the previous one is kept.
        """
        self._scale = SliderScale(minimum, maximum, step or self._scale.step, self._scale.kind)
        self._show_range()
        self.set_value(self._value)

    def set_accent(self, key: str) -> None:
        """Color the filled part as a mode, a state or a tone; '' is the theme's own."""
        set_look(self._slider, accent=key.replace("-", "_"))

    def set_title(self, title: str) -> None:
        self._name = title
        self._title.setText(title)
        self.setAccessibleName(title)
        self._slider.setAccessibleName(title)
        self._edit.setAccessibleName(f"{title}: type a value")

    def setObjectName(self, name: str) -> None:
        """Names the parts too: NAME.slider, NAME.value, NAME.edit."""
        super().setObjectName(name)
        for part, widget in (("slider", self._slider), ("value", self._button), ("edit", self._edit)):
            widget.setObjectName(f"{name}.{part}" if name else "")

    def error(self) -> str:
        """What is wrong with the text being typed; '' when nothing is."""
        return self._error.text()

    # -- typing a value

    def edit_value(self) -> None:
        """Turn the value into a field to type in."""
        self._editing = True
        self._edit.setText(format_value(self._value, self._scale.decimals))
        self._button.hide()
        self._edit.show()
        self._edit.setFocus()
        self._edit.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._edit and self._editing:
            if isinstance(event, QKeyEvent) and event.key() in (
                Qt.Key.Key_Escape,
                Qt.Key.Key_Up,
                Qt.Key.Key_Down,
            ):
                # While someone types, these keys are the field's own and not the window's shortcuts.
                event.accept()
                if event.type() == QEvent.Type.KeyPress:
                    self._edit_key(Qt.Key(event.key()))
                return True
            if event.type() == QEvent.Type.FocusOut:
                # Walking away from a good value takes it; from a bad one, the old value stands.
                if self._typed() is not None:
                    self._commit()
                else:
                    self._close_edit()
        return super().eventFilter(watched, event)

    def _edit_key(self, key: Qt.Key) -> None:
        """Escape gives up; up and down step the value being typed."""
        if key == Qt.Key.Key_Escape:
            self._close_edit()
            return
        typed = self._typed()
        position = self._scale.position_of(self._value if typed is None else typed)
        value = self._scale.value_at(position + (1 if key == Qt.Key.Key_Up else -1))
        self._edit.setText(format_value(value, self._scale.decimals))
        self._complain("")

    def _typed(self) -> float | None:
        """The number typed, or None if it is none or out of range."""
        try:
            value = parse_number(self._edit.text(), unit=self._unit, whole=self._scale.whole)
        except ValueError:
            return None
        return value if self._scale.minimum <= value <= self._scale.maximum else None

    def _commit(self) -> None:
        value = self._typed()
        if value is None:
            kind = "whole number" if self._scale.whole else "number"
            low, high = (format_value(end, self._scale.decimals) for end in self._ends())
            self._complain(f"Type a {kind} from {low} to {high}{' ' + self._unit if self._unit else ''}.")
            return
        self._close_edit()
        self._take(self._scale.snap(value))

    def _close_edit(self) -> None:
        # First of all: hiding the field takes its focus, which must not be read as walking away.
        self._editing = False
        had_focus = self._edit.hasFocus()
        self._complain("")
        self._button.show()
        self._edit.hide()
        if had_focus:
            self._button.setFocus()

    def _complain(self, message: str) -> None:
        self._error.setText(message)
        self._error.setVisible(bool(message))
        self._edit.setAccessibleDescription(message)
        set_look(self._edit, invalid=bool(message))

    # -- keeping slider, value and text together

    def _slid(self, position: int) -> None:
        self._take(self._scale.value_at(position))

    def _take(self, value: float) -> None:
        if value == self._value:
            return
        self._value = value
        self._show_value()
        self.value_changed.emit(value)

    def _show_value(self) -> None:
        text = format_value(self._value, self._scale.decimals, self._unit)
        self._button.setText(text)
        self._button.setAccessibleName(f"{self._name}: {text}")
        position = self._scale.position_of(self._value)
        if position != self._slider.value():
            was = self._slider.blockSignals(True)
            self._slider.setValue(position)
            self._slider.blockSignals(was)
        self._slider.setAccessibleDescription(text)

    def _show_range(self) -> None:
        was = self._slider.blockSignals(True)
        self._slider.setRange(0, self._scale.last)
        self._slider.setPageStep(max(1, self._scale.last // 10))
        self._slider.blockSignals(was)
        low, high = (format_value(end, self._scale.decimals, self._unit) for end in self._ends())
        self._button.setToolTip(plain_tip(f"{low} to {high}; click to type"))

    def _ends(self) -> tuple[float, float]:
        return self._scale.minimum, self._scale.maximum

    def _rescale(self) -> None:
        # Heights are in the style sheet: its min-height would override what is set here.
        self._edit.setFixedWidth(theme_manager().px(110))
