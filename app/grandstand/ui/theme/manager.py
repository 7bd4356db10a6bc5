"""The one place where the look of the running app is changed: theme and scale.

Role: applies palette, font and style sheet to the QApplication and tells everybody with `changed`. Widgets
that paint themselves read `theme_manager().theme` in paintEvent and connect `changed` to a method that
updates them. GUI thread.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.palette import build_palette
from grandstand.ui.theme.style import build_style
from grandstand.ui.theme.tokens import Theme, load_theme

BODY_PX = 14
MIN_SCALE, MAX_SCALE = 0.75, 4.0


class ThemeManager(QObject):
    """Theme and scale of the app. Nothing is applied before the first `apply`, `set_theme` or `set_scale`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = load_theme("dark")
        self._scale = 1.0
        self._applied = False
        self._focus_window: QWidget | None = None

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def scale(self) -> float:
        """1.0 at the desk; `fonts.PRESENTING_SCALE` or more in front of an audience."""
        return self._scale

    def px(self, length: float) -> int:
        """A length given for scale 1, in logical pixels at the present scale; at least 1 unless it is 0."""
        return max(1, round(length * self._scale)) if length > 0 else 0

    def set_theme(self, name: str) -> None:
        """Change the theme.

        Raises:
            ThemeError: there is no such theme, or its file is broken; the previous one stays.
        """
        self._change(load_theme(name), self._scale)

    def set_scale(self, scale: float) -> None:
        """Change the size of text and controls; values outside 0.75 to 4 are clipped."""
        self._change(self._theme, min(MAX_SCALE, max(MIN_SCALE, float(scale))))

    def apply(self) -> None:
        """Dress the QApplication in the present theme and scale; `changed` is emitted."""
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise RuntimeError("ThemeManager.apply: make the QApplication first")
        if not self._applied:
            # Fusion paints the same everywhere and leaves colors to us; native styles ignore half of a style
            # sheet.
            app.setStyle("Fusion")
            app.focusChanged.connect(self._show_focus)
        self._applied = True
        app.setFont(ui_font(BODY_PX, scale=self._scale))
        app.setPalette(build_palette(self._theme))
        app.setStyleSheet(build_style(self._theme, self._scale))
        self.changed.emit()

    @contextlib.contextmanager
    def borrowed(self, name: str, scale: float) -> Iterator[Theme]:
        """Another look for what is built and painted within: for a picture, while the window keeps its own.

        Nobody is told, so nothing that is on the screen may be painted meanwhile: no event loop in here.
        """
        before = self._theme, self._scale
        self._theme, self._scale = load_theme(name), min(MAX_SCALE, max(MIN_SCALE, float(scale)))
        try:
            yield self._theme
        finally:
            self._theme, self._scale = before

    def _change(self, theme: Theme, scale: float) -> None:
        if self._applied and theme is self._theme and scale == self._scale:
            return
        self._theme, self._scale = theme, scale
        self.apply()

    def _show_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        """Mark the widget that got the focus by keyboard: only it wears a ring (CSS: :focus-visible)."""
        if new is None and QApplication.activeWindow() is None:
            self._focus_window = None  # another app's turn: whoever wears the ring keeps it for the way back
            return
        if old is not None and isValid(old) and old.property("focusVisible"):
            set_look(old, focusVisible=False)
        if new is None or not isValid(new):
            return
        # A window that opens or comes to the front gives its focus to somebody without a key having been
        # pressed.
        entered, self._focus_window = new.window() is not self._focus_window, new.window()
        if not entered and QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            set_look(new, focusVisible=True)


def set_look(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties that the style sheet looks at (`role`, `accent`, …) and restyle."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


_manager: ThemeManager | None = None


def theme_manager() -> ThemeManager:
    """The app's ThemeManager; a new one when the QApplication it belonged to is gone (as between tests)."""
    global _manager
    if _manager is None or not isValid(_manager):
        _manager = ThemeManager(QCoreApplication.instance())
    return _manager
