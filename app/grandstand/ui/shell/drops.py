"""Files that are dropped on the window: a Python file opens on the page that races its functions. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

_ENDINGS = (".py", ".pyw")


class Drops(QObject):
    """Watches ``window``; calls ``opened`` with the first Python file of a drop. Dropping runs nothing."""

    def __init__(self, window: QWidget, opened: Callable[[Path], None]) -> None:
        super().__init__(window)
        self._opened = opened
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            path = python_file(event.mimeData())
            if path is None:
                return False
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop and not isinstance(event, QDragEnterEvent):
                self._opened(path)
            return True
        return False


def python_file(data: QMimeData) -> Path | None:
    """The first Python file among what is dragged; None for anything else."""
    for url in data.urls() if data.hasUrls() else ():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and path.suffix.lower() in _ENDINGS:
            return path
    return None
