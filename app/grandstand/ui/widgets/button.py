"""Push buttons as this app has them: icon, name, Tab focus, looks by role. GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from grandstand.ui.theme.icons import set_icon
from grandstand.ui.theme.manager import set_look

_TINTS = {"primary": "text.on_accent", "danger": "accent.danger"}


def make_button(
    text: str, icon: str, name: str, action: Callable[[], object] | None = None, role: str = "", says: str = ""
) -> QPushButton:
    """``name``: its objectName. ``says``: its accessible name where that is not the text. ``icon`` may be ''.

    Enter in a text field beside it does not press it.
    """
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(says or text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAutoDefault(False)
    if role:
        set_look(button, role=role)
    if icon:
        set_icon(button, icon, _TINTS.get(role, "text.primary"), 16)
    if action is not None:
        button.clicked.connect(lambda: action())
    return button
