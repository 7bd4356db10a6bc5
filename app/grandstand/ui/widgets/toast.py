"""Messages at the top right of the window that never stand in the way: errors, warnings, good news.

Role: `ToastStack(window).show_message(...)` from anywhere in the window. Nothing here is modal;
information goes by itself, what needs attention stays until it is closed. GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QPropertyAnimation, QSize
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.toast_card import SHADOW_PX, Toast

MAX_TOASTS = 4
INFO_MS = 6_000
_WIDTH = 400


class ToastStack(QObject):
    """The messages of one window, newest at the bottom, at most four."""

    def __init__(self, window: QWidget, top: int = 60) -> None:
        """`top` is where the first one begins below the window's edge, in pixels at scale 1."""
        super().__init__(window)
        self._window, self._top = window, top
        self._toasts: list[Toast] = []
        self.animation_ms = 160
        theme_manager().changed.connect(self._arrange)

    def show_message(
        self,
        text: str,
        tone: str = "info",
        *,
        details: str = "",
        action: str = "",
        on_action: Callable[[], None] | None = None,
        milliseconds: int | None = None,
    ) -> Toast:
        """Show `text`; `tone` is info, good, warn or bad.

        `details` (a traceback) opens with a button; `action` labels a button that calls `on_action` and
        closes the message. Info and good go by themselves after six seconds, the others stay; `milliseconds`
        overrides that (0: stays). The same text again is counted, not stacked; a fifth message pushes out the
        oldest that would go by itself, else the oldest.
        """
        for toast in self._toasts:
            if (toast.text, toast.tone, toast.details) == (text, tone, details):
                toast.again()
                self._arrange()
                return toast
        if len(self._toasts) >= MAX_TOASTS:
            passing = [toast for toast in self._toasts if toast.tone in ("info", "good")]
            (passing or self._toasts)[0].dismiss()
        toast = Toast(text, tone, details, action, on_action, self._window)
        toast.closed.connect(self._closed)
        toast.resized.connect(self._arrange)
        if not self._toasts:
            self._window.installEventFilter(self)
        self._toasts.append(toast)
        toast.hide_after((INFO_MS if tone in ("info", "good") else 0) if milliseconds is None else milliseconds)
        self._arrange()
        toast.show()
        toast.raise_()
        self._slide_in(toast)
        QAccessible.updateAccessibility(QAccessibleEvent(toast, QAccessible.Event.Alert))
        return toast

    def toasts(self) -> list[Toast]:
        """The messages shown now, oldest first."""
        return list(self._toasts)

    def close_newest(self) -> bool:
        """Close the newest message; False if there is none."""
        if not self._toasts:
            return False
        self._toasts[-1].dismiss()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Only while there is a message: follow the window's size.
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def _closed(self) -> None:
        toast = self.sender()
        self._toasts = [other for other in self._toasts if other is not toast]
        if not self._toasts:
            self._window.removeEventFilter(self)
        self._arrange()

    def _arrange(self) -> None:
        """Put the messages under one another, and make each as high as its words."""
        px = theme_manager().px
        edge = px(SHADOW_PX)
        width = min(px(_WIDTH), self._window.width() - px(24)) + 2 * edge
        top = px(self._top) - edge
        for toast in self._toasts:
            toast.setFixedSize(QSize(width, toast.height_at(width)))
            toast.move(self._window.width() - width - px(16) + edge, top)
            top += toast.height() - edge

    def _slide_in(self, toast: Toast) -> None:
        if not self.animation_ms:
            return
        slide = QPropertyAnimation(toast, b"pos", toast)
        slide.setDuration(self.animation_ms)
        slide.setStartValue(toast.pos() + QPoint(theme_manager().px(24), 0))
        slide.setEndValue(toast.pos())
        slide.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)
