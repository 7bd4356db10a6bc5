"""A defect within what Qt calls back is a message, not the end of the app."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.places import SOURCES

SCRIPT = """
import sys
from grandstand.ui.shell.application import make_application
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
import pyqtgraph

app = make_application()
said = []
sys.excepthook = lambda kind, error, trace: said.append(kind.__name__)

class Broken(QWidget):
    def resizeEvent(self, event):
        eval(sys.argv[1])

class BrokenPlot(pyqtgraph.PlotWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        eval(sys.argv[1])

widgets = [Broken(), BrokenPlot()]
QTimer.singleShot(0, lambda: [widget.show() for widget in widgets])
QTimer.singleShot(300, app.quit)
app.exec()
print(sorted(set(said)))
"""


@pytest.mark.parametrize(
    ("code", "kind"), [("1 / 0", "ZeroDivisionError"), ("[][1]", "IndexError"), ("int('x')", "ValueError")]
)
def test_what_c_code_raises_in_an_override_does_not_kill_the_app(code: str, kind: str):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, code], cwd=SOURCES, capture_output=True, text=True, timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert kind in done.stdout
