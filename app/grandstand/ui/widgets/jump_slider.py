"""A horizontal slider that jumps to where it is clicked.

Role: the slider inside LabeledSlider. GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider

_OWN_KEYS = {
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}


class JumpSlider(QSlider):
    """A QSlider that jumps to where it is clicked and keeps its keys while it has the keyboard."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        # Tab only: after a drag the keyboard stays with the window.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def event(self, event: QEvent) -> bool:
        # With the keyboard here, arrows turn this slider, not whatever the window uses them for.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            part, style = QStyle.SubControl.SC_SliderHandle, self.style()
            handle = style.subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
            if not handle.contains(event.position().toPoint()):
                room = self.width() - handle.width()
                self.setValue(
                    QStyle.sliderValueFromPosition(
                        0, self.maximum(), round(event.position().x()) - handle.width() // 2, room
                    )
                )
        # The handle is under the mouse now, so that the same press goes on as a drag.
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Wheeling over a column of sliders must scroll the column, not turn the parameters.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
