"""Started by an installed Python, away from the clone: ``look.py RESULT.json SCENE look|start COMMAND...``.

Runs the command, which opens the window on a talk; looks at it once SCENE is shown, or also starts it with Space; then
closes it. Knows nothing of the window but what anybody could see.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from grandstand.cli import main
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

HELPERS = 2
PATIENCE_S = 30.0
result, scene, what, *command = sys.argv[1:]
found: dict[str, object] = {}


def drawn(button: QAbstractButton) -> bool:
    image = button.icon().pixmap(24, 24).toImage()
    return any(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))


def texts(window: QWidget) -> list[str]:
    return [widget.accessibleName() for widget in window.findChildren(QWidget) if widget.isVisible()]


def look() -> Iterator[None]:
    """One step whenever the window has time; ends when everything was seen."""
    while not (windows := [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.windowTitle()]):
        yield
    window = windows[0]
    while not any(scene in text for text in texts(window)):
        yield
    buttons = [button for button in window.findChildren(QAbstractButton) if not button.icon().isNull()]
    labels = [label for label in window.findChildren(QLabel) if label.isVisible()]
    found["title"] = window.windowTitle()
    found["icons"] = len(buttons)
    found["blank"] = [button.objectName() for button in buttons if not drawn(button)]
    found["families"] = sorted({QFontInfo(label.font()).family() for label in labels})
    found["scene"] = scene
    if what == "look":
        return
    QTest.keyClick(window, Qt.Key.Key_Space)
    end = time.monotonic() + 8
    while time.monotonic() < end and len(psutil.Process().children(recursive=True)) <= HELPERS:
        yield
    found["workers"] = len(psutil.Process().children(recursive=True)) - HELPERS


def execute(app: QApplication = None) -> int:
    steps, end, timer = look(), time.monotonic() + PATIENCE_S, QTimer()

    def step() -> None:
        try:
            next(steps)
            if time.monotonic() < end:
                return
            found["timeout"] = [w.windowTitle() for w in QApplication.topLevelWidgets() if w.isVisible()]
        except StopIteration:
            pass
        timer.stop()
        Path(result).write_text(json.dumps(found), encoding="utf-8")
        QApplication.closeAllWindows()

    timer.timeout.connect(step)
    timer.start(50)
    return run()


run = QApplication.exec
QApplication.exec = execute
raise SystemExit(main(command))
