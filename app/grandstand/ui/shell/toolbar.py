"""The bar at the top: Start, what else can be done, and what runs where. GUI thread.

Its buttons are actions; what does not fit goes into the menu at its end, so that the bar never says how wide the
window must be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from grandstand.session.run_state import RunState
from grandstand.ui.shell.actions import Action
from grandstand.ui.theme.icons import set_icon
from grandstand.ui.theme.manager import set_look, theme_manager
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import ElidedLabel


@dataclass(frozen=True)
class Tool:
    """``words``: the button shows its text. ``goes``: in which order tools leave a bar that is too narrow (0: never).

    ``after``: a small button that belongs to the one before it.
    """

    action: Action
    name: str
    words: bool = True
    goes: int = 0
    role: str = ""


class ToolButton(QPushButton):
    """A button that shows an action and follows it."""

    def __init__(self, tool: Tool) -> None:
        super().__init__(tool.action.text() if tool.words else "")
        self.tool = tool
        self.setObjectName(tool.name)
        self.setFocusPolicy(self.focusPolicy().TabFocus)
        self.setCheckable(tool.action.isCheckable())
        if tool.role:
            set_look(self, role=tool.role)
        self.show_icon(tool.action.spec.icon)
        self.clicked.connect(self._clicked)
        tool.action.changed.connect(self.follow)
        self.follow()

    def show_icon(self, icon: str, token: str = "") -> None:
        if icon:
            set_icon(self, icon, token or ("text.on_accent" if self.tool.role == "primary" else "text.primary"), 16)

    def follow(self) -> None:
        action = self.tool.action
        if self.tool.words and self.text() != action.text():
            self.setText(action.text())
        self.setEnabled(action.isEnabled())
        self.setChecked(action.isChecked())
        self.setToolTip(plain_tip(action.toolTip()))
        self.setAccessibleName(action.toolTip())

    def _clicked(self) -> None:
        self.tool.action.trigger()
        self.follow()  # the action decides whether it is checked


class Toolbar(QFrame):
    """``left`` and ``right`` of what runs where. The first of ``left`` starts and stops."""

    def __init__(self, left: Sequence[Tool], right: Sequence[Tool], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setObjectName("toolbar")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.buttons = {tool.name: ToolButton(tool) for tool in (*left, *right)}
        self.start_button = self.buttons[left[0].name]
        self.more = QPushButton("")
        self.more.setObjectName("more")
        self.more.setAccessibleName("More actions")
        self.more.setToolTip("More actions")
        self.more.setFocusPolicy(self.more.focusPolicy().TabFocus)
        set_icon(self.more, "more", "text.primary", 16)
        self.more.clicked.connect(self._open_more)
        self.facts = ElidedLabel("", "secondary")
        self.facts.setObjectName("facts")
        self._row = QHBoxLayout(self)
        for tool in left:
            self._row.addWidget(self.buttons[tool.name])
        self._row.addWidget(self.more)
        self._row.addStretch(1)
        self._row.addWidget(self.facts)
        for tool in right:
            self._row.addWidget(self.buttons[tool.name])
        theme_manager().changed.connect(self._restyle)
        self._restyle()
        self.show_state(RunState.IDLE, False)
        for button in self.buttons.values():
            button.tool.action.changed.connect(self._fit)

    def show_state(self, state: RunState, wanted: bool) -> None:
        """The start button says what a press would do."""
        text, icon, tip = "Start", "play", "Start the run (Space)"
        if wanted and state is RunState.STARTING:
            text, icon, tip = "Starting…", "stop", "Workers are starting; press to stop (Space)"
        elif wanted:
            text, icon, tip = "Stop", "stop", "Stop the run (Space)"
        elif state is RunState.STOPPING:
            text, icon, tip = "Stopping…", "play", "Workers finish their step; press to start again (Space)"
        action = self.start_button.tool.action
        if action.text() != text:
            action.setToolTip(plain_tip(tip))
            action.setText(text)
            self.start_button.show_icon(icon)

    def set_facts(self, text: str) -> None:
        if self.facts.text() != text:
            self.facts.setText(text)

    # -- what fits --------------------------------------------------------------------------------------------

    @property
    def hidden(self) -> list[Tool]:
        """What is in the menu instead, in the order of the bar."""
        return [button.tool for button in self.buttons.values() if button.isHidden()]

    def _fit(self) -> None:
        """Tools leave until the rest has room; the facts give way before them."""
        leaving = sorted((b for b in self.buttons.values() if b.tool.goes), key=lambda button: button.tool.goes)
        margins, gap = self._row.contentsMargins(), self._row.spacing()
        room = self.width() - margins.left() - margins.right()
        more = self.more.sizeHint().width() + gap

        def wide(buttons: list[ToolButton]) -> int:
            return sum(button.sizeHint().width() + gap for button in buttons) + 3 * gap

        staying = list(self.buttons.values())
        gone = 0
        while wide(staying) + (more if gone else 0) > room and leaving:
            number = leaving[0].tool.goes
            for button in [b for b in leaving if b.tool.goes == number]:
                leaving.remove(button)
                staying.remove(button)
            gone += 1
        for button in self.buttons.values():
            button.setVisible(button in staying)
        self.more.setVisible(bool(gone))

    def _open_more(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("more_menu")
        for tool in self.hidden:
            menu.addAction(tool.action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _restyle(self) -> None:
        px = theme_manager().px
        self._row.setContentsMargins(px(16), px(10), px(16), px(10))
        self._row.setSpacing(px(8))
        self.start_button.setMinimumWidth(px(116))
        self._fit()
