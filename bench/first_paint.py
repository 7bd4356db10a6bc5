"""Starts a program, says when its window is painted and when its charts are, then leaves. A process of its own.

``python -m bench.first_paint app`` is ``python main.py``, ``python -m bench.first_paint ten`` is ten_lines.py. Both
get the same hook: a filter on the application that sees the first paint event of all, and the first one of a
pyqtgraph chart, and waits each time until the event loop has come round. Time runs from the start of the process to
the line on standard output, outside.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
PROGRAMS = {"app": _HERE.parent / "main.py", "ten": _HERE / "ten_lines.py"}


def hook() -> None:
    """Has the QApplication-to-be watched."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QGraphicsView, QWidget

    class FirstPaint(QObject):
        window = chart = False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
                if not self.window:
                    self.window = True
                    QTimer.singleShot(0, _say_window)
                if not self.chart and isinstance(watched.parent(), QGraphicsView):
                    self.chart = True
                    QTimer.singleShot(0, _say_charts)
            return False

    made = QApplication.__init__

    def init(self: QApplication, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        self.first_paint = FirstPaint()  # type: ignore[attr-defined]
        self.installEventFilter(self.first_paint)  # type: ignore[attr-defined]

    QApplication.__init__ = init  # type: ignore[method-assign]


def _say_window() -> None:
    os.write(1, b"WINDOW PAINTED\n")


def _say_charts() -> None:
    os.write(1, b"CHARTS PAINTED\n")
    os._exit(0)


if __name__ == "__main__":
    program = PROGRAMS[sys.argv[1]]
    sys.argv = [str(program)]
    sys.path[0] = str(program.parent)
    hook()
    runpy.run_path(str(program), run_name="__main__")
