"""Icons in the colors of the theme, sharp at any device pixel ratio.

Role: `icon` for buttons and actions, `paint_icon` for widgets that paint themselves, `set_icon` for whatever
must change color with the theme. Icons are SVGs in resources/icons/, their `currentColor` replaced. GUI
thread.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QPushButton

from grandstand.ui.theme.icon_resources import icon_names, icon_path, tinted_svg
from grandstand.ui.theme.manager import theme_manager

__all__ = ["app_icon", "icon", "icon_names", "paint_icon", "pixmap", "set_icon"]


#: Room between icon and words on a push button, in units of 1/24 icon; Qt's own 4 px are too tight.
_GAP = 5


@cache
def icon(name: str, color: str, disabled: str | None = None, on: str | None = None, gap: int = 0) -> QIcon:
    """Icon `name` in `color`; grayed as `disabled` and, on a checked button, in `on`, where these are given.

    `gap` widens it on the right, in units of 1/24 of its height.

    Raises:
        KeyError: there is no such icon.
    """
    made = QIcon(icon_path(name, color, gap))
    if disabled is not None:
        for state in (QIcon.State.Off, QIcon.State.On):
            made.addFile(icon_path(name, disabled, gap), QSize(), QIcon.Mode.Disabled, state)
    if on is not None:
        made.addFile(icon_path(name, on, gap), QSize(), QIcon.Mode.Normal, QIcon.State.On)
    return made


@cache
def app_icon() -> QIcon:
    """The emblem of the app, for windows and the task bar."""
    return QIcon(icon_path("grandstand", "#000000"))


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(tinted_svg(name, color)))


def paint_icon(painter: QPainter, name: str, color: str, rect: QRectF) -> None:
    """Draw icon `name` in `color` into `rect` (logical pixels)."""
    _renderer(name, color).render(painter, rect)


@cache
def pixmap(name: str, color: str, px: int, ratio: float = 1.0) -> QPixmap:
    """Icon `name` in `color`, `px` logical pixels square, for a screen with `ratio` device pixels each."""
    made = QPixmap(QSize(round(px * ratio), round(px * ratio)))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, color).render(painter, QRectF(made.rect()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


class _Binding(QObject):
    """Keeps the icon of its parent in the colors of the theme; dies with it."""

    def __init__(self, target: QAbstractButton | QAction, name: str, token: str, px: float) -> None:
        super().__init__(target)
        self._target, self.name, self.token, self.px = target, name, token, px
        theme_manager().changed.connect(self.refresh)

    def refresh(self) -> None:
        manager = theme_manager()
        theme = manager.theme
        on = theme.accent.primary if self.token != "text.on_accent" else None
        gap = _GAP if isinstance(self._target, QPushButton) and self._target.text() else 0
        self._target.setIcon(icon(self.name, theme.color(self.token), theme.text.disabled, on, gap))
        if isinstance(self._target, QAbstractButton):
            side = manager.px(self.px)
            self._target.setIconSize(QSize(round(side * (24 + gap) / 24), side))


def set_icon(target: QAbstractButton | QAction, name: str, token: str = "text.primary", px: float = 18) -> None:
    """Give a button or an action the icon `name` in the color of `token`, whatever the theme.

    Calling it again replaces the icon; `px` is the side at scale 1 (an action leaves the size to its widget).
    """
    binding = target.findChild(_Binding, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if binding is None:
        binding = _Binding(target, name, token, px)
    binding.name, binding.token, binding.px = name, token, px
    binding.refresh()
