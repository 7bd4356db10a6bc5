"""Starts a program and prints FIRST PAINT once its first window is painted, then leaves. A process of its own.

``python -m bench.first_paint app`` is ``python main.py``, ``python -m bench.first_paint ten`` is ten_lines.py. Both get
the same hook: a filter on the application that sees the first paint event and waits until the event loop has come
round after it. Time runs from the start of the process to the line on standard output, outside.
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
    from PySide6.QtWidgets import QApplication, QWidget

    class FirstPaint(QObject):
        seen = False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if not self.seen and event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
                self.seen = True
                QTimer.singleShot(0, _leave)
            return False

    made = QApplication.__init__

    def init(self: QApplication, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        self.first_paint = FirstPaint()
        self.installEventFilter(self.first_paint)

    QApplication.__init__ = init


def _leave() -> None:
    os.write(1, b"FIRST PAINT\n")
    os._exit(0)


if __name__ == "__main__":
    program = PROGRAMS[sys.argv[1]]
    sys.argv = [str(program)]
    sys.path[0] = str(program.parent)
    hook()
    runpy.run_path(str(program), run_name="__main__")
